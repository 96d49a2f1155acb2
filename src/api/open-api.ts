/** OpenAPI 3.1 at `/docs`, generated from the schemas that validate (API-01). */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { Api } from './type-provider.ts'

export async function installOpenApi(app: Api, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Ballast',
        version,
        description:
          'Keeps a leveraged BTC account inside its drawdown limit. Money is a decimal string, ratios are fractions, instants are ISO 8601. ' +
          'Every answer has `asOfSeq`, the event up to which it is true. A call that changes something takes `Idempotency-Key` and `Prefer: wait=<seconds>`.',
      },
    },
    transform: jsonSchemaTransform,
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
}
