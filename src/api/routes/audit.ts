/** Activation of a quote (`POST /audit/export`, the document's name for it) and the audit trail. A quote is activated once: its id is the key. */
import { z } from 'zod'
import { activationAnswer, activationRequest, auditAnswer, auditQuery, failureSchema, pendingSchema } from '../contract.ts'
import { answerCommand, answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { refuseWhenBehind } from '../shed.ts'
import type { Api } from '../type-provider.ts'
import { withoutAbsent } from './portfolio.ts'

const EXPORT = {
  tags: ['protection'],
  body: activationRequest,
  response: { 200: z.union([activationAnswer, failureSchema]), 202: pendingSchema, '4xx': failureSchema, 503: failureSchema },
}
const LOGS = {
  tags: ['audit'],
  description:
    'The audit trail, oldest first within an answer. Without `after` it gives the newest `limit` entries. To read all of it begin with ' +
    '`after=0`, which starts with the oldest, and go on with `after` = the answer’s `next` until that is null.',
  querystring: auditQuery,
  response: { 200: auditAnswer, '4xx': failureSchema },
}

export function auditRoutes(app: Api, context: Context): void {
  app.post('/audit/export', { schema: EXPORT }, (request, reply) => {
    const { idempotencyKey, accountId, quoteId, consent } = request.body
    const account = knownAccount(context, accountId)
    refuseWhenBehind(app, context)
    const params = withoutAbsent({ quoteId, accountId: account, consent })
    return answerCommand(context, request, reply, { account, type: 'activate', params, bodyKey: idempotencyKey, naturalKey: quoteId })
  })
  app.get('/audit/logs', { schema: LOGS }, (request, reply) => {
    const { limit, after, showAll } = request.query
    return answerQuestion(context, reply, () => {
      const query = { limit, includeInternal: showAll }
      const entries = context.platform.auditEntries(after === undefined ? query : { ...query, after })
      const isFull = after !== undefined && entries.length === limit
      const shown = entries.map(({ seq, ts, event, payload, hash }) => ({ seq, ts, event, payload, hash }))
      return { status: 'ok', entries: shown, next: isFull ? (entries.at(-1)?.seq ?? null) : null }
    })
  })
}
