/** The penny bridge and what the system says of itself. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Decimal } from 'decimal.js'
import { bridgeAnswer } from './contract-bridge.ts'
import { systemAnswer } from './contract-system.ts'
import { ReaderFailure } from '#runtime/record-reader.ts'
import { get, post, QUOTE, quoteMarket, startHost } from './host.fixture.ts'
import { coveredLong, running } from './scene.fixture.ts'

const TOKEN = 'token-of-an-admin'

test('[V-02] the bridge goes from what was put in to the equity at the close without a gap', async (t) => {
  const host = await coveredLong(t)
  quoteMarket(host.feed, host.platform.now(), '87000.37')
  const { steps, residualUsdc } = bridgeAnswer.parse((await get(host.api, '/api/bridge')).json())
  assert.equal(residualUsdc, '0')
  for (const { usdc, from, to, isSum } of steps) assert.equal(new Decimal(from).plus(usdc).toFixed(), isSum ? usdc : to)
  for (const [i, step] of steps.slice(1).entries()) if (!step.isSum) assert.equal(step.from, steps[i]?.to, step.id)
  const at = (id: string) => steps.find((step) => step.id === id)?.usdc
  // 20,000 put in; 1 BTC at 88,880 and marked at 87,000.37; the put cost 0.0065 coin at 88,000 and is marked at 0.00625 coin
  assert.deepEqual(
    [at('contributed'), at('position_unrealised'), at('cover_unrealised'), at('fees')],
    ['20000', '-1879.63', new Decimal('0.00625').times('87000.37').minus('572').toFixed(), '0'],
  )
  assert.equal(at('equity_close'), host.views.proofs.snapshot('demo', 'margin')?.equityClose)
  assert.equal((await get(host.api, '/api/bridge?accountId=other')).json().reason, 'unknown_account')
  const silent = await startHost()
  t.after(() => silent.api.close())
  assert.equal((await get(silent.api, '/api/bridge')).statusCode, 503)
})

test('[UI-04] the system says how old each feed is and up to which age it counts', async (t) => {
  const host = await running(t)
  host.pass(45_000)
  const { feeds, links, brakes, journal } = systemAnswer.parse((await get(host.api, '/api/system')).json())
  assert.deepEqual(links, [{ venue: 'deribit', state: 'up' }])
  assert.deepEqual(brakes, [])
  const feed = (kind: string) => feeds.find((one) => one.kind === kind)
  assert.deepEqual([feed('index')?.ageMs, feed('index')?.name], [45_000, 'deribit'])
  assert.deepEqual([feed('options')?.ageMs, feed('options')?.parts?.known], [45_000, 3])
  for (const { ageMs, limitMs, fresh } of feeds) assert.equal(fresh, ageMs <= limitMs)
  assert.deepEqual([journal.journalId, journal.isFull, journal.segments], ['test', false, null])
  assert.equal(journal.seq, host.platform.engine.seq)
  quoteMarket(host.feed, host.platform.now())
  const fresher = systemAnswer.parse((await get(host.api, '/api/system')).json())
  assert.equal(fresher.feeds.find(({ kind }) => kind === 'index')?.ageMs, 0)
})

test('[UI-04] a brake is shown with who set it and why', async (t) => {
  const host = await running(t, { adminToken: TOKEN })
  await post(host.api, '/api/mode/halt', { reason: 'drill' }, { headers: { authorization: `Bearer ${TOKEN}` } })
  const { brakes } = systemAnswer.parse((await get(host.api, '/api/system')).json())
  assert.deepEqual([brakes[0]?.source, brakes[0]?.action, brakes[0]?.explanation.seen], ['operator', 'halt', 'drill'])
})

test('[UI-04] only what is durable is told', async (t) => {
  const host = await running(t)
  host.hold()
  const before = host.platform.engine.seq
  const asked = post(host.api, '/put/quote', QUOTE)
  while (host.platform.engine.seq === before) await new Promise((resolve) => setImmediate(resolve))
  let isTold = false
  const told = get(host.api, '/api/system').then((answer) => {
    isTold = true
    return systemAnswer.parse(answer.json())
  })
  await new Promise((resolve) => setTimeout(resolve, 250))
  assert.equal(isTold, false)
  host.release()
  const { journal } = await told
  assert.ok(journal.durableAfterMs >= 10, `${journal.durableAfterMs} ms`)
  await asked
})

test('[UI-04] a reader that failed is "not available" for the chart as for every list, not a failure of the server', async (t) => {
  const host = await running(t)
  t.mock.method(host.platform, 'history', () => Promise.reject(new ReaderFailure('the reader has ended')))
  const { statusCode, json } = await get(host.api, '/api/history')
  assert.deepEqual([statusCode, json().reason], [503, 'not_available'])
})
