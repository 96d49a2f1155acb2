/** The order endpoint over the real pipeline: opening, adopting, closing and hedging; what is refused, and that nothing is ever ordered twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { activationAnswer, failureSchema } from './contract.ts'
import { orderAnswer } from './contract-orders.ts'
import { get, post, PUT, QUOTE, quoteMarket, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'
import { openedLong } from './scene.fixture.ts'

const NO_WAIT = { headers: { prefer: 'wait=0' } }
const settled = () => new Promise((resolve) => setImmediate(resolve))

async function running(t: TestContext): Promise<Host> {
  const host = await startHost()
  t.after(() => host.api.close())
  host.market()
  return host
}
function sends({ effects }: Host): number {
  return effects.filter(({ topic, body }) => topic === 'order_sends' && 'action' in body && body.action === 'place').length
}
async function sent(host: Host, count: number): Promise<void> {
  for (let turn = 0; sends(host) < count; turn++) {
    assert.ok(turn < 1_000, `${count} orders were sent`)
    await settled()
  }
}
const BUY = { instrument: PUT, amount: 1, side: 'buy', type: 'market', intent: 'open', hedgeType: 'option', venue: 'deribit' } as const

/** Quote, order, fill. */
async function opened(host: Host, coverageId: string, extra: object = {}) {
  const quote = (await post(host.api, '/put/quote', QUOTE)).json()
  const waiting = post(host.api, '/deribit/order', { ...BUY, coverageId, ...extra }, { headers: { prefer: 'wait=20' } })
  await sent(host, 1)
  host.fill()
  return { quote, response: await waiting }
}

test('[API-02] an order opens the cover of its quote and is answered from its fills', async (t) => {
  const host = await running(t)
  const { quote, response } = await opened(host, 'my-cover')
  assert.equal(response.statusCode, 200)
  const answer = orderAnswer.parse(response.json())
  assert.deepEqual(
    [answer.state, answer.filledAmount, answer.averagePrice, answer.mode, answer.clientCoverageId],
    ['filled', '1', '0.0065', 'sim', 'my-cover'],
  )
  const { coverages } = (await get(host.api, '/coverage/active')).json()
  assert.deepEqual([coverages.length, coverages[0].coverageId, coverages[0].floorPrice], [1, answer.coverageId, quote.floorPrice])
  const [order] = host.effects.flatMap(({ topic, body }) => (topic === 'order_sends' && 'orderId' in body ? [body.orderId] : []))
  assert.equal(order, answer.orderId)
})

test('[C-40] the export adopts the order of its cover and never sends a second one', async (t) => {
  const host = await running(t)
  const { quote, response } = await opened(host, 'my-cover')
  const { coverageId } = response.json()
  const leg = { instrument: PUT, size: 1, optionType: 'put', strike: '80000', venue: 'deribit' }
  const positions = [{ id: 'p1', asset: 'BTC', side: 'long', marginUsd: 17600, leverage: 5, entryPrice: 88000 }]
  const bodies = [
    { coverageId: 'my-cover', accountId: 'demo', expiryIso: quote.expiryIso, coverageLegs: [leg], positions },
    { quoteId: quote.quoteId },
    { coverageId },
  ]
  for (const body of bodies) {
    const exported = await post(host.api, '/audit/export', body)
    const answer = activationAnswer.parse(exported.json())
    assert.deepEqual([answer.coverageId, answer.premiumUsdc], [coverageId, '572'], JSON.stringify(body))
  }
  assert.equal(sends(host), 1)
  const differs = await post(
    host.api,
    '/audit/export',
    { coverageId: 'my-cover', coverageLegs: [{ ...leg, size: 2 }] },
    { headers: { 'idempotency-key': 'x' } },
  )
  const { reason, explanation } = failureSchema.parse(differs.json())
  assert.deepEqual([reason, explanation.field, explanation.limit], ['server_decides', 'coverageLegs.0.size', '1'])
})

test('[C-40] an export before the fill is pending and ends with the same cover', async (t) => {
  const host = await running(t)
  await post(host.api, '/put/quote', QUOTE)
  await post(host.api, '/deribit/order', { ...BUY, coverageId: 'c1' }, NO_WAIT)
  await sent(host, 1)
  const early = await post(host.api, '/audit/export', { coverageId: 'c1' }, NO_WAIT)
  assert.equal(early.statusCode, 202)
  assert.equal((await get(host.api, '/coverage/active')).json().coverages.length, 0, 'never active without its hedge')
  host.fill()
  const final = await get(host.api, `/commands/${early.json().commandId}`)
  assert.equal(activationAnswer.parse(final.json()).status, 'ok')
  assert.equal(sends(host), 1)
})

