/**
 * The contract of the audit summary (OP-01): the executive view counts what happened to clients' protection and says nothing of what the platform
 * earns; the internal view adds how it was done. Amounts in USDC.
 */
import { z } from 'zod'
import { asOfSeq, zId, zIso } from './contract.ts'
import { zDecimal } from './contract-decimal.ts'

export const summaryQuery = z.strictObject({
  mode: z.enum(['exec', 'internal']).default('exec'),
  accountId: zId
    .optional()
    .describe('Whose buffer and standing covers. Counts are of the whole platform, behind a gateway of this account.'),
})
const entry = z.object({ seq: z.number().int(), ts: zIso, event: z.string(), payload: z.json(), hash: z.string() })
export const summaryAnswer = z.object({
  status: z.literal('ok'),
  mode: z.enum(['exec', 'internal']),
  period: z.object({ fromIso: zIso.nullable(), toIso: zIso.nullable() }).describe('First and last entry counted.'),
  counts: z.record(z.string(), z.number().int()).describe('Every event of the view, those that have not happened with 0.'),
  coverages: z.object({ active: z.number().int(), renewed: z.number().int(), expired: z.number().int() }),
  premiumUsdc: zDecimal.describe('What the covers that were activated cost on the venue.'),
  payoutsUsdc: zDecimal,
  creditsUsdc: zDecimal.describe('Mark-to-market credits, net: what is credited of the covers that stand.'),
  bufferUsdc: zDecimal
    .nullable()
    .describe('Equity at the conservative close less the drawdown limit in force; null where either is unknown.'),
  lastEvents: z.array(entry),
  liquidity: z.json().optional().describe('The newest liquidity update; null before the first. Internal view.'),
  executionQuality: z
    .object({
      orders: z.number().int(),
      filledRatioMean: z.number().nullable(),
      betterThanLimitMean: z.number().nullable().describe('Share of the bound by which orders filled better than it.'),
    })
    .optional(),
  subsidyUsdc: zDecimal.nullable().optional().describe('Used today, as the budget last said; null before the first word. Internal view.'),
  passThrough: z.object({ decided: z.number().int(), activated: z.number().int() }).optional(),
  asOfSeq,
})
export type SummaryAnswer = z.output<typeof summaryAnswer>
