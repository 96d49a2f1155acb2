/**
 * The hedge loop on the wire (H-01, H-02). A tick looks once and acts if it must; a roll buys the new hedge before it releases the old. A drawdown
 * limit given tightens the one in force, it never loosens it. Exposures stand until others are stated; an empty list takes them back.
 */
import { z } from 'zod'
import { asOfSeq, explanationSchema } from './contract.ts'
import { zDecimal, zDecimalIn } from './contract-decimal.ts'

const zName = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[\x21-\x7e]+$/, 'printable characters without spaces')

export const loopTickRequest = z.strictObject({
  accountId: zName.optional(),
  drawdownLimitUsdc: zDecimalIn.optional().describe('Counts where it is higher than the limit of the covers and of the accounts file.'),
  target: zDecimalIn.optional().describe('Buffer under which the hedge grows, USDC.'),
  hysteresis: zDecimalIn.optional().describe('Height of the band over the target in which nothing is done, USDC.'),
  hedge: z
    .strictObject({
      instrument: zName.optional().describe('The linear perpetual (default), or an option that protects the exposure.'),
      sizeMax: zDecimalIn.optional(),
    })
    .optional(),
  exposures: z
    .array(
      z.strictObject({
        accountId: zName.optional().describe('Whose it is; the hedge is attributed to it.'),
        asset: z.string().min(1).max(120),
        side: z.enum(['long', 'short']),
        size: zDecimalIn,
      }),
    )
    .max(1_000)
    .optional(),
  idempotencyKey: zName.optional(),
})
export const hedgeRollRequest = loopTickRequest.extend({
  fromInstrument: zName,
  toInstrument: zName.optional().describe('Absent: the next later listed expiry of the same strike and kind.'),
})

const order = z.looseObject({
  orderId: z.string(),
  instrument: z.string(),
  side: z.enum(['buy', 'sell']),
  size: zDecimal,
  state: z.string(),
  filledAmount: zDecimal,
  averagePrice: zDecimal.nullable(),
  fees: z.array(z.object({ currency: z.string(), amount: zDecimal })),
})
const costs = z.object({
  acting: z.object({ feeUsdc: zDecimal, spreadUsdc: zDecimal, totalUsdc: zDecimal }),
  waiting: z.object({ move: zDecimal, totalUsdc: zDecimal }).describe('What the step’s size loses should the price move by `move` first.'),
})
export const loopTickAnswer = z.looseObject({
  status: z.literal('ok'),
  action: z.enum(['increase', 'decrease', 'none']),
  reason: z.string(),
  skipped: z.string().optional().describe('Why what was wanted was not done.'),
  wanted: z.string().optional(),
  orders: z.array(order),
  equityUsdc: zDecimal.nullable(),
  drawdownLimitUsdc: zDecimal.nullable(),
  limitSource: z.enum(['coverage', 'accounts', 'request']).nullable(),
  bufferUsdc: zDecimal.nullable(),
  targetUsdc: zDecimal.nullable(),
  hysteresisUsdc: zDecimal.nullable(),
  hedge: z.object({ instrument: z.string(), before: zDecimal, target: zDecimal, exposure: zDecimal, covered: zDecimal }),
  costs: costs.optional(),
  attribution: z.array(z.object({ accountId: z.string(), exposure: zDecimal, hedge: zDecimal })).optional(),
  explanation: explanationSchema,
  asOfSeq,
})
export const hedgeRollAnswer = z.looseObject({
  status: z.literal('ok'),
  action: z.enum(['roll', 'none']),
  reason: z.string(),
  legs: z.array(order),
  explanation: explanationSchema,
  asOfSeq,
})