test('[API-03] an export of a cover nobody ordered says that its hedge is missing', async (t) => {
  const { api } = await running(t)
  const response = await post(api, '/audit/export', { coverageId: 'none' })
  assert.deepEqual([response.statusCode, failureSchema.parse(response.json()).reason], [200, 'hedge_missing'])
})

test('[F-S04] [API-02] a repeated order is the first answer; another body is a conflict; another key is still no second order', async (t) => {
  const host = await running(t)
  const { response } = await opened(host, 'c2')
  const again = await post(host.api, '/deribit/order', { ...BUY, coverageId: 'c2' })
  assert.equal(again.body, response.body)
  const other = await post(host.api, '/deribit/order', { ...BUY, coverageId: 'c2', amount: 2 })
  assert.deepEqual([other.statusCode, failureSchema.parse(other.json()).reason], [409, 'idempotency_conflict'])
  const keyed = await post(host.api, '/deribit/order', { ...BUY, coverageId: 'c2' }, { headers: { 'idempotency-key': 'fresh' } })
  const { status, reason } = failureSchema.parse(keyed.json())
  assert.deepEqual([status, reason, sends(host)], ['blocked', 'order_exists', 1])
})

test('[F-S03] what the server decides is compared and never taken over', async (t) => {
  const host = await running(t)
  const quote = (await post(host.api, '/put/quote', QUOTE)).json()
  const wrong = { feeUsdc: '1', premiumUsdc: 1, subsidyUsdc: '5', floorPrice: '90000', feeRecognized: false } as const
  for (const [field, value] of Object.entries(wrong)) {
    const response = await post(host.api, '/deribit/order', { ...BUY, coverageId: `s-${field}`, [field]: value })
    const { status, reason, explanation } = failureSchema.parse(response.json())
    assert.deepEqual([status, reason, explanation.field], ['blocked', 'server_decides', field])
  }
  assert.equal(sends(host), 0)
  const { feeUsdc, premiumUsdc, subsidyUsdc, floorPrice } = quote
  const right = { feeUsdc, premiumUsdc, subsidyUsdc, floorPrice, feeRecognized: true }
  const taken = await post(host.api, '/deribit/order', { ...BUY, coverageId: 'right', ...right }, NO_WAIT)
  assert.equal(taken.statusCode, 202)
})

test('[API-02] an opening order that fits no quote, or not its quote, is blocked with what would fit', async (t) => {
  const host = await running(t)
  const none = await post(host.api, '/deribit/order', { ...BUY, coverageId: 'q' })
  assert.equal(failureSchema.parse(none.json()).reason, 'unknown_quote')
  const { quoteId } = (await post(host.api, '/put/quote', QUOTE)).json()
  const cases: readonly (readonly [object, string, unknown])[] = [
    [{ instrument: 'BTC-6FEB26-82000-P' }, 'instrument_differs', PUT],
    [{ amount: '0.5' }, 'amount_differs', '1'],
    [{ venue: 'bybit' }, 'venue_differs', 'deribit'],
    [{ type: 'limit', price: '0.0064' }, 'price_below_quote', '0.0065'],
    [{ intent: 'hedge' }, 'intent_mismatch', 'open'],
    [{ hedgeType: 'perp' }, 'intent_mismatch', 'option'],
  ]
  for (const [index, [change, code, to]] of cases.entries()) {
    const headers = { 'idempotency-key': `case-${index}` }
    const response = await post(host.api, '/deribit/order', { ...BUY, coverageId: quoteId, ...change }, { headers })
    const { reason, explanation } = failureSchema.parse(response.json())
    assert.deepEqual([reason, explanation.flip?.to], [code, to], JSON.stringify(change))
  }
  host.pass(31_000)
  quoteMarket(host.feed, host.platform.now())
  const late = await post(host.api, '/deribit/order', { ...BUY, coverageId: quoteId }, { headers: { 'idempotency-key': 'late' } })
  assert.equal(failureSchema.parse(late.json()).reason, 'quote_expired')
  assert.equal(sends(host), 0)
})

