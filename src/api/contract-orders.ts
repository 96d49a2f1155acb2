/**
 * The contract of what a client does to its protection beyond the quote: orders (API-02), renewal (P-13), and the export of a cover that an order
 * bought (C-40). Field names and bodies are document 1's; what the server decides may be sent and is refused where it differs.
 */
import { z } from 'zod'
import { asOfSeq, explanationSchema, zId, zIso, zSide, zText } from './contract.ts'
import { zDecimal, zDecimalIn } from './contract-decimal.ts'

const consent = z.strictObject({ passThrough: z.boolean() }).optional()
/** Compared with the server's own, never used. */
export const serverDecided = {
  feeUsdc: zDecimalIn.optional(),
  premiumUsdc: zDecimalIn.optional(),
  subsidyUsdc: zDecimalIn.optional(),
  floorPrice: zDecimalIn.optional(),
  feeRecognized: z.boolean().optional(),
}

export const orderRequest = z.strictObject({
  instrument: zText,
  amount: zDecimalIn,
  side: z.enum(['buy', 'sell']),
  type: z.enum(['market', 'limit']).optional().describe('Default market.'),
  price: zDecimalIn.optional().describe('In the instrument’s own quote; of a limit order.'),
  venue: zText.optional(),
  coverageId: zId.optional().describe('A quote’s id, a cover’s id, or a name of the client’s own for the cover this order opens.'),
  notionalUsdc: zDecimalIn.optional(),
  hedgeType: z.enum(['option', 'perp']).optional(),
  ...serverDecided,
  tierName: zText.optional(),
  spotPrice: zDecimalIn.optional(),
  leverage: zDecimalIn.optional(),
  reason: zText.optional(),
  accountId: zId.optional(),
  intent: z.enum(['open', 'close', 'hedge']).optional().describe('Default: bought option open, sold option close, perpetual hedge.'),
  drawdownLimitUsdc: zDecimalIn.optional(),
  initialBalanceUsdc: zDecimalIn.optional(),
  positionPnlUsdc: zDecimalIn.optional(),
  hedgeMtmUsdc: zDecimalIn.optional(),
  assets: z.array(zText).max(10).optional(),
  asset: zText.optional(),
  acceptStubBid: z
    .boolean()
    .optional()
    .describe('Of a close: sell also at a bid that is no price (under half of what the option is worth). Recorded.'),
  consent,
  idempotencyKey: zId.optional(),
})
export const orderAnswer = z.object({
  status: z.literal('ok'),
  orderId: z.string().nullable(),
  clientOrderId: z.string().nullable().describe('Our id of the order at the venue.'),
  state: z.enum(['accepted', 'partially_filled', 'filled', 'cancelled', 'expired']),
  filledAmount: zDecimal,
  averagePrice: zDecimal.nullable(),
  feeUsdc: zDecimal.describe('What the venue charged.'),
  mode: z.enum(['sim', 'paper', 'live', 'backtest', 'replay']),
  coverageId: z.string().optional(),
  clientCoverageId: z.string().optional(),
  asOfSeq,
})
/** A close of which a part was sold: the rest found no buyer, or was stopped. */
export const partlyClosedAnswer = orderAnswer.extend({
  status: z.literal('partly_closed'),
  reason: z.string(),
  explanation: explanationSchema,
  proceedsUsdc: zDecimal.describe('What was sold brought, before the fee.'),
  standing: z
    .object({
      coverageLegs: z.array(
        z.object({ instrument: z.string(), size: zDecimal, optionType: z.enum(['put', 'call']), strike: zDecimal, venue: z.string() }),
      ),
      size: zDecimal,
      expiryIso: zIso,
      floorEquity: zDecimal.describe('Restated for what is left; what the rest of the position loses is beside it.'),
      drawdownLimitUsdc: zDecimal,
      floorExcludes: z.array(z.string()),
    })
    .nullable()
    .describe('What still protects; null where the cover has ended meanwhile.'),
})

const payload = z.strictObject({
  accountId: zId.optional(),
  coverageId: zId.optional(),
  tenorDays: zDecimalIn.optional().describe('Of the cover to come; default as now.'),
  asset: zText.optional(),
  side: zSide.optional(),
  tierName: zText.optional(),
  leverage: zDecimalIn.optional(),
  positionSize: zDecimalIn.optional(),
  renewal: z.enum(['hold-limit', 'rolling', 'none']).optional(),
})
export const renewRequest = z.strictObject({
  accountId: zId.optional(),
  coverageId: zId.optional(),
  payload: payload.optional().describe('May repeat the terms of the cover; what differs is refused.'),
  idempotencyKey: zId.optional(),
})
export const renewAnswer = z.object({
  status: z.enum(['ok', 'too_early']),
  reason: z.literal('too_early').optional(),
  coverageId: z.string(),
  previousCoverageId: z.string().nullable(),
  renewsAt: zIso.describe('When the cover named may be renewed.'),
  explanation: explanationSchema.optional(),
  asOfSeq,
})
export const scheduleRequest = renewRequest.extend({
  enabled: z.boolean(),
  nextExpiryIso: zIso.describe('The end of the cover; names it where `coverageId` is absent.'),
  renewWindowMinutes: zDecimalIn,
})
export const scheduleAnswer = z.object({
  status: z.literal('ok'),
  scheduleId: z.string(),
  enabled: z.boolean(),
  coverageId: z.string(),
  nextRenewalAt: zIso.nullable(),
  asOfSeq,
})

/** Document 1's audit payload of a cover that an order bought. */
const exported = z.strictObject({
  event: z.literal('coverage_activated').optional(),
  ts: zIso.optional(),
  coverageId: zId.optional(),
  accountId: zId.optional(),
  quoteId: zId.optional(),
  expiryIso: zIso.optional(),
  selectedVenue: zText.optional(),
  tierName: zText.optional(),
  coverageLegs: z
    .array(
      z.strictObject({
        instrument: zText,
        size: zDecimalIn,
        optionType: z.enum(['put', 'call']).optional(),
        strike: zDecimalIn.optional(),
        venue: zText.optional(),
      }),
    )
    .max(1)
    .optional(),
  positions: z
    .array(
      z.strictObject({
        id: zId.optional(),
        asset: zText,
        side: zSide,
        marginUsd: zDecimalIn.optional(),
        leverage: zDecimalIn.optional(),
        entryPrice: zDecimalIn.optional(),
        size: zDecimalIn.optional(),
      }),
    )
    .max(100)
    .optional(),
  ...serverDecided,
  consent,
  signature: z.string().min(1).max(512).optional().describe('Of the quote, as it was answered; checked where it is given.'),
  idempotencyKey: zId.optional(),
})
export const activationRequest = exported
  .refine(({ quoteId, coverageId }) => quoteId !== undefined || coverageId !== undefined, {
    path: ['quoteId'],
    error: 'the quoteId of a quote, or the coverageId of a cover that an order bought',
  })
  .describe('`{quoteId}` buys the hedge and activates the cover; with `coverageId`, or a quote an order bought, the cover is adopted.')
export type ActivationRequest = z.output<typeof activationRequest>
