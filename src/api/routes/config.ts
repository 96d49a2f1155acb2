/** Effective configuration (DX-02): every value with where it came from, and the digest. Secrets never enter configuration, so none is here. */
import { configAnswer, failureSchema } from '../contract.ts'
import { answerQuestion } from '../context.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'

export function configRoutes(app: Api, context: Context): void {
  const { config, info } = context.platform
  app.get('/config', { schema: { tags: ['operations'], response: { 200: configAnswer, '4xx': failureSchema } } }, (_request, reply) =>
    answerQuestion(context, reply, () => ({ status: 'ok', digest: config.digest, codeDigest: info.codeDigest, values: config.leaves })),
  )
}