test('[API-02] an order that fills nothing leaves no cover and frees its name', async (t) => {
  const host = await running(t)
  await post(host.api, '/put/quote', QUOTE)
  const waiting = post(host.api, '/deribit/order', { ...BUY, coverageId: 'c3' }, { headers: { prefer: 'wait=20', 'idempotency-key': 'a' } })
  await sent(host, 1)
  host.reject()
  const { status, explanation } = failureSchema.parse((await waiting).json())
  assert.deepEqual([status, explanation.code], ['blocked', 'not_filled'])
  const missing = await post(host.api, '/audit/export', { coverageId: 'c3' })
  assert.equal(failureSchema.parse(missing.json()).reason, 'hedge_missing')
  await post(host.api, '/put/quote', QUOTE)
  const again = await post(
    host.api,
    '/deribit/order',
    { ...BUY, coverageId: 'c3' },
    { headers: { prefer: 'wait=0', 'idempotency-key': 'b' } },
  )
  assert.equal(again.statusCode, 202)
})

const SELL = { instrument: PUT, amount: 1, side: 'sell', intent: 'close' } as const
/** Stated so that nothing is left between equity and limit. */
const SPENT = { initialBalanceUsdc: '20000', drawdownLimitUsdc: '25000', positionPnlUsdc: '0', hedgeMtmUsdc: '0' }

test('[P-14] [API-03] a close without drawdown inputs names them; with buffer left it is blocked and recorded', async (t) => {
  const host = await running(t)
  await opened(host, 'c4')
  const missing = await post(host.api, '/deribit/order', { ...SELL, coverageId: 'c4' })
  const said = failureSchema.parse(missing.json())
  assert.deepEqual(
    [missing.statusCode, said.status, said.reason, said.explanation.field],
    [400, 'error', 'missing_drawdown_inputs', 'drawdownLimitUsdc'],
  )
  const positive = await post(host.api, '/deribit/order', { ...SELL, coverageId: 'c4', ...SPENT, drawdownLimitUsdc: '100' })
  const { status, reason } = failureSchema.parse(positive.json())
  assert.deepEqual([positive.statusCode, status, reason], [200, 'blocked', 'drawdown_buffer_positive'])
  const talked = await post(host.api, '/deribit/order', { ...SELL, coverageId: 'c4', ...SPENT })
  assert.equal(failureSchema.parse(talked.json()).reason, 'drawdown_buffer_positive', 'what is stated cannot talk the cover away')
  const entries = (await get(host.api, '/audit/logs?showAll=true&limit=1000')).json().entries as { event: string; payload: object }[]
  const blockedEntries = entries.filter(({ event }) => event === 'close_blocked')
  assert.equal(blockedEntries.length, 2)
  assert.deepEqual(Object.keys(blockedEntries[0]?.payload ?? {}).sort(), [
    'accountId',
    'coverageId',
    'explanation',
    'field',
    'instrument',
    'limit',
    'reason',
    'seen',
  ])
  assert.equal((await get(host.api, '/coverage/active')).json().coverages[0].coverageId.startsWith('cover-'), true)
})

/** Equity falls under the limit in force: the books themselves say that the buffer is used up. */
function crash(host: Host): void {
  for (let step = 1; step <= 6; step++) {
    host.pass(61_000)
    quoteMarket(host.feed, host.platform.now(), String(88_000 - 3_000 * step))
  }
  // at 70,000 the put is 10,000 inside, 0.142857 coin; bid a little under that, so that equity lies under the floor by the discount
  const quoted = { bid: price<'BTC', 'BTC'>('0.14'), ask: price<'BTC', 'BTC'>('0.145'), mark: price<'BTC', 'BTC'>('0.1425') }
  const sizes = { bidSize: btc('10'), askSize: btc('10'), sizeBasis: 'quoted' } as const
  const body = { venue: 'deribit', instrument: PUT as never, ...quoted, ...sizes, venueAt: host.platform.now() }
  host.feed({ topic: 'raw_option_quotes', key: PUT, source: 'test', body })
}

/** A long with its cover, and a market in which the books themselves say that the buffer is used up. */
async function spent(t: TestContext): Promise<{ readonly host: Host; readonly coverageId: string }> {
  const host = await running(t)
  const { desk } = host.platform
  const params = { side: 'long', size: '1', leverage: 5 }
  await desk.submit({ account: 'demo', route: 'test', key: undefined, type: 'open_position', params, waitMs: 0 })
  await sent(host, 1)
  host.fill()
  const { quoteId } = (await post(host.api, '/put/quote', QUOTE)).json()
  await post(host.api, '/audit/export', { quoteId }, NO_WAIT)
  await sent(host, 2)
  host.fill()
  const { coverageId } = (await get(host.api, '/coverage/active')).json().coverages[0]
  crash(host)
  return { host, coverageId }
}
async function eventNames({ api }: Host): Promise<string[]> {
  return (await get(api, '/audit/logs?showAll=true&limit=1000')).json().entries.map(({ event }: { event: string }) => event)
}

