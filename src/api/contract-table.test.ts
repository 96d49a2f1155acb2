/**
 * Document 1's API as one table: each of its routes with the body it prints (placeholders as printed, and the same body filled in), the status and
 * what the answer holds. The list of routes is the documented list, what the contract adds, and nothing else.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createVenue } from '#sim/venue/state.ts'
import { simVenueDesk } from '#runtime/venue-desk.ts'
import { get, post, PUT, QUOTE, START, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

/** Document 1, section 5.2, in its order. */
const DOCUMENTED = [
  'GET /health',
  'POST /portfolio/ingest',
  'GET /portfolio/positions',
  'GET /coverage/active',
  'GET /coverage/report',
  'GET /integration/handshake',
  'GET /risk/summary',
  'GET /deribit/instruments',
  'GET /deribit/ticker',
  'POST /deribit/order',
  'GET /deribit/positions',
  'GET /pricing/btc',
  'GET /pricing/iv/{asset}',
  'POST /pricing/ctc',
  'GET /risk/mtm',
  'POST /put/preview',
  'POST /put/quote',
  'POST /put/auto-renew',
  'POST /put/auto-renew/schedule',
  'GET /risk/daily-summary',
  'POST /loop/tick',
  'POST /audit/export',
  'POST /admin/reset',
  'GET /audit/logs',
  'GET /audit/summary',
  'POST /hedge/roll',
]
/** What the contract adds for every client. */
const ADDED = [
  'GET /healthz',
  'GET /ready',
  'GET /commands/{id}',
  'GET /explain/{seq}',
  'GET /config',
  'GET /coverage/{id}/certificate',
  'GET /put/terms',
]

test('[API-01] the routes are the 26 of the document, those the contract adds, and operations under /api', async (t) => {
  const { api } = await startHost()
  t.after(() => api.close())
  const { paths } = (await get(api, '/docs/json')).json() as { paths: Record<string, Record<string, object>> }
  const listed = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
  const forClients = listed.filter((route) => !route.includes(' /api/'))
  assert.equal(DOCUMENTED.length, 26)
  assert.deepEqual(forClients.toSorted(), [...DOCUMENTED, ...ADDED].toSorted())
})

const VENUE = createVenue({
  venue: 'deribit-sim',
  accounts: [{ account: 'demo', usdc: '20000', leverage: 5 }],
  market: { seed: 1, scenario: 'calm', startAt: START, startPrice: 88_000 },
})

async function running(t: TestContext): Promise<Host> {
  const host = await startHost({ adminToken: 'token', venueDesk: simVenueDesk((read) => Promise.resolve(read(VENUE))) })
  t.after(() => host.api.close())
  host.market()
  return host
}

interface Row {
  readonly route: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly status: number
  /** Fields of the answer and their values; a function where the value is of the moment. */
  readonly answer: Readonly<Record<string, unknown>>
  readonly field?: string
}
const isText = (value: unknown): boolean => typeof value === 'string'
const isList = (value: unknown): boolean => Array.isArray(value)
const INGEST = {
  accountId: 'string',
  positions: [{ asset: 'BTC', side: 'long|short', entryPrice: 0, size: 0, leverage: 0 }],
  source: 'string',
}
const ORDER = {
  instrument: 'string',
  amount: 0,
  side: 'buy|sell',
  type: 'market|limit',
  price: 0,
  venue: 'deribit',
  coverageId: 'string',
  notionalUsdc: 0,
  hedgeType: 'option|perp',
  feeUsdc: 0,
  tierName: 'string',
  premiumUsdc: 0,
  spotPrice: 0,
  leverage: 0,
  feeRecognized: true,
  subsidyUsdc: 0,
  reason: 'string',
  accountId: 'string',
  intent: 'open|close|hedge',
  drawdownLimitUsdc: 'string',
  initialBalanceUsdc: 'string',
  assets: ['BTC'],
  asset: 'BTC',
  positionPnlUsdc: 'string',
  hedgeMtmUsdc: 'string',
  floorPrice: 0,
}
/** The same body with values of their types: every field is known, and each is judged. */
const ORDER_FILLED = {
  ...ORDER,
  instrument: PUT,
  amount: 1,
  side: 'sell',
  type: 'market',
  hedgeType: 'option',
  accountId: 'demo',
  intent: 'close',
  feeRecognized: false,
  drawdownLimitUsdc: '15000',
  initialBalanceUsdc: '20000',
  positionPnlUsdc: '-100',
  hedgeMtmUsdc: '0',
}
const CTC = { tierName: 'string', asset: 'BTC', spotPrice: 0, drawdownFloorPct: 0, positionSize: 0, leverage: 0 }
const ADMIN = { authorization: 'Bearer token' }

