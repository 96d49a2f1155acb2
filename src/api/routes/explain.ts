/** `GET /explain/:seq` (API-06): a decision with its explanation, and the way back to the tick or call that began it. */
import type { Platform } from '#runtime/platform.ts'
import { explainAnswer, explainParams, failureSchema } from '../contract.ts'
import { scopeOf } from '../caller.ts'
import { answerQuestion } from '../context.ts'
import type { Context } from '../context.ts'
import { explainChain } from '../explain.ts'
import type { Trail } from '../explain.ts'
import { chainFor } from '../explain-scope.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'

/** Each step of a chain is read from the journal's files, on the engine's thread: fewer of these than of other questions. */
const LIMITED = { rateLimit: { max: 300, timeWindow: 60_000 } }

export function explainRoutes(app: Api, context: Context): void {
  const { platform, views } = context
  const schema = { tags: ['audit'], params: explainParams, response: { 200: explainAnswer, '4xx': failureSchema } }
  app.get('/explain/:seq', { schema, config: LIMITED }, (request, reply) => {
    const { seq } = request.params
    const scope = scopeOf(context, request)
    return answerQuestion(context, reply, () => {
      const whole = explainChain(trailOf(platform, views), seq)
      const found = whole === undefined || scope === undefined ? whole : chainFor(scope, context.accounts, whole)
      if (found !== undefined) return { status: 'ok', seq, ...found }
      throw new ApiRefusal('not_found', {
        gate: 'explain',
        field: 'seq',
        seen: seq,
        limit: 'an event whose step was written and is still kept',
      })
    })
  })
}

/** A step that is not durable yet would pass for a part of the one before it. */
function trailOf(platform: Platform, views: Context['views']): Trail {
  const isSettled = (seq: number): boolean => seq <= platform.engine.seq && platform.driver.isDurable(seq)
  return {
    recordAt: (seq) => platform.recordAt(seq),
    stepAt: (seq) => (isSettled(seq) ? platform.stepAt(seq) : []),
    originOf: (kind, id) => views.originOf(kind, id),
  }
}
