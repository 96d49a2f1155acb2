/**
 * What a study that allows pairs found: of every question, the answer with two options allowed beside the answer with one, asked of the same snapshot
 * and account. Costs are premium and purchase fee; a pair is compared where one option would have been given as well. Shares as numbers, USDC as
 * exact strings. Edge: with nothing given a share is null.
 */
import { beforeSettlementOf } from './outcomes.ts'
import type { BeforeSettlement } from './outcomes.ts'
import type { QuoteRow } from './rows.ts'
import { D } from './settlement-oracle.ts'
import { median, quantile, rounded, shareOf, total } from './statistics.ts'
import { costPerDay, leastOf, settledOf } from './tables.ts'
import { PAIRS, RECORDED } from './variants.ts'
import type { Variant } from './variants.ts'

export interface PairFigures {
  readonly asked: number
  readonly quotable: number
  /** Of those given. */
  readonly pairs: number
  readonly sharePairs: number | null
  /** Pairs where no single option was given. */
  readonly onlyAsPair: number
  /** Pairs where one option was given as well; the next four are of these. */
  readonly compared: number
  /** Cost a day of the pair over that of the single option. */
  readonly costRatioMedian: number | null
  readonly costRatioP10: number | null
  readonly costRatioP90: number | null
  /** What all of them cost less together, as a share of what the single options cost; only of those that end together. */
  readonly sameExpiry: number
  readonly savedShare: number | null
  readonly savedUsdc: string | null
  /** By how much of notional the floor of the single option lies higher, costs counted; mean. */
  readonly singleKeepsMoreMean: number | null
  readonly settled: number
  readonly paidOut: number
  readonly underFloor: number
  readonly worstOverFloor: string | null
  readonly beforeSettlement: BeforeSettlement
}
export interface PairReport extends PairFigures {
  readonly byTenor: readonly (PairFigures & { readonly tenorDays: number })[]
}

/** Null where the study did not ask for pairs. */
export function pairReportOf(rows: ReadonlyMap<Variant['name'], readonly QuoteRow[]>): PairReport | null {
  const allowed = rows.get(PAIRS.name)
  if (allowed === undefined) return null
  const single = rows.get(RECORDED.name) ?? []
  const asked = allowed.map((row, i): Answered => ({ row, single: single[i] }))
  const tenors = [...new Set(allowed.map(({ cell }) => cell.tenorDays))]
  const byTenor = tenors.map((tenorDays) => ({ tenorDays, ...figuresOf(asked.filter(({ row }) => row.cell.tenorDays === tenorDays)) }))
  return { ...figuresOf(asked), byTenor }
}

interface Answered {
  readonly row: QuoteRow
  /** The same question without pairs. */
  readonly single: QuoteRow | undefined
}

function figuresOf(asked: readonly Answered[]): PairFigures {
  const given = asked.filter(({ row }) => row.bought !== undefined)
  const pairs = given.filter(({ row }) => row.bought?.terms.legs !== undefined)
  const both = pairs.flatMap(({ row: { bought }, single }) =>
    bought === undefined || single?.bought === undefined ? [] : [{ bought, one: single.bought }],
  )
  const ratios = both.map(({ bought, one }) => costPerDay(bought) / costPerDay(one))
  const alike = both.filter(({ bought, one }) => bought.expiry === one.expiry)
  const saved = alike.map(({ bought, one }) => new D(one.premium).plus(one.fee).minus(bought.premium).minus(bought.fee))
  const higher = both.map(({ bought, one }) => new D(one.floorEquity).minus(bought.floorEquity).toNumber() / bought.notional)
  const rows = pairs.map(({ row }) => row)
  const slacks = settledOf(rows).map(({ outcome }) => outcome.slack)
  return {
    asked: asked.length,
    quotable: given.length,
    pairs: pairs.length,
    sharePairs: shareOf(pairs.length, given.length),
    onlyAsPair: pairs.length - both.length,
    compared: both.length,
    costRatioMedian: rounded(median(ratios)),
    costRatioP10: rounded(quantile(ratios, 0.1)),
    costRatioP90: rounded(quantile(ratios, 0.9)),
    sameExpiry: alike.length,
    savedShare: shareOf(total(saved.map((amount) => amount.toNumber())), total(alike.map(({ one }) => one.cost))),
    savedUsdc: alike.length === 0 ? null : saved.reduce((sum, amount) => sum.plus(amount), new D(0)).toFixed(2),
    singleKeepsMoreMean: rounded(higher.length === 0 ? undefined : total(higher) / higher.length),
    settled: slacks.length,
    paidOut: settledOf(rows).filter(({ outcome }) => outcome.payout !== '0').length,
    underFloor: slacks.filter((slack) => slack.startsWith('-')).length,
    worstOverFloor: leastOf(slacks),
    beforeSettlement: beforeSettlementOf(rows),
  }
}
