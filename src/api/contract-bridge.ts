/**
 * The contract of the penny bridge: from what was put in to what the account would bring now, step by step. Each step says where it begins and
 * ends, so that a picture of it adds up without arithmetic of its own; `residualUsdc` is what no step explains, zero or a booking is wrong.
 */
import { z } from 'zod'
import { zDecimal } from './contract-decimal.ts'

export const bridgeSteps = z.enum([
  'contributed',
  'position_realised',
  'position_unrealised',
  'cover_realised',
  'cover_unrealised',
  'fees',
  'funding',
  'currency',
  'equity_mark',
  'closing_discount',
  'equity_close',
])
export const bridgeAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  steps: z.array(
    z.object({
      id: bridgeSteps,
      /** A step's change; a sum's whole amount. */
      usdc: zDecimal,
      from: zDecimal,
      to: zDecimal,
      isSum: z.boolean(),
    }),
  ),
  residualUsdc: zDecimal,
  asOfSeq: z.number().int(),
})
export type BridgeAnswer = z.output<typeof bridgeAnswer>
