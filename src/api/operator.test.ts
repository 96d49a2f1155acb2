/** The operator's three words: who may say them, what they do, and that a failed input's reduce-only goes by them alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
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
