/**
 * The public contract of the protection API: the schemas that validate requests and from which OpenAPI is generated. Money leaves as
 * decimal strings; ratios are fractions although document 1 calls them `…Pct`; instants are ISO 8601 in fields that end in `Iso` or `At`.
 * Every answer has `asOfSeq`: the event up to which it is true, and it leaves only when that event is durable. Unknown fields are refused.
 */
import { z } from 'zod'
import { quoteCharge } from './contract-charge.ts'
import { certified, floorTerms, renewalTries } from './contract-coverage.ts'
import { zDecimal, zDecimalIn } from './contract-decimal.ts'

export const LIMIT_DEFAULT = 100
export const LIMIT_MAX = 1_000
export const POSITIONS_MAX = 100
export const MTM_AGE_MAX_MS = 15_000

export const zText = z.string().min(1).max(120)
export const zId = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[\x21-\x7e]+$/, 'printable characters without spaces')
export const zSide = z.enum(['long', 'short'])
export const zIso = z.iso.datetime()
export const asOfSeq = z.number().int().min(0)
const zScalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

export const explanationSchema = z.object({
  gate: z.string(),
  code: z.string(),
  field: z.string(),
  seen: zScalar,
  limit: zScalar,
  flip: z.object({ field: z.string(), to: zScalar }).optional(),
  cause: z.number().int(),
})
const venuePrices = z
  .array(
    z.object({
      venue: z.string(),
      premiumUsdc: zDecimal,
      ageMs: z.number(),
      indicative: z.literal(true).optional().describe('A venue that prices and does not execute.'),
      lostBecause: z.string().optional(),
    }),
  )
  .describe('The best cover of each venue that has one; fresh prices first, the lowest of them first.')
export const failureSchema = z.object({
  status: z.enum(['error', 'no_quote', 'blocked', 'premium_floor']),
  reason: z.string(),
  explanation: explanationSchema,
  asOfSeq,
  venues: venuePrices.optional(),
  retryUntil: zIso.optional().describe('Of an activation that bought nothing while its quote is open: until then it may be sent again.'),
})
export const pendingSchema = z.object({ status: z.literal('pending'), commandId: z.string(), asOfSeq })

export const healthSchema = z.object({ status: z.literal('ok') })
const check = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })
export const readySchema = z.object({ status: z.enum(['ok', 'not_ready']), checks: z.array(check), asOfSeq })

export const accountQuery = z.strictObject({ accountId: zId.optional() })
export const listQuery = {
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
  after: z.coerce.number().int().min(0).optional(),
}

export const ingestRequest = z.strictObject({
  accountId: zId,
  positions: z
    .array(
      z.strictObject({
        id: zId.optional(),
        asset: zText,
        side: zSide,
        entryPrice: zDecimalIn,
        size: zDecimalIn,
        leverage: zDecimalIn,
      }),
    )
    .max(POSITIONS_MAX),
  source: zText.optional(),
  idempotencyKey: zId.optional(),
})
const ingestedPosition = z.object({
  id: z.string(),
  asset: z.string(),
  side: zSide,
  entryPrice: zDecimal,
  size: zDecimal,
  leverage: zDecimal,
  marginUsd: zDecimal,
})
export const ingestAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  count: z.number().int(),
  updatedAt: zIso,
  source: z.string(),
  positions: z.array(ingestedPosition),
  asOfSeq,
})

const position = ingestedPosition.extend({
  markPrice: zDecimal.nullable(),
  pnlUsdc: zDecimal.nullable(),
  markAgeMs: z.number().nullable(),
})
export const positionsAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  positions: z.array(position),
  source: z.string().nullable(),
  updatedAt: zIso.nullable(),
  asOfSeq,
})

export const priceAnswer = z.object({
  status: z.literal('ok'),
  asset: z.literal('BTC'),
  priceUsdc: zDecimal,
  low: zDecimal,
  high: zDecimal,
  ageMs: z.number(),
  observedAtIso: zIso,
  sources: z.array(z.object({ venue: z.string(), priceUsdc: zDecimal, ageMs: z.number() })),
  asOfSeq,
})

