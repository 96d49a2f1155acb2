/**
 * The contract of the execution page: orders with their lives step by step, what each cost against the price it met, and how the venue takes
 * orders. Prices are decimal strings in the instrument's own quote (coin for coin-settled options), slippage in basis points, positive is worse.
 */
import { z } from 'zod'
import { asOfSeq, explanationSchema, zId, zIso } from './contract.ts'
import { zDecimal } from './contract-decimal.ts'

export const ORDERS_MAX = 200
const zBps = zDecimal.describe('Basis points, four decimals; positive is worse than the price met.')

const stepSchema = z.object({
  kind: z.enum(['intent', 'approved', 'refused', 'durable', 'sent', 'cancel_sent', 'vetoed', 'asked', 'venue', 'fill', 'confirmed']),
  seq: z.number().int().describe('`GET /explain/:seq` walks from here back to the cause.'),
  atIso: zIso,
  msSinceIntent: z.number().int().describe('Market time.'),
  venueAtIso: zIso.nullable().describe('The venue’s own stamp.'),
  detail: z.string(),
  explanation: explanationSchema.nullable(),
})
const orderSchema = z.object({
  intentId: z.string(),
  orderId: z.string().nullable().describe('Null until risk approved it.'),
  state: z.string(),
  purpose: z.string(),
  book: z.string(),
  venue: z.string(),
  instrument: z.string(),
  side: z.enum(['buy', 'sell']),
  type: z.string(),
  timeInForce: z.string(),
  quantity: zDecimal,
  filled: zDecimal,
  limitPrice: zDecimal,
  averagePrice: zDecimal.nullable(),
  quoteCurrency: z.enum(['BTC', 'USDC']),
  arrival: z
    .object({ bid: zDecimal.nullable(), ask: zDecimal.nullable(), mark: zDecimal.nullable(), ageMs: z.number() })
    .nullable()
    .describe('The price as the ledger had it when risk approved the order.'),
  slippageBps: zBps.nullable().describe('Against the ask of a buy, the bid of a sale.'),
  slippageOfMidBps: zBps.nullable().describe('Against the mid: with half the spread.'),
  coverageId: z.string().nullable(),
  quoteId: z.string().nullable(),
  beganAtIso: zIso.nullable(),
  steps: z.array(stepSchema).describe('As they happened.'),
  stepsLeftOut: z.number().int(),
  fills: z.array(
    z.object({
      seq: z.number().int(),
      atIso: zIso,
      tradeId: z.string(),
      price: zDecimal,
      quantity: zDecimal,
      fee: zDecimal,
      feeCurrency: z.string(),
      liquidity: z.enum(['maker', 'taker']),
    }),
  ),
  fillsLeftOut: z.number().int(),
})
export const ordersQuery = z.strictObject({
  accountId: zId.optional(),
  limit: z.coerce.number().int().min(1).max(ORDERS_MAX).default(50),
})
export const ordersAnswer = z.object({
  status: z.literal('ok'),
  accountId: z.string(),
  summary: z
    .object({
      wished: z.number().int(),
      refused: z.number().int().describe('By risk.'),
      vetoed: z.number().int().describe('At the last check before the wire.'),
      sent: z.number().int(),
      accepted: z.number().int(),
      rejected: z.number().int(),
      filled: z.number().int(),
      acceptance: zDecimal.nullable().describe('accepted / (accepted + rejected); null before the venue answered one.'),
      acceptanceMin: z.number().describe('Under it the documents want an alert.'),
      slippage: z
        .array(z.object({ kind: z.enum(['perpetual', 'option', 'spot']), orders: z.number().int(), meanBps: zBps, worstBps: zBps }))
        .describe('Of orders with fills, by kind of instrument.'),
    })
    .describe('Of all orders that are remembered, not only those listed.'),
  orders: z.array(orderSchema).describe('Newest first.'),
  total: z.number().int(),
  asOfSeq,
})
export type OrdersAnswer = z.output<typeof ordersAnswer>
export type OrderShown = OrdersAnswer['orders'][number]
export type StepShown = OrderShown['steps'][number]
