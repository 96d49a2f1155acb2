/**
 * What the venue charges for a trade, by `domain/fees.ts`: perpetual and spot a share of the notional by 30-day volume tier, options a
 * share of the underlying capped by the premium. Perpetual: USDC, or coin where inverse; coin options: coin. Unrounded beyond 1e-18.
 */
import { assert } from '#base/assert.ts'
import { effectiveRate, optionTradeFee, tierFor } from '#domain/fees.ts'
import type { FeeTier, Liquidity } from '#domain/fees.ts'
import type { Instrument } from '#domain/instrument.ts'
import { multiplyUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import type { Currency } from '#units/money.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { worth } from './account.ts'
import type { Account } from './account.ts'
import type { Rules } from './config.ts'

export interface Charge {
  readonly amount: bigint
  readonly currency: Currency
}
export interface Chargeable {
  readonly instrument: Instrument
  readonly price: bigint
  /** Positive. */
  readonly quantity: bigint
  readonly index: bigint
  readonly liquidity: Liquidity
  /** A reduce-only order that truly reduces. */
  readonly reduces: boolean
  readonly at: number
}

const DAY_MS = 86_400_000
const WINDOW_DAYS = 30

export function chargeFor(rules: Rules, account: Account, trade: Chargeable): Charge {
  const { instrument, price, quantity, index } = trade
  if (instrument.kind === 'option') return { amount: optionFee(rules, trade), currency: instrument.settlement }
  const isSpot = instrument.kind === 'spot'
  const tier = tierOf(isSpot ? rules.spotTiers : rules.perpetualTiers, account, trade.at)
  const rate = effectiveRate(tier, trade.liquidity, trade.reduces && !isSpot, rules.reduceOnlyDiscount)
  const notional = worth(instrument, quantity, price)
  assert(index > 0n || instrument.settlement === 'USDC', 'coin results need an index')
  return { amount: multiplyUnits(notional < 0n ? -notional : notional, rate.units), currency: instrument.settlement }
}

/** Notional in USDC counts towards the tier of later trades: the tier is fixed at the time of each fill. */
export function countVolume(account: Account, { instrument, price, quantity, index, at }: Chargeable): void {
  const notional =
    instrument.kind === 'inverse-perpetual' ? quantity : multiplyUnits(quantity, instrument.kind === 'option' ? index : price)
  const day = Math.floor(at / DAY_MS)
  account.volume.set(day, (account.volume.get(day) ?? 0n) + notional)
  for (const old of account.volume.keys()) if (old <= day - WINDOW_DAYS) account.volume.delete(old)
}

function tierOf(tiers: readonly FeeTier[], account: Account, at: number): FeeTier {
  const oldest = Math.floor(at / DAY_MS) - WINDOW_DAYS
  let volume = 0n
  if (tiers.length > 1) for (const [day, notional] of account.volume) if (day > oldest) volume += notional
  const tier = tierFor(tiers, new Money<'USDC'>(volume)) ?? tiers[0]
  assert(tier !== undefined, 'a venue has at least one tier')
  return tier
}

function optionFee({ optionFees }: Rules, { instrument, price, quantity, index }: Chargeable): bigint {
  if (instrument.settlement === 'BTC')
    return optionTradeFee(new Price<'BTC', 'BTC'>(price), new Quantity<'BTC'>(quantity), optionFees).units
  const onUnderlying = multiplyUnits(multiplyUnits(quantity, index), optionFees.tradeRate.units)
  const cap = multiplyUnits(multiplyUnits(quantity, price), optionFees.tradeCap.units)
  return onUnderlying < cap ? onUnderlying : cap
}
