/** Quotes, covers and the decisions about them. Amounts in USDC unless the name says coin. */
import { z } from 'zod'
import {
  zAccountId,
  zBtc,
  zBtcUsdc,
  zCoin,
  zCommandId,
  zCoinPremium,
  zCoverageId,
  zEpochMs,
  zExplanation,
  zFloat,
  zInstrumentId,
  zIntentId,
  zQuoteId,
  zRatio,
  zUsdc,
} from './schema.ts'

/** What is to be protected, and how. Exactly one of the two floors. */
export const protectionTerms = z.object({
  account: zAccountId,
  positionId: z.string().optional(),
  asset: z.literal('BTC'),
  side: z.enum(['long', 'short']),
  tierName: z.string(),
  leverage: z.number(),
  size: zBtc,
  /** Share of the price of the asset (0.10 = floor 10 % under a long's index). */
  drawdownFloor: zRatio.optional(),
  /** Share of the account's equity that must remain (0.80). */
  equityFloor: zRatio.optional(),
  tenorDays: z.number().int(),
  renewal: z.enum(['hold-limit', 'rolling', 'none']),
  premiumMax: zUsdc.optional(),
  /** The client would pay more than the fixed price, within the caps; and has consented to it. */
  passThrough: z.boolean().optional(),
  consent: z.boolean().optional(),
})
/** Asked for inside the platform: by a command, by a renewal that is due. */
export const quoteRequest = z.object({
  requestId: z.string(),
  cause: z.enum(['command', 'activation', 'renewal']),
  commandId: zCommandId.optional(),
  /** The cover to be followed; its limit then binds the new floor. */
  renews: zCoverageId.optional(),
  drawdownLimit: zUsdc.optional(),
  /** Show what two options together would cost. */
  alternatives: z.boolean().optional(),
  /** A price to be looked at: it cannot be activated and holds nothing of the budget. */
  preview: z.boolean().optional(),
  /** The quote a client activates; then only the instrument of that quote is priced again. */
  activates: zQuoteId.optional(),
  instrument: zInstrumentId.optional(),
  terms: protectionTerms,
})
const line = z.object({ name: z.string(), usdc: zUsdc })
/** What the client pays over the fixed price: within the cap; beyond it the platform gives up its markup, then subsidises. */
const passThrough = z.object({
  fixedPrice: zUsdc,
  capBase: zUsdc,
  capUplift: zUsdc,
  cap: zUsdc,
  user: zUsdc,
  subsidy: zUsdc,
  consentRequired: z.boolean(),
})
/** What the client is charged: `lines` add up to `charged`, to the last digit. The account pays premium and purchase fee at the venue itself. */
const charge = z.object({
  status: z.enum(['ok', 'pass_through', 'pass_through_capped']),
  lines: z.array(line),
  charged: zUsdc,
  /** The part of the hedge's cost that the platform bears. */
  subsidy: zUsdc,
  /** The least a client may be charged for this premium, and the regime that set it. */
  premiumFloor: zUsdc,
  ivRegime: z.enum(['low', 'normal', 'high', 'unknown']),
  passThrough: passThrough.optional(),
})
/** The book a quote was priced on: the level in full, so that its digest can be made again. */
const pricedBook = z.object({
  ask: zCoinPremium,
  askSize: zBtc,
  bid: zCoinPremium.optional(),
  observedAt: zEpochMs,
  /** Offered at the top level for each coin that is to be bought. */
  liquidityRatio: zRatio,
  digest: z.string(),
})
const driftTolerance = z.object({ pct: zRatio.optional(), usdc: zUsdc.optional() })
/** Two options that together keep what was asked for, for less; indicative: what is bought is always `selected`. */
const alternative = z.object({
  kind: z.enum(['two_strikes', 'two_expiries']),
  legs: z.array(z.object({ instrument: zInstrumentId, venue: z.string(), size: zBtc, premium: zUsdc, fee: zUsdc })),
  /** Premiums and purchase fees. */
  cost: zUsdc,
  /** Against the cover selected; absent where none can be bought. */
  saves: zUsdc.optional(),
  floorEquity: zUsdc,
  /** The earlier expiry; from then on the later leg alone is not the cover. */
  holdsUntil: zEpochMs,
})
const candidate = z.object({
  instrument: zInstrumentId,
  strike: zBtcUsdc,
  expiry: zEpochMs,
  premiumCoin: zCoinPremium,
  premium: zUsdc,
  fee: zUsdc,
  /** The most that delivery and closing the position may cost at settlement; counted in the floor. */
  exitCostMax: zUsdc.optional(),
  floorEquity: zUsdc,
  score: z.number(),
  lostBecause: z.string().optional(),
})
/** A renewal that needs the worth of the old cover: the new one is bought first, then the old one is sold, at this bid or better. */
const roll = z.object({
  coverageId: zCoverageId,
  venue: z.string(),
  instrument: zInstrumentId,
  size: zBtc,
  bidCoin: zCoinPremium,
  proceeds: zUsdc,
  fee: zUsdc,
})
/** A quote that can be activated until `goodUntil`, or the reasons why there is none. */
export const putQuote = z.object({
  requestId: z.string(),
  commandId: zCommandId.optional(),
  renews: zCoverageId.optional(),
  preview: z.boolean().optional(),
  cause: quoteRequest.shape.cause.optional(),
  activates: zQuoteId.optional(),
  roll: roll.optional(),
  terms: protectionTerms,
  status: z.enum(['ok', 'no_quote']),
  /** The documented variant of the status, where it is not the plain one. */
  variant: z.enum(['pass_through', 'pass_through_capped', 'premium_floor']).optional(),
  charge: charge.optional(),
  ivRegime: z.enum(['low', 'normal', 'high', 'unknown']).optional(),
  /** How much dearer than quoted the price may be at activation; the strictest of what is stated. */
  driftTolerance: driftTolerance.optional(),
  book: pricedBook.optional(),
  alternatives: z.array(alternative).optional(),
  quoteId: zQuoteId.optional(),
  goodUntil: zEpochMs.optional(),
  venue: z.string().optional(),
  optionType: z.enum(['put', 'call']).optional(),
  selected: candidate.optional(),
  /** Highest price in coin the order may pay: the walked worst level within the slippage gate. */
  limitPremiumCoin: zCoinPremium.optional(),
  runnerUp: candidate.optional(),
  considered: z.number().int(),
  index: zBtcUsdc.optional(),
  floorPrice: zBtcUsdc.optional(),
  equityBefore: zUsdc.optional(),
  floorEquity: zUsdc.optional(),
  exitCostMax: zUsdc.optional(),
  /** Highest settlement index the floor speaks of; absent where it holds at every index (a long with puts). */
  floorHoldsUpTo: zBtcUsdc.optional(),
  /** What the floor does not count; see docs/decisions/0011-exit-costs-in-the-floor.md. */
  floorExcludes: z.array(z.string()).optional(),
  /** The best cover of each venue that has one. */
  venues: z
    .array(
      z.object({
        venue: z.string(),
        premium: zUsdc,
        ageMs: z.number(),
        /** Of a venue that only prices. */
        indicative: z.literal(true).optional(),
        lostBecause: z.string().optional(),
      }),
    )
    .optional(),
  /** Pricing venues that see the index or the option elsewhere by more than is allowed; absent where nothing was compared. */
  disagreements: z.array(z.object({ venue: z.string(), subject: z.string(), gap: zFloat, gapMax: zFloat })).optional(),
  /** What makes up the charge; they add up to it. */
  lines: z.array(line),
  /** What leaving at settlement may cost at most: in the floor, not in the charge. */
  exitLines: z.array(line).optional(),
  explanation: zExplanation.optional(),
})
/** A cover's life. `active` only once its hedge is confirmed filled for the full size. */
export const coverage = z.object({
  coverageId: zCoverageId,
  account: zAccountId,
  state: z.enum(['pending', 'active', 'failed', 'settling', 'expired', 'closed']),
  quoteId: zQuoteId,
  commandId: zCommandId.optional(),
  intentId: zIntentId.optional(),
  previousCoverageId: zCoverageId.optional(),
  terms: protectionTerms,
  venue: z.string(),
  instrument: zInstrumentId,
  optionType: z.enum(['put', 'call']),
  strike: zBtcUsdc,
  expiry: zEpochMs,
  size: zBtc,
  filled: zBtc,
  index: zBtcUsdc,
  premiumCoin: zCoinPremium,
  premium: zUsdc,
  fee: zUsdc,
  charge: charge.optional(),
  /** Charge less what the account paid at the venue: above 0 the client owes it to the platform, below 0 the platform to the client. */
  due: zUsdc.optional(),
  floorPrice: zBtcUsdc,
  floorEquity: zUsdc,
  /** Delivery and closing fee at settlement at their worst, in the floor. */
  exitCostMax: zUsdc.optional(),
  floorHoldsUpTo: zBtcUsdc.optional(),
  floorExcludes: z.array(z.string()).optional(),
  /** The account's funding until then, as the ledger has it: negative when paid. */
  fundingAtActivation: zUsdc.optional(),
  drawdownLimit: zUsdc,
  /** When the purchase was decided; the fill, and with it the activation, may come later. */
  decidedAt: zEpochMs.optional(),
  activatedAt: zEpochMs.optional(),
  settlementIndex: zBtcUsdc.optional(),
  payout: zUsdc.optional(),
  /** What the purchase works with: its number of the try, bound and age of its price, what was paid so far, the equity it started from. */
  attempt: z.number().int().optional(),
  limitPremiumCoin: zCoinPremium.optional(),
  goodUntil: zEpochMs.optional(),
  paid: z.object({ coin: zCoin, premium: zUsdc, fee: zUsdc }).optional(),
  equityBefore: zUsdc.optional(),
  /** While it is here, `floorEquity` is what holds without the sale that is still to come: intermediate, no floor the renewal promises. */
  roll: roll.optional(),
  alarm: z.string().optional(),
  explanation: zExplanation.optional(),
})
/** Every decision of the protection stage that is not itself a quote or a cover, explained. */
export const protectionDecision = z.object({
  account: zAccountId,
  kind: z.enum([
    'activation_refused',
    'activation_failed',
    'close_blocked',
    'renewal_not_due',
    'renewal_due',
    'renewal_refused',
    'renewal_placed',
    'renewal_completed',
    'renewal_escalated',
    'renewal_gap',
    'position_closing',
    'floor_lowered',
    'cover_settling',
    'payout_booked',
    'unprotected',
    'hedge_action_skipped',
    'unwind_placed',
    'unwind_completed',
    'late_fill',
    'roll_pending',
    'hedge_missing',
    'hedge_gone',
    'over_protected',
    'floor_eroded',
    'pass_through_gate',
    'premium_pass_through',
    'risk_budget_update',
    'liquidity_update',
  ]),
  coverageId: zCoverageId.optional(),
  explanation: zExplanation,
  detail: z.record(z.string(), z.string()),
})
export type ProtectionTerms = z.output<typeof protectionTerms>
export type QuoteRequest = z.output<typeof quoteRequest>
export type Roll = z.output<typeof roll>
export type Charge = z.output<typeof charge>
export type ChargeLine = z.output<typeof line>
export type PassThrough = z.output<typeof passThrough>
export type PricedBook = z.output<typeof pricedBook>
export type DriftTolerance = z.output<typeof driftTolerance>
export type Alternative = z.output<typeof alternative>
export type Candidate = z.output<typeof candidate>
export type PutQuote = z.output<typeof putQuote>
export type Coverage = z.output<typeof coverage>
export type ProtectionDecision = z.output<typeof protectionDecision>
