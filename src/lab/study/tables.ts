/**
 * The rows of a study as tables: by question, by regime. Costs are premium and purchase fee as a share of notional (index x size at the quote), a
 * day is a day up to expiry, a year 365 of them without compounding. Payout ratio: what the covers paid at settlement over what they cost, of
 * those that settled. Amounts in USDC as exact strings, shares as numbers.
 * Edges: what was refused has no cost; what did not settle within the recording counts in no payout and no floor.
 */
import type { PositionSide } from '#domain/instrument.ts'
import type { Bought, Outcome, QuoteRow } from './rows.ts'
import type { Cell } from './cells.ts'
import { cellName } from './cells.ts'
import type { Regime } from './regime.ts'
import { D } from './settlement-oracle.ts'
import { countBy, median, quantile, rounded, shareOf, total } from './statistics.ts'

export interface Figures {
  readonly asked: number
  readonly quotable: number
  readonly shareQuotable: number | null
  readonly refusals: Readonly<Record<string, number>>
  readonly costMedian: number | null
  readonly costPerDayMedian: number | null
  readonly costPerDayP10: number | null
  readonly costPerDayP90: number | null
  readonly costPerYearMedian: number | null
  readonly daysMedian: number | null
  /** Strike over index - 1. */
  readonly strikeAwayMedian: number | null
  readonly settled: number
  readonly paidOut: number
  readonly payoutRatio: number | null
  readonly underFloor: number
  /** Least equity at settlement over the floor that was stated; negative would be a broken floor. */
  readonly worstOverFloor: string | null
}
export interface NearestFigures {
  /** Quotes where both could be bought. */
  readonly compared: number
  readonly sameOption: number
  readonly costPerDayMedian: number | null
  /** Our cost a day over that of the nearest. */
  readonly ratioMedian: number | null
  readonly ratioP10: number | null
  readonly ratioP90: number | null
  /** What our floor keeps beyond the floor of the nearest, the costs of both counted; share of notional. */
  readonly keptMoreMedian: number | null
  readonly keptMoreMean: number | null
  /** Of the nearest: the recording shows less than the size wanted. */
  readonly withoutSize: number
}
export interface CellFigures extends Cell, Figures {
  readonly nearest: NearestFigures
  /** Quotes one after the other, each asked for after the last one expired: what is independent of each other. */
  readonly apart: number
}
export interface RegimeFigures extends Figures {
  readonly regime: Regime
  readonly side: PositionSide
  readonly snapshots: number
}
export type Settled = QuoteRow & { readonly bought: Bought; readonly outcome: Outcome }

export function figuresOf(rows: readonly QuoteRow[]): Figures {
  const bought = rows.flatMap((row) => row.bought ?? [])
  const settled = settledOf(rows)
  const perDay = bought.map(costPerDay)
  const perDayMedian = median(perDay)
  return {
    asked: rows.length,
    quotable: bought.length,
    shareQuotable: shareOf(bought.length, rows.length),
    refusals: countBy(rows, ({ code }) => code),
    costMedian: rounded(median(bought.map(({ cost, notional }) => cost / notional))),
    costPerDayMedian: rounded(perDayMedian),
    costPerDayP10: rounded(quantile(perDay, 0.1)),
    costPerDayP90: rounded(quantile(perDay, 0.9)),
    costPerYearMedian: rounded(perDayMedian === undefined ? undefined : perDayMedian * 365),
    daysMedian: rounded(median(bought.map(({ days }) => days))),
    strikeAwayMedian: rounded(median(bought.map(({ terms }) => Number(terms.strike) / Number(terms.index) - 1))),
    settled: settled.length,
    paidOut: settled.filter(({ outcome }) => outcome.payout !== '0').length,
    payoutRatio: shareOf(total(settled.map(({ outcome }) => Number(outcome.payout))), total(settled.map(({ bought: { cost } }) => cost))),
    underFloor: settled.filter(({ outcome }) => outcome.slack.startsWith('-')).length,
    worstOverFloor: leastOf(settled.map(({ outcome }) => outcome.slack)),
  }
}

export function cellTable(rows: readonly QuoteRow[]): readonly CellFigures[] {
  return [...grouped(rows, ({ cell }) => cellName(cell)).values()].flatMap((group) => {
    const cell = group[0]?.cell
    return cell === undefined ? [] : [{ ...cell, ...figuresOf(group), nearest: nearestFigures(group), apart: apartOf(group) }]
  })
}

export function regimeTable(rows: readonly QuoteRow[]): readonly RegimeFigures[] {
  const order = ['calm', 'normal', 'stressed', 'unknown']
  return [...grouped(rows, ({ snapshot, cell }) => `${order.indexOf(snapshot.regime)} ${cell.side}`)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      const first = group[0]
      if (first === undefined) return []
      const snapshots = new Set(group.map(({ snapshot }) => snapshot.at)).size
      return [{ regime: first.snapshot.regime, side: first.cell.side, snapshots, ...figuresOf(group) }]
    })
}

export function nearestFigures(rows: readonly QuoteRow[]): NearestFigures {
  const both = rows.flatMap(({ bought, nearest }) => (bought === undefined || nearest === undefined ? [] : [{ bought, nearest }]))
  const perDay = both.map(({ bought, nearest }) => nearest.cost / bought.notional / nearest.days)
  const ratios = both.flatMap(({ bought }, i) => costPerDay(bought) / (perDay[i] ?? Number.NaN))
  const keptMore = both.map(({ bought: { terms, cost, notional }, nearest }) => {
    const strikes = (Number(terms.strike) - nearest.strike) * Number(terms.size) * (terms.side === 'long' ? 1 : -1)
    return (strikes - (cost - nearest.cost)) / notional
  })
  return {
    compared: both.length,
    sameOption: both.filter(({ bought, nearest }) => bought.instrument === nearest.instrument).length,
    costPerDayMedian: rounded(median(perDay)),
    ratioMedian: rounded(median(ratios)),
    ratioP10: rounded(quantile(ratios, 0.1)),
    ratioP90: rounded(quantile(ratios, 0.9)),
    keptMoreMedian: rounded(median(keptMore)),
    keptMoreMean: rounded(keptMore.length === 0 ? undefined : total(keptMore) / keptMore.length),
    withoutSize: both.filter(({ nearest }) => !nearest.hasSize).length,
  }
}

export function settledOf(rows: readonly QuoteRow[]): readonly Settled[] {
  return rows.filter((row): row is Settled => row.bought !== undefined && row.outcome !== undefined)
}

export function costPerDay({ cost, notional, days }: Bought): number {
  return cost / notional / days
}

export function leastOf(amounts: readonly string[]): string | null {
  const [first, ...rest] = amounts
  return first === undefined ? null : rest.reduce((least, amount) => (new D(amount).lessThan(least) ? amount : least), first)
}

function apartOf(rows: readonly QuoteRow[]): number {
  let freeFrom = 0
  let count = 0
  for (const { snapshot, bought } of settledOf(rows)) {
    if (snapshot.at < freeFrom) continue
    count += 1
    freeFrom = bought.expiry
  }
  return count
}

function grouped(rows: readonly QuoteRow[], keyOf: (row: QuoteRow) => string): Map<string, QuoteRow[]> {
  const groups = new Map<string, QuoteRow[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group === undefined) groups.set(keyOf(row), [row])
    else group.push(row)
  }
  return groups
}
