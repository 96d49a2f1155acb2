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
})
/** Asked for inside the platform: by a command, by a renewal that is due. */
export const quoteRequest = z.object({
  requestId: z.string(),
  cause: z.enum(['command', 'activation', 'renewal']),
  commandId: zCommandId.optional(),
  /** The cover to be followed; its limit then binds the new floor. */
  renews: zCoverageId.optional(),
  drawdownLimit: zUsdc.optional(),
  /** The quote a client activates; then only the instrument of that quote is priced again. */
  activates: zQuoteId.optional(),
  instrument: zInstrumentId.optional(),
  terms: protectionTerms,
})
const line = z.object({ name: z.string(), usdc: zUsdc })
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
  cause: quoteRequest.shape.cause.optional(),
  activates: zQuoteId.optional(),
  roll: roll.optional(),
  terms: protectionTerms,
  status: z.enum(['ok', 'no_quote']),
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
  venues: z.array(z.object({ venue: z.string(), premium: zUsdc, ageMs: z.number(), lostBecause: z.string().optional() })).optional(),
  /** What is paid now: premium, purchase fee and their total; then what leaving at settlement may cost at most. */
  lines: z.array(line),
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
    'renewal_not_due',
    'renewal_due',
    'renewal_refused',
    'renewal_placed',
    'renewal_completed',
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
  ]),
  coverageId: zCoverageId.optional(),
  explanation: zExplanation,
  detail: z.record(z.string(), z.string()),
})
export type ProtectionTerms = z.output<typeof protectionTerms>
export type QuoteRequest = z.output<typeof quoteRequest>
export type Roll = z.output<typeof roll>
export type Candidate = z.output<typeof candidate>
export type PutQuote = z.output<typeof putQuote>
export type Coverage = z.output<typeof coverage>
export type ProtectionDecision = z.output<typeof protectionDecision>
