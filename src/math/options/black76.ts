/**
 * Price and forward delta of a European option on a forward (Black 1976): call = e^(-rT) (F N(d1) - K N(d2)), d1,2 =
 * ln(F/K) / (v sqrt T) +- v sqrt T / 2; delta = dV/dF, discounted. Price in the units of forward and strike, time in years,
 * vol and rate per year (rate continuously compounded). Edges: no time or no vol gives the discounted intrinsic value; a
 * forward or strike that is not positive is a bug of the caller. Put and call are each computed from their own tails, so a
 * price far out of the money keeps its digits.
 */
import { assert } from '#base/assert.ts'
import { normalCdf } from './normal.ts'

export type OptionRight = 'call' | 'put'

export interface Black76Input {
  readonly right: OptionRight
  readonly forward: number
  readonly strike: number
  readonly years: number
  readonly rate: number
  readonly ivAnnual: number
}

export interface PriceAndDelta {
  readonly price: number
  readonly delta: number
}

export function priceBlack76({ right, forward, strike, years, rate, ivAnnual }: Black76Input): PriceAndDelta {
  assert(forward > 0 && strike > 0, 'forward and strike are positive')
  assert(years >= 0 && ivAnnual >= 0, 'time and volatility are not negative')
  const sign = right === 'call' ? 1 : -1
  const discount = Math.exp(-rate * years)
  const deviation = ivAnnual * Math.sqrt(years)
  if (deviation === 0) return intrinsic(sign * (forward - strike), sign, discount)
  const d1 = Math.log(forward / strike) / deviation + deviation / 2
  const inForward = normalCdf(sign * d1)
  const inStrike = normalCdf(sign * (d1 - deviation))
  // + 0: the delta of a put far out of the money underflows to -0, which JSON cannot say
  return { price: discount * sign * (forward * inForward - strike * inStrike), delta: discount * sign * inForward + 0 }
}

function intrinsic(moneyness: number, sign: number, discount: number): PriceAndDelta {
  const exercised = moneyness > 0 ? 1 : moneyness === 0 ? 0.5 : 0
  return { price: discount * Math.max(0, moneyness), delta: exercised === 0 ? 0 : sign * exercised * discount }
}
