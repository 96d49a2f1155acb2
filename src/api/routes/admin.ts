/**
 * `POST /admin/reset` (C-34): nothing is cleared. The journals are sealed and archived, and a new one begins that names the seal in its first
 * record. Administrators only; never in production, where the log of a client's protection stays the log. No command of a journal, so a repeat
 * under the same Idempotency-Key is known while the process lives: it gets the first outcome and resets nothing.
 */
import type { FastifyRequest } from 'fastify'
import type { ResetOutcome } from '#runtime/platform.ts'
import { failureSchema } from '../contract.ts'
import { resetAnswer, resetRequest } from '../contract-operations.ts'
import { authorise } from '../authorise.ts'
import { LEAST_ROLE } from '../contract-session.ts'
import type { Context } from '../context.ts'
import { durable, headerKey } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'

const RESET = {
  tags: ['operations'],
  description: 'Needs the role admin: `Authorization: Bearer <token>`, or a session. Refused in production.',
  body: resetRequest,
  response: { 200: resetAnswer, '4xx': failureSchema, 503: failureSchema },
}

const OUTCOMES_MAX = 100

export function adminRoutes(app: Api, context: Context): void {
  const { platform, sessions } = context
  const onRequest = (request: FastifyRequest, _reply: unknown, done: () => void): void => {
    authorise(request, sessions, LEAST_ROLE.reset)
    done()
  }
  const outcomes = new Map<string, Promise<ResetOutcome>>()
  app.post('/admin/reset', { schema: RESET, onRequest }, async (request, reply) => {
    const key = headerKey(request)
    const { mode } = platform.info
    if (mode === 'live') throw new ApiRefusal('not_in_production', { gate: 'reset', field: 'mode', seen: mode, limit: 'sim or paper' })
    const { reset } = platform
    if (reset === undefined)
      throw new ApiRefusal('not_available', { gate: 'reset', field: 'host', seen: mode, limit: 'a host that can begin anew' })
    const outcome = await (key === undefined ? reset() : once(outcomes, key, reset))
    const asOfSeq = platform.engine.seq
    await durable(context, asOfSeq)
    return reply.send({ status: 'ok', ...outcome, asOfSeq })
  })
}

/** A reset that failed has no outcome: its repeat tries again. */
function once(outcomes: Map<string, Promise<ResetOutcome>>, key: string, reset: () => Promise<ResetOutcome>): Promise<ResetOutcome> {
  const known = outcomes.get(key)
  if (known !== undefined) return known
  const begun = reset()
  outcomes.set(key, begun)
  const oldest = outcomes.size > OUTCOMES_MAX ? outcomes.keys().next().value : undefined
  if (oldest !== undefined) outcomes.delete(oldest)
  begun.catch(() => outcomes.delete(key))
  return begun
}
