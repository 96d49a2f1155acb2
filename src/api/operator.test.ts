/** The operator's three words: who may say them, what they do, and that a failed input's reduce-only goes by them alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { money } from '#units/money.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { post, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

const TOKEN = 'a-token-of-the-test'
const AS_ADMIN = { headers: { authorization: `Bearer ${TOKEN}` } }

async function running(t: TestContext, adminToken?: string): Promise<Host> {
  const host = await startHost(adminToken === undefined ? {} : { adminToken })
  t.after(() => host.api.close())
  host.market()
  return host
}
const breakers = async ({ api }: Host): Promise<string> => {
  const { checks } = (await api.inject('/ready')).json() as {
    readonly checks: readonly { readonly name: string; readonly detail: string }[]
  }
  return checks.find(({ name }) => name === 'breakers')?.detail ?? ''
}

test('[API-01] [C-50] without the token, or with another, nobody halts or clears', async (t) => {
  const open = await running(t)
  const host = await running(t, TOKEN)
  for (const name of ['halt', 'clear-halt', 'clear-poison']) {
    assert.equal((await post(open.api, `/api/mode/${name}`, {}, AS_ADMIN)).json().reason, 'admin_disabled')
    assert.equal((await post(host.api, `/api/mode/${name}`, {})).statusCode, 401)
    assert.equal(
      (await post(host.api, `/api/mode/${name}`, {}, { headers: { authorization: 'Bearer other' } })).json().reason,
      'unauthorised',
    )
  }
  assert.equal(await breakers(host), 'none tripped')
})

test('[API-01] halt and clear-halt: recorded with their reason, said by /ready, answered by what stood', async (t) => {
  const host = await running(t, TOKEN)
  const halted = await post(host.api, '/api/mode/halt', { reason: 'drill' }, AS_ADMIN)
  assert.deepEqual([halted.statusCode, halted.json().status, halted.json().mode], [200, 'ok', 'halted'])
  assert.equal(await breakers(host), 'operator halt')
  assert.ok(host.records.some(({ text }) => text.includes('"reason":"drill"')))
  assert.deepEqual((await post(host.api, '/api/mode/clear-halt', {}, AS_ADMIN)).json().cleared, ['operator'])
  assert.equal(await breakers(host), 'none tripped')
  assert.deepEqual((await post(host.api, '/api/mode/clear-halt', {}, AS_ADMIN)).json().cleared, [])
})

test('[OP-03] [P-14] an alert is acknowledged by an operator alone, with a reason, and only one that stands', async (t) => {
  const host = await running(t, TOKEN)
  const url = '/api/alerts/acknowledge'
  const body = { name: 'payout_differs', subject: 'demo:s9', reason: 'the venue has paid the rest' }
  const settlement = {
    venue: 'deribit',
    account: 'demo' as never,
    settlementId: 's9',
    instrument: 'BTC-6FEB26-80000-P' as never,
    quantity: quantity('1'),
    settlementIndex: price<'BTC', 'USDC'>('64000'),
    payout: money('0.25'),
    fee: money('0.00015'),
    currency: 'BTC',
    basis: 'venue',
    venueAt: host.platform.now(),
  } as const
  host.feed({ topic: 'venue_settlements', key: 'demo', source: 'test', body: settlement }) // of a put that is not held
  const standing = (): readonly string[] => host.views.alerts().map(({ name, subject }) => `${name} ${subject}`)
  assert.ok(standing().includes('payout_differs demo:s9'), standing().join())
  assert.equal((await post(host.api, url, body)).statusCode, 401)
  assert.equal((await post(host.api, url, { ...body, reason: '' }, AS_ADMIN)).statusCode, 400)
  assert.equal((await post(host.api, url, { ...body, subject: 'demo:s8' }, AS_ADMIN)).json().reason, 'unknown_alert')
  const done = await post(host.api, url, body, AS_ADMIN)
  assert.deepEqual(done.json().acknowledged, { name: 'payout_differs', subject: 'demo:s9' })
  assert.equal(standing().includes('payout_differs demo:s9'), false)
  assert.ok(host.records.some(({ text }) => text.includes('"seen":"the venue has paid the rest"')))
})

test('[API-01] clear-poison lifts what a failed input left', async (t) => {
  const host = await running(t, TOKEN)
  host.feed({ topic: 'poisoned_inputs', key: 'x', source: 'driver', body: { inputSeq: 1, inputTopic: 'raw_index', error: 'Error: test' } })
  assert.equal(await breakers(host), 'poisoned-input reduce_only')
  assert.deepEqual((await post(host.api, '/api/mode/clear-halt', {}, AS_ADMIN)).json().cleared, [], 'a halt is another thing')
  assert.deepEqual((await post(host.api, '/api/mode/clear-poison', { reason: 'looked at' }, AS_ADMIN)).json().cleared, ['poisoned-input'])
  assert.equal(await breakers(host), 'none tripped')
})

test('[API-01] a reason that is no text, too long, or another field is refused', async (t) => {
  const host = await running(t, TOKEN)
  for (const body of [{ reason: 1 }, { reason: 'x'.repeat(201) }, { because: 'x' }])
    assert.equal((await post(host.api, '/api/mode/halt', body, AS_ADMIN)).statusCode, 400)
})