export const ivParams = z.strictObject({ asset: zId.describe('BTC; of any other: `unsupported_asset`.') })
export const ivQuery = z.strictObject({
  tenorDays: z.coerce.number().positive().max(1_000).default(7).describe('Days of 24 hours from now.'),
})
export const ivAnswer = z.object({
  status: z.literal('ok'),
  asset: z.literal('BTC'),
  iv: z.number().describe('Annual implied volatility at the money, as a fraction.'),
  ivHedge: z.number().describe('At the ask of the protective put, 10 % under the forward; never under iv.'),
  ivRegime: z.enum(['low', 'normal', 'high', 'unknown']),
  tenorDays: z.number(),
  ageMs: z.number().describe('Of the oldest quote behind it.'),
  asOfSeq,
})

export const quoteRequest = z.strictObject({
  accountId: zId.optional(),
  positionId: zId.optional(),
  asset: zText,
  side: zSide,
  tierName: zText,
  leverage: zDecimalIn,
  positionSize: zDecimalIn,
  drawdownFloorPct: zDecimalIn.optional(),
  equityFloorPct: zDecimalIn.optional(),
  tenorDays: zDecimalIn,
  renewal: z.enum(['hold-limit', 'rolling', 'none']).optional(),
  fixedPriceUsdc: zDecimalIn.optional(),
  allowPremiumPassThrough: z.boolean().optional(),
  alternatives: z.boolean().optional().describe('Show what two options together would cost.'),
  combinations: z
    .enum(['allowed', 'none'])
    .optional()
    .describe('Whether two options of one expiry may be bought as one cover where that costs less than one; by default never.'),
  spotPrice: zDecimalIn.optional(),
  allowCached: z.boolean().optional().describe('An answer of the cache will do: it may be up to 20 s old and cannot be activated.'),
  idempotencyKey: zId.optional(),
})
export const quoteAnswer = z.looseObject({
  status: z.enum(['ok', 'pass_through', 'pass_through_capped', 'premium_floor']),
  quoteId: z.string().nullable(),
  expiresAt: zIso.nullable(),
  instrument: z.string(),
  strike: zDecimal,
  optionType: z.enum(['put', 'call']).nullable(),
  expiryIso: zIso,
  size: zDecimal,
  floorPrice: zDecimal.nullable(),
  floorEquity: zDecimal,
  ...floorTerms,
  ...quoteCharge,
  selectedVenue: z.string().nullable(),
  venues: venuePrices,
  runnerUp: z.object({ instrument: z.string(), premiumUsdc: zDecimal, lostBecause: z.string().nullable() }).nullable(),
  cached: z.literal(false),
  explanation: explanationSchema.describe('Why this cover: its score against the runner-up.'),
  asOfSeq,
})

const leg = z.object({ instrument: z.string(), size: zDecimal, optionType: z.enum(['put', 'call']), strike: zDecimal, venue: z.string() })
export const activationAnswer = z.looseObject({
  status: z.literal('ok'),
  coverageId: z.string(),
  coverageLegs: z.array(leg),
  expiryIso: zIso,
  floorPrice: zDecimal,
  floorEquity: zDecimal,
  ...floorTerms,
  drawdownLimitUsdc: zDecimal,
  premiumUsdc: zDecimal,
  feeUsdc: zDecimal,
  selectedVenue: z.string(),
  asOfSeq,
})

export const activeCoverage = z.object({
  coverageId: z.string(),
  accountId: z.string(),
  positionIds: z.array(z.string()),
  tierName: z.string(),
  activatedAt: zIso.nullable(),
  expiryIso: zIso,
  floorPrice: zDecimal,
  floorEquity: zDecimal,
  ...floorTerms,
  drawdownLimitUsdc: zDecimal,
  selectedVenue: z.string(),
  coverageLegs: z.array(leg),
  premiumUsdc: zDecimal,
  feeUsdc: zDecimal,
  mtmUsdc: zDecimal.nullable(),
  coverageRatio: zDecimal.nullable(),
  renewalTries: renewalTries.optional(),
  ...certified,
  alarm: z.string().optional(),
  explanation: explanationSchema.optional().describe('Why the alarm, where there is one.'),
})
export const coveragesAnswer = z.object({ status: z.literal('ok'), coverages: z.array(activeCoverage), asOfSeq })

