/** While the journal has no space: not ready and why, commands turned away with the reason, signs of life as ever; over with the space. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureSchema } from './contract.ts'
import { post, QUOTE, startHost } from './host.fixture.ts'

test('[F-D01] a full journal is said by /ready and turns commands away, and only while it is full', async (t) => {
  const host = await startHost()
  t.after(() => host.api.close())
  host.market()
  let isFull = true
  Object.assign(host.platform, { isJournalFull: () => isFull })
  const ready = await host.api.inject('/ready')
  assert.equal(ready.statusCode, 503)
  assert.match(ready.body, /no space on its medium: 0 records not durable yet/)
  assert.equal((await host.api.inject('/health')).statusCode, 200)
  const refused = await post(host.api, '/put/quote', QUOTE)
  assert.equal(refused.statusCode, 503)
  const { reason, explanation } = failureSchema.parse(refused.json())
  assert.deepEqual(
    [reason, explanation.gate, explanation.seen, explanation.flip],
    ['not_ready', 'journal', 'full', { field: 'journal', to: 'in order' }],
  )
  isFull = false
  assert.equal((await post(host.api, '/put/quote', QUOTE)).statusCode, 200)
  assert.equal((await host.api.inject('/ready')).statusCode, 200)
})
