/** The window: who shares one, when it begins anew, what a route may state for itself. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { limitRates } from './rate.ts'
import { ApiRefusal } from './refusal.ts'

function limited(max: number): { readonly app: FastifyInstance; readonly pass: (ms: number) => void } {
  let now = 1_000
  const app = Fastify()
  limitRates(app, max, () => now)
  app.setErrorHandler((error, _request, reply) =>
    error instanceof ApiRefusal ? reply.code(error.httpStatus).send(error.explanation) : reply.send(error),
  )
  app.get('/a', () => 'a')
  app.get('/b', () => 'b')
  app.get('/own', { config: { rateLimit: { max: 1, timeWindow: 10_000 } } }, () => 'own')
  app.get('/free', { config: { rateLimit: false } }, () => 'free')
  const onRequest = (): never => {
    throw new ApiRefusal('unauthorised', { gate: 'access', field: 'Authorization', seen: 'another token', limit: 'a token' })
  }
  app.get('/guarded', { onRequest }, () => 'guarded')
  return { app, pass: (ms) => (now += ms) }
}
const asked = async (app: FastifyInstance, url: string, remoteAddress = '203.0.113.7') => {
  const { statusCode, headers, json } = await app.inject({ url, remoteAddress })
  const told = [headers['x-ratelimit-limit'], headers['x-ratelimit-remaining'], headers['x-ratelimit-reset'], headers['retry-after']]
  return { statusCode, told: told.map((value) => (value === undefined ? undefined : Number(value))), json }
}

test('[API-03] a window counts all routes of a caller together, is told in headers, and begins anew when it is over', async () => {
  const { app, pass } = limited(2)
  assert.deepEqual((await asked(app, '/a')).told, [2, 1, 60, undefined])
  pass(20_500)
  assert.deepEqual((await asked(app, '/b')).told, [2, 0, 40, undefined])
  const refused = await asked(app, '/a')
  assert.deepEqual([refused.statusCode, refused.told], [429, [2, 0, 40, 40]])
  assert.deepEqual(refused.json().flip, { field: 'waitMs', to: 39_500 })
  pass(39_499)
  assert.equal((await asked(app, '/a')).statusCode, 429)
  pass(1)
  assert.deepEqual((await asked(app, '/a')).told, [2, 1, 60, undefined])
})

test('[API-03] another address has its own window, another address of one /64 has not', async () => {
  const { app } = limited(1)
  const status = async (address: string): Promise<number> => (await asked(app, '/a', address)).statusCode
  assert.deepEqual([await status('203.0.113.7'), await status('203.0.113.8')], [200, 200])
  assert.deepEqual(
    [await status('2001:db8:0:1::1'), await status('2001:db8:0:1:ffff::2'), await status('2001:db8:0:2::1')],
    [200, 429, 200],
  )
  assert.equal(await status('::ffff:203.0.113.7'), 429, 'the same caller, written as IPv6')
})

test('[API-03] a route may state a window of its own, or none', async () => {
  const { app, pass } = limited(1)
  assert.deepEqual(
    [(await asked(app, '/own')).statusCode, (await asked(app, '/own')).statusCode, (await asked(app, '/a')).statusCode],
    [200, 429, 200],
  )
  for (let i = 0; i < 5; i++) assert.deepEqual((await asked(app, '/free')).told, [undefined, undefined, undefined, undefined])
  pass(10_000)
  assert.deepEqual([(await asked(app, '/own')).statusCode, (await asked(app, '/a')).statusCode], [200, 429])
})

test('[SE-01] [API-03] who is turned away for a wrong token is counted: no one tries tokens without end', async () => {
  const { app } = limited(2)
  const tried = [await asked(app, '/guarded'), await asked(app, '/guarded'), await asked(app, '/guarded')]
  assert.deepEqual(
    tried.map(({ statusCode }) => statusCode),
    [401, 401, 429],
  )
})
