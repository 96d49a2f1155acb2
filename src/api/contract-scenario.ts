/**
 * The contract of "what if" and of "how far": one move of index, volatility and time answered by the ledger's own valuation, and the distance
 * of an account to everything at which something happens. Amounts are decimal strings in USDC; shares, volatilities (per sqrt(year)) and
 * model parts are named as such.
 */
import { z } from 'zod'
import { zDecimal, zDecimalIn } from './contract-decimal.ts'
import { RATIO_ONE, parseRatio } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'

export const SPOT_LIMITS = { low: -0.9, high: 1 } as const
export const IV_LIMITS = { low: -0.9, high: 3 } as const
export const HOURS_MAX = 24 * 90
const zIso = z.iso.datetime()

const share = ({ low, high }: { readonly low: number; readonly high: number }) =>
  zDecimalIn.refine((text) => Number(text) >= low && Number(text) <= high, `between ${low} and ${high}`)

export const scenarioRequest = z.strictObject({
  accountId: z.string().min(1).max(120).optional(),
  spotPct: share(SPOT_LIMITS).default('0').describe('Move of the index as a fraction: -0.1 is a fall of a tenth.'),
  ivPct: share(IV_LIMITS).default('0').describe('Move of every volatility as a fraction of itself: 0.5 makes 60 % of 40 %.'),
  hours: z.number().min(0).max(HOURS_MAX).default(0).describe('Market hours from now.'),
})
const worthSchema = z.object({
  equityClose: zDecimal,
  equityMark: zDecimal,
  maintenanceMargin: zDecimal,
  /** Equity at mark less maintenance margin: what may still be lost before liquidation. */
  marginBuffer: zDecimal,
  unprotected: zDecimal.nullable(),
  /** Equity at the conservative close less the floor; null without one. */
  floorDistance: zDecimal.nullable(),
})
export const scenarioAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  atIso: zIso,
  index: z.object({ now: zDecimal, moved: zDecimal }),
  now: worthSchema,
  moved: worthSchema,
  isLiquidated: z.boolean(),
  unprotectedIsLiquidated: z.boolean(),
  liquidationAt: z.object({ below: zDecimal.nullable(), above: zDecimal.nullable() }),
  /** Per position, at the conservative close: profit of a contract, worth of an option. */
  lines: z.array(
    z.object({
      instrument: z.string(),
      book: z.string(),
      size: zDecimal,
      now: zDecimal,
      moved: zDecimal,
      change: zDecimal,
      basis: z.enum(['exact', 'model']),
      ivNow: z.number().nullable(),
      ivThen: z.number().nullable(),
      /** Where the volatility was read. */
      ivFrom: z.enum(['mark', 'surface', 'none']).nullable(),
    }),
  ),
  curve: z.array(z.object({ index: zDecimal, equityClose: zDecimal, unprotected: zDecimal.nullable() })),
  floorEquity: zDecimal.nullable(),
  /** In words: which parts are a model's, and what is left out. */
  model: z.array(z.string()),
  excluded: z.array(z.string()),
  asOfSeq: z.number().int(),
})

export const priceThresholdIds = z.enum([
  'strike',
  'floor_price',
  'equity_at_floor',
  'drawdown_limit',
  'programme_limit',
  'liquidation',
  'liquidation_without_cover',
])
export const timeThresholdIds = z.enum(['renewal_due', 'renewal_escalated', 'renewal_gap', 'cover_expiry', 'funding'])
export const thresholdsAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  atIso: zIso,
  index: zDecimal.nullable(),
  volatility: z.object({ ivAnnual: z.number(), tenorDays: z.number(), source: z.string() }).nullable(),
  prices: z.array(
    z.object({
      id: priceThresholdIds,
      price: zDecimal,
      /** (price - index) / index. */
      distancePct: zDecimal,
      /** Hours in which one standard deviation of the index is as far. */
      oneSigmaHours: z.number().nullable(),
      basis: z.enum(['exact', 'model']),
      source: z.string(),
    }),
  ),
  times: z.array(
    z.object({
      id: timeThresholdIds,
      atIso: zIso,
      hoursLeft: z.number(),
      subject: z.string(),
      /** What a reader calls the subject. */
      name: z.string(),
      /** Name of the cover that has already taken the place of the one that ends. */
      followedBy: z.string().nullable(),
      /** Expected at the rate of now: received is positive, paid negative. */
      expectedUsdc: zDecimal.nullable(),
      source: z.string(),
    }),
  ),
  asOfSeq: z.number().int(),
})

export type ScenarioAnswer = z.output<typeof scenarioAnswer>
export type ThresholdsAnswer = z.output<typeof thresholdsAnswer>

/** (1 + share): what something is multiplied by. */
export function factorOf(shareText: string): Ratio {
  const moved = parseRatio(shareText)
  return moved === undefined ? RATIO_ONE : RATIO_ONE.plus(moved)
}
