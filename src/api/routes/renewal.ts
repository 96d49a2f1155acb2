/**
 * Renewal on request and by schedule (P-13). A renewal that is asked for twice is one: the answer to both is the cover that follows. `too_early` is an
 * answer and no failure; it says from when on it is not.
 */
import { z } from 'zod'
import type { Json } from '#topics/schema.ts'
import { failureSchema, pendingSchema } from '../contract.ts'
import { renewAnswer, renewRequest, scheduleAnswer, scheduleRequest } from '../contract-orders.ts'
import { answerCommand, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { refuseWhenBehind } from '../shed.ts'
import type { Api } from '../type-provider.ts'
import { withoutAbsent } from './portfolio.ts'

const failures = { 202: pendingSchema, '4xx': failureSchema, 503: failureSchema }
const RENEW = { tags: ['protection'], body: renewRequest, response: { 200: z.union([renewAnswer, failureSchema]), ...failures } }
const SCHEDULE = { tags: ['protection'], body: scheduleRequest, response: { 200: z.union([scheduleAnswer, failureSchema]), ...failures } }

export function renewalRoutes(app: Api, context: Context): void {
  app.post('/put/auto-renew', { schema: RENEW }, (request, reply) => {
    const { idempotencyKey, ...wish } = request.body
    const account = knownAccount(context, wish.accountId)
    refuseWhenBehind(app, context)
    return answerCommand(context, request, reply, { account, type: 'auto_renew', params: paramsOf(account, wish), bodyKey: idempotencyKey })
  })
  app.post('/put/auto-renew/schedule', { schema: SCHEDULE }, (request, reply) => {
    const { idempotencyKey, ...wish } = request.body
    const account = knownAccount(context, wish.accountId)
    refuseWhenBehind(app, context)
    const params = paramsOf(account, wish)
    return answerCommand(context, request, reply, { account, type: 'auto_renew_schedule', params, bodyKey: idempotencyKey })
  })
}

interface Wish {
  readonly payload?: Readonly<Record<string, Json | undefined>> | undefined
}

function paramsOf(account: string, { payload, ...wish }: Wish): Json {
  return withoutAbsent({ ...wish, accountId: account, payload: payload === undefined ? undefined : withoutAbsent(payload) })
}
