/**
 * What a venue charges, unrounded. Perpetual and spot: notional x maker or taker rate, by volume tier (V-04, V-05); a reduce-only order that
 * truly reduces gets a share off a positive rate, a rebate (negative rate) is left alone (C-65). Options (Deribit): rate x coin of
 * underlying, at most a share of the premium; delivery at expiry likewise on the payout.
 * Units: rates are fractions of notional; option fees fall due in the option's premium currency.
 */
import { ratio, RATIO_ONE, RATIO_ZERO } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'
import { Money, usdc } from '#units/money.ts'
import type { Currency } from '#units/money.ts'
import type { CoinPremium } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import { multiplyUnits } from '#units/exact.ts'

export type Liquidity = 'maker' | 'taker'

export interface FeeTier {
  readonly name: string
  readonly volumeThreshold: Money<'USDC'>
  readonly makerRate: Ratio
  readonly takerRate: Ratio
}
export interface OptionFees {
  /** Share of the underlying per coin of option (0.0003). */
  readonly tradeRate: Ratio
  /** Cap as a share of the premium (0.125). */
  readonly tradeCap: Ratio
  readonly deliveryRate: Ratio
  readonly deliveryCap: Ratio
}

/** S4's default table: sample tiers of a spot venue (C-06). */
export const DEFAULT_TIERS: readonly FeeTier[] = [
  { name: 'Tier 1', volumeThreshold: usdc('0'), makerRate: ratio('0.006'), takerRate: ratio('0.010') },
  { name: 'Tier 2', volumeThreshold: usdc('10000'), makerRate: ratio('0.004'), takerRate: ratio('0.006') },
]
/** Deribit's published perpetual rates (2026) as a one-tier table. */
export const DERIBIT_PERPETUAL_TIERS: readonly FeeTier[] = [
  { name: 'base', volumeThreshold: usdc('0'), makerRate: ratio('0'), takerRate: ratio('0.0005') },
]
export const DERIBIT_OPTION_FEES: OptionFees = {
  tradeRate: ratio('0.0003'),
  tradeCap: ratio('0.125'),
  deliveryRate: ratio('0.00015'),
  deliveryCap: ratio('0.125'),
}
const REDUCE_ONLY_DISCOUNT = ratio('0.2')

/** The last tier whose threshold the 30-day volume has reached; a volume equal to the threshold is in the higher tier. */
export function tierFor(tiers: readonly FeeTier[], volume30d: Money<'USDC'>): FeeTier | undefined {
  return tiers.filter((tier) => volume30d.isAtLeast(tier.volumeThreshold)).at(-1)
}

export function effectiveRate(tier: FeeTier, liquidity: Liquidity, reduces: boolean, discount: Ratio = REDUCE_ONLY_DISCOUNT): Ratio {
  const rate = liquidity === 'maker' ? tier.makerRate : tier.takerRate
  return reduces && rate.compare(RATIO_ZERO) > 0 ? rate.times(RATIO_ONE.minus(discount)) : rate
}

export function notionalFee<C extends Currency>(notional: Money<C>, rate: Ratio): Money<C> {
  return notional.times(rate, 'half-even')
}

/** Fee of an option trade in its premium currency, where premium and underlying are in the same unit (coin-settled options). */
export function optionTradeFee(premium: CoinPremium, quantity: Quantity<'BTC'>, fees: OptionFees): Money<'BTC'> {
  const onUnderlying = multiplyUnits(quantity.units, fees.tradeRate.units)
  const cap = premium.times(quantity).times(fees.tradeCap, 'half-even').units
  return new Money<'BTC'>(onUnderlying < cap ? onUnderlying : cap)
}

/** Delivery fee on a payout in coin. */
export function optionDeliveryFee(payout: Money<'BTC'>, quantity: Quantity<'BTC'>, fees: OptionFees): Money<'BTC'> {
  const onUnderlying = multiplyUnits(quantity.abs().units, fees.deliveryRate.units)
  const cap = payout.times(fees.deliveryCap, 'half-even').units
  return new Money<'BTC'>(onUnderlying < cap ? onUnderlying : cap)
}