test('[P-14] a close with the buffer used up sells the option and ends the cover without an alarm', async (t) => {
  const { host, coverageId } = await spent(t)
  const waiting = post(host.api, '/deribit/order', { ...SELL, coverageId, ...SPENT }, { headers: { prefer: 'wait=20' } })
  await sent(host, 3)
  assert.equal((await get(host.api, '/coverage/active')).json().coverages.length, 1, 'it stands while it is being sold')
  const second = await post(host.api, '/deribit/order', { ...SELL, coverageId, ...SPENT })
  assert.equal(failureSchema.parse(second.json()).reason, 'cover_not_active', 'and is not sold twice')
  host.fill()
  const answer = orderAnswer.parse((await waiting).json())
  assert.deepEqual([answer.state, answer.filledAmount, answer.averagePrice], ['filled', '1', '0.14'])
  assert.equal((await get(host.api, '/coverage/active')).json().coverages.length, 0)
  assert.equal((await eventNames(host)).includes('coverage_alarm'), false)
})

test('[P-14] a close that finds no buyer leaves the cover as it was', async (t) => {
  const { host, coverageId } = await spent(t)
  const before = (await get(host.api, '/coverage/active')).json().coverages
  const waiting = post(host.api, '/deribit/order', { ...SELL, coverageId, ...SPENT }, { headers: { prefer: 'wait=20' } })
  await sent(host, 3)
  host.reject()
  assert.equal(failureSchema.parse((await waiting).json()).reason, 'not_filled')
  const after = (await get(host.api, '/coverage/active')).json().coverages
  assert.deepEqual([after[0].coverageId, after[0].drawdownLimitUsdc, after[0].alarm], [coverageId, before[0].drawdownLimitUsdc, undefined])
  const names = await eventNames(host)
  assert.deepEqual([names.filter((name) => name === 'coverage_activated').length, names.includes('coverage_alarm')], [1, false])
})

test('[P-14] [API-03] a bid that is no price closes nothing; acceptStubBid does, and both views of the audit say so', async (t) => {
  const { host, coverageId } = await spent(t)
  host.pass(61_000)
  quoteMarket(host.feed, host.platform.now(), '70000') // the put 10,000 inside, and 0.006 coin bid for it
  const refused = failureSchema.parse((await post(host.api, '/deribit/order', { ...SELL, coverageId, ...SPENT })).json())
  assert.deepEqual(
    [refused.status, refused.reason, refused.explanation.flip],
    ['blocked', 'stub_bid', { field: 'acceptStubBid', to: true }],
  )
  assert.equal(sends(host), 2)
  const taken = { ...SELL, coverageId, ...SPENT, acceptStubBid: true }
  const waiting = post(host.api, '/deribit/order', taken, { headers: { prefer: 'wait=20' } })
  await sent(host, 3)
  host.fill()
  assert.equal(orderAnswer.parse((await waiting).json()).averagePrice, '0.006')
  assert.equal((await eventNames(host)).filter((name) => name === 'coverage_alarm').length, 1)
})

const HEDGE = { instrument: 'BTC_USDC-PERPETUAL', amount: '0.1', side: 'sell', intent: 'hedge', hedgeType: 'perp' } as const

test('[API-02] a hedge at the market is answered with its fill, a resting one once the venue has it', async (t) => {
  const host = await openedLong(t)
  const waiting = post(host.api, '/deribit/order', HEDGE, { headers: { prefer: 'wait=20' } })
  await sent(host, 2)
  host.accept()
  host.fill()
  const answer = orderAnswer.parse((await waiting).json())
  // 1 % under the index of 88,000
  assert.deepEqual([answer.state, answer.filledAmount, answer.averagePrice], ['filled', '0.1', '87120'])
  const resting = post(host.api, '/deribit/order', { ...HEDGE, type: 'limit', price: '90000' }, { headers: { prefer: 'wait=20' } })
  await sent(host, 3)
  host.accept()
  assert.deepEqual([orderAnswer.parse((await resting).json()).state, sends(host)], ['accepted', 3])
  const beyond = failureSchema.parse((await post(host.api, '/deribit/order', { ...HEDGE, amount: '1' })).json())
  assert.deepEqual(
    [beyond.status, beyond.reason, beyond.explanation.limit, beyond.explanation.flip?.to],
    ['blocked', 'over_hedged', '0.8', '0.8'],
  )
  const wrong = await post(host.api, '/deribit/order', { ...HEDGE, instrument: 'BTC-PERPETUAL' })
  const { reason, explanation } = failureSchema.parse(wrong.json())
  assert.deepEqual([reason, explanation.flip?.to], ['unsupported_instrument', 'BTC_USDC-PERPETUAL'])
})
