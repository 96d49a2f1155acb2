/**
 * Implied volatility of a European option on a forward (Black 1976), to machine precision on the whole attainable domain: the vol whose
 * undiscounted Black price is `price`. Method: the price out of the money as a share of min(F, K), then `solveDeviations`.
 * Units: price, forward and strike in one currency, price undiscounted (divide a premium paid now by the discount factor; for a
 * coin-settled price take price_coin x forward), years, vol per sqrt(year). Time value and distance to the maximum are differences of the
 * inputs without rounding, so the answer is the vol of the very doubles given.
 * Edges, each a refusal with its reason and never a number: price under intrinsic value, price at or above the maximum (F for a
 * call, K for a put), price negative or not a number, forward, strike or years not positive. Price equal to intrinsic value: vol 0.
 */
import { present } from '#base/assert.ts'
import { SHARE_SAFE, solveDeviations, work } from './deviation.ts'
import { logMoneyness } from './log-moneyness.ts'

export interface ImpliedVolInput {
  readonly isCall: boolean
  readonly price: number
  readonly forward: number
  readonly strike: number
  readonly years: number
}

export const IMPLIED_VOL_REFUSALS = [
  'not_finite',
  'forward_not_positive',
  'strike_not_positive',
  'years_not_positive',
  'negative_price',
  'below_intrinsic',
  'above_maximum',
] as const
export type ImpliedVolRefusal = (typeof IMPLIED_VOL_REFUSALS)[number]

/** `seen` is the value that broke the rule, `limit` what it had to reach or stay under. */
export type ImpliedVol =
  | { readonly ok: true; readonly vol: number }
  | { readonly ok: false; readonly reason: ImpliedVolRefusal; readonly seen: number; readonly limit: number }

export function impliedVol({ isCall, price, forward, strike, years }: ImpliedVolInput): ImpliedVol {
  const code = impliedVolRefusal(isCall, price, forward, strike, years)
  if (code === 0) return { ok: true, vol: impliedDeviation(isCall, price, forward, strike) / Math.sqrt(years) }
  return refuse(present(IMPLIED_VOL_REFUSALS[code - 1], 'every code has its name'), { isCall, price, forward, strike, years })
}

function refuse(reason: ImpliedVolRefusal, { isCall, price, forward, strike, years }: ImpliedVolInput): ImpliedVol {
  const [seen, limit] = {
    not_finite: [[price, forward, strike, years].find((value) => !Number.isFinite(value)) ?? Number.NaN, Number.MAX_VALUE] as const,
    forward_not_positive: [forward, 0] as const,
    strike_not_positive: [strike, 0] as const,
    years_not_positive: [years, 0] as const,
    negative_price: [price, 0] as const,
    below_intrinsic: [price, isCall ? forward - strike : strike - forward] as const,
    above_maximum: [price, isCall ? forward : strike] as const,
  }[reason]
  return { ok: false, reason, seen, limit }
}

/**
 * 0 where a vol exists, else the place in IMPLIED_VOL_REFUSALS counted from 1. From the inputs to the price; the first rule broken counts.
 */
export function impliedVolRefusal(isCall: boolean, price: number, forward: number, strike: number, years: number): number {
  for (const value of [price, forward, strike, years]) if (!Number.isFinite(value)) return 1
  if (!(forward > 0)) return 2
  if (!(strike > 0)) return 3
  if (!(years > 0)) return 4
  if (!(price >= 0)) return 5
  if (!(timeValue(Number(isCall), price, forward, strike) >= 0)) return 6
  return price < (isCall ? forward : strike) ? 0 : 7
}

/** s >= 0 for admitted input; 0 where the price is the intrinsic value. */
function impliedDeviation(isCall: boolean, price: number, forward: number, strike: number): number {
  const call = Number(isCall)
  const inside = timeValue(call, price, forward, strike)
  if (inside === 0) return 0
  prepareDeviation(0, call, price, forward, strike, inside)
  solveDeviations(1)
  return work.s[0] as number
}

/**
 * Fills place `at` of the solver's block, `call` being 1 or 0 and `inside` the time value. Sides and strikes choose by products, not by
 * branches.
 */
export function prepareDeviation(at: number, call: number, price: number, forward: number, strike: number, inside: number): void {
  const isBelow = Number(forward < strike)
  const low = isBelow * forward + (1 - isBelow) * strike
  const share = inside / low
  work.x[at] = Math.abs(logMoneyness(forward, strike))
  work.share[at] = share
  work.complement[at] = (call * forward + (1 - call) * strike - price) / low
  if (share <= SHARE_SAFE) work.logShare[at] = Math.log(inside) - Math.log(low)
}

/**
 * Price less intrinsic value, which by parity is the price of the opposite option out of the money. The rounding of F - K is taken
 * back (Knuth's exact sum), or it would be all that is left of the time value of an option deep in the money. Who quotes intrinsic
 * value knows it rounded: half a unit of F - K is no arbitrage.
 */
export function timeValue(call: number, price: number, forward: number, strike: number): number {
  const plus = call * forward + (1 - call) * strike
  const minus = call * strike + (1 - call) * forward
  const intrinsic = plus - minus
  const taken = plus - intrinsic
  const lost = plus - (intrinsic + taken) + (taken - minus)
  const isInside = Number(intrinsic > 0)
  const inside = price - isInside * intrinsic - isInside * lost
  return inside < 0 && price === intrinsic ? 0 : inside
}