const TABLE: readonly Row[] = [
  { route: 'GET /health', status: 200, answer: { status: 'ok' } },
  {
    route: 'POST /portfolio/ingest',
    body: INGEST,
    status: 400,
    answer: { status: 'error', reason: 'invalid_payload' },
    field: 'positions.0.side',
  },
  {
    route: 'POST /portfolio/ingest',
    body: { accountId: 'demo', positions: [{ asset: 'BTC', side: 'long', entryPrice: 88000, size: 1, leverage: 5 }], source: 'foxify' },
    status: 200,
    answer: { status: 'ok', accountId: 'demo', count: 1, updatedAt: isText },
  },
  { route: 'GET /portfolio/positions', status: 200, answer: { status: 'ok', accountId: 'demo', positions: isList } },
  { route: 'GET /coverage/active', status: 200, answer: { status: 'ok', coverages: isList } },
  { route: 'GET /coverage/report?accountId=demo', status: 200, answer: { status: 'ok', positions: isList } },
  {
    route: 'GET /integration/handshake',
    status: 200,
    answer: { status: 'ok', mode: 'demo', approved: false, timestamp: '2026-01-29T00:00:00.000Z' },
  },
  {
    route:
      'GET /risk/summary?cashUsdc=20000&positionPnlUsdc=-500&hedgeMtmUsdc=300&drawdownLimitUsdc=15000&initialBalanceUsdc=20000&maxMtmAgeMs=15000',
    status: 200,
    answer: { status: 'ok', equityUsdc: '19800', drawdownLimitUsdc: '15000', drawdownBufferUsdc: '4800' },
  },
  {
    route: 'GET /risk/summary',
    status: 200,
    answer: { status: 'no_quote', reason: 'missing_drawdown_inputs' },
    field: 'drawdownLimitUsdc',
  },
  { route: 'GET /deribit/instruments', status: 200, answer: { jsonrpc: '2.0', result: isList, mode: 'sim' } },
  { route: 'GET /deribit/ticker?instrument=BTC_USDC-PERPETUAL', status: 200, answer: { jsonrpc: '2.0', mode: 'sim' } },
  {
    route: 'GET /deribit/ticker?instrument=string',
    status: 404,
    answer: { status: 'error', reason: 'unknown_instrument' },
    field: 'instrument',
  },
  { route: 'GET /deribit/ticker', status: 400, answer: { status: 'error', reason: 'invalid_payload' }, field: 'instrument' },
  { route: 'POST /deribit/order', body: ORDER, status: 400, answer: { status: 'error', reason: 'invalid_payload' }, field: 'side' },
  {
    route: 'POST /deribit/order',
    body: ORDER_FILLED,
    status: 200,
    answer: { status: 'blocked', reason: 'unknown_coverage' },
    field: 'coverageId',
  },
  { route: 'GET /deribit/positions', status: 200, answer: { jsonrpc: '2.0', result: [], mode: 'sim' } },
  { route: 'GET /pricing/btc', status: 200, answer: { status: 'ok', asset: 'BTC', priceUsdc: '88000' } },
  { route: 'GET /pricing/iv/BTC', status: 200, answer: { status: 'no_quote', reason: 'no_surface' } },
  { route: 'POST /pricing/ctc', body: CTC, status: 200, answer: { status: 'no_quote', reason: 'unknown_tier' }, field: 'tierName' },
  { route: 'POST /put/preview', body: QUOTE, status: 202, answer: { status: 'pending' } },
  { route: 'POST /put/quote', body: QUOTE, status: 200, answer: { status: 'ok', instrument: PUT, cached: false, quoteId: isText } },
  {
    route: 'POST /put/quote',
    body: { ...QUOTE, asset: 'ETH' },
    status: 200,
    answer: { status: 'no_quote', reason: 'unsupported_asset' },
    field: 'asset',
  },
  {
    route: 'POST /put/quote',
    body: { ...QUOTE, leverage: 6 },
    status: 200,
    answer: { status: 'no_quote', reason: 'invalid_leverage' },
    field: 'leverage',
  },
  {
    route: 'POST /put/auto-renew',
    body: { accountId: 'demo', coverageId: 'string' },
    status: 200,
    answer: { status: 'no_quote', reason: 'unknown_coverage' },
  },
  {
    route: 'POST /put/auto-renew/schedule',
    body: { enabled: true, nextExpiryIso: '2026-02-06T08:00:00.000Z', renewWindowMinutes: 60, payload: {} },
    status: 200,
    answer: { status: 'no_quote', reason: 'unknown_coverage' },
    field: 'nextExpiryIso',
  },
  { route: 'GET /risk/daily-summary', status: 200, answer: { status: 'ok', date: '2026-01-29', byAccount: isList } },
  { route: 'GET /risk/mtm?accountId=demo', status: 200, answer: { status: 'ok', positions: isList, mode: 'public' } },
  {
    route: 'POST /audit/export',
    body: { quoteId: 'string', accountId: 'demo' },
    status: 200,
    answer: { status: 'no_quote', reason: 'unknown_quote' },
  },
  {
    route: 'POST /audit/export',
    body: { coverageId: 'string', positions: [] },
    status: 200,
    answer: { status: 'no_quote', reason: 'hedge_missing' },
  },
  { route: 'POST /admin/reset', body: { confirm: true }, status: 401, answer: { status: 'error', reason: 'unauthorised' } },
  {
    route: 'POST /admin/reset',
    body: { confirm: false },
    headers: ADMIN,
    status: 400,
    answer: { status: 'error', reason: 'invalid_payload' },
    field: 'confirm',
  },
  {
    route: 'POST /admin/reset',
    body: { confirm: true },
    headers: ADMIN,
    status: 503,
    answer: { status: 'error', reason: 'not_available' },
  },
  { route: 'GET /audit/logs?limit=1&showAll=true', status: 200, answer: { status: 'ok', entries: isList, next: null } },
  { route: 'GET /audit/summary?mode=exec', status: 200, answer: { status: 'ok', mode: 'exec' } },
  { route: 'GET /audit/summary?mode=internal', status: 200, answer: { status: 'ok', mode: 'internal' } },
]

