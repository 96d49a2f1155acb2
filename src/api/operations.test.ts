/** Handshake, the venue's own words, the summary of the audit trail, the day's counters, reset: who may ask and what is told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { parseEvent } from '#engine/record-text.ts'
import { usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import type { AccountId, OrderId } from '#domain/order.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { simVenueDesk } from '#runtime/venue-desk.ts'
import { createVenue } from '#sim/venue/state.ts'
import { venueStep } from '#sim/venue/step.ts'
import { summaryAnswer } from './contract-audit.ts'
import { CAPABILITIES, dailyAnswer, deribitListAnswer, deribitTickerAnswer, handshakeAnswer, resetAnswer } from './contract-operations.ts'
import { failureSchema } from './contract.ts'
import { get, post, QUOTE, START, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))
type Options = Parameters<typeof startHost>[0]
async function running(t: TestContext, options: Options = {}): Promise<Host> {
  const host = await startHost(options)
  t.after(() => host.api.close())
  host.market()
  return host
}
async function covered(t: TestContext): Promise<Host> {
  const host = await running(t)
  const { quoteId } = (await post(host.api, '/put/quote', QUOTE)).json()
  await post(host.api, '/audit/export', { quoteId }, { headers: { prefer: 'wait=0' } })
  while (!host.effects.some(({ topic }) => topic === 'order_sends')) await settled()
  host.fill()
  return host
}

test('[API-05] the handshake names mode, approval, capabilities, configuration and version', async (t) => {
  const { api, platform } = await running(t)
  const answer = handshakeAnswer.parse((await get(api, '/integration/handshake')).json())
  assert.deepEqual([answer.mode, answer.approved, answer.capabilities], ['demo', false, [...CAPABILITIES]])
  const { digest } = (await get(api, '/config')).json()
  assert.deepEqual([answer.configDigest, answer.engineVersion], [digest, platform.info.version])
})

test('[API-05] the configuration shows every leaf with its source, the approval among them, and no secret', async (t) => {
  const { api } = await running(t, { adminToken: 'hush-hush' })
  const response = await get(api, '/config')
  const leaves = new Map(response.json().values.map(({ path, value, source }: Record<string, unknown>) => [path, [value, source]]))
  assert.deepEqual(
    [leaves.get('approved'), leaves.get('quoteCache.ttlMs')],
    [
      [false, 'default'],
      [4_000, 'default'],
    ],
  )
  assert.equal(response.body.includes('hush-hush'), false)
})

/** A seeded market with one filled perpetual and one option. */
function tradedVenue() {
  const venue = createVenue({
    venue: 'deribit-sim',
    accounts: [{ account: 'demo', usdc: '20000', leverage: 5 }],
    market: { seed: 1, scenario: 'calm', startAt: START, startPrice: 88_000 },
  })
  venueStep(venue, { type: 'advance', at: START + 10_000 })
  const place = (instrument: string, side: 'buy' | 'sell', size: string, limit: string): void => {
    const order = {
      orderId: `o-${instrument}` as OrderId,
      account: 'demo' as AccountId,
      instrument: instrument as InstrumentId,
      side,
    } as const
    const terms = {
      quantity: quantity(size),
      type: 'limit',
      timeInForce: 'IOC',
      limitPrice: price(limit),
      reduceOnly: false,
      postOnly: false,
    } as const
    venueStep(venue, { type: 'place', at: START + 10_000, order: { ...order, ...terms } })
  }
  place('BTC_USDC-PERPETUAL', 'sell', '0.5', '80000')
  place('BTC-6FEB26-84000-P', 'buy', '1', '0.5')
  return venue
}

test('[API-01] /deribit/instruments has Deribit’s fields for every listed option', async (t) => {
  const venue = tradedVenue()
  const { api } = await running(t, { venueDesk: simVenueDesk((read) => Promise.resolve(read(venue))) })
  const { result, mode, testnet } = deribitListAnswer.parse((await get(api, '/deribit/instruments')).json())
  assert.deepEqual([mode, testnet], ['sim', true])
  const put = result.find(({ instrument_name }) => instrument_name === 'BTC-6FEB26-84000-P')
  // the fields of a recorded public/get_instruments, block trades apart
  const recorded =
    'price_index kind instrument_name option_type strike max_leverage maker_commission taker_commission instrument_type expiration_timestamp creation_timestamp is_active tick_size tick_size_steps contract_size instrument_id min_trade_amount settlement_currency settlement_period base_currency counter_currency quote_currency'
  assert.deepEqual(Object.keys(put ?? {}).sort(), recorded.split(' ').sort())
  const { kind, option_type, strike, expiration_timestamp, min_trade_amount, taker_commission, settlement_period } = (put ?? {}) as Record<
    string,
    unknown
  >
  assert.deepEqual(
    [kind, option_type, strike, expiration_timestamp, min_trade_amount, taker_commission, settlement_period],
    ['option', 'put', 84_000, Date.UTC(2026, 1, 6, 8), 0.1, 0.0003, 'week'],
  )
})

