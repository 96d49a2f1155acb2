/**
 * The contract of the protection page: the last quotes with what they were chosen over and why not, every cover that is remembered with its end
 * and its renewal, and what a cover pays at settlement. Amounts are decimal strings in USDC unless the name says otherwise, instants ISO 8601
 * in market time. `legs` is a list: a cover may be several options.
 */
import { z } from 'zod'
import { asOfSeq, explanationSchema, zId, zIso, zSide } from './contract.ts'
import { renewalTries } from './contract-coverage.ts'
import { zDecimal } from './contract-decimal.ts'

export const QUOTES_SHOWN = 20
export const COVERS_MAX = 200

const lineSchema = z.object({ name: z.string(), usdc: zDecimal })
const policy = z.enum(['hold-limit', 'rolling', 'none'])
const termsSchema = z.object({
  side: zSide,
  size: zDecimal.describe('BTC.'),
  tierName: z.string(),
  leverage: z.number(),
  drawdownFloorPct: zDecimal.nullable().describe('Share of the price, where the floor is one.'),
  equityFloorPct: zDecimal.nullable().describe('Share of the equity, where the floor is one.'),
  tenorDays: z.number().int(),
  renewal: policy,
})
const candidateSchema = z.object({
  instrument: z.string(),
  strike: zDecimal,
  expiryIso: zIso,
  premiumUsdc: zDecimal,
  feeUsdc: zDecimal.describe('Of the purchase, at the venue.'),
  floorEquity: zDecimal,
  score: z.number(),
  lostBecause: z.string().nullable(),
})
const quotedLegSchema = z.object({
  instrument: z.string(),
  venue: z.string(),
  strike: zDecimal,
  size: zDecimal,
  expiryIso: zIso,
  premiumUsdc: zDecimal,
  feeUsdc: zDecimal,
})
const zCoverState = z.enum(['pending', 'active', 'failed', 'settling', 'expired', 'closed'])

const quoteSchema = z.object({
  seq: z.number().int().nullable().describe('Of its record; null where it is older than what is remembered.'),
  atIso: zIso.nullable(),
  status: z.enum(['ok', 'pass_through', 'pass_through_capped', 'no_quote', 'premium_floor']),
  quoteId: z.string().nullable(),
  cause: z.enum(['command', 'activation', 'renewal']).nullable(),
  isPreview: z.boolean(),
  renews: z.string().nullable(),
  boughtAs: z.string().nullable().describe('The cover it became.'),
  boughtState: zCoverState.nullable().describe('What has become of that cover: a failed one bought nothing that stayed.'),
  terms: termsSchema,
  goodUntilIso: zIso.nullable(),
  msLeft: z.number().nullable().describe('Market time until it can no longer be activated; 0 when it is over.'),
  index: zDecimal.nullable(),
  floorPrice: zDecimal.nullable(),
  equityBefore: zDecimal.nullable(),
  selected: candidateSchema.nullable().describe('The whole: of a combination its strike is the mean.'),
  legs: z.array(quotedLegSchema).describe('What would be bought, one option or several; empty where there is no quote.'),
  single: z
    .object({ instrument: z.string(), chargedUsdc: zDecimal, floorEquity: zDecimal, savesUsdc: zDecimal })
    .nullable()
    .describe('The one option a combination was chosen over, and what that saves.'),
  lines: z.array(lineSchema).describe('They add up to chargedUsdc.'),
  chargedUsdc: zDecimal.nullable(),
  subsidyUsdc: zDecimal.nullable(),
  runnerUp: candidateSchema.nullable(),
  venues: z.array(
    z.object({
      venue: z.string(),
      premiumUsdc: zDecimal,
      ageMs: z.number(),
      isIndicative: z.boolean(),
      lostBecause: z.string().nullable(),
    }),
  ),
  considered: z.number().int(),
  explanation: explanationSchema.nullable().describe('Why there is none, and what would flip it.'),
})
export const quotesAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  quotes: z.array(quoteSchema).describe('Newest first.'),
  asOfSeq,
})

