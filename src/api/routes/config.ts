/**
 * Effective configuration (DX-02): every value with where it came from, and the digest. Secrets never enter configuration, so none is here. Behind a
 * gateway what is set for another account (bands, tiers, balances) is left out.
 */
import { configAnswer, failureSchema } from '../contract.ts'
import { scopeOf } from '../caller.ts'
import { answerQuestion } from '../context.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'

export function configRoutes(app: Api, context: Context): void {
  app.get('/config', { schema: { tags: ['operations'], response: { 200: configAnswer, '4xx': failureSchema } } }, (request, reply) => {
    const scope = scopeOf(context, request)
    return answerQuestion(context, reply, () => {
      const { config, info } = context.platform
      const others = new Set(scope === undefined ? [] : [...context.accounts].filter((account) => account !== scope))
      const values = config.leaves.filter(
        ({ path, value }) => !path.split('.').some((part) => others.has(part)) && !others.has(String(value)),
      )
      return { status: 'ok', digest: config.digest, codeDigest: info.codeDigest, values }
    })
  })
}