test('[API-01] /deribit/ticker: an option with greeks in Deribit’s units, the perpetual with its funding, nothing else', async (t) => {
  const venue = tradedVenue()
  const { api } = await running(t, { venueDesk: simVenueDesk((read) => Promise.resolve(read(venue))) })
  const ticker = async (name: string) =>
    deribitTickerAnswer.parse((await get(api, `/deribit/ticker?instrument=${name}`)).json()).result as Record<string, unknown>
  const put = await ticker('BTC-6FEB26-84000-P')
  const call = await ticker('BTC-6FEB26-84000-C')
  const { delta, gamma, vega, theta, rho } = put['greeks'] as Record<string, number>
  const callDelta = (call['greeks'] as Record<string, number>)['delta']
  assert.ok(Math.abs((callDelta ?? 0) - (delta ?? 0) - 1) < 2e-5, 'call delta less put delta is one')
  assert.ok(delta !== undefined && delta < 0 && delta > -0.5 && gamma !== undefined && gamma > 0 && vega !== undefined && vega > 0)
  assert.ok(theta !== undefined && theta < 0)
  assert.equal(rho, 0)
  // theta = -vega x iv / (2 T) in the units above: a model without rate earns its gamma by its time
  const years = (Date.UTC(2026, 1, 6, 8) - (START + 10_000)) / (365 * 86_400_000)
  assert.ok(Math.abs(theta / (-(vega * Number(put['mark_iv'])) / (2 * years * 365)) - 1) < 0.02)
  assert.equal(put['underlying_index'], 'SYN.BTC-6FEB26')
  const perpetual = await ticker('BTC_USDC-PERPETUAL')
  assert.ok(Number(perpetual['best_bid_price']) < Number(perpetual['best_ask_price']))
  assert.equal(typeof perpetual['funding_8h'], 'number')
})

test('[API-01] /deribit/positions: by the venue’s own books, signed by direction', async (t) => {
  const venue = tradedVenue()
  const { api } = await running(t, { venueDesk: simVenueDesk((read) => Promise.resolve(read(venue))) })
  const { result } = deribitListAnswer.parse((await get(api, '/deribit/positions')).json())
  assert.deepEqual(
    result.map(({ instrument_name, kind, direction, size }) => [instrument_name, kind, direction, size]),
    [
      ['BTC_USDC-PERPETUAL', 'future', 'sell', -0.5],
      ['BTC-6FEB26-84000-P', 'option', 'buy', 1],
    ],
  )
  const [future] = result as Record<string, number>[]
  const { floating_profit_loss: result0 = 0, mark_price: mark = 0, average_price: average = 0, size = 0 } = future ?? {}
  assert.ok(Math.abs(result0 - size * (mark - average)) < 1e-6)
  const unknown = await get(api, '/deribit/positions?accountId=other')
  assert.deepEqual([unknown.statusCode, unknown.json().reason], [403, 'unknown_account'])
})

test('[API-01] a host without a venue to ask says so', async (t) => {
  const { api } = await running(t)
  const response = await get(api, '/deribit/instruments')
  assert.deepEqual([response.statusCode, failureSchema.parse(response.json()).reason], [503, 'not_available'])
})

