/** Every answer carries what helmet would have said for it, whatever it is an answer to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import helmet from '@fastify/helmet'
import Fastify from 'fastify'
import { get, post, QUOTE, startHost } from './host.fixture.ts'
import { HELMET } from './safety-headers.ts'

const OF_THE_ANSWER = ['connection', 'content-length', 'content-type', 'date', 'transfer-encoding']

async function saidByHelmet(): Promise<Record<string, unknown>> {
  const app = Fastify()
  await app.register(helmet, HELMET)
  app.get('/', (_request, reply) => reply.send({ a: 1 }))
  const { headers } = await app.inject('/')
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_ANSWER.includes(name)))
}

test('[API-03] answers, refusals, cached quotes and what is not found carry the same headers as helmet gives', async (t) => {
  const { api, market } = await startHost()
  t.after(() => api.close())
  market()
  const wanted = await saidByHelmet()
  assert.ok(Object.keys(wanted).length >= 10 && String(wanted['content-security-policy']).includes("script-src 'self'"))
  const answers = [
    await get(api, '/pricing/btc'),
    await post(api, '/put/quote', QUOTE),
    await post(api, '/put/quote', { ...QUOTE, allowCached: true }),
    await post(api, '/put/quote', '{'),
    await get(api, '/nothing'),
    await get(api, '/pricing/btc', { host: 'evil.example' }),
    await get(api, '/health'),
  ]
  for (const { headers, statusCode, payload } of answers)
    for (const [name, value] of Object.entries(wanted))
      assert.equal(headers[name], value, `${name} of ${statusCode} ${payload.slice(0, 60)}`)
  const docs = await get(api, '/docs/static/index.html')
  assert.match(String(docs.headers['content-security-policy']), /script-src/)
})
