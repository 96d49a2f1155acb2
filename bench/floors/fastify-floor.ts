/**
 * The floor under an HTTP answer: Fastify with its own JSON parser, a compiled schema for the body and one for the answer, no hooks, no
 * log, an answer of a few fields. It reads and checks the same request as a quote and decides nothing.
 */
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'

export interface HttpFloor {
  readonly port: number
  close(): Promise<void>
}

const text = { type: 'string' } as const
const body = {
  type: 'object',
  required: ['asset', 'side', 'tierName', 'leverage', 'positionSize', 'drawdownFloorPct', 'tenorDays'],
  additionalProperties: false,
  properties: {
    accountId: text,
    asset: text,
    side: { type: 'string', enum: ['long', 'short'] },
    tierName: text,
    leverage: { type: 'number' },
    positionSize: { type: 'number' },
    drawdownFloorPct: { type: 'number' },
    tenorDays: { type: 'integer' },
    allowCached: { type: 'boolean' },
  },
} as const
const answer = { type: 'object', properties: { status: text, tierName: text, feeUsdc: text } } as const

export async function startFastifyFloor(): Promise<HttpFloor> {
  const app = Fastify({ logger: false })
  app.post('/put/quote', { schema: { body, response: { 200: answer } } }, (request, reply) => {
    const { tierName } = request.body as { readonly tierName: string }
    void reply.send({ status: 'ok', tierName, feeUsdc: '510.40' })
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
}