test('[OP-01] the executive summary counts its events and says nothing of how; the internal one does', async (t) => {
  const host = await covered(t)
  const exec = summaryAnswer.parse((await get(host.api, '/audit/summary')).json())
  assert.deepEqual(
    [exec.mode, exec.counts['coverage_activated'], exec.counts['hedge_order'], exec.counts['coverage_expired'], exec.counts['put_quote']],
    ['exec', 1, 1, 0, undefined],
  )
  assert.deepEqual([exec.coverages, exec.premiumUsdc, exec.payoutsUsdc], [{ active: 1, renewed: 0, expired: 0 }, '572', '0'])
  const { value } = host.views.value('demo') ?? {}
  const limit = host.views.coverages('demo')[0]?.coverage.drawdownLimit
  assert.equal(exec.bufferUsdc, limit === undefined ? null : value?.equityClose.minus(limit).toString())
  for (const name of ['liquidity', 'executionQuality', 'subsidyUsdc', 'passThrough']) assert.equal(name in exec, false)
  const internal = summaryAnswer.parse((await get(host.api, '/audit/summary?mode=internal')).json())
  assert.deepEqual([internal.counts['put_quote'], internal.executionQuality?.orders, internal.executionQuality?.filledRatioMean], [2, 1, 1])
  assert.ok(internal.lastEvents.some(({ event }) => event === 'put_quote'))
  assert.equal(
    exec.lastEvents.some(({ event }) => event === 'put_quote'),
    false,
  )
})

test('[OP-01] the summary goes on where it stopped, and counts nothing twice', async (t) => {
  const host = await covered(t)
  await get(host.api, '/audit/summary')
  const [a, b] = await Promise.all([get(host.api, '/audit/summary?mode=internal'), get(host.api, '/audit/summary?mode=internal')])
  assert.equal(a.body, b.body)
  await post(host.api, '/put/quote', QUOTE)
  const after = summaryAnswer.parse((await get(host.api, '/audit/summary?mode=internal')).json())
  const entries = (await get(host.api, '/audit/logs?showAll=true&after=0&limit=1000')).json().entries as { event: string }[]
  assert.equal(
    Object.values(after.counts).reduce((sum, count) => sum + count, 0),
    entries.length,
  )
})

test('[R-05] the day: quotes, premium and fees of the cover; another day is empty, a date that is none is refused', async (t) => {
  const { api } = await covered(t)
  const today = dailyAnswer.parse((await get(api, '/risk/daily-summary')).json())
  assert.deepEqual([today.date, today.premiumUsdc, today.quotes.total, today.byAccount.length], ['2026-01-29', '572', 1, 1])
  assert.deepEqual([today.quotes.cacheHits, today.quotes.cacheHitsSinceIso], [0, '2026-01-29T00:00:00.000Z'])
  const empty = dailyAnswer.parse((await get(api, '/risk/daily-summary?date=2026-01-28')).json())
  assert.deepEqual([empty.date, empty.premiumUsdc, empty.byAccount], ['2026-01-28', '0', []])
  assert.equal((await get(api, '/risk/daily-summary?date=2026-13-01')).json().explanation.field, 'date')
})

test('[R-05] payouts are shown in whole cents, rounded down once from their exact sum', async (t) => {
  const { api, records, feed } = await covered(t)
  const active = records
    .map(({ text }) => text)
    .findLast((text) => text.includes('"topic":"coverages"') && text.includes('"state":"active"'))
  const { event } = parseEvent(active ?? '')
  assert.ok(event.topic === 'coverages')
  const expired = { ...event.body, state: 'expired' } as const
  for (const payout of ['3772.338', '0.009'])
    feed({ topic: 'coverages', key: 'demo', source: 'test', body: { ...expired, payout: usdc(payout) } })
  const today = dailyAnswer.parse((await get(api, '/risk/daily-summary')).json())
  assert.deepEqual([today.payoutsUsdc, today.byAccount[0]?.payoutsUsdc], ['3772.34', '3772.34'])
})

test('[R-05] after a reset neither prices nor hits of the journal before are left', async (t) => {
  const { api, platform, pass } = await running(t)
  assert.equal((await post(api, '/put/quote', QUOTE)).json().status, 'ok')
  assert.equal((await post(api, '/put/preview', QUOTE)).json().status, 'ok')
  const before = dailyAnswer.parse((await get(api, '/risk/daily-summary')).json())
  assert.equal(before.quotes.cacheHits, 1)
  pass(1_000)
  Object.assign(platform.info, { journalId: 'the next' })
  const after = dailyAnswer.parse((await get(api, '/risk/daily-summary')).json())
  assert.deepEqual([after.quotes.cacheHits, after.quotes.cacheHitsSinceIso], [0, '2026-01-29T00:00:01.000Z'])
  assert.equal((await post(api, '/put/preview', QUOTE)).json().status, 'pending')
})

