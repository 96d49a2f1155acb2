/**
 * Equity with and without protection over the floor in force, and the index under it, over market time. A span follows the newest point, or stands
 * still where the reader marked one; the server gives the points of it. They stand in a table as well, for those who read rather than look.
 */
import { useMemo, useState } from 'react'
import { TIME_CHART } from '../chart/on-demand.ts'
import type { Line } from '../chart/time-chart.tsx'
import type { Live } from '../live/feed.ts'
import { timeOf, type Point } from '../live/history.ts'
import { useRange } from '../live/use-range.ts'
import { UNKNOWN, usdc } from '../format/decimal.ts'
import { dayAndMinute, instant } from '../format/time.ts'
import { ALL_TIME, marked, type View } from '../model/view-span.ts'
import { Loaded } from '../parts/loaded.tsx'
import { Spans } from '../parts/spans.tsx'
import { ChartTable } from './chart-table.tsx'
import type { OverviewPanel } from './panel.ts'
import styles from './chart.module.css'

export const chartPanel: OverviewPanel = {
  id: 'chart',
  title: 'Equity and index over market time, USDC',
  zone: 'chart',
  Body: Chart,
}

const GROUP = 'market-time'
type Key = 'equityClose' | 'equityMark' | 'equityUnprotected' | 'floorEquity' | 'index'
interface Shown extends Line {
  readonly key: Key
}
const EQUITY: readonly Shown[] = [
  { key: 'equityClose', label: 'With protection', token: '--series-protected', width: 2 },
  { key: 'equityUnprotected', label: 'Without protection', token: '--series-unprotected', width: 1.5, dash: [7, 4] },
  { key: 'floorEquity', label: 'Floor', token: '--series-floor', width: 2, dash: [2, 4], isStep: true },
]
const INDEX: readonly Shown[] = [{ key: 'index', label: 'Index', token: '--series-index', width: 1.5 }]

function Chart({ points: streamed, connection }: Live) {
  const [view, setView] = useState<View>(ALL_TIME)
  const [place, setPlace] = useState<number | null>(null)
  const { answered, since, known, inRange, problem } = useRange(view, streamed)
  const shown = useMemo(() => [...answered, ...since], [answered, since])
  const equity = useColumns(answered, since, EQUITY)
  const index = useColumns(answered, since, INDEX)
  const pointed = place === null ? undefined : shown[place]
  const mark = (from: number, to: number): void => setView(marked(from, to) ?? view)
  const common = { group: GROUP, onPoint: setPlace, onMark: mark }
  const said = `Index over the same time, now ${usdc(shown.at(-1)?.index)} USDC`
  return (
    <div className={styles['panel']}>
      <div className={styles['head']}>
        <Legend point={pointed ?? shown.at(-1)} isPointed={pointed !== undefined} />
        <Spans view={view} known={known} onChoose={setView} />
      </div>
      <div className={styles['plots']}>
        {shown.length < 2 ? (
          <p className={styles['waiting']}>{waitingFor(problem)}</p>
        ) : (
          <Loaded part={TIME_CHART} what="The chart" isConnected={connection.state === 'live'}>
            {({ TimeChart }) => (
              <>
                <TimeChart {...common} lines={EQUITY} data={equity} said={saidOf(shown)} hasTimeAxis={false} />
                <TimeChart {...common} lines={INDEX} data={index} said={said} hasTimeAxis />
              </>
            )}
          </Loaded>
        )}
      </div>
      <p className={styles['extent']} data-value="chart-extent">
        {extentOf(shown, inRange)}
      </p>
      <ChartTable points={shown} />
    </div>
  )
}

function waitingFor(problem: string | undefined): string {
  return problem === undefined ? 'Waiting for two points in time' : `History: ${problem}`
}

function extentOf(shown: readonly Point[], inRange: number): string {
  const [first, last] = [shown[0], shown.at(-1)]
  if (first === undefined || last === undefined) return '\u00a0'
  const thinned = inRange > shown.length ? `, ${shown.length} of ${inRange} points, all extremes kept` : ''
  return `${dayAndMinute(timeOf(first))} to ${instant(timeOf(last))}${thinned}. Mark a stretch to look closer.`
}

function Legend({ point, isPointed }: { readonly point: Point | undefined; readonly isPointed: boolean }) {
  return (
    <dl className={styles['legend']}>
      {[...EQUITY, ...INDEX].map(({ key, label, token, dash, width }) => (
        <div key={key}>
          <dt>
            <svg viewBox="0 0 28 8" aria-hidden="true" focusable="false">
              <path d="M0 4h28" style={{ stroke: `var(${token})` }} strokeWidth={width + 0.5} strokeDasharray={dash?.join(' ')} />
            </svg>
            {label}
          </dt>
          <dd>{usdc(point?.[key])}</dd>
        </div>
      ))}
      <div>
        <dt>{isPointed ? 'At' : 'Newest'}</dt>
        <dd>{point === undefined ? UNKNOWN : dayAndMinute(timeOf(point))}</dd>
      </div>
    </dl>
  )
}

/** The answered part is made into columns once; what came since is put behind it. */
function useColumns(answered: readonly Point[], since: readonly Point[], lines: readonly Shown[]): (number | null)[][] {
  const many = useMemo(() => columns(answered, lines), [answered, lines])
  return useMemo(() => columns(since, lines).map((few, i) => (many[i] ?? []).concat(few)), [many, since, lines])
}

function columns(points: readonly Point[], lines: readonly Shown[]): (number | null)[][] {
  return [points.map(({ at }) => at / 1_000), ...lines.map(({ key }) => points.map((point) => plotted(point[key])))]
}

/** For the picture alone: pixels need no more than a float has. */
function plotted(amount: string | null): number | null {
  return amount === null ? null : Number(amount)
}

function saidOf(points: readonly Point[]): string {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined) return 'Chart of equity: no points yet'
  const floor = last.floorEquity === null ? 'no floor' : `the floor at ${usdc(last.floorEquity)}`
  return `Equity with protection went from ${usdc(first.equityClose)} to ${usdc(last.equityClose)} USDC, without protection to ${usdc(last.equityUnprotected)}, ${floor}, between ${dayAndMinute(timeOf(first))} and ${instant(timeOf(last))}`
}
