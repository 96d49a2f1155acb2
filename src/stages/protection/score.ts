/**
 * The score of a cover that passed every gate, higher is better: a weighted sum of fractions of the notional (index x size)
 *   - costPerDay x (premium + fee) / days + guarantee x floorEquity - spread x (ask - bid) - expiryDistance x tenors beyond the wish
 * Floats of a model, rounded to 1e-9, so that an equal score is decided by name and not by a last bit.
 */
import { DAY_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { ProtectionTerms } from '#topics/protection.ts'
import type { Priced } from './gates.ts'
import type { QuotesConfig } from './quote-config.ts'

export interface Scored {
  readonly priced: Priced
  readonly score: number
  readonly parts: ScoreParts
}
export interface ScoreParts {
  readonly costPerDay: number
  readonly guarantee: number
  readonly spread: number
  readonly expiryDistance: number
}

export function scoreOf(priced: Priced, terms: ProtectionTerms, index: BtcUsdc, at: EpochMs, weights: QuotesConfig['weights']): Scored {
  const { listed, premium, fee, floorEquity } = priced
  const parts = scoreParts(
    { premium, fee, floorEquity, expiry: listed.option.expiry, spread: spreadOf(priced) },
    { terms, index, at, weights },
  )
  return { priced, parts, score: scoreOfParts(parts) }
}

/** What a cover is scored by, whether it is one option or several. */
interface Judged extends Pick<Priced, 'premium' | 'fee' | 'floorEquity'> {
  readonly expiry: EpochMs
  /** Ask less bid, in coin for each coin covered. */
  readonly spread: number
}
interface Scale {
  readonly terms: Pick<ProtectionTerms, 'size' | 'tenorDays'>
  readonly index: BtcUsdc
  readonly at: EpochMs
  readonly weights: QuotesConfig['weights']
}
export function scoreParts({ premium, fee, floorEquity, expiry, spread }: Judged, { terms, index, at, weights }: Scale): ScoreParts {
  const notional = index.times(terms.size).toNumber()
  const days = (expiry - at) / DAY_MS
  return {
    costPerDay: (-weights.costPerDay * premium.plus(fee).toNumber()) / notional / days,
    guarantee: (weights.guarantee * floorEquity.toNumber()) / notional,
    spread: -weights.spread * spread,
    expiryDistance: (-weights.expiryDistance * Math.max(0, days - terms.tenorDays)) / terms.tenorDays,
  }
}

export function scoreOfParts({ costPerDay, guarantee, spread, expiryDistance }: ScoreParts): number {
  return roundScore(costPerDay + guarantee + spread + expiryDistance)
}

/** In coin; of an option nobody bids for the whole ask. */
export function spreadOf({ ask, bid }: Pick<Priced, 'ask' | 'bid'>): number {
  return ask.toNumber() - (bid?.toNumber() ?? 0)
}

function roundScore(score: number): number {
  return Math.round(score * 1e9) / 1e9
}

/** Best first; equal scores in the order of names. */
export function compareScored(a: Scored, b: Scored): number {
  if (a.score !== b.score) return b.score - a.score
  const [first, second] = [a.priced.listed.option.id, b.priced.listed.option.id]
  return first < second ? -1 : first > second ? 1 : a.priced.listed.quote.venue < b.priced.listed.quote.venue ? -1 : 1
}

const REASONS: Readonly<Record<keyof ScoreParts, string>> = {
  costPerDay: 'costs more a day',
  guarantee: 'guarantees less',
  spread: 'has the wider spread',
  expiryDistance: 'expires further from the tenor asked for',
}

/** The part of the score in which the loser falls behind the most. */
export function lostBecause(loser: Scored, winner: Scored): string {
  const names = Object.keys(REASONS) as (keyof ScoreParts)[]
  const behind = names.map((name) => ({ name, by: winner.parts[name] - loser.parts[name] })).toSorted((a, b) => b.by - a.by)[0]
  if (behind === undefined || loser.score === winner.score) return 'equal score, later by name'
  return `${REASONS[behind.name]} (score ${loser.score} against ${winner.score})`
}