const CONFIRM = { confirm: true }
const OUTCOME = {
  sealedJournal: { journalId: 'old', archive: 'archive/1', seq: 9, head: 'ab' },
  newJournal: { journalId: 'new' },
}

test('[C-34] [C-50] a reset needs the administrator’s token, and there is none unless one is set', async (t) => {
  let resets = 0
  const reset = () => {
    resets += 1
    return Promise.resolve(OUTCOME)
  }
  const closed = await running(t, { reset })
  const disabled = await post(closed.api, '/admin/reset', CONFIRM, { headers: { authorization: 'Bearer x' } })
  assert.deepEqual([disabled.statusCode, disabled.json().reason], [403, 'admin_disabled'])
  const { api } = await running(t, { reset, adminToken: 'right' })
  for (const authorization of ['Bearer wrong', 'Basic right', 'right', ''])
    assert.deepEqual((await post(api, '/admin/reset', CONFIRM, { headers: { authorization } })).statusCode, 401, authorization)
  const malformed = await post(api, '/admin/reset', { confirm: true, stray: 1 }, { headers: { authorization: 'Bearer right' } })
  assert.deepEqual([malformed.statusCode, resets], [400, 0])
  const done = await post(api, '/admin/reset', CONFIRM, { headers: { authorization: 'Bearer right' } })
  const { sealedJournal, newJournal } = resetAnswer.parse(done.json())
  assert.deepEqual([sealedJournal, newJournal, resets], [OUTCOME.sealedJournal, OUTCOME.newJournal, 1])
})

test('[C-34] production is never reset', async (t) => {
  const { api, platform } = await running(t, { reset: () => Promise.reject(new Error('never')), adminToken: 'right' })
  Object.assign(platform.info, { mode: 'live' })
  const refused = await post(api, '/admin/reset', CONFIRM, { headers: { authorization: 'Bearer right' } })
  assert.deepEqual([refused.statusCode, refused.json().reason], [403, 'not_in_production'])
  assert.equal((await get(api, '/integration/handshake')).json().mode, 'production')
})

test('[C-34] while a reset is under way only the signs of life are answered', async (t) => {
  const { api } = await running(t, { isBetween: () => true })
  assert.equal((await get(api, '/health')).statusCode, 200)
  for (const url of ['/ready', '/pricing/btc', '/config']) {
    const response = await get(api, url)
    assert.deepEqual([response.statusCode, response.json().reason], [503, 'not_ready'], url)
  }
})

test('[C-01] where operations have a port of their own, the port of clients has none', async (t) => {
  const { api } = await running(t, { withoutOperations: true, adminToken: 'right' })
  const headers = { authorization: 'Bearer right' }
  for (const url of ['/api/overview', '/api/history?limit=1', '/api', '/%61pi/overview', '/ap%69/pnl?accountId=demo']) {
    const response = await get(api, url)
    assert.deepEqual([response.statusCode, response.json().explanation.limit], [404, 'the port of operations'], url)
  }
  for (const url of ['/admin/reset', '/%61dmin/reset']) assert.equal((await post(api, url, CONFIRM, { headers })).statusCode, 404, url)
  assert.equal((await post(api, '/%61pi/mode/halt', {}, { headers })).statusCode, 404)
  assert.equal((await get(api, '/pricing/btc')).statusCode, 200)
})

test('[C-34] the same key resets once, another one again, and what failed is tried again', async (t) => {
  let resets = 0
  const reset = (): Promise<typeof OUTCOME> => {
    resets++
    return resets === 1 ? Promise.reject(new Error('disk')) : Promise.resolve({ ...OUTCOME, newJournal: { journalId: `new-${resets}` } })
  }
  const { api } = await running(t, { adminToken: 'secret', reset })
  const ask = async (key: string) => {
    const response = await post(api, '/admin/reset', CONFIRM, { headers: { authorization: 'Bearer secret', 'idempotency-key': key } })
    return [response.statusCode, response.json().newJournal?.journalId]
  }
  assert.equal((await ask('a'))[0], 500)
  assert.deepEqual(
    [await ask('a'), await ask('a'), await ask('b')],
    [
      [200, 'new-2'],
      [200, 'new-2'],
      [200, 'new-3'],
    ],
  )
  assert.deepEqual([await ask('not one'), resets], [[400, undefined], 3])
})
