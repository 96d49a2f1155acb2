/**
 * What an account with one covered position is worth at settlement: a second computation, from the recorded ask and the contract alone, with
 * decimal.js and nothing of the platform. Linear perpetual entered at the index e, one coin-settled option per coin:
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

export function purchaseOf({ size, index, askCoin }: HeldTerms): { readonly premium: Exact; readonly fee: Exact } {
  const notional = new D(size).times(index)
  const ask = new D(askCoin)
  return { premium: ask.times(notional), fee: Decimal.min(TRADE.rate, ask.times(TRADE.cap)).times(notional) }
}

/** Cash after the opening fee, premium and fee of the cover: what is left to be moved by the index. */
export function paidUp(terms: HeldTerms): Exact {
  const { premium, fee } = purchaseOf(terms)
  return new D(terms.cash).minus(TAKER.times(terms.size).times(terms.index)).minus(premium).minus(fee)
}

/** `closingDiscount`: share of the closing fee that the venue gives back. */
export function settledAt(terms: HeldTerms, settlementIndex: string, closingDiscount: Exact = new D(0)): Settled {
  const { side, size, strike } = terms
  const [q, S] = [new D(size), new D(settlementIndex)]
  const inside = side === 'long' ? new D(strike).minus(S) : S.minus(strike)
  const payout = Decimal.max(inside, 0).times(q)
  const delivery = Decimal.min(DELIVERY.rate.times(q).times(S), DELIVERY.cap.times(payout))
  const closing = TAKER.times(q).times(S).times(new D(1).minus(closingDiscount))
  const equity = paidUp(terms).plus(movedBy(terms, S)).plus(payout).minus(delivery).minus(closing)
  return { payout, delivery, closing, equity }
}

/** Before settlement, at the conservative close: the option counts at `coin`, nothing is paid for leaving yet. */
export function equityAt(terms: HeldTerms, paid: Exact, indexNow: string, coin: string): Exact {
  const now = new D(indexNow)
  return paid.plus(movedBy(terms, now)).plus(new D(coin).times(terms.size).times(now))
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
