/**
 * The contract of the page's own routes under `/api`: one overview for the first screen, the history behind its chart, and the stream
 * that repeats the overview at most twice a second and tells every decision once. Amounts are decimal strings in USDC, distances are
 * fractions, ages and times to come are in market time.
 */
import { z } from 'zod'
import { explanationSchema } from './contract.ts'
import { zDecimal } from './contract-decimal.ts'
import { STALE_MARKS } from './contract-proof.ts'

export const DECISIONS_SHOWN = 20
export const HISTORY_MAX = 5_000
export const HISTORY_POINTS = 2_000
const zIso = z.iso.datetime()
const zScalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

export const decisionSchema = z.object({
  seq: z.number().int(),
  atIso: zIso,
  kind: z.string(),
  gate: z.string(),
  code: z.string(),
  field: z.string(),
  seen: zScalar,
  limit: zScalar,
  flip: explanationSchema.shape.flip.unwrap().nullable(),
  /** One plain sentence. */
  text: z.string(),
})
const alertSchema = z.object({
  name: z.string(),
  /** What it is about: an account, a cover, a venue. */
  subject: z.string(),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  sinceIso: zIso.nullable(),
  code: z.string(),
  field: z.string(),
  seen: zScalar,
  limit: zScalar,
  text: z.string(),
})
const platformSchema = z.object({
  version: z.string(),
  mode: z.enum(['sim', 'paper', 'live', 'backtest', 'replay']),
  scenario: z.string(),
  seed: z.string(),
  speed: z.number(),
  marketTimeIso: zIso,
  seq: z.number().int(),
  durableSeq: z.number().int(),
  /** Records written and not yet on the medium. */
  pendingRecords: z.number().int(),
})
const priceSchema = z.object({ index: zDecimal, ageMs: z.number(), fresh: z.boolean() })
const equitySchema = z.object({
  close: zDecimal,
  mark: zDecimal,
  low: zDecimal,
  high: zDecimal,
  unprotected: zDecimal.nullable(),
  unprotectedLiquidatedAtIso: zIso.nullable(),
  cash: zDecimal,
  realised: zDecimal,
  unrealised: zDecimal,
  fees: zDecimal,
  funding: zDecimal,
  premiumPaid: zDecimal,
  payout: zDecimal,
  initialMargin: zDecimal,
  maintenanceMargin: zDecimal,
  staleMarks: z.array(z.string()).describe(STALE_MARKS),
  missingPositions: z.array(z.string()),
})
/** Of the cover whose limit is in force, where several stand. */
const floorSchema = z.object({
  coverageId: z.string(),
  floorEquity: zDecimal,
  floorPrice: zDecimal,
  /** The cover's own, or the programme's where that is higher. */
  drawdownLimitUsdc: zDecimal,
  /** By the renewal that bought this cover; null where the limit was kept. */
  lowered: z.object({ fromUsdc: zDecimal, toUsdc: zDecimal, atIso: zIso }).nullable(),
  /** Equity at the conservative close less the floor. Negative: under it, before settlement, by the discount of the bid. */
  distanceUsdc: zDecimal.nullable(),
  /** Share of the index by which the price may go against the position until the floor price. */
  distanceOfPrice: zDecimal.nullable(),
})
/** What the account's programme states in the accounts file. */
const programmeSchema = z.object({
  level: z.string(),
  limitUsdc: zDecimal,
  /** Equity at the conservative close less the limit. */
  distanceUsdc: zDecimal.nullable(),
  /** The floor less the limit: negative where the cover holds its floor and still breaks the limit. */
  floorDistanceUsdc: zDecimal.nullable(),
})
/** The position, in the books or as its holder states it (of each side the larger), and what all covers together hold of it. Sizes in coin. */
const coveredSchema = z.object({
  size: zDecimal,
  coveredSize: zDecimal,
  /** Null where there is nothing to cover. */
  ratio: zDecimal.nullable(),
  /** What is not covered whole. */
  open: z.array(
    z.object({
      positionId: z.string(),
      side: z.enum(['long', 'short']),
      size: zDecimal,
      coveredSize: zDecimal,
      source: z.enum(['books', 'stated']),
    }),
  ),
})
const positionSchema = z.object({
  instrument: z.string(),
  side: z.enum(['long', 'short']),
  size: zDecimal,
  entryPrice: zDecimal.nullable(),
  leverageSet: zDecimal.nullable(),
  leverageEffective: zDecimal.nullable(),
  markPrice: zDecimal.nullable(),
  pnlUsdc: zDecimal.nullable(),
  /** Price at which the position alone, without its cover, meets maintenance margin. */
  liquidationPriceWithoutCover: zDecimal.nullable(),
})
const lineSchema = z.object({ name: z.string(), usdc: zDecimal })
/** The newest certificate of a cover, in short; `/coverage/:id/certificate` has it whole. */
const certifiedSchema = z.object({
  holds: z.boolean(),
  /** Least equity at settlement over every index, with all that was booked until it was issued. */
  worstEquityUsdc: zDecimal,
  worstIndexUsdc: zDecimal,
  /** What the floor does not count and came out against the account, negative. */
  excluded: z.array(lineSchema),
  issuedAtIso: zIso,
})
const hedgeSchema = z.object({
  instrument: z.string(),
  side: z.enum(['long', 'short']),
  size: zDecimal,
  entryPrice: zDecimal.nullable(),
  markPrice: zDecimal.nullable(),
  pnlUsdc: zDecimal,
})
const coverageSchema = z.object({
  coverageId: z.string(),
  state: z.enum(['pending', 'active', 'failed', 'settling', 'expired', 'closed']),
  instrument: z.string(),
  optionType: z.enum(['put', 'call']),
  strike: zDecimal.describe('From here on all of it pays: of two options the strike that is reached last.'),
  size: zDecimal,
  expiryIso: zIso,
  hoursLeft: z.number(),
  /** Both paid on the venue. */
  premiumUsdc: zDecimal,
  feeUsdc: zDecimal,
  /** What the holder is charged in all, and the lines that add up to it. */
  chargedUsdc: zDecimal,
  charge: z.array(lineSchema),
  mtmUsdc: zDecimal.nullable(),
  coverageRatio: zDecimal.nullable(),
  /** What the floor does not count. */
  floorExcludes: z.array(z.string()),
  certified: certifiedSchema.nullable(),
  renewal: z.enum(['hold-limit', 'rolling', 'none']),
  alarm: z.string().nullable(),
})
export const overviewAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  platform: platformSchema,
  /** Null until a price was admitted; nothing is made up. */
  price: priceSchema.nullable(),
  equity: equitySchema.nullable(),
  floor: floorSchema.nullable(),
  programme: programmeSchema.nullable(),
  covered: coveredSchema,
  position: positionSchema.nullable(),
  /** Perpetuals of the hedge book; covers are in `coverages`. */
  hedges: z.array(hedgeSchema),
  coverages: z.array(coverageSchema),
  decisions: z.array(decisionSchema),
  alerts: z.array(alertSchema),
  readiness: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  asOfSeq: z.number().int(),
})
export const historyQuery = z.strictObject({
  accountId: z.string().min(1).max(120).optional(),
  from: z.coerce.number().int().min(0).optional().describe('Epoch milliseconds of market time, both ends included.'),
  to: z.coerce.number().int().min(0).optional(),
  points: z.coerce
    .number()
    .int()
    .min(2)
    .max(HISTORY_MAX)
    .default(HISTORY_POINTS)
    .describe('At most so many; where the range holds more, those with the extremes of each span.'),
})
export const historyAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  points: z.array(
    z.object({
      at: z.number().int(),
      index: zDecimal,
      equityClose: zDecimal,
      equityMark: zDecimal,
      equityUnprotected: zDecimal.nullable(),
      floorEquity: zDecimal.nullable(),
    }),
  ),
  inRange: z.number().int().describe('Points in the range before they were thinned.'),
  first: z.number().int().nullable().describe('The oldest point there is, whatever the range.'),
  last: z.number().int().nullable(),
  asOfSeq: z.number().int(),
})

export type Overview = z.output<typeof overviewAnswer>
export type Decision = z.output<typeof decisionSchema>
export type OverviewPosition = z.output<typeof positionSchema>
export type OverviewHedge = z.output<typeof hedgeSchema>
export type OverviewCoverage = z.output<typeof coverageSchema>
export type OverviewEquity = z.output<typeof equitySchema>
export type AlertShown = z.output<typeof alertSchema>
export type HistoryAnswer = z.output<typeof historyAnswer>
