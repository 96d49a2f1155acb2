/** `GET /explain/:seq` (API-06): a decision with its explanation, and the way back to the tick or call that began it. */
import { explainAnswer, explainParams, failureSchema } from '../contract.ts'
import { scopeOf } from '../caller.ts'
import { answerQuestion } from '../context.ts'
import type { Context } from '../context.ts'
import { explainChain } from '../explain.ts'
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
      const whole = explainChain({ recordAt: (asked) => platform.recordAt(asked), originOf: (kind, id) => views.originOf(kind, id) }, seq)
      const found = whole === undefined || scope === undefined ? whole : chainFor(scope, context.accounts, whole)
      if (found !== undefined) return { status: 'ok', seq, ...found }
      throw new ApiRefusal('not_found', {
        gate: 'explain',
        field: 'seq',
        seen: seq,
        limit: 'an event that was written and is still kept; derived events are recomputed',
      })
    })
  })
}
