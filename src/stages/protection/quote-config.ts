/**
 * Configuration of quotes. Gates are Y-10's; ages are C-36's (a quote is fresh for 4 to 30 s live, a recording states its own cadence and
 * the backtest raises `quoteMaxAgeMs`); scoring weights are configuration (P-02). Weights multiply fractions of notional:
 * `costPerDay` premium and fee a day, `guarantee` the floor equity (why it is small: docs/studies/protection.md), `spread` ask less bid,
 * `expiryDistance` tenors beyond the one asked for.
 */
import { z } from 'zod'
import { parseRatio, ratio, RATIO_ONE } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'
import { DERIBIT_OPTION_FEES } from '#domain/fees.ts'
import { STUB_BID_SHARE } from '#domain/plausible-bid.ts'
import { riskControlsSchema, tiersNamed } from '#domain/risk-controls.ts'
import { nearestName } from '#base/near-name.ts'
import { tiersConfig } from './tiers.ts'

/** A fraction of at least 0, written as a plain decimal string. */
function share(fallback: string) {
  return z
    .string()
    .default(fallback)
    .transform((text, context): Ratio => {
      const value = parseRatio(text)
      if (value !== undefined && !value.isNegative()) return value
      context.addIssue({ code: 'custom', message: 'expected a fraction of at least 0 as a plain decimal string' })
      return ratio('0')
    })
}
const weights = z.strictObject({
  costPerDay: z.number().min(0).default(1),
  guarantee: z.number().min(0).default(0.0005),
  spread: z.number().min(0).default(0.05),
  expiryDistance: z.number().min(0).default(0.001),
})
const fees = z.strictObject({
  tradeRate: share(DERIBIT_OPTION_FEES.tradeRate.toString()),
  tradeCap: share(DERIBIT_OPTION_FEES.tradeCap.toString()),
  deliveryRate: share(DERIBIT_OPTION_FEES.deliveryRate.toString()),
  deliveryCap: share(DERIBIT_OPTION_FEES.deliveryCap.toString()),
  /** Of closing the position, as a bound: without the discount a venue may give to reducing orders. */
  takerRate: share('0.0005'),
})

export const quotesConfig = z
  .strictObject({
    tiers: tiersConfig,
    leverageMax: z.number().min(1).max(100).default(25),
    tenorDaysMax: z.number().int().min(1).default(90),
    sizeMax: z
      .string()
      .regex(/^\d{1,6}(\.\d)?$/)
      .default('1000'),
    /** Venues that may execute; empty: all that send option quotes. */
    venues: z.array(z.string()).default([]),
    /** An expiry may lie this much before the end of the tenor. */
    expirySlackMs: z.number().min(0).default(0),
    /** The latest expiry looked at, in tenors. */
    tenorMultipleMax: z.number().min(1).default(3),
    quoteMaxAgeMs: z.number().positive().default(30_000),
    /** A pricing venue's middle may be off by this share of the executing one's, or by so many ticks where that is more (F-V20). */
    venueGapMax: z.number().positive().default(0.35),
    venueGapTicks: z.number().int().min(0).default(3),
    indexMaxAgeMs: z.number().positive().default(30_000),
    accountMaxAgeMs: z.number().positive().default(30_000),
    /** How long a client may accept a quote; its prices may be too old long before (docs/decisions/0030-a-quote-has-a-deadline-of-its-own.md). */
    quoteTtlMs: z.number().positive().default(30_000),
    /** A `spotPrice` that a caller states may be this share of the index away from it. */
    spotToleranceMax: share('0.01'),
    /** No quote that could not be activated: there is a position to protect, of the side and size asked for, and not covered yet. */
    requirePosition: z.boolean().default(true),
    spreadMax: share('0.15'),
    spreadTicksMax: z.number().int().min(0).default(2),
    availableRatioMin: share('1'),
    slippageMax: share('0.05'),
    /** A bid under this share of an option's worth is a stub: a roll does not count on it. */
    stubBidShare: share(STUB_BID_SHARE.toString()),
    /** Share of a cover's bid that counts towards margin (design section 2). */
    optionMarginCredit: share('1'),
    /** Of the venue: maintenance margin and the fee of a liquidation, as shares of the notional; a floor must lie above both together. */
    maintenanceMarginRate: share('0.01'),
    liquidationFeeRate: share('0.005'),
    fees: fees.prefault({}),
    /** The floor of a short counts its exit costs up to this multiple of the strike (docs/decisions/0011-exit-costs-in-the-floor.md). */
    settlementMultipleMax: share('2').refine((multiple) => multiple.compare(RATIO_ONE) >= 0, 'expected at least 1'),
    weights: weights.prefault({}),
    /** Prices, caps and limits of the product (document 1 section 7.6); where they state a gate, it is the one in force. */
    riskControls: riskControlsSchema.prefault({}),
  })
  .superRefine(({ tiers, riskControls }, context) => {
    for (const { key, tier } of tiersNamed(riskControls)) {
      if (Object.hasOwn(tiers, tier)) continue
      const near = nearestName(tier, Object.keys(tiers))
      const message = near === undefined ? `expected a tier: ${Object.keys(tiers).join(', ')}` : `expected a tier; did you mean ${near}?`
      context.addIssue({ code: 'custom', path: ['riskControls', key, tier], message })
    }
  })
  .prefault({})
export type QuotesConfig = z.output<typeof quotesConfig>
