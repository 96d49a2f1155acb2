/** Intents, approvals, sends, and what the venue says back. */
import { z } from 'zod'
import type { Approved, ApprovedOrder } from '#domain/order.ts'
import {
  zAccountId,
  zBook,
  zCommandId,
  zCoverageId,
  zCurrency,
  zEpochMs,
  zExplanation,
  zInstrumentId,
  zIntentId,
  zMoney,
  zOrderId,
  zPrice,
  zQuantity,
  zQuoteId,
  zSide,
  zUsdc,
} from './schema.ts'

const intent = {
  intentId: zIntentId,
  account: zAccountId,
  book: zBook,
  purpose: z.enum(['open_position', 'close_position', 'cover', 'unwind_cover', 'hedge']),
  venue: z.string(),
  instrument: zInstrumentId,
  side: zSide,
  quantity: zQuantity,
  type: z.enum(['market', 'limit', 'stop', 'stop_limit']),
  timeInForce: z.enum(['GTC', 'IOC', 'FOK', 'GTD']),
  limitPrice: zPrice,
  trigger: z.object({ source: z.enum(['mark', 'index', 'last']), price: zPrice }).optional(),
  reduceOnly: z.boolean(),
  postOnly: z.boolean(),
  goodUntil: zEpochMs,
  coverageId: zCoverageId.optional(),
  quoteId: zQuoteId.optional(),
  commandId: zCommandId.optional(),
  renewsCover: z.boolean().optional(),
  leverage: z.number().optional(),
  lowersExposure: z.boolean().optional(),
}
export const orderIntent = z.object(intent)
/** Approved by risk. The cast is the journal's word for an approval that risk gave when the record was written. */
export const approvedOrder = z.object({ ...intent, orderId: zOrderId }) as unknown as z.ZodType<Approved<ApprovedOrder>, unknown>
/** An intent that risk refused. */
export const orderRefusal = z.object({
  intentId: zIntentId,
  account: zAccountId,
  book: zBook,
  purpose: intent.purpose,
  instrument: zInstrumentId,
  coverageId: zCoverageId.optional(),
  commandId: zCommandId.optional(),
  explanation: zExplanation,
})

/** What leaves for the venue, now: only after its approval is durable. Placing repeats the approved order; it is never re-priced. */
export const orderSend = z.object({
  action: z.enum(['place', 'cancel']),
  orderId: zOrderId,
  venue: z.string(),
  /** 1 for the first send; a retry after proven absence keeps the order id and counts up. */
  attempt: z.number().int(),
  /** In memory alone: the record leaves it out, `hedge_trades` under the same id holds it. */
  order: approvedOrder.optional(),
})
export const orderVeto = z.object({ orderId: zOrderId, intentId: zIntentId, account: zAccountId, explanation: zExplanation })
/** Questions to the venue; they change nothing there. */
export const venueQuery = z.object({
  queryId: z.string(),
  venue: z.string(),
  kind: z.enum(['order', 'statement']),
  account: zAccountId.optional(),
  orderId: zOrderId.optional(),
})

export const zOrderState = z.enum([
  'approved',
  'vetoed',
  'sent',
  'unknown',
  'accepted',
  'partially_filled',
  'filled',
  'cancelled',
  'rejected',
  'expired',
])
/** The life of an order as execution knows it; `open` is what may still fill (worst case while unknown). */
export const orderStateChange = z.object({
  orderId: zOrderId,
  intentId: zIntentId,
  account: zAccountId,
  book: zBook,
  instrument: zInstrumentId,
  side: zSide,
  state: zOrderState,
  quantity: zQuantity,
  filled: zQuantity,
  open: zQuantity,
  reason: z.string().optional(),
})
/** An order has come to its end; what it bought or sold, all fees included. */
export const tradeConfirmation = z.object({
  orderId: zOrderId,
  intentId: zIntentId,
  account: zAccountId,
  book: zBook,
  purpose: intent.purpose,
  instrument: zInstrumentId,
  side: zSide,
  state: zOrderState,
  quantity: zQuantity,
  filled: zQuantity,
  /** Sum of price x quantity in the instrument's quote currency. */
  notional: zMoney,
  /** The same and the fees in USDC, each fill at the index it traded at; absent where the quote currency is USDC. */
  notionalUsdc: zUsdc.optional(),
  feesUsdc: zUsdc.optional(),
  /** Fees by currency. */
  fees: z.array(z.object({ currency: zCurrency, amount: zMoney })),
  coverageId: zCoverageId.optional(),
  quoteId: zQuoteId.optional(),
  commandId: zCommandId.optional(),
  reason: z.string().optional(),
})

/** Raw, from the venue, to execution and ledger alone. */
export const orderUpdate = z.object({
  venue: z.string(),
  orderId: zOrderId,
  venueOrderId: z.string().optional(),
  /** `not_found` answers a query: no proof before the venue's visibility delay has passed. */
  status: z.enum(['accepted', 'rejected', 'cancelled', 'filled', 'expired', 'triggered', 'not_found']),
  filled: zQuantity,
  reason: z.string().optional(),
  venueAt: zEpochMs.optional(),
})
export const venueFill = z.object({
  venue: z.string(),
  account: zAccountId,
  tradeId: z.string(),
  /** Absent for fills the venue made on its own (liquidation, settlement trades). */
  orderId: zOrderId.optional(),
  instrument: zInstrumentId,
  side: zSide,
  price: zPrice,
  quantity: zQuantity,
  fee: zMoney,
  feeCurrency: zCurrency,
  liquidity: z.enum(['maker', 'taker']),
  /** The index when it traded: converts a coin premium for an account without coin. */
  index: zPrice,
  venueAt: zEpochMs,
})
export type OrderRefusal = z.output<typeof orderRefusal>
export type OrderSend = z.output<typeof orderSend>
export type OrderVeto = z.output<typeof orderVeto>
export type VenueQuery = z.output<typeof venueQuery>
export type OrderStateChange = z.output<typeof orderStateChange>
export type TradeConfirmation = z.output<typeof tradeConfirmation>
export type OrderUpdate = z.output<typeof orderUpdate>
export type VenueFill = z.output<typeof venueFill>
