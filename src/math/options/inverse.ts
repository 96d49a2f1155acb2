/**
 * Coin-settled ("inverse") options: quoted, paid and settled in the coin, struck in USD. The coin price is the undiscounted Black price
 * over the forward (rate 0: the coin forward carries the basis); the holder's exposure to the forward is the delta less the premium
 * itself, since the premium is coin: delta_pa = N(+-d1) delta - price_coin = F d(price_coin)/dF (the "premium-adjusted" delta of FX desks).
 * At delivery max(+-(D - K), 0) / D coins are paid: never more than one for a call, any number for a put when D falls.
 * Units: prices and strike in USD per coin, `…Coin` in coins per one-coin contract, years, vol per year.
 * Edges: no time or no vol as in black76-greeks.ts; a delivery price that is not positive is a bug of the caller.
 * Models only: what is owed at settlement is computed exactly by the ledger, from the same formula.
 */
import { assert } from '#base/assert.ts'
import { greeksBlack76 } from './black76-greeks.ts'
import type { OptionRight } from './black76.ts'

const DAYS_PER_YEAR = 365

export interface InverseInput {
  readonly right: OptionRight
  readonly forward: number
  readonly strike: number
  readonly years: number
  readonly ivAnnual: number
}

export interface InverseQuote {
  readonly priceUsd: number
  readonly priceCoin: number
  /** N(d1) of a call, N(d1) - 1 of a put. */
  readonly deltaUsd: number
  readonly deltaPremiumAdjusted: number
  readonly gammaUsd: number
  /** USD per 0.01 of vol. */
  readonly vegaUsdPerVolPoint: number
  /** USD per calendar day. */
  readonly thetaUsdPerDay: number
}

export function quoteInverse(input: InverseInput): InverseQuote {
  const { price, delta, gamma, vega, theta } = greeksBlack76({ ...input, rate: 0 })
  const priceCoin = price / input.forward
  return {
    priceUsd: price,
    priceCoin,
    deltaUsd: delta,
    deltaPremiumAdjusted: delta - priceCoin,
    gammaUsd: gamma,
    vegaUsdPerVolPoint: vega / 100,
    thetaUsdPerDay: theta / DAYS_PER_YEAR,
  }
}

/** Coins paid per one-coin contract at delivery. */
export function payoutInverse(right: OptionRight, strike: number, deliveryPrice: number): number {
  assert(strike > 0 && deliveryPrice > 0, 'strike and delivery price are positive')
  const moneyness = right === 'call' ? deliveryPrice - strike : strike - deliveryPrice
  return moneyness > 0 ? moneyness / deliveryPrice : 0
}

/** Result of the holder in coins; the writer's is its opposite. */
export function longResultInverse(right: OptionRight, strike: number, deliveryPrice: number, premiumCoin: number): number {
  return payoutInverse(right, strike, deliveryPrice) - premiumCoin
}
