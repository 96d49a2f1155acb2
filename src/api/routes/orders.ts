/**
 * `POST /deribit/order` (API-02). A command: journaled, judged, sent once it is durable, answered once from what became of it. An order that opens a
 * cover is known by the cover's name and its quote where no key was sent, so that a repeat is the first answer and never a second order.
 */
import { z } from 'zod'
import type { Json } from '#topics/schema.ts'
import { failureSchema, pendingSchema } from '../contract.ts'
import { orderAnswer, orderRequest, partlyClosedAnswer } from '../contract-orders.ts'
import { answerCommand, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { refuseWhenBehind } from '../shed.ts'
import type { Api } from '../type-provider.ts'
import { withoutAbsent } from './portfolio.ts'

const ORDER = {
  tags: ['protection'],
  description:
    '`open` buys the cover of a quote, `close` ends a cover once its drawdown buffer is used up, `hedge` trades the perpetual. In mode `sim` and `paper` ' +
    'nothing leaves for a real venue. Fields the server decides are refused where they differ from its own.',
  body: orderRequest,
  response: {
    200: z.union([orderAnswer, partlyClosedAnswer, failureSchema]),
    202: pendingSchema,
    '4xx': failureSchema,
    503: failureSchema,
  },
}

export function orderRoutes(app: Api, context: Context): void {
  app.post('/deribit/order', { schema: ORDER }, (request, reply) => {
    const { idempotencyKey, accountId, consent, ...order } = request.body
    const account = knownAccount(context, accountId)
    refuseWhenBehind(app, context)
    const { coverageId, side, intent } = order
    const opens = intent === 'open' || (intent === undefined && side === 'buy')
    const params = withoutAbsent({ ...order, consent, accountId: account }) as Json
    const naturalKey = opens && coverageId !== undefined ? openingKey(context, account, { ...order, coverageId }) : undefined
    return answerCommand(context, request, reply, { account, type: 'order', params, bodyKey: idempotencyKey, naturalKey })
  })
}

/** The same name and quote are the same wish; the name with another quote, after a refusal, is a new one. */
function openingKey(
  { views }: Context,
  account: string,
  order: { readonly coverageId: string; readonly instrument: string; readonly amount: string },
): string | undefined {
  const quoteId = views.quoteToOrder(account, order)
  return quoteId === undefined ? undefined : `${order.coverageId} ${quoteId}`
}
