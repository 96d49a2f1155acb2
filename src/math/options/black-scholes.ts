/**
 * Price and greeks of a European option on a spot with a continuous yield (Black and Scholes 1973, Merton 1973): call = S e^(-qT) N(d1) -
 * K e^(-rT) N(d2), d1,2 = (ln(S/K) + (r - q) T) / s +- s/2, s = vol sqrt T. Delta, gamma and vanna are per unit of spot; rho moves r alone,
 * `dividendRho` q alone, theta is -dV/dT per year at a fixed spot.
 * Units: price in those of spot and strike, years, vol, rate and yield per year (continuously compounded); `Greeks` says per what.
 * Edges: no time or no vol gives the discounted intrinsic value on the forward and the greeks of a straight line, at the money half a delta
 * and an infinite gamma; input that is no option is a bug of the caller.
 */
import { assert } from '#base/assert.ts'
import type { OptionRight } from './black76.ts'
import { exp } from './exp.ts'
import { logMoneyness } from './log-moneyness.ts'
import type { Greeks } from './vanilla.ts'
import { priceVanilla, weighted } from './vanilla.ts'

export interface BlackScholesInput {
  readonly right: OptionRight
  readonly spot: number
  readonly strike: number
  readonly years: number
  readonly rate: number
  readonly dividendYield: number
  readonly ivAnnual: number
}

export interface SpotGreeks extends Greeks {
  readonly dividendRho: number
}

export function greeksBlackScholes({ right, spot, strike, years, rate, dividendYield, ivAnnual }: BlackScholesInput): SpotGreeks {
  assert(spot > 0 && strike > 0, 'spot and strike are positive')
  assert(years >= 0 && ivAnnual >= 0, 'time and volatility are not negative')
  const sign = right === 'call' ? 1 : -1
  const root = Math.sqrt(years)
  const s = ivAnnual * root
  const carried = exp(-dividendYield * years)
  const delivered = spot * carried
  const paid = strike * exp(-rate * years)
  const x = logMoneyness(spot, strike) + (rate - dividendYield) * years
  const { price, inUnderlying, inStrike, weight, d1, d2 } = priceVanilla({ right, delivered, paid, x, deviation: s })
  const vega = weight * root
  const ofUnderlying = sign * delivered * inUnderlying
  const ofStrike = sign * paid * inStrike
  return {
    price,
    delta: sign * carried * inUnderlying + 0,
    gamma: weighted(weight, 1 / (spot * spot * s)),
    vega,
    theta: dividendYield * ofUnderlying - rate * ofStrike - weighted(weight, ivAnnual / (2 * root)),
    rho: years * ofStrike + 0,
    dividendRho: -years * ofUnderlying + 0,
    vanna: s === 0 ? (vega * root) / (2 * spot) : (-vega * d2) / (spot * s),
    volga: s === 0 ? 0 : (vega * d1 * d2) / ivAnnual,
  }
}
