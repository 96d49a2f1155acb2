/** Quotes (P-01). A quote is a command: journaled, priced on exact inputs, executable until it expires. There is no cache in front yet. */
import { z } from 'zod'
import { failureSchema, pendingSchema, quoteAnswer, quoteRequest } from '../contract.ts'
import { answerCommand, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { refuseWhenBehind } from '../shed.ts'
import type { Api } from '../type-provider.ts'
import { withoutAbsent } from './portfolio.ts'

const QUOTE = {
  tags: ['protection'],
  body: quoteRequest,
  response: { 200: z.union([quoteAnswer, failureSchema]), 202: pendingSchema, '4xx': failureSchema, 503: failureSchema },
}

export function putRoutes(app: Api, context: Context): void {
  app.post('/put/quote', { schema: QUOTE }, (request, reply) => {
    const { idempotencyKey, accountId, ...terms } = request.body
    const account = knownAccount(context, accountId)
    refuseWhenBehind(app, context)
    return answerCommand(context, request, reply, {
      account,
      type: 'quote',
      params: withoutAbsent({ accountId: account, ...terms }),
      bodyKey: idempotencyKey,
    })
  })
}
