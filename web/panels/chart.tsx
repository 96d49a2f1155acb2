/**
 * Equity with and without protection over the floor in force, and the index under it, over market time. Spans end at the newest point.
 * The same points stand in a table for those who read rather than look.
 */
import { useMemo, useState } from 'react'
import { TimeChart, type Line } from '../chart/time-chart.tsx'
import type { Live } from '../live/feed.ts'
import { thinned, timeOf, within, type Point } from '../live/history.ts'
import { UNKNOWN, usdc } from '../format/decimal.ts'
import { dayAndMinute } from '../format/time.ts'
import type { Panel } from './panel.ts'
import styles from './chart.module.css'

export const chartPanel: Panel = { id: 'chart', title: 'Equity and index over market time, USDC', zone: 'chart', Body: Chart }

const HOUR_MS = 3_600_000
const SPANS = [
  { label: '6 h', ms: 6 * HOUR_MS },
  { label: '1 day', ms: 24 * HOUR_MS },
  { label: '7 days', ms: 168 * HOUR_MS },
  { label: 'All', ms: Number.POSITIVE_INFINITY },
] as const
const ROWS_SHOWN = 24
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

function Chart({ points, historyProblem }: Live) {
  const [span, setSpan] = useState<number>(SPANS[3].ms)
  const [place, setPlace] = useState<number | null>(null)
  const shown = useMemo(() => (span === Number.POSITIVE_INFINITY ? points : within(points, span)), [points, span])
  const equity = useMemo(() => columns(shown, EQUITY), [shown])
  const index = useMemo(() => columns(shown, INDEX), [shown])
  const pointed = place === null ? undefined : shown[place]
  return (
    <div className={styles['panel']}>
      <div className={styles['head']}>
        <Legend point={pointed ?? shown.at(-1)} isPointed={pointed !== undefined} />
        <Spans span={span} onChoose={setSpan} />
      </div>
      <div className={styles['plots']} data-empty={shown.length < 2}>
        <TimeChart lines={EQUITY} data={equity} group={GROUP} said={saidOf(shown)} hasTimeAxis={false} onPoint={setPlace} />
        <TimeChart
          lines={INDEX}
          data={index}
          group={GROUP}
          said={`Index over the same time, now ${usdc(shown.at(-1)?.index)} USDC`}
          hasTimeAxis
          onPoint={setPlace}
        />
        {shown.length < 2 ? (
          <p className={styles['waiting']}>
            {historyProblem === undefined ? 'Waiting for two points in time' : `History: ${historyProblem}`}
          </p>
        ) : null}
      </div>
      <Table points={shown} />
    </div>
  )
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

function Spans({ span, onChoose }: { readonly span: number; readonly onChoose: (ms: number) => void }) {
  return (
    <fieldset className={styles['spans']}>
      <legend className="only-read">Time shown</legend>
      {SPANS.map(({ label, ms }) => (
        <button key={label} type="button" aria-pressed={span === ms} onClick={() => onChoose(ms)}>
          {label}
        </button>
      ))}
    </fieldset>
  )
}

function Table({ points }: { readonly points: readonly Point[] }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className={styles['details']} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The chart as a table</summary>
      {isOpen ? (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        <section className={styles['scroll']} aria-label="The chart as a table" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Market time, UTC</th>
                <th scope="col">With protection</th>
                <th scope="col">at mark</th>
                <th scope="col">Without</th>
                <th scope="col">Floor</th>
                <th scope="col">Index</th>
              </tr>
            </thead>
            <tbody>
              {thinned(points, ROWS_SHOWN)
                .toReversed()
                .map((point) => (
                  <tr key={point.at}>
                    <th scope="row">{dayAndMinute(timeOf(point))}</th>
                    <td>{usdc(point.equityClose)}</td>
                    <td>{usdc(point.equityMark)}</td>
                    <td>{usdc(point.equityUnprotected)}</td>
                    <td>{usdc(point.floorEquity)}</td>
                    <td>{usdc(point.index)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </details>
  )
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
  return `Equity with protection went from ${usdc(first.equityClose)} to ${usdc(last.equityClose)} USDC, without protection to ${usdc(last.equityUnprotected)}, ${floor}, between ${dayAndMinute(timeOf(first))} and ${dayAndMinute(timeOf(last))} UTC`
}
