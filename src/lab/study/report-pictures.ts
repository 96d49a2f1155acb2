/**
 * The pictures of a study, without a script: what was kept over the floor against where the index went, what protection cost over time, and how
 * nervous the market was. Shares of notional as per cent, costs as basis points a day; stressed days are shaded.
 */
import { epochMsFromIso } from '#base/civil-date.ts'
import { present } from '#base/assert.ts'
import { chartHtml } from '../backtest/chart-html.ts'
import type { Band, Line } from '../backtest/chart-html.ts'
import { amountScale, timeScale } from '../backtest/chart-scale.ts'
import type { Scale } from '../backtest/chart-scale.ts'
import { amount, escapeHtml } from '../backtest/html-text.ts'
import { IV_LIMITS } from './regime.ts'
import type { SnapshotRow, StudyReport } from './report.ts'
import { basisPoints, percent } from './study-text.ts'

const [WIDTH, HEIGHT] = [1_000, 400]
const STYLES = { long: 'protected', short: 'unprotected' } as const

/** One dot per thousandth: as many covers as fell on it. */
export function keptPicture({ kept, totals }: StudyReport): string {
  const points = kept.flatMap(({ points: own }) => own)
  if (points.length === 0) return ''
  const x = amountScale(
    points.map(([moved]) => moved * 100),
    { includeZero: true },
  )
  const y = amountScale(
    points.map(([, over]) => over * 100),
    { includeZero: true },
  )
  const dots = kept.map(({ side, points: own }) => {
    const path = own.map(([moved, over]) => `M${along(x.place(moved * 100))} ${down(y.place(over * 100))}h0`).join('')
    return `<path class="dots ${STYLES[side]}" d="${path}"/>`
  })
  const legend = kept.map(
    ({ side }) =>
      `<li><svg class="key" viewBox="0 0 28 8" aria-hidden="true"><path class="dots ${STYLES[side]}" d="M14 4h0"/></svg>${side}s, protected with ${side === 'long' ? 'puts' : 'calls'}</li>`,
  )
  const summary = `Every one of ${totals.settled} covers at its expiry; ${totals.underFloor} ended under the floor, the lowest ${amount(totals.worstOverFloor)} USDC over it.`
  return `<figure class="chart" aria-labelledby="kept-title">
<figcaption id="kept-title">What the account kept over its floor, wherever the index went (per cent of notional)</figcaption>
<p class="note">Each dot is a cover at its expiry. Along: how far the index had moved since the purchase. Up: equity at settlement, all costs paid, over the floor that was stated. The green line is the floor.</p>
<ul class="legend">${legend.join('')}<li><svg class="key" viewBox="0 0 28 8" aria-hidden="true"><path class="line floor" d="M0 4H28"/></svg>the floor</li></ul>
<div class="frame" style="--rows:0">
<div class="y" aria-hidden="true">${labels(y, 'bottom')}</div>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(summary)}">
${y.ticks.map(({ place }) => `<path class="grid" d="M0 ${down(place)}H${WIDTH}"/>`).join('')}
${dots.join('\n')}
<path class="line floor" d="M0 ${down(y.place(0))}H${WIDTH}"/>
</svg>
<div class="x" aria-hidden="true">${labels(x, 'left')}</div>
</div>
</figure>`
}

/** The questions of the middle, a line each. */
export function costPicture(report: StudyReport): string {
  const { cells, snapshots } = report
  const wanted = [7, 30].flatMap((tenorDays) => ['long', 'short'].map((side) => ({ side, tenorDays })))
  const styles = ['protected', 'unprotected', 'strike', 'index']
  const lines = wanted.flatMap(({ side, tenorDays }, i): Line[] => {
    const at = cells.findIndex((cell) => cell.side === side && cell.tenorDays === tenorDays && Number(cell.floor) === 0.1)
    const cell = cells[at]
    if (cell === undefined) return []
    const points = snapshots.map((row) => ({ at: msOf(row), value: inBasisPoints(row.costPerDay[at]) }))
    const name = `${side}, 10 %, ${tenorDays} days`
    return [{ name, style: styles[i] ?? 'index', kind: 'joined', points, note: `median ${basisPoints(cell.costPerDayMedian)}` }]
  })
  if (lines.length === 0) return ''
  return timePicture(report, {
    id: 'cost',
    title: 'What protection cost a day (basis points of notional; stressed snapshots shaded)',
    summary: `Cost a day of ${lines.map(({ name, note }) => `${name}: ${note}`).join('; ')}.`,
    lines,
    includeZero: true,
  })
}

export function marketPictures(report: StudyReport): string {
  const { snapshots } = report
  const ivs = snapshots.flatMap(({ ivAnnual }) => ivAnnual ?? [])
  const iv: Line = {
    name: 'Implied volatility at the money, about 30 days',
    style: 'protected',
    kind: 'joined',
    points: snapshots.map((row) => ({ at: msOf(row), value: row.ivAnnual === null ? null : row.ivAnnual * 100 })),
    note: `calm below ${percent(IV_LIMITS.calmBelow, 0)}, stressed from ${percent(IV_LIMITS.stressedFrom, 0)}`,
  }
  const index: Line = {
    name: 'Index',
    style: 'index',
    kind: 'joined',
    points: snapshots.map((row) => ({ at: msOf(row), value: Number(row.index) })),
    note: amount(snapshots.at(-1)?.index),
  }
  const first = snapshots[0]
  const from = `from ${amount(first?.index)} to ${amount(snapshots.at(-1)?.index)} USDC`
  return [
    timePicture(report, {
      id: 'iv',
      title: 'How nervous the market was (per cent a year)',
      summary: `Implied volatility between ${percent(Math.min(...ivs))} and ${percent(Math.max(...ivs))}.`,
      lines: [iv],
      includeZero: false,
    }),
    timePicture(report, { id: 'index', title: 'The index (USDC)', summary: `The index ${from}.`, lines: [index], includeZero: false }),
  ].join('\n')
}

interface Drawing {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly lines: readonly Line[]
  readonly includeZero: boolean
}

function timePicture({ snapshots }: StudyReport, { includeZero, ...rest }: Drawing): string {
  const values = rest.lines.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []))
  const instants = snapshots.map(msOf)
  if (values.length === 0) return ''
  const x = timeScale(instants[0] ?? 0, instants.at(-1) ?? 0)
  return chartHtml({ ...rest, x, y: amountScale(values, { includeZero }), markers: [], bands: stressedBands(snapshots), footer: '' })
}

/** From a stressed snapshot to the next one. */
function stressedBands(snapshots: readonly SnapshotRow[]): Band[] {
  return snapshots.flatMap((row, i) => {
    const next = snapshots[i + 1]
    return row.regime === 'stressed' && next !== undefined ? [{ from: msOf(row), to: msOf(next) }] : []
  })
}

function labels({ ticks }: Scale, edge: 'bottom' | 'left'): string {
  return ticks.map(({ place, label }) => `<span style="${edge}:${rounded(place * 100)}%">${label}</span>`).join('')
}

function inBasisPoints(share: number | null | undefined): number | null {
  return share === null || share === undefined ? null : share * 10_000
}

function msOf({ atIso }: SnapshotRow): number {
  return present(epochMsFromIso(atIso), 'a report has instants in ISO 8601')
}

function along(share: number): string {
  return rounded(share * WIDTH)
}

function down(share: number): string {
  return rounded((1 - share) * HEIGHT)
}

/** A tenth of the drawing's unit is less than a pixel. */
function rounded(value: number): string {
  return String(Math.round(value * 10) / 10)
}
