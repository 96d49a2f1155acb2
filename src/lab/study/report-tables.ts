/** The tables of a study's page: costs by question, regimes, changed assumptions, the nearest option, and what the platform held itself. */
import { tableHtml } from '../backtest/html-table.ts'
import type { Column } from '../backtest/html-table.ts'
import { amount, escapeHtml, timeTag } from '../backtest/html-text.ts'
import type { HeldResult } from './held-sample.ts'
import type { SideFigures, StudyReport, VariantFigures } from './report.ts'
import { basisPoints, counted, factor, fixed, percent } from './study-text.ts'
import type { PairFigures } from './pairs.ts'
import type { CellFigures, Figures, RegimeFigures } from './tables.ts'

/** Tenors down, floors across; the darker the dearer. */
export function costGrid({ cells }: StudyReport): string {
  const most = Math.max(...cells.map(({ costPerDayMedian }) => costPerDayMedian ?? 0), Number.MIN_VALUE)
  const sides = [...new Set(cells.map(({ side }) => side))]
  const grids = sides.map((side) => {
    const own = cells.filter((cell) => cell.side === side)
    const floors = [...new Set(own.map(({ floor }) => floor))]
    const tenors = [...new Set(own.map(({ tenorDays }) => tenorDays))]
    const rows = tenors.map((tenorDays) => {
      const heading = `<th scope="row">${tenorDays} ${tenorDays === 1 ? 'day' : 'days'}</th>`
      return `<tr>${heading}${floors
        .map((floor) =>
          gridCell(
            own.find((cell) => cell.tenorDays === tenorDays && cell.floor === floor),
            most,
          ),
        )
        .join('')}</tr>`
    })
    const heads = floors.map((floor) => `<th scope="col">${percent(Number(floor), 0)}</th>`).join('')
    return `<div class="scroll"><table class="grid-of-cells"><caption>${side === 'long' ? 'Longs, with puts' : 'Shorts, with calls'}: floor across, tenor down</caption><thead><tr><th></th>${heads}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
  })
  return `<section><h2>What protection cost</h2>
<p class="note">Median cost a day in basis points of notional (premium and purchase fee, to expiry), then per year, how often a quote was given, and payout over cost of what settled.</p>
<div class="grids">${grids.join('')}</div></section>`
}

function gridCell(cell: CellFigures | undefined, most: number): string {
  if (cell === undefined) return '<td></td>'
  const { costPerDayMedian, costPerYearMedian, shareQuotable, payoutRatio } = cell
  const ink = Math.round(Math.sqrt((costPerDayMedian ?? 0) / most) * 45)
  return `<td style="--ink-share:${ink}%"><b>${basisPoints(costPerDayMedian)}</b><span>${percent(costPerYearMedian, 0)} a year</span><span>given ${percent(shareQuotable, 0)}</span><span>paid ${factor(payoutRatio)}</span></td>`
}

export function regimes({ regimes: rows }: StudyReport): string {
  const table = tableHtml<RegimeFigures>({
    caption: 'Quotes by the implied volatility of their snapshot',
    rows,
    columns: [
      { name: 'Regime', style: 'name', cell: ({ regime }) => regime },
      { name: 'Side', cell: ({ side }) => side },
      { name: 'Snapshots', style: 'number', cell: ({ snapshots }) => fixed(snapshots, 0) },
      ...figureColumns<RegimeFigures>(),
    ],
  })
  return `<section><h2>Calm, normal, stressed</h2>${table}</section>`
}

export function questions({ cells }: StudyReport): string {
  const table = tableHtml<CellFigures>({
    caption: 'Every question',
    rows: cells,
    columns: [
      { name: 'Side', cell: ({ side }) => side },
      { name: 'Tenor', style: 'number', cell: ({ tenorDays }) => `${tenorDays} d` },
      { name: 'Floor', style: 'number', cell: ({ floor }) => percent(Number(floor), 0) },
      { name: 'Days bought', style: 'number', cell: ({ daysMedian }) => (daysMedian === null ? '–' : fixed(daysMedian, 1)) },
      { name: 'Strike', style: 'number', cell: ({ strikeAwayMedian }) => percent(strikeAwayMedian) },
      ...figureColumns<CellFigures>(),
      { name: 'One after another', style: 'number', cell: ({ apart }) => fixed(apart, 0) },
      { name: 'To the nearest', style: 'number', cell: ({ nearest }) => factor(nearest.ratioMedian) },
    ],
  })
  return `<details><summary>Every question in figures</summary>${table}</details>`
}

function figureColumns<Row extends Figures>(): readonly Column<Row>[] {
  return [
    { name: 'Asked', style: 'number', cell: ({ asked }) => fixed(asked, 0) },
    { name: 'Given', style: 'number', cell: ({ shareQuotable }) => percent(shareQuotable) },
    {
      name: 'Cost a day, bp',
      style: 'number',
      cell: ({ costPerDayMedian, costPerDayP10, costPerDayP90 }) =>
        `${basisPoints(costPerDayMedian)}<span class="aside">${basisPoints(costPerDayP10)} to ${basisPoints(costPerDayP90)}</span>`,
    },
    { name: 'A year', style: 'number', cell: ({ costPerYearMedian }) => percent(costPerYearMedian) },
    { name: 'Settled', style: 'number', cell: ({ settled }) => fixed(settled, 0) },
    { name: 'Paid out', style: 'number', cell: ({ paidOut }) => fixed(paidOut, 0) },
    { name: 'Payout over cost', style: 'number', cell: ({ payoutRatio }) => factor(payoutRatio) },
    { name: 'Least over floor, USDC', style: 'number', cell: ({ worstOverFloor }) => amount(worstOverFloor) },
  ]
}

export function variants({ variants: rows }: StudyReport): string {
  const tenors = rows[0]?.shareQuotableByTenor ?? []
  const table = tableHtml<VariantFigures>({
    caption: 'The same questions under other assumptions; given, by tenor',
    rows,
    columns: [
      { name: 'Assumption', style: 'name', cell: ({ variant }) => escapeHtml(variant) },
      {
        name: 'Given',
        style: 'wide',
        cell: ({ shareQuotable, refusals }) => `${bar(shareQuotable)}<span class="aside">${escapeHtml(counted(refusals))}</span>`,
      },
      ...tenors.map(({ tenorDays }, i) => ({
        name: `${tenorDays} d`,
        style: 'number' as const,
        cell: (row: VariantFigures) => percent(row.shareQuotableByTenor[i]?.share),
      })),
      { name: 'Cost', style: 'number', cell: ({ costRatioMedian }) => factor(costRatioMedian) },
      { name: 'Least kept', style: 'number', cell: ({ worstOverFloor }) => amount(worstOverFloor) },
      {
        name: 'At margin',
        style: 'number',
        cell: ({ beforeSettlement: { liquidatedAtBid, liquidatedAtMark } }) =>
          `${fixed(liquidatedAtBid, 0)} / ${fixed(liquidatedAtMark, 0)}`,
      },
    ],
  })
  return `<section><h2>How much hangs on what is not recorded</h2>
<p class="note">Cash at margin: the account has no more than the venue demands to open. Cost: to that of the recorded question, at the median. Least kept: over the floor at settlement, in USDC. At margin: accounts that at some snapshot before settlement fell to their maintenance margin, with the option at its bid (as the simulated venue counts it) / at its mark; a bid of the smallest tick for an option deep in the money counts it at next to nothing.</p>${table}</section>`
}

export function nearest({ sides }: StudyReport): string {
  const table = tableHtml<SideFigures>({
    caption: 'Quotes against always buying the nearest option',
    rows: sides,
    columns: [
      { name: 'Side', cell: ({ side }) => side },
      { name: 'Compared', style: 'number', cell: ({ nearest: { compared } }) => fixed(compared, 0) },
      {
        name: 'That very option',
        style: 'number',
        cell: ({ nearest: { sameOption, compared } }) => percent(compared === 0 ? null : sameOption / compared),
      },
      {
        name: 'Cost a day, to the nearest',
        style: 'number',
        cell: ({ nearest: { ratioMedian, ratioP10, ratioP90 } }) =>
          `${factor(ratioMedian)}<span class="aside">${factor(ratioP10)} to ${factor(ratioP90)}</span>`,
      },
      { name: 'Floor keeps more, mean', style: 'number', cell: ({ nearest: { keptMoreMean } }) => percent(keptMoreMean, 2) },
      {
        name: 'Nearest without size',
        style: 'number',
        cell: ({ nearest: { withoutSize, compared } }) => percent(compared === 0 ? null : withoutSize / compared),
      },
    ],
  })
  return `<section><h2>Against always buying the nearest option</h2>
<p class="note">The nearest is the first expiry after the tenor and the strike nearest to the floor price that keeps it, at its ask, whatever its spread and size. The platform pays more a day where it buys a higher floor or an option that can be bought in the size; what its floor keeps more, in per cent of notional, has the costs of both counted.</p>${table}</section>`
}

/** Nothing where no pairs were asked for. */
export function pairs({ pairs: found }: StudyReport): string {
  if (found === null) return ''
  const { byTenor, ...all } = found
  const table = tableHtml<PairFigures & { readonly tenorDays?: number }>({
    caption: 'The same questions with two options of one expiry allowed as one cover',
    rows: [all, ...byTenor],
    columns: [
      { name: 'Tenor', style: 'name', cell: ({ tenorDays }) => (tenorDays === undefined ? 'all' : `${tenorDays} d`) },
      { name: 'Given', style: 'number', cell: ({ quotable }) => fixed(quotable, 0) },
      { name: 'Pairs', style: 'number', cell: ({ sharePairs }) => percent(sharePairs) },
      { name: 'Only as a pair', style: 'number', cell: ({ onlyAsPair }) => fixed(onlyAsPair, 0) },
      {
        name: 'Cost a day, to one option',
        style: 'number',
        cell: ({ costRatioMedian, costRatioP10, costRatioP90 }) =>
          `${factor(costRatioMedian)}<span class="aside">${factor(costRatioP10)} to ${factor(costRatioP90)}</span>`,
      },
      { name: 'Saved in sum', style: 'number', cell: ({ savedShare }) => percent(savedShare) },
      { name: 'One option keeps more, mean', style: 'number', cell: ({ singleKeepsMoreMean }) => percent(singleKeepsMoreMean, 2) },
      { name: 'Settled', style: 'number', cell: ({ settled }) => fixed(settled, 0) },
      { name: 'Under the floor', style: 'number', cell: ({ underFloor }) => fixed(underFloor, 0) },
      { name: 'Least over floor, USDC', style: 'number', cell: ({ worstOverFloor }) => amount(worstOverFloor) },
    ],
  })
  return `<section><h2>Two options as one cover</h2>
<p class="note">Who allows it is sold two options of one expiry where they cost less than any one that holds what was asked. Costs against the single option the same account was quoted at the same snapshot; saved in sum: of those that end together. What one option keeps more is the step from the floor price asked for to the next listed strike, with the costs of both counted.</p>${table}</section>`
}

export function held({ held: { rows, covers, settled, liquidated } }: StudyReport): string {
  if (covers === 0) return ''
  const table = tableHtml<HeldResult>({
    caption: 'Equity after settlement and closing, by the ledger and by the second computation',
    rows,
    columns: [
      { name: 'Bought', style: 'when', cell: ({ atIso }) => timeTag(atIso) },
      { name: 'Option', style: 'name', cell: ({ instrument }) => escapeHtml(instrument) },
      { name: 'Ledger', style: 'number', cell: ({ equity }) => amount(equity) },
      { name: 'Second computation', style: 'number', cell: ({ oracle }) => amount(oracle) },
      { name: 'Floor', style: 'number', cell: ({ floorEquity }) => amount(floorEquity) },
    ],
  })
  return `<section><h2>The platform holds some itself</h2><p class="note">${covers} covers bought as quoted, ${settled} settled within the recording, ${liquidated} closed by the venue before. Two computations that share neither code nor amounts.</p><details><summary>Each of them</summary>${table}</details></section>`
}

function bar(share: number | null): string {
  return `${percent(share)}<span class="bar" aria-hidden="true"><i style="width:${Math.round((share ?? 0) * 1000) / 10}%"></i></span>`
}