test('[API-01] every documented route answers its documented body as the table says', async (t) => {
  const { api } = await running(t)
  for (const { route, body, headers, status, answer, field } of TABLE) {
    const [method, url = ''] = route.split(' ')
    const response = method === 'GET' ? await get(api, url) : await post(api, url, body, { headers: headers ?? {} })
    const told = response.json() as Record<string, unknown>
    const label = `${route} ${JSON.stringify(body ?? '')}: ${response.body.slice(0, 300)}`
    assert.equal(response.statusCode, status, label)
    for (const [name, value] of Object.entries(answer)) {
      if (typeof value === 'function') assert.ok((value as (seen: unknown) => boolean)(told[name]), `${name} of ${label}`)
      else assert.deepEqual(told[name], value, `${name} of ${label}`)
    }
    if (field !== undefined) assert.equal((told['explanation'] as Record<string, unknown>)['field'], field, label)
    if (url !== '/health') assert.ok(Number.isSafeInteger(told['asOfSeq']), `asOfSeq of ${label}`)
  }
})

test('[API-01] each field of the document’s order body is known, each unknown one refused', async (t) => {
  const { api } = await running(t)
  const stray = await post(api, '/deribit/order', { ...ORDER_FILLED, stray: 1 })
  assert.deepEqual(
    [stray.statusCode, stray.json().explanation.field, stray.json().explanation.limit],
    [400, 'stray', 'a field this request knows'],
  )
})

test('[API-02] a repeated key with another body is a conflict on every route that changes something', async (t) => {
  const { api } = await running(t)
  const bodies: Readonly<Record<string, readonly [object, object]>> = {
    '/portfolio/ingest': [
      { accountId: 'demo', positions: [] },
      { accountId: 'demo', positions: [], source: 'other' },
    ],
    '/put/quote': [QUOTE, { ...QUOTE, positionSize: 2 }],
    '/deribit/order': [ORDER_FILLED, { ...ORDER_FILLED, amount: 2 }],
    '/put/auto-renew': [{ coverageId: 'a' }, { coverageId: 'b' }],
    '/put/auto-renew/schedule': [
      { enabled: true, nextExpiryIso: '2026-02-06T08:00:00.000Z', renewWindowMinutes: 60 },
      { enabled: false, nextExpiryIso: '2026-02-06T08:00:00.000Z', renewWindowMinutes: 60 },
    ],
    '/audit/export': [{ quoteId: 'a' }, { quoteId: 'b' }],
  }
  for (const [url, [first, other]] of Object.entries(bodies)) {
    const headers = { 'idempotency-key': `key${url}` }
    const answer = await post(api, url, first, { headers })
    assert.equal((await post(api, url, first, { headers })).body, answer.body, `${url}: the same bytes`)
    const conflict = await post(api, url, other, { headers })
    assert.deepEqual([conflict.statusCode, conflict.json().reason], [409, 'idempotency_conflict'], url)
  }
})
