/**
 * What an account with one covered position is worth at settlement: a second computation, from the recorded ask and the contract alone, with
 * decimal.js and nothing of the platform. Linear perpetual entered at the index e, one coin-settled option per coin (of a pair: each option for its
 * own part of the size, the amounts of both added):
 *   equity(S) = cash - t q e + q (S - e) dir - premium - fee + payout - delivery - closing
 *   premium = ask q e,  fee = min(0.0003, 0.125 ask) q e,  payout = q max(K - S, 0) (put) or q max(S - K, 0) (call)
 *   delivery = min(0.00015, 0.125 payout / (q S)) q S,  closing = t q S,  t = 0.0005 (Deribit's published fees, 2026)
 * Units: USDC, ask in coin per coin of option. Edges: funding, basis and closing slippage are no part of it (docs/decisions/0011); an expiry
 * between two snapshots settles at the index linear in time between them, rounded half-even to the cent.
 */
import { Decimal } from 'decimal.js'
import type { PositionSide } from '#domain/instrument.ts'

export const D = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_EVEN })
export type Exact = InstanceType<typeof D>

export interface HeldTerms {
  readonly side: PositionSide
  readonly size: string
  /** Index at which position and cover were bought. */
  readonly index: string
  readonly cash: string
  readonly askCoin: string
  readonly strike: string
  /** Of a pair its options, which make up the size; then `askCoin` and `strike` are their means, to be shown and not to be computed with. */
  readonly legs?: readonly HeldLeg[]
}
export interface HeldLeg {
  readonly instrument: string
  readonly size: string
  readonly askCoin: string
  readonly strike: string
}
export interface Settled {
  readonly payout: Exact
  readonly delivery: Exact
  readonly closing: Exact
  readonly equity: Exact
}

const TRADE = { rate: new D('0.0003'), cap: new D('0.125') }
const DELIVERY = { rate: new D('0.00015'), cap: new D('0.125') }
const TAKER = new D('0.0005')
const MAINTENANCE = new D('0.01')
/** A venue may give it to orders that reduce; the floor does not count on it. */
export const REDUCE_ONLY_DISCOUNT = new D('0.2')

export function purchaseOf(terms: HeldTerms): { readonly premium: Exact; readonly fee: Exact } {
  let [premium, fee] = [new D(0), new D(0)]
  for (const { size, askCoin } of optionsOf(terms)) {
    const notional = new D(size).times(terms.index)
    const ask = new D(askCoin)
    premium = premium.plus(ask.times(notional))
    fee = fee.plus(Decimal.min(TRADE.rate, ask.times(TRADE.cap)).times(notional))
  }
  return { premium, fee }
}

/** What is held: one option for all of it, or those of a pair. */
export function optionsOf({ legs, size, askCoin, strike }: HeldTerms): readonly Omit<HeldLeg, 'instrument'>[] {
  return legs ?? [{ size, askCoin, strike }]
}

/** Cash after the opening fee, premium and fee of the cover: what is left to be moved by the index. */
export function paidUp(terms: HeldTerms): Exact {
  const { premium, fee } = purchaseOf(terms)
  return new D(terms.cash).minus(TAKER.times(terms.size).times(terms.index)).minus(premium).minus(fee)
}

/** `closingDiscount`: share of the closing fee that the venue gives back. */
export function settledAt(terms: HeldTerms, settlementIndex: string, closingDiscount: Exact = new D(0)): Settled {
  const S = new D(settlementIndex)
  let [payout, delivery] = [new D(0), new D(0)]
  for (const { size, strike } of optionsOf(terms)) {
    const inside = terms.side === 'long' ? new D(strike).minus(S) : S.minus(strike)
    const paid = Decimal.max(inside, 0).times(size)
    payout = payout.plus(paid)
    delivery = delivery.plus(Decimal.min(DELIVERY.rate.times(size).times(S), DELIVERY.cap.times(paid)))
  }
  const closing = TAKER.times(terms.size).times(S).times(new D(1).minus(closingDiscount))
  const equity = paidUp(terms).plus(movedBy(terms, S)).plus(payout).minus(delivery).minus(closing)
  return { payout, delivery, closing, equity }
}

/** Before settlement, at the conservative close: each option counts at its own of `coins`, nothing is paid for leaving yet. */
export function equityAt(terms: HeldTerms, paid: Exact, indexNow: string, coins: readonly string[]): Exact {
  const now = new D(indexNow)
  const options = optionsOf(terms).map(({ size }, i) => new D(coins[i] ?? Number.NaN).times(size).times(now))
  return options.reduce((sum, worth) => sum.plus(worth), paid.plus(movedBy(terms, now)))
}

/** Maintenance margin of the position: a hundredth of its notional. */
export function maintenanceAt({ size }: HeldTerms, indexNow: string): Exact {
  return MAINTENANCE.times(size).times(indexNow)
}

function movedBy({ side, size, index }: HeldTerms, now: Exact): Exact {
  const moved = now.minus(index).times(size)
  return side === 'long' ? moved : moved.negated()
}

export interface IndexAt {
  readonly at: number
  readonly index: string
}

export function linearIndex(from: IndexAt, to: IndexAt, at: number): string {
  if (at === to.at || from.at === to.at) return new D(to.index).toFixed()
  const share = new D(at - from.at).div(to.at - from.at)
  return new D(from.index).plus(new D(to.index).minus(from.index).times(share)).toDecimalPlaces(2, Decimal.ROUND_HALF_EVEN).toFixed()
}
