/**
 * Price and greeks of a European option on a forward (Black 1976), the forward held fixed: delta = e^(-rT) N(d1), gamma = e^(-rT) n(d1) /
 * (F s), vega = e^(-rT) F n(d1) sqrt T, theta = r V - e^(-rT) F n(d1) vol / (2 sqrt T), rho = -T V, vanna = -e^(-rT) n(d1) d2 / vol,
 * volga = vega d1 d2 / vol, with s = vol sqrt T; a put's delta is the call's less e^(-rT). For many options: black76-batch.ts.
 * Units: price in those of forward and strike, years, vol and rate per year (rate continuously compounded); `Greeks` says per what.
 * Edges: no time or no vol gives the discounted intrinsic value and greeks of a straight line, at the money half a delta and an infinite
 * gamma; input that is no option (not positive, NaN) is a bug of the caller.
 */
import { assert } from '#base/assert.ts'
import type { Black76Input } from './black76.ts'
import { exp } from './exp.ts'
import { logMoneyness } from './log-moneyness.ts'
import type { Greeks } from './vanilla.ts'
import { priceVanilla, weighted } from './vanilla.ts'

export function greeksBlack76({ right, forward, strike, years, rate, ivAnnual }: Black76Input): Greeks {
  assert(forward > 0 && strike > 0, 'forward and strike are positive')
  assert(years >= 0 && ivAnnual >= 0, 'time and volatility are not negative')
  const discount = exp(-rate * years)
  const root = Math.sqrt(years)
  const s = ivAnnual * root
  const x = logMoneyness(forward, strike)
  const { price, inUnderlying, weight, d1, d2 } = priceVanilla({ right, delivered: forward, paid: strike, x, deviation: s })
  const value = discount * price
  const density = discount * weight
  const vega = density * root
  return {
    price: value,
    delta: (right === 'call' ? discount : -discount) * inUnderlying + 0,
    gamma: weighted(density, 1 / (forward * forward * s)),
    vega,
    theta: rate * value - weighted(density, ivAnnual / (2 * root)),
    rho: -years * value + 0,
    vanna: s === 0 ? (vega * root) / (2 * forward) : (-vega * d2) / (forward * s),
    volga: s === 0 ? 0 : (vega * d1 * d2) / ivAnnual,
  }
}
