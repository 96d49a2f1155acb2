/** `GET /integration/handshake` (API-05): both sides see that they mean the same platform, version and configuration. Times are market time. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { failureSchema } from '../contract.ts'
import { CAPABILITIES, handshakeAnswer, SIGNED } from '../contract-operations.ts'
import { answerQuestion } from '../context.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'

const HANDSHAKE = { tags: ['integration'], response: { 200: handshakeAnswer, '4xx': failureSchema } }

export function integrationRoutes(app: Api, context: Context): void {
  app.get('/integration/handshake', { schema: HANDSHAKE }, (_request, reply) =>
    answerQuestion(context, reply, () => {
      const { info, config, now, quoteSigner } = context.platform
      return {
        status: 'ok',
        mode: info.mode === 'live' ? 'production' : 'demo',
        approved: info.approved ?? false,
        timestamp: isoFromEpochMs(now()),
        capabilities: CAPABILITIES,
        configDigest: config.digest,
        engineVersion: info.version,
        quoteSigning: quoteSigner === undefined ? null : { algorithm: 'Ed25519', publicKey: quoteSigner.publicKey, covers: SIGNED },
      }
    }),
  )
}
