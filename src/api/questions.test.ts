/** Calls that ask, over the real pipeline: every answer fits its schema and agrees with the others; asking changes nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WrittenRecord } from '#engine/ports.ts'
import { coverInForce } from '#runtime/views-in-force.ts'
import type { CoverageView } from '#runtime/view-models.ts'
import type { Coverage } from '#topics/protection.ts'
import { usdc } from '#units/money.ts'
import { epochMs } from '#units/time.ts'
import {
  auditAnswer,
  configAnswer,
  coveragesAnswer,
  explainAnswer,
  failureSchema,
  ingestAnswer,
  positionsAnswer,
  priceAnswer,
  readySchema,
  riskAnswer,
} from './contract.ts'
import { historyAnswer, overviewAnswer } from './contract-page.ts'
import { explainChain } from './explain.ts'
import { get, post, QUOTE, quoteMarket, START, startHost } from './host.fixture.ts'
import { coveredLong, running } from './scene.fixture.ts'
import { drawdownLimit } from './routes/risk.ts'

test('[OP-05] /health is exactly {"status":"ok"}; ready means able to act safely', async (t) => {
  const host = await startHost()
  t.after(() => host.api.close())
  assert.equal((await get(host.api, '/health')).body, '{"status":"ok"}')
  assert.equal((await get(host.api, '/healthz')).body, '{"status":"ok"}')
  const before = await get(host.api, '/ready')
  assert.equal(before.statusCode, 503)
  assert.equal(readySchema.parse(before.json()).checks.find(({ name }) => name === 'market data')?.detail, 'no index seen')
  host.market()
  const after = await get(host.api, '/ready')
  assert.deepEqual([after.statusCode, after.json().status], [200, 'ok'])
  host.pass(60_000)
  const stale = await get(host.api, '/ready')
  assert.deepEqual([stale.statusCode, stale.json().status], [503, 'not_ready'])
})

test('[API-01] the price has its age, and beyond its limit it is no price', async (t) => {
  const host = await startHost()
  t.after(() => host.api.close())
  assert.equal(failureSchema.parse((await get(host.api, '/pricing/btc')).json()).reason, 'no_price')
  host.market()
  host.pass(5_000)
  assert.deepEqual(priceAnswer.parse((await get(host.api, '/pricing/btc')).json()).ageMs, 5_000)
  host.pass(1)
  const { status, reason, explanation } = failureSchema.parse((await get(host.api, '/pricing/btc')).json())
  assert.deepEqual([status, reason, explanation.seen, explanation.limit], ['no_quote', 'stale_price', 5_001, 5_000])
  quoteMarket(host.feed, host.platform.now())
  assert.equal((await get(host.api, '/pricing/btc')).json().priceUsdc, '88000')
})

test('[P-12] equity is cash + position + hedge, the buffer is what lies above the limit', async (t) => {
  const { api } = await coveredLong(t)
  const summary = riskAnswer.parse((await get(api, '/risk/summary')).json())
  const amount = (name: string): number => Number(summary.inputs.find((input) => input.name === name)?.value)
  assert.equal(Number(summary.equityUsdc), amount('cashUsdc') + amount('positionPnlUsdc') + amount('hedgeMtmUsdc'))
  assert.equal(amount('hedgeMtmUsdc'), 528)
  assert.equal(Number(summary.drawdownBufferUsdc), Number(summary.equityUsdc) - Number(summary.drawdownLimitUsdc))
  assert.ok(summary.inputs.every(({ source }) => source === 'ledger'))
  const [marked] = (await get(api, '/risk/mtm')).json().positions
  assert.deepEqual(
    [summary.equityUsdc, summary.drawdownBufferUsdc],
    [marked.equityUsdc, marked.drawdownBufferUsdc],
    'one equity, at the close',
  )
})

test('[P-12] the limit in force is the highest of the covers that stand, not the newest; a roll under way has none yet', () => {
  const cover = (limit: string, activatedAt: number, more: Partial<Coverage> = {}): CoverageView => ({
    coverage: { state: 'active', drawdownLimit: usdc(limit), activatedAt: epochMs(START + activatedAt), ...more } as Coverage,
    mtm: undefined,
    ratio: undefined,
  })
  const limit = (...views: CoverageView[]): string | undefined => drawdownLimit({ coverages: () => views }, 'demo')?.toString()
  const high = cover('11401.6', 1)
  assert.equal(limit(high, cover('9000', 2)), '11401.6')
  assert.equal(limit(cover('9000', 1), cover('11401.6', 2)), '11401.6')
  assert.equal(limit(cover('11401.6', 1, { state: 'settling' }), cover('9000', 2)), '11401.6')
  assert.equal(limit(high, cover('12000', 2, { roll: {} as Coverage['roll'] })), '11401.6')
  assert.equal(limit(high, cover('12000', 2, { state: 'pending' })), '11401.6')
  assert.equal(limit(), undefined)
  const floor = (floorEquity: string): Partial<Coverage> => ({ floorEquity: usdc(floorEquity) })
  const renewed = coverInForce([cover('9000', 2, floor('9500')), cover('9000', 1, floor('9100')), cover('8000', 3, floor('9900'))])
  assert.equal(renewed?.floorEquity.toString(), '9500', 'of equal limits the newest cover’s floor')
})

test('[P-12] a parameter given is used and echoed as the client; one missing everywhere is named', async (t) => {
  const host = await running(t)
  const missing = failureSchema.parse((await get(host.api, '/risk/summary')).json())
  assert.deepEqual([missing.reason, missing.explanation.field], ['missing_drawdown_inputs', 'drawdownLimitUsdc'])
  const given = riskAnswer.parse(
    (await get(host.api, '/risk/summary?drawdownLimitUsdc=18000.01&positionPnlUsdc=-500.5&initialBalanceUsdc=20000')).json(),
  )
  assert.deepEqual([given.equityUsdc, given.drawdownBufferUsdc], ['19499.5', '1499.49'])
  assert.deepEqual(
    given.inputs.map(({ name, source }) => [name, source]),
    [
      ['cashUsdc', 'ledger'],
      ['positionPnlUsdc', 'client'],
      ['hedgeMtmUsdc', 'ledger'],
      ['drawdownLimitUsdc', 'client'],
      ['initialBalanceUsdc', 'client'],
    ],
  )
})

test('[P-12] a worth older than maxMtmAgeMs is not used', async (t) => {
  const host = await coveredLong(t)
  // the default is 15 s of the caller's clock, and market time runs 60 times as fast here
  host.pass(15_001)
  assert.equal((await get(host.api, '/risk/summary')).json().status, 'ok')
  assert.equal((await get(host.api, '/risk/summary?maxMtmAgeMs=15000')).json().reason, 'stale_inputs')
  host.pass(885_000)
  const { reason, explanation } = failureSchema.parse((await get(host.api, '/risk/summary')).json())
  assert.deepEqual([reason, explanation.seen, explanation.limit], ['stale_inputs', 900_001, 900_000])
  assert.equal((await get(host.api, `/risk/summary?maxMtmAgeMs=${explanation.flip?.to}`)).json().status, 'ok')
})

test('[API-01] positions are the ledger’s where nothing was stated', async (t) => {
  const { api } = await coveredLong(t)
  const { positions, source } = positionsAnswer.parse((await get(api, '/portfolio/positions')).json())
  assert.equal(source, 'ledger')
  assert.deepEqual(
    [positions[0]?.id, positions[0]?.side, positions[0]?.size, positions[0]?.leverage],
    ['BTC_USDC-PERPETUAL', 'long', '1', '5'],
  )
  assert.equal(Number(positions[0]?.marginUsd), Number(positions[0]?.entryPrice) / 5)
})

test('[API-01] the overview is one consistent picture of the account', async (t) => {
  const host = await coveredLong(t)
  const overview = overviewAnswer.parse((await get(host.api, '/api/overview')).json())
  const { equity, floor, position, coverages, decisions } = overview
  assert.equal(Number(floor?.distanceUsdc), Number(equity?.close) - Number(floor?.floorEquity))
  assert.equal(floor?.distanceOfPrice, '0.1')
  assert.equal(position?.leverageSet, '5')
  assert.deepEqual(overview.alerts, [])
  // 1 BTC at 88,000: equity without the hedge E, maintenance 1 %: P = (88,000 - E) / 0.99
  const alone = Number(equity?.mark) - 550
  assert.ok(Math.abs(Number(position?.liquidationPriceWithoutCover) - (88_000 - alone) / 0.99) < 1e-6)
  assert.deepEqual([coverages[0]?.state, coverages[0]?.hoursLeft, coverages[0]?.renewal], ['active', 200, 'hold-limit'])
  assert.equal(decisions[0]?.kind, 'cover_active')
  assert.ok(decisions.every(({ text, gate }) => text.includes(gate)))
  assert.equal(overview.asOfSeq, host.platform.engine.seq)
  const { points } = historyAnswer.parse((await get(host.api, '/api/history?from=0')).json())
  assert.equal(points[0]?.equityUnprotected, '20000')
  assert.equal((await get(host.api, `/api/history?from=${epochMs(host.platform.now() + 1)}`)).json().points.length, 0)
})

test('[API-01] before anything is known the overview says so and makes nothing up', async (t) => {
  const host = await startHost()
  t.after(() => host.api.close())
  const overview = overviewAnswer.parse((await get(host.api, '/api/overview')).json())
  assert.deepEqual([overview.price, overview.equity, overview.floor, overview.position, overview.coverages], [null, null, null, null, []])
})

test('[API-01] coverages and audit trail in pages', async (t) => {
  const { api } = await coveredLong(t)
  const { coverages } = coveragesAnswer.parse((await get(api, '/coverage/active?accountId=demo')).json())
  const { positions } = positionsAnswer.parse((await get(api, '/portfolio/positions')).json())
  assert.deepEqual(
    coverages.map(({ positionIds }) => positionIds),
    [['BTC_USDC-PERPETUAL']],
  )
  assert.deepEqual(
    positions.map(({ id }) => id),
    ['BTC_USDC-PERPETUAL'],
  )
  const all = auditAnswer.parse((await get(api, '/audit/logs?showAll=true')).json()).entries
  const exec = auditAnswer.parse((await get(api, '/audit/logs')).json()).entries
  assert.ok(all.some(({ event }) => event === 'put_quote') && !exec.some(({ event }) => event === 'put_quote'))
  assert.ok(exec.some(({ event }) => event === 'coverage_activated'))
  const paged: number[] = []
  for (let after: number | null = 0; after !== null;) {
    const page: ReturnType<typeof auditAnswer.parse> = auditAnswer.parse(
      (await get(api, `/audit/logs?showAll=1&limit=2&after=${after}`)).json(),
    )
    paged.push(...page.entries.map(({ seq }) => seq))
    after = page.next
  }
  assert.deepEqual(
    paged,
    all.map(({ seq }) => seq),
  )
  const newest = auditAnswer.parse((await get(api, '/audit/logs?showAll=1&limit=2')).json())
  assert.deepEqual([newest.entries.map(({ seq }) => seq), newest.next], [paged.slice(-2), null], 'without after: the newest')
})

test('[API-06] an activated cover is walked back over approval, intent and quote to the call', async (t) => {
  const host = await coveredLong(t)
  const last = host.records.findLast(({ text }) => text.includes('"topic":"trade_confirmations"'))
  const { chain, complete } = explainAnswer.parse((await get(host.api, `/explain/${last?.seq}`)).json())
  const topics = chain.map(({ topic, link }) => `${link}:${topic}`)
  assert.equal(complete, true)
  assert.deepEqual(topics.slice(0, 5), [
    'asked:trade_confirmations',
    'via:venue_fills',
    'order:hedge_trades',
    'via:protection_intents',
    'via:put_quotes',
  ])
  assert.equal(chain.at(-1)?.topic, 'commands')
  assert.deepEqual(
    chain
      .filter(({ written }) => !written)
      .map(({ topic }) => topic)
      .includes('accepted_commands'),
    true,
  )
})

test('[API-06] a chain whose order nobody remembers says that it is not complete', async (t) => {
  const host = await coveredLong(t)
  const approval = host.records.findLast(({ text }) => text.includes('"topic":"trade_confirmations"'))
  const trail = { recordAt: host.platform.recordAt, stepAt: host.platform.stepAt, originOf: () => undefined }
  const found = explainChain(trail, approval?.seq ?? 0)
  assert.deepEqual([found?.complete, found?.chain.map(({ topic }) => topic)], [false, ['trade_confirmations', 'venue_fills']])
  const lost = explainChain(
    { ...trail, originOf: () => 1, recordAt: (seq) => (seq === 1 ? undefined : host.platform.recordAt(seq)) },
    approval?.seq ?? 0,
  )
  assert.deepEqual([lost?.complete, lost?.chain.at(-1)?.written], [false, false])
})

test('[API-06] between steps the stated cause leads on, before any identity', () => {
  const written = (seq: number, cause: number): [number, string] => [
    seq,
    JSON.stringify({ seq, at: 1_769_644_800_000, topic: 'commands', key: 'demo', source: 'test', cause, body: { orderId: 'o-1' } }),
  ]
  const texts = new Map([written(9, 4), written(4, 0), written(2, 0)])
  const recordAt = (seq: number): WrittenRecord | undefined => {
    const text = texts.get(seq)
    return text === undefined ? undefined : { seq, kind: 'input', text }
  }
  const found = explainChain({ recordAt, stepAt: () => [], originOf: () => 2 }, 9)
  assert.deepEqual(
    found?.chain.map(({ seq, link }) => [seq, link]),
    [
      [9, 'asked'],
      [4, 'cause'],
      [2, 'order'],
    ],
  )
})

test('[API-06] a refusal shows its explanation where it was made', async (t) => {
  const host = await running(t)
  await post(host.api, '/put/quote', { ...QUOTE, drawdownFloorPct: 0.01 })
  const record = host.records.findLast(({ text }) => text.includes('"topic":"put_quotes"'))
  const { chain } = explainAnswer.parse((await get(host.api, `/explain/${record?.seq}`)).json())
  assert.equal(typeof chain[0]?.explanation?.gate, 'string')
  assert.equal(chain.at(-1)?.topic, 'commands')
})

test('[DX-02] the configuration in force, with source and digest', async (t) => {
  const host = await running(t)
  const { digest, values } = configAnswer.parse((await get(host.api, '/config')).json())
  assert.equal(digest, host.platform.config.digest)
  assert.deepEqual(
    values.find(({ path }) => path === 'port'),
    { path: 'port', value: 4100, source: 'default' },
  )
})

test('[PE-05] asking changes nothing: the state is the same, byte for byte, after every question', async (t) => {
  const host = await coveredLong(t)
  host.pass(1_000)
  const before = host.platform.engine.stateText()
  const seq = host.platform.engine.seq
  const questions = [
    '/ready',
    '/pricing/btc',
    '/portfolio/positions',
    '/coverage/active',
    '/risk/summary',
    '/audit/logs',
    `/explain/${seq}`,
    '/config',
    '/api/overview',
    '/api/history',
  ]
  for (const url of questions) assert.equal(typeof (await get(host.api, url)).json().asOfSeq, 'number', url)
  host.views.historyPoint('demo')
  assert.equal(host.platform.engine.stateText(), before)
})

test('[API-01] an answer holds what its schema, and so OpenAPI, names, and nothing else', async (t) => {
  const { api } = await coveredLong(t)
  const schemas = [
    ['/ready', readySchema],
    ['/portfolio/positions', positionsAnswer],
    ['/pricing/btc', priceAnswer],
    ['/coverage/active', coveragesAnswer],
    ['/risk/summary', riskAnswer],
    ['/audit/logs', auditAnswer],
    ['/config', configAnswer],
    ['/api/overview', overviewAnswer],
    ['/api/history', historyAnswer],
  ] as const
  for (const [url, schema] of schemas) {
    const body: unknown = (await get(api, url)).json()
    assert.deepEqual(body, schema.parse(body), url)
  }
  const positions = [{ asset: 'BTC', side: 'long', entryPrice: '90000', size: '1', leverage: '5' }]
  const stated: unknown = (await post(api, '/portfolio/ingest', { accountId: 'demo', positions })).json()
  assert.deepEqual(stated, ingestAnswer.parse(stated))
})
