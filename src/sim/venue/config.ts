/**
 * What a simulated venue is told at its start; plain JSON, so that it can be kept with the state. Exact values are decimal strings, rates
 * fractions. `market` puts the seeded market inside; without it the venue is fed with quotes. Defaults: Deribit's published perpetual
 * and option fees, the sample tiers of S4 for spot, maintenance margin 1 % of notional, liquidation fee 0.5 % of notional,
 * hedge value counted in full at the conservative close, a reduce-only order that reduces pays a fifth less (C-65).
 */
import { z } from 'zod'
import { DEFAULT_TIERS, DERIBIT_OPTION_FEES, DERIBIT_PERPETUAL_TIERS } from '#domain/fees.ts'
import type { FeeTier, OptionFees } from '#domain/fees.ts'
import { usdc } from '#units/money.ts'
import { parseRatio, ratio } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'

const zDecimal = z.string().refine((text) => parseRatio(text) !== undefined, 'expected a plain decimal')
const zShare = zDecimal.refine((text) => !(parseRatio(text)?.isNegative() ?? true), 'expected a decimal of 0 or more')
const zSpan = z.int().min(0).max(86_400_000)
const tier = z.strictObject({ name: z.string(), volumeThreshold: zShare, makerRate: zDecimal, takerRate: zShare })
const tiersOf = (tiers: readonly FeeTier[]): z.input<typeof tier>[] =>
  tiers.map(({ name, volumeThreshold, makerRate, takerRate }) => ({
    name,
    volumeThreshold: volumeThreshold.toString(),
    makerRate: makerRate.toString(),
    takerRate: takerRate.toString(),
  }))

export const venueAccount = z.strictObject({
  account: z.string().min(1),
  /** Pays premiums in coin and revalues it; without, the venue converts premium, fee and payout at its index. */
  holdsCoin: z.boolean().default(false),
  /** Where no order has set one: initial margin = notional / leverage. */
  leverage: z.number().min(1).max(1000).default(1),
  usdc: zShare.default('0'),
  btc: zShare.default('0'),
})

export const venueConfig = z.strictObject({
  venue: z.string().min(1).default('sim'),
  accounts: z.array(venueAccount).default([]),
  leverageMax: z.number().min(1).max(1000).default(50),
  optionMarginCredit: zShare.default('1'),
  maintenanceMarginRate: zShare.default('0.01'),
  liquidationFeeRate: zShare.default('0.005'),
  reduceOnlyDiscount: zShare.default('0.2'),
  /** A bid for an option under this share of what it would deliver (at most its mark) counts as none for margin. */
  stubBidShare: zShare.default('0.5'),
  perpetualTiers: z.array(tier).min(1).default(tiersOf(DERIBIT_PERPETUAL_TIERS)),
  spotTiers: z.array(tier).min(1).default(tiersOf(DEFAULT_TIERS)),
  /** Time in which size taken from the market's quotes comes back; 0: with the next quote. Default 10 s with a market inside, else 0. */
  refillMs: zSpan.optional(),
  /** A question about an order may be answered `not_found` for so long after its arrival, when the network says so. */
  visibilityDelayMs: zSpan.default(1_000),
  /** Account events kept for `query_trades_since`. */
  historyMax: z.int().min(1).default(10_000),
  market: z
    .strictObject({
      seed: z.int(),
      scenario: z.enum(['calm', 'crash', 'grind', 'squeeze']).default('calm'),
      startAt: z.int(),
      startPrice: z.number().min(1).max(1e8),
      optionQuoteMs: z.int().min(1_000).default(10_000),
      heldQuoteMs: z.int().min(1_000).default(2_000),
    })
    .optional(),
})
export type VenueConfig = z.output<typeof venueConfig>
export type VenueConfigInput = z.input<typeof venueConfig>

/** The configuration in exact values. */
export interface Rules {
  readonly optionMarginCredit: bigint
  readonly maintenanceMarginRate: bigint
  readonly liquidationFeeRate: Ratio
  readonly reduceOnlyDiscount: Ratio
  readonly stubBidShare: bigint
  readonly perpetualTiers: readonly FeeTier[]
  readonly spotTiers: readonly FeeTier[]
  readonly optionFees: OptionFees
  readonly refillMs: number
}

export function rulesOf(config: VenueConfig): Rules {
  const tiers = (from: VenueConfig['spotTiers']): readonly FeeTier[] =>
    from.map(({ name, volumeThreshold, makerRate, takerRate }) => ({
      name,
      volumeThreshold: usdc(volumeThreshold),
      makerRate: ratio(makerRate),
      takerRate: ratio(takerRate),
    }))
  return {
    optionMarginCredit: ratio(config.optionMarginCredit).units,
    maintenanceMarginRate: ratio(config.maintenanceMarginRate).units,
    liquidationFeeRate: ratio(config.liquidationFeeRate),
    reduceOnlyDiscount: ratio(config.reduceOnlyDiscount),
    stubBidShare: ratio(config.stubBidShare).units,
    perpetualTiers: tiers(config.perpetualTiers),
    spotTiers: tiers(config.spotTiers),
    optionFees: DERIBIT_OPTION_FEES,
    refillMs: config.refillMs ?? (config.market === undefined ? 0 : 10_000),
  }
}
