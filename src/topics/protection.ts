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
import {
  alternative,
  candidate,
  charge,
  coverLeg,
  driftTolerance,
  line,
  pricedBook,
  quotedLeg,
  roll,
  single,
  wantedLeg,
} from './protection-parts.ts'
import type { passThrough } from './protection-parts.ts'

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
  /** Two options may be bought together where that costs less than one; absent: always one. */
  combinations: z.literal('allowed').optional(),
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
  /** Of a combination that is activated: exactly these are priced again. */
  legs: z.array(wantedLeg).min(2).optional(),
  terms: protectionTerms,
})
/** A quote that can be activated until `acceptUntil`, or the reasons why there is none. */
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
  /** The client's deadline (see quote-deadline.ts); only of a quote that can be activated. */
  acceptUntil: zEpochMs.optional(),
  /** How long the prices it was made on may be used: an order that follows from this very pricing ends with them. */
  goodUntil: zEpochMs.optional(),
  venue: z.string().optional(),
  optionType: z.enum(['put', 'call']).optional(),
  selected: candidate.optional(),
  /** What is bought, where it is a combination, in the order of the purchase; `selected` then is the whole, its strike the mean. */
  legs: z.array(quotedLeg).min(2).optional(),
  single: single.optional(),
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
  /** Of the position, in the books or as the client states it, without this cover and those that stand; absent where there is none. */
  uncoveredSize: zBtc.optional(),
  /** What positions have lost that the client states beyond the books, at the index: in `equityBefore` and in the floor; absent where there is none. */
  statedResult: zUsdc.optional(),
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
const renewalTries = z.object({
  state: z.enum(['trying', 'abandoned']),
  partial: z.number().int(),
  partialMax: z.number().int(),
  since: zEpochMs,
  until: zEpochMs,
})
/** A client's choice of `rolling`, made with the purchase of a first cover: what the floor and the price of its renewals may be. */
const rollingConsent = z.object({
  policy: z.literal('rolling'),
  /** The quote, and the cover bought on it, that the client consented with. */
  quoteId: zQuoteId,
  coverageId: zCoverageId,
  consentedAt: zEpochMs,
  size: zBtc,
  /** Charged for that cover; and the most any may cost, where a limit was stated. */
  price: zUsdc,
  priceMax: zUsdc.optional(),
  drawdownFloor: zRatio.optional(),
  equityFloor: zRatio.optional(),
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
  /** Of the side covered, as the client's own statement called them when the purchase was decided; absent where the terms name one, or none was stated. */
  positionIds: z.array(z.string()).optional(),
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
  /** Of the position that no cover stands for: as it was when the cover was quoted, and while it is active as it is. */
  uncoveredSize: zBtc.optional(),
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
  /** Renewals of this cover that were bought in part and sold again: how many, how many at most, and until when it is tried. */
  renewalTries: renewalTries.optional(),
  /** Under the policy `rolling`: the consent this cover and those that follow rest on. */
  rollingConsent: rollingConsent.optional(),
  /** What a combination consists of, in the order of the purchase; absent where the cover is one option. `strike` then is their mean, rounded
   * against the client, `instrument` and `venue` those of the first, `size` and `filled` the sums, `expiry` the earliest. */
  legs: z.array(coverLeg).optional(),
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
    'renewal_consent',
    'renewal_partial',
    'renewal_abandoned',
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
    'partly_covered',
    'roll_pending',
    'stub_bid_forced',
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
export type RenewalTries = z.output<typeof renewalTries>
export type RollingConsent = z.output<typeof rollingConsent>
export type Charge = z.output<typeof charge>
export type ChargeLine = z.output<typeof line>
export type PassThrough = z.output<typeof passThrough>
export type PricedBook = z.output<typeof pricedBook>
export type DriftTolerance = z.output<typeof driftTolerance>
export type Alternative = z.output<typeof alternative>
export type QuotedLeg = z.output<typeof quotedLeg>
export type CoverLeg = z.output<typeof coverLeg>
export type Candidate = z.output<typeof candidate>
export type PutQuote = z.output<typeof putQuote>
export type Coverage = z.output<typeof coverage>
export type ProtectionDecision = z.output<typeof protectionDecision>
