/** `POST /loop/tick` and `POST /hedge/roll` over the real pipeline: action and answer, idempotency, refusals. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { failureSchema, pendingSchema } from './contract.ts'
import { loopTickAnswer } from './contract-hedge.ts'
import { get, post, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

const NO_WAIT = { headers: { prefer: 'wait=0' } }
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A long of one coin at the venue's bound, from an order of the account. */
async function holding(t: TestContext): Promise<Host> {
  const host = await startHost()
  t.after(() => host.api.close())
  host.market()
  const params = { side: 'long', size: '1', leverage: 5 }
  void host.platform.desk.submit({ account: 'demo', route: 'test', key: 'open', type: 'open_position', params, waitMs: 0 })
  await settled()
  host.fill()
  await settled()
  return host
}
// one coin bought at 88,880: equity lies about 880 under 20,000
const TICK = { accountId: 'demo', drawdownLimitUsdc: '18500', target: 2_000, hysteresis: '500' }

test('[H-01] [API-01] a tick with the buffer under its target: pending, then the final answer with orders, buffer and both costs', async (t) => {
  const host = await holding(t)
  const pending = await post(host.api, '/loop/tick', TICK, NO_WAIT)
  assert.equal(pending.statusCode, 202)
  const { commandId } = pendingSchema.parse(pending.json())
  await settled()
  host.fill()
  const answer = loopTickAnswer.parse((await get(host.api, `/commands/${commandId}`)).json())
  assert.deepEqual([answer.action, answer.reason, answer.targetUsdc, answer.orders.length], ['increase', 'buffer_below_target', '2000', 1])
  const [order] = answer.orders
  assert.deepEqual([order?.side, order?.filledAmount], ['sell', order?.size])
  assert.equal(answer.hedge.target, `-${order?.size}`)
  assert.match(String(answer.explanation.limit), /acting costs \d+\.\d\d, waiting up to \d+\.\d\d/)
})

test('[H-01] [API-02] the same key is one look: the first answer stands, another body is a conflict', async (t) => {
  const host = await holding(t)
  const calm = { ...TICK, target: 1, hysteresis: 5_000 }
  const headers = { 'idempotency-key': 'tick-1' }
  const first = await post(host.api, '/loop/tick', calm, { headers })
  assert.deepEqual([first.json().action, first.json().reason], ['none', 'buffer_within_band'])
  assert.equal((await post(host.api, '/loop/tick', calm, { headers })).body, first.body)
  assert.equal((await post(host.api, '/loop/tick', TICK, { headers })).statusCode, 409)
})

test('[H-02] exposures of several accounts come back attributed', async (t) => {
  const host = await holding(t)
  const exposures = [
    { asset: 'BTC', side: 'long', size: 1 },
    { accountId: 'other', asset: 'BTC', side: 'short', size: '0.9999' },
  ]
  const answer = loopTickAnswer.parse((await post(host.api, '/loop/tick', { accountId: 'demo', exposures })).json())
  assert.equal(answer.reason, 'net_exposure_within_tolerance')
  assert.deepEqual(answer.attribution, [
    { accountId: 'demo', exposure: '1', hedge: '-1' },
    { accountId: 'other', exposure: '-0.9999', hedge: '0.9999' },
  ])
})

test('[H-01] [C-37] what cannot be read is 400, what cannot be decided 200 with its reason', async (t) => {
  const host = await holding(t)
  const refusals = [
    ['/loop/tick', { ...TICK, colour: 'red' }, 400, 'invalid_payload'],
    ['/loop/tick', { ...TICK, accountId: 'nobody' }, 403, 'unknown_account'],
    ['/loop/tick', { ...TICK, exposures: [{ asset: 'ETH', side: 'long', size: 1 }] }, 200, 'unsupported_asset'],
    ['/loop/tick', { accountId: 'demo' }, 200, 'missing_drawdown_inputs'],
    ['/hedge/roll', { accountId: 'demo', fromInstrument: 'BTC_USDC-PERPETUAL' }, 200, 'nothing_to_roll'],
    ['/hedge/roll', { accountId: 'demo' }, 400, 'invalid_payload'],
  ] as const
  for (const [url, body, status, reason] of refusals) {
    const response = await post(host.api, url, body)
    assert.equal(response.statusCode, status, JSON.stringify(body))
    assert.equal(failureSchema.parse(response.json()).reason, reason)
  }
})

test('[H-01] a hedge trade is walked back to the decision and the call that led to it', async (t) => {
  const host = await holding(t)
  await post(host.api, '/loop/tick', TICK, NO_WAIT)
  await settled()
  const trade = host.records.findLast(({ text }) => text.includes('"topic":"hedge_trades"') && text.includes('"purpose":"hedge"'))
  const { chain, complete } = (await get(host.api, `/explain/${trade?.seq}`)).json()
  const topics = (chain as { readonly topic: string }[]).map(({ topic }) => topic)
  assert.equal(complete, true, topics.join(' '))
  for (const topic of ['hedge_trades', 'hedging_intents', 'commands']) assert.ok(topics.includes(topic), `${topic} in ${topics.join(' ')}`)
})
