/**
 * What a perpetual charged over market time: the rate of eight hours as its venue stated it, against nothing at all. Above the line of zero longs pay
 * shorts. A stretch is chosen as in the chart of equity; the same rates stand in a table.
 */
import { useMemo, useState } from 'react'
import { fundingAnswer } from '#api/contract-funding.ts'
import { AsTable } from '../chart/as-table.tsx'
import { TIME_CHART } from '../chart/on-demand.ts'
import type { Line } from '../chart/time-chart.tsx'
import { UNKNOWN } from '../format/decimal.ts'
import { rate } from '../format/rate.ts'
import { dayAndMinute, instant, isoOf } from '../format/time.ts'
import { zoneName } from '../format/zone.ts'
import { useAnswer } from '../live/ask.ts'
import type { Live } from '../live/feed.ts'
import { useFundingRange, type FundingPoint } from '../live/use-funding-range.ts'
import { thinned } from '../live/history.ts'
import { ALL_TIME, marked, type View } from '../model/view-span.ts'
import { Loaded } from '../parts/loaded.tsx'
import { Spans } from '../parts/spans.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './chart.module.css'

export const fundingHistoryPanel: FlowPanel = {
  id: 'funding-history',
  title: 'Funding over market time, rate of eight hours',
  zone: 'whole',
  Body: FundingHistory,
}

const LINES: readonly Line[] = [
  { label: 'Rate of eight hours', token: '--series-index', width: 1.5 },
  { label: 'Zero: above it longs pay', token: '--series-floor', width: 1, dash: [2, 4] },
]
const ROWS_SHOWN = 24
const MIN_ROWS = 22
const NARROW_ROWS = 26

function FundingHistory({ overview, connection }: Live) {
  const [view, setView] = useState<View>(ALL_TIME)
  const instruments = useAnswer('/api/funding', fundingAnswer, { everyMs: 5_000 })
  const instrument = instruments.data?.instruments[0]?.instrument
  const newest = overview === undefined ? undefined : Date.parse(overview.platform.marketTimeIso)
  const answer = useFundingRange(instrument, view, newest)
  if (instrument === undefined)
    return (
      <Answered answer={instruments} minRows={MIN_ROWS} narrowRows={NARROW_ROWS} empty={() => 'No perpetual has stated a rate yet.'}>
        {() => null}
      </Answered>
    )
  return (
    <Answered answer={answer} minRows={MIN_ROWS} narrowRows={NARROW_ROWS}>
      {({ points, inRange, first, last }) => (
        <Rates
          {...{ instrument, points, inRange, view }}
          known={first === null || last === null ? undefined : { first, last }}
          isConnected={connection.state === 'live'}
          onView={setView}
        />
      )}
    </Answered>
  )
}

interface RatesProps {
  readonly instrument: string
  readonly points: readonly FundingPoint[]
  readonly inRange: number
  readonly view: View
  readonly known: { readonly first: number; readonly last: number } | undefined
  readonly isConnected: boolean
  readonly onView: (view: View) => void
}

function Rates({ instrument, points, inRange, view, known, isConnected, onView }: RatesProps) {
  const [place, setPlace] = useState<number | null>(null)
  const data = useMemo(() => columns(points), [points])
  const pointed = place === null ? undefined : points[place]
  return (
    <div className={styles['panel']}>
      <div className={styles['head']}>
        <Legend point={pointed ?? points.at(-1)} isPointed={pointed !== undefined} />
        <Spans view={view} known={known} onChoose={onView} />
      </div>
      <div className={`${styles['plots']} ${styles['low']}`}>
        {points.length < 2 ? (
          <p className={styles['waiting']}>{known === undefined ? 'No rate was kept yet' : 'No two rates in this stretch'}</p>
        ) : (
          <Loaded part={TIME_CHART} what="The chart" isConnected={isConnected}>
            {({ TimeChart }) => (
              <TimeChart
                lines={LINES}
                data={data}
                group="funding"
                said={saidOf(instrument, points)}
                hasTimeAxis
                ticks={rateTicks}
                onPoint={setPlace}
                onMark={(from, to) => onView(marked(from, to) ?? view)}
              />
            )}
          </Loaded>
        )}
      </div>
      <p className={styles['extent']}>{extentOf(instrument, points, inRange)}</p>
      <AsTable
        className={styles['table']}
        summary="The rates as a table"
        heads={[`Market time, ${zoneName()}`, 'Of eight hours', 'Of one interval', 'A year at this rate']}
        rows={() => thinned(points, ROWS_SHOWN).toReversed().map(rowOf)}
      />
    </div>
  )
}

function Legend({ point, isPointed }: { readonly point: FundingPoint | undefined; readonly isPointed: boolean }) {
  return (
    <dl className={styles['legend']}>
      {LINES.map(({ label, token, dash, width }, i) => (
        <div key={label}>
          <dt>
            <svg viewBox="0 0 28 8" aria-hidden="true" focusable="false">
              <path d="M0 4h28" style={{ stroke: `var(${token})` }} strokeWidth={width + 0.5} strokeDasharray={dash?.join(' ')} />
            </svg>
            {label}
          </dt>
          <dd data-value={i === 0 ? 'funding-pointed' : undefined}>{i === 0 ? rate(point?.fundingRate8h) : rate(0)}</dd>
        </div>
      ))}
      <div>
        <dt>A year at this rate</dt>
        <dd>{rate(point?.fundingApr, 2)}</dd>
      </div>
      <div>
        <dt>{isPointed ? 'At' : 'Newest'}</dt>
        <dd>{point === undefined ? UNKNOWN : dayAndMinute(isoOf(point.at))}</dd>
      </div>
    </dl>
  )
}

/** Percent, for the picture. */
function columns(points: readonly FundingPoint[]): (number | null)[][] {
  return [points.map(({ at }) => at / 1_000), points.map(({ fundingRate8h }) => fundingRate8h * 100), points.map(() => 0)]
}

function rateTicks(values: readonly number[]): string[] {
  return values.map((value) => rate(value / 100, 3))
}

function rowOf({ at, fundingRate8h, fundingRateInterval, fundingApr }: FundingPoint): readonly string[] {
  return [dayAndMinute(isoOf(at)), rate(fundingRate8h), rate(fundingRateInterval), rate(fundingApr, 2)]
}

function extentOf(instrument: string, points: readonly FundingPoint[], inRange: number): string {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return instrument
  const chosen = inRange > points.length ? `, ${points.length} of ${inRange} rates, all extremes kept` : ''
  return `${instrument}, ${dayAndMinute(isoOf(first.at))} to ${instant(isoOf(last.at))}${chosen}. Mark a stretch to look closer.`
}

function saidOf(instrument: string, points: readonly FundingPoint[]): string {
  const rates = points.map(({ fundingRate8h }) => fundingRate8h)
  if (rates.length === 0) return `Funding of ${instrument}: no rates yet`
  const [low, high] = [Math.min(...rates), Math.max(...rates)]
  return `Funding of ${instrument}, rate of eight hours: between ${rate(low)} and ${rate(high)}, now ${rate(rates.at(-1))}; longs pay above zero`
}
