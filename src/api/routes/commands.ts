/**
 * `GET /commands/:id`: pending while the outcome is open, then the final answer, the same bytes as the call itself would have had. Behind a gateway
 * another account's command is not found.
 */
import { z } from 'zod'
import { commandParams, failureSchema, pendingSchema } from '../contract.ts'
import { scopeOf } from '../caller.ts'
import { durable, sendCommandAnswer } from '../context.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'

const COMMAND = {
  tags: ['commands'],
  params: commandParams,
  response: { 200: z.looseObject({ asOfSeq: z.number() }), 202: pendingSchema, '4xx': failureSchema },
}

export function commandRoutes(app: Api, context: Context): void {
  app.get('/commands/:id', { schema: COMMAND }, async (request, reply) => {
    const { id } = request.params
    const scope = scopeOf(context, request)
    const found = context.platform.desk.lookup(id)
    if (found === undefined || (scope !== undefined && found.account !== scope))
      throw new ApiRefusal('not_found', { gate: 'commands', field: 'id', seen: id, limit: 'a command of the last 30 days' })
    await durable(context, found.answer.asOfSeq)
    return sendCommandAnswer(reply, found.answer)
  })
}
