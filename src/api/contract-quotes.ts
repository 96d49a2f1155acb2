/** The contract of cached quotes (P-09, C-35): a preview of a price, told with its age and how far its inputs lie from those asked for. */
import { z } from 'zod'
import { asOfSeq, failureSchema, quoteAnswer, zId, zSide, zText } from './contract.ts'
import { zDecimal, zDecimalIn } from './contract-decimal.ts'

const cached = z
  .object({
    ageMs: z.number().min(0).describe('Since it was priced, market time.'),
    bucketDistance: z.number().min(0).describe('Largest difference of spot, floor and days in widths of the bucket; 0: the same inputs.'),
  })
  .describe('Not executable: ask `/put/quote` for a quote that is.')

export const cachedQuote = quoteAnswer.omit({ quoteId: true, expiresAt: true, cached: true }).extend({ cached, asOfSeq })
export const cachedFailure = failureSchema.extend({ cached })
export const previewPending = z.object({ status: z.literal('pending'), asOfSeq })
export type CachedQuote = z.output<typeof cachedQuote>

export const ctcRequest = z.strictObject({
  accountId: zId.optional(),
  tierName: zText,
  asset: zText,
  side: zSide.optional().describe('Default long.'),
  spotPrice: zDecimalIn.optional().describe('Compared with the index, never used.'),
  drawdownFloorPct: zDecimalIn,
  positionSize: zDecimalIn,
  leverage: zDecimalIn,
})
export const ctcAnswer = z.object({
  status: z.literal('ok'),
  feeUsdc: z.string().regex(/^\d+\.\d{2}$/),
  reason: z.literal('ctc_safety'),
  lines: z.array(z.object({ name: z.string(), usdc: zDecimal })).describe('They add up to the fee.'),
  ivRegime: z.string(),
  iv: z.number(),
  snapshotAgeMs: z.number(),
  formula: z.string().describe('Of the lines, over the inputs.'),
  inputs: z.object({
    indexUsdc: zDecimal.describe('The index the fee was made from; `spotPrice` is compared with it.'),
    strike: z.number().describe('Where the floor is at that index.'),
    optionType: z.enum(['put', 'call']),
    positionSize: zDecimal,
    years: z.number(),
    iv: z.number(),
    ivLeast: z.number(),
    priceBufferPct: zDecimal,
    leverageMarkupPct: zDecimal.nullable(),
    tierMarginPct: zDecimal.nullable(),
    opsBufferUsdc: zDecimal.nullable(),
  }),
  asOfSeq,
})
export type CtcAnswer = z.output<typeof ctcAnswer>