const legSchema = z.object({
  instrument: z.string(),
  optionType: z.enum(['put', 'call']),
  strike: zDecimal,
  size: zDecimal.describe('Bought.'),
  venue: z.string(),
  expiryIso: zIso,
  premiumUsdc: zDecimal,
  feeUsdc: zDecimal,
  settlementIndex: zDecimal.nullable(),
  payoutUsdc: zDecimal.nullable(),
})
const certifiedSchema = z.object({
  seq: z.number().int(),
  issuedAtIso: zIso,
  holds: z.boolean(),
  worstEquityUsdc: zDecimal,
  worstIndexUsdc: zDecimal,
  bindingKind: z.enum(['settlement', 'gap', 'path']),
  digest: z.string(),
})
const renewalSchema = z.object({
  policy,
  opensAtIso: zIso.nullable().describe('From here on a following cover is asked for with every tick; null: it is not renewed.'),
  msUntilOpen: z.number().nullable(),
  escalatesAtIso: zIso.nullable(),
  isScheduled: z.boolean().describe('On the client’s schedule, not the configured window.'),
  followerId: z.string().nullable(),
  tries: renewalTries.nullable().describe('Null while no renewal had to be undone.'),
})
const coverSchema = z.object({
  coverageId: z.string(),
  state: zCoverState,
  quoteId: z.string(),
  previousCoverageId: z.string().nullable(),
  side: zSide,
  tierName: z.string(),
  size: zDecimal.describe('Wanted, BTC.'),
  filled: zDecimal.describe('Bought, BTC.'),
  legs: z.array(legSchema),
  decidedAtIso: zIso.nullable(),
  activatedAtIso: zIso.nullable(),
  endedAtIso: zIso.nullable(),
  expiryIso: zIso,
  msLeft: z.number(),
  index: zDecimal.describe('At which the floor was quoted.'),
  premiumUsdc: zDecimal,
  feeUsdc: zDecimal.describe('At the venue.'),
  isCharged: z.boolean().describe('It came into force. Before, and where it failed, the charge is what was quoted.'),
  chargedUsdc: zDecimal,
  lines: z.array(lineSchema),
  floorPrice: zDecimal,
  floorEquity: zDecimal,
  drawdownLimitUsdc: zDecimal,
  floorHoldsUpTo: zDecimal.nullable(),
  floorExcludes: z.array(z.string()),
  uncoveredSize: zDecimal
    .nullable()
    .describe('Of the position, beyond this cover and those beside it when it was decided; null: not stated.'),
  mtmUsdc: zDecimal.nullable().describe('At the conservative close; null while it has no price, and once it is over.'),
  coverageRatio: zDecimal.nullable(),
  settlementIndex: zDecimal.nullable(),
  payoutUsdc: zDecimal.nullable(),
  certified: certifiedSchema.nullable(),
  renewal: renewalSchema,
  alarm: z.string().nullable(),
  explanation: explanationSchema.nullable(),
})
export const coversQuery = z.strictObject({
  accountId: zId.optional(),
  limit: z.coerce.number().int().min(1).max(COVERS_MAX).default(50),
})
export const coversAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  covers: z.array(coverSchema).describe('Standing ones first, then the newest to end.'),
  total: z.number().int(),
  asOfSeq,
})

const pointSchema = z.object({ index: zDecimal, withCover: zDecimal, withoutCover: zDecimal })
export const payoffAnswer = z.object({
  status: z.literal('ok'),
  coverageId: z.string(),
  basis: z.literal('certificate'),
  seq: z.number().int().describe('Of the certificate it is computed from.'),
  issuedAtIso: zIso,
  expiryIso: zIso,
  index: zDecimal.describe('Of the promise.'),
  indexNow: zDecimal.nullable(),
  floorPrice: zDecimal,
  floorEquity: zDecimal,
  strikes: z.array(zDecimal),
  points: z
    .array(pointSchema)
    .min(2)
    .describe(
      'Equity once settled and closed, by ascending index; exact at each point and linear between them. Fees of delivery and closing are in it.',
    ),
  liquidation: z
    .object({ withCover: zDecimal.nullable(), withoutCover: zDecimal.nullable() })
    .describe('Index at which the venue closes the account before settlement; options at intrinsic value. Null: nowhere.'),
  asOfSeq,
})

export type QuotesAnswer = z.output<typeof quotesAnswer>
export type QuoteShown = QuotesAnswer['quotes'][number]
export type CandidateShown = z.output<typeof candidateSchema>
export type CoversAnswer = z.output<typeof coversAnswer>
export type CoverShown = CoversAnswer['covers'][number]
export type PayoffAnswer = z.output<typeof payoffAnswer>
