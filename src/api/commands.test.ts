/** Calls that change something, over the real pipeline: quotes, activation, statements, idempotency, durability, shedding. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { activationAnswer, failureSchema, ingestAnswer, pendingSchema, quoteAnswer } from './contract.ts'
import { get, post, PUT, QUOTE, quoteMarket, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

async function running(t: TestContext, options: Parameters<typeof startHost>[0] = {}): Promise<Host> {
  const host = await startHost(options)
  t.after(() => host.api.close())
  host.market()
  return host
}
const POSITION = { asset: 'BTC', side: 'long', entryPrice: 88000.5, size: '0.5', leverage: 5 } as const
const NO_WAIT = { headers: { prefer: 'wait=0' } }
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('[API-01] POST /put/quote prices the cover on exact inputs', async (t) => {
  const { api } = await running(t)
  const response = await post(api, '/put/quote', QUOTE)
  assert.equal(response.statusCode, 200)
  const quote = quoteAnswer.parse(response.json())
  assert.equal(quote.instrument, 'BTC-6FEB26-80000-P')
  assert.equal(quote.floorPrice, '79200')
  // 0.0065 coin x 88,000; fee min(0.03 %, 12.5 % of the premium) of the index
  assert.deepEqual([quote.premiumUsdc, quote.feeUsdc], ['572', '598.4'])
  // less 8,000 to the strike, and delivery 12 and closing 40 at most
  assert.equal(quote.floorEquity, '11349.6')
})

test('[P-02] [DV-08] an account that holds only cash is as fresh as its books: it gets a quote ten minutes later', async (t) => {
  const host = await running(t)
  for (let minute = 0; minute < 10; minute++) {
    host.pass(60_000)
    quoteMarket(host.feed, host.platform.now())
  }
  const quote = (await post(host.api, '/put/quote', QUOTE)).json()
  assert.deepEqual([quote.status, quote.instrument], ['ok', PUT], JSON.stringify(quote.explanation))
})

test('[API-01] activation is pending until the venue fills, then final for good, byte for byte', async (t) => {
  const host = await running(t)
  const { quoteId } = (await post(host.api, '/put/quote', QUOTE)).json()
  const wish = { quoteId, accountId: 'demo' }
  const pending = await post(host.api, '/audit/export', wish, NO_WAIT)
  assert.equal(pending.statusCode, 202)
  assert.equal(pending.headers['preference-applied'], 'wait=0')
  const { commandId } = pendingSchema.parse(pending.json())
  assert.equal((await get(host.api, `/commands/${commandId}`)).statusCode, 202)
  assert.equal((await get(host.api, '/coverage/active')).json().coverages.length, 0)
  await settled()
  host.fill()
  const final = await get(host.api, `/commands/${commandId}`)
  assert.equal(final.statusCode, 200)
  const answer = activationAnswer.parse(final.json())
  assert.equal(answer.premiumUsdc, '572')
  const again = await post(host.api, '/audit/export', wish)
  assert.equal(again.body, final.body)
  assert.equal(again.headers['ballast-command-id'], commandId)
  const { coverages } = (await get(host.api, '/coverage/active')).json()
  assert.equal(coverages[0].coverageId, answer.coverageId)
  assert.deepEqual([coverages[0].mtmUsdc, coverages[0].coverageRatio], ['528', '1'])
})

test('[API-01] a call that waits gets the final answer of its own', async (t) => {
  const host = await running(t)
  const { quoteId } = (await post(host.api, '/put/quote', QUOTE)).json()
  const waiting = post(host.api, '/audit/export', { quoteId }, { headers: { prefer: 'respond-async, wait=20' } })
  while (!host.effects.some(({ topic, body }) => topic === 'order_sends' && 'action' in body)) await settled()
  host.fill()
  const response = await waiting
  assert.equal(response.statusCode, 200)
  assert.equal(response.json().status, 'ok')
})

test('[API-02] a repeat of a key is the same command and the same bytes; another body is a conflict', async (t) => {
  const host = await running(t)
  const headers = { 'idempotency-key': 'k-1' }
  const first = await post(host.api, '/put/quote', QUOTE, { headers })
  host.pass(1_000)
  const second = await post(host.api, '/put/quote', { ...QUOTE, positionSize: '1.0', leverage: '5' }, { headers })
  assert.equal(second.body, first.body)
  assert.equal(host.records.filter(({ text }) => text.includes('"topic":"put_quotes"')).length, 1)
  const conflict = await post(host.api, '/put/quote', { ...QUOTE, positionSize: 2 }, { headers })
  assert.equal(conflict.statusCode, 409)
  assert.equal(failureSchema.parse(conflict.json()).reason, 'idempotency_conflict')
})

test('[API-02] the key of the body counts where there is no header, and is no part of the wish', async (t) => {
  const { api } = await running(t)
  const first = await post(api, '/put/quote', { ...QUOTE, idempotencyKey: 'k-2' })
  const second = await post(api, '/put/quote', QUOTE, { headers: { 'idempotency-key': 'k-2' } })
  assert.equal(second.body, first.body)
  const other = await post(api, '/put/quote', QUOTE)
  assert.notEqual(other.json().quoteId, first.json().quoteId)
})

test('[API-02] one key on two routes is two commands', async (t) => {
  const { api } = await running(t)
  const headers = { 'idempotency-key': 'k-3' }
  assert.equal((await post(api, '/put/quote', QUOTE, { headers })).statusCode, 200)
  assert.equal((await post(api, '/portfolio/ingest', { accountId: 'demo', positions: [POSITION] }, { headers })).statusCode, 200)
})

test('[C-70] a statement replaces the positions whole; two positions of which one is bad store none', async (t) => {
  const { api } = await running(t)
  const stated = await post(api, '/portfolio/ingest', { accountId: 'demo', positions: [POSITION], source: 'desk' })
  const { count, positions } = ingestAnswer.parse(stated.json())
  assert.equal(count, 1)
  assert.deepEqual([positions[0]?.id, positions[0]?.marginUsd], ['demo-1', '8800.05'])
  for (const bad of [
    { ...POSITION, size: 0 },
    { ...POSITION, side: 'up' },
    { ...POSITION, asset: 'ETH' },
    { ...POSITION, stray: 1 },
    { ...POSITION, entryPrice: null },
  ]) {
    const refused = await post(api, '/portfolio/ingest', { accountId: 'demo', positions: [{ ...POSITION, entryPrice: 1 }, bad] })
    assert.ok(['error', 'no_quote'].includes(failureSchema.parse(refused.json()).status), JSON.stringify(bad))
  }
  const held = (await get(api, '/portfolio/positions?accountId=demo')).json()
  assert.deepEqual(
    held.positions.map(({ id, entryPrice, size, pnlUsdc }: Record<string, string>) => [id, entryPrice, size, pnlUsdc]),
    [['demo-1', '88000.5', '0.5', '-0.25']],
  )
  assert.equal(held.source, 'desk')
})

test('[API-03] business refusals are 200 no_quote with gate, value, limit and flip (C-37)', async (t) => {
  const { api } = await running(t)
  const cases = [
    [{ asset: 'ETH' }, 'unsupported_asset'],
    [{ leverage: 6 }, 'invalid_leverage'],
    [{ leverage: -1 }, 'invalid_leverage'],
    [{ tierName: 'Tin' }, 'unknown_tier'],
  ] as const
  for (const [change, code] of cases) {
    const response = await post(api, '/put/quote', { ...QUOTE, ...change })
    assert.equal(response.statusCode, 200)
    const { status, reason, explanation } = failureSchema.parse(response.json())
    assert.deepEqual([status, reason], ['no_quote', code])
    assert.notEqual(explanation.flip, undefined)
  }
  const unknown = await post(api, '/audit/export', { quoteId: 'quote-none' })
  assert.deepEqual([unknown.statusCode, failureSchema.parse(unknown.json()).reason], [200, 'unknown_quote'])
})

test('[API-03] an export that names neither quote nor cover is refused by name', async (t) => {
  const { api } = await running(t)
  const response = await post(api, '/audit/export', { positions: [] })
  assert.equal(response.statusCode, 400)
  const { reason, explanation } = failureSchema.parse(response.json())
  assert.deepEqual([reason, explanation.field, explanation.seen], ['invalid_payload', 'quoteId', 'missing'])
})

test('[PE-04] nothing is answered before it is durable', async (t) => {
  const host = await running(t, { limits: { durableWaitMs: 30 } })
  await settled()
  host.hold()
  let isAnswered = false
  const waiting = post(host.api, '/put/quote', QUOTE).then((response) => {
    isAnswered = true
    return response
  })
  while (!host.records.some(({ text }) => text.includes('"topic":"put_quotes"'))) await settled()
  const question = await get(host.api, '/pricing/btc')
  assert.deepEqual([question.statusCode, question.json().reason, question.json().explanation.field], [503, 'not_ready', 'durableSeq'])
  assert.equal(isAnswered, false)
  host.release()
  assert.equal((await waiting).statusCode, 200)
})

test('[F-D05] commands are shed while the journal is behind, questions are not', async (t) => {
  const { api } = await running(t, { pending: () => 11, limits: { pendingRecordsMax: 10 } })
  const response = await post(api, '/put/quote', QUOTE)
  assert.equal(response.statusCode, 503)
  assert.equal(response.headers['retry-after'], '1')
  const { reason, explanation } = failureSchema.parse(response.json())
  assert.deepEqual([reason, explanation.seen, explanation.limit, explanation.flip?.to], ['not_ready', 11, 10, 10])
  assert.equal((await get(api, '/pricing/btc')).statusCode, 200)
  const ready = await get(api, '/ready')
  assert.deepEqual([ready.statusCode, ready.json().status], [503, 'not_ready'])
})
