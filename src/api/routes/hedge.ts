/** The hedge loop by hand (H-01): one look at an account, one roll of a hedge. Both are commands: journaled, idempotent, judged by risk like any order. */
import { z } from 'zod'
import { failureSchema, pendingSchema } from '../contract.ts'
import { hedgeRollAnswer, hedgeRollRequest, loopTickAnswer, loopTickRequest } from '../contract-hedge.ts'
import { answerCommand, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { refuseWhenBehind } from '../shed.ts'
import type { Api } from '../type-provider.ts'
import { withoutAbsent } from './portfolio.ts'

const FAILURES = { 202: pendingSchema, '4xx': failureSchema, 503: failureSchema }
const TICK = {
  tags: ['hedging'],
  body: loopTickRequest,
  response: { 200: z.union([loopTickAnswer, failureSchema]), ...FAILURES },
}
const ROLL = {
  tags: ['hedging'],
  body: hedgeRollRequest,
  response: { 200: z.union([hedgeRollAnswer, failureSchema]), ...FAILURES },
}

export function hedgeRoutes(app: Api, context: Context): void {
  app.post('/loop/tick', { schema: TICK }, (request, reply) => {
    const { idempotencyKey, accountId, hedge, exposures, ...terms } = request.body
    const account = knownAccount(context, accountId)
    refuseWhenBehind(app, context)
    const params = paramsOf({ account, hedge, exposures, terms })
    return answerCommand(context, request, reply, { account, type: 'loop_tick', params, bodyKey: idempotencyKey })
  })
  app.post('/hedge/roll', { schema: ROLL }, (request, reply) => {
    const { idempotencyKey, accountId, hedge, exposures, ...terms } = request.body
    const account = knownAccount(context, accountId)
    refuseWhenBehind(app, context)
    const params = paramsOf({ account, hedge, exposures, terms })
    return answerCommand(context, request, reply, { account, type: 'hedge_roll', params, bodyKey: idempotencyKey })
  })
}

type Tick = z.output<typeof loopTickRequest>

function paramsOf({
  account,
  hedge,
  exposures,
  terms,
}: Pick<Tick, 'hedge' | 'exposures'> & { readonly account: string; readonly terms: Parameters<typeof withoutAbsent>[0] }) {
  return {
    ...withoutAbsent({ accountId: account, ...terms }),
    ...(hedge === undefined ? {} : { hedge: withoutAbsent(hedge) }),
    ...(exposures === undefined ? {} : { exposures: exposures.map((exposure) => withoutAbsent(exposure)) }),
  }
}