export const riskQuery = z.strictObject({
  accountId: zId.optional(),
  cashUsdc: zDecimalIn.optional(),
  positionPnlUsdc: zDecimalIn.optional(),
  hedgeMtmUsdc: zDecimalIn.optional(),
  drawdownLimitUsdc: zDecimalIn.optional(),
  initialBalanceUsdc: zDecimalIn.optional(),
  /** Absent: `MTM_AGE_MAX_MS` of the caller's clock, in market time. */
  maxMtmAgeMs: z.coerce.number().int().min(0).max(86_400_000).optional(),
})
export const riskAnswer = z.object({
  status: z.literal('ok'),
  equityUsdc: zDecimal,
  drawdownLimitUsdc: zDecimal,
  drawdownBufferUsdc: zDecimal,
  inputs: z.array(z.object({ name: z.string(), value: zDecimal, source: z.enum(['client', 'ledger']), ageMs: z.number().nullable() })),
  asOfSeq,
})

const zFlag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1')
export const auditQuery = z.strictObject({
  ...listQuery,
  after: listQuery.after.describe('Entries with a greater `seq`, oldest first; 0 starts with the oldest. Absent: the newest entries.'),
  showAll: zFlag.default(false).describe('With the internal entries (quotes, decisions, execution quality).'),
})
export const auditAnswer = z.object({
  status: z.literal('ok'),
  entries: z.array(z.object({ seq: z.number().int(), ts: zIso, event: z.string(), payload: z.json(), hash: z.string() })),
  next: z
    .number()
    .int()
    .nullable()
    .describe(
      'The `after` of the next page while pages are full; null on the last one, and always without `after`: nothing newer is there.',
    ),
  asOfSeq,
})

export const commandParams = z.strictObject({ id: zId })
export const explainParams = z.strictObject({ seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })
export const explainAnswer = z.object({
  status: z.literal('ok'),
  seq: z.number().int(),
  chain: z.array(
    z.object({
      seq: z.number().int(),
      topic: z.string(),
      /** How the step before led here: inside one step, by a stated cause, or by an identity both name; or what the asked event led to. */
      link: z.enum(['asked', 'led_to', 'via', 'cause', 'order', 'intent', 'quote', 'coverage', 'command']),
      atIso: zIso.nullable(),
      source: z.string().nullable(),
      /** False for an event that is recomputed on replay and was never written. */
      written: z.boolean(),
      explanation: explanationSchema.nullable(),
      record: z.json().nullable(),
    }),
  ),
  complete: z.boolean(),
  asOfSeq,
})

export const configAnswer = z.object({
  status: z.literal('ok'),
  digest: z.string(),
  codeDigest: z.string(),
  values: z.array(z.object({ path: z.string(), value: zScalar, source: z.string() })),
  asOfSeq,
})

export type ApiExplanation = z.output<typeof explanationSchema>
export type Failure = z.output<typeof failureSchema>
export type ReadyAnswer = z.output<typeof readySchema>
export type PositionsAnswer = z.output<typeof positionsAnswer>
export type PriceAnswer = z.output<typeof priceAnswer>
export type IvAnswer = z.output<typeof ivAnswer>
export type QuoteAnswer = z.output<typeof quoteAnswer>
export type ActivationAnswer = z.output<typeof activationAnswer>
export type ActiveCoverage = z.output<typeof activeCoverage>
export type RiskAnswer = z.output<typeof riskAnswer>
export type RiskQuery = z.output<typeof riskQuery>
export type AuditAnswer = z.output<typeof auditAnswer>
export type ExplainAnswer = z.output<typeof explainAnswer>
export type ConfigAnswer = z.output<typeof configAnswer>
