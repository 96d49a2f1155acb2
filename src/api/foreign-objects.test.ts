/**
 * Behind a gateway (design 9, faults S01, S02): two accounts, each with objects of its own. Whatever one asks of the other's is answered as if it did
 * not exist, whole answers compared; what is the platform's needs the operator's token.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { signatureOf } from './gateway.ts'
import { QUOTE, quoteMarket, startHost } from './host.fixture.ts'
import type { get, Host } from './host.fixture.ts'

const KEY = 'between us'
const NOW = 1_800_000_000_000
const TOKEN = 'night-shift'
const settled = () => new Promise((resolve) => setImmediate(resolve))

interface Call {
  readonly method?: 'GET' | 'POST'
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}
type Response = Awaited<ReturnType<typeof get>>
interface Scene {
  readonly host: Host
  readonly quoteId: string
  readonly coverageId: string
  readonly commandId: string
  as(account: string, url: string, call?: Call): Promise<Response>
}

/** `demo` has quoted, bought and holds a cover; `other` has nothing. */
async function covered(t: TestContext): Promise<Scene> {
  const host = await startHost({ gateway: { key: KEY, now: () => NOW }, accounts: ['demo', 'other'], adminToken: TOKEN })
  t.after(() => host.api.close())
  host.market()
  const as: Scene['as'] = (account, url, { method = 'GET', body, headers = {} } = {}) => {
    const timestamp = String(NOW)
    const signature = signatureOf(KEY, { timestamp, method, url, account })
    const signed = { 'x-ballast-account': account, 'x-ballast-timestamp': timestamp, 'x-ballast-signature': signature }
    const typed = body === undefined ? {} : { 'content-type': 'application/json' }
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) }
    return host.api.inject({ method, url, headers: { host: 'edge.partner.example', ...typed, ...signed, ...headers }, ...payload })
  }
  const { accountId: _, ...terms } = QUOTE
  const { quoteId } = (await as('demo', '/put/quote', { method: 'POST', body: terms })).json()
  const bought = as('demo', '/audit/export', { method: 'POST', body: { quoteId } })
  while (!host.effects.some(({ topic }) => topic === 'order_sends')) await settled()
  host.fill()
  const answer = await bought
  host.pass(60_000)
  quoteMarket(host.feed, host.platform.now())
  host.pass(60_000)
  return { host, as, quoteId, coverageId: answer.json().coverageId, commandId: String(answer.headers['ballast-command-id']) }
}

/** The answer with what was asked for written out of it: what remains must not tell the two apart. */
function bare(response: Response, asked: string): readonly [number, string] {
  return [response.statusCode, response.body.replace(/"(?:asOfSeq|cause)":\d+/g, '""').replaceAll(asked, '·')]
}

test('[F-S02] commands, covers, certificates and quotes of another account: the answer to what does not exist', async (t) => {
  const { as, quoteId, coverageId, commandId } = await covered(t)
  const own = await as('demo', `/commands/${commandId}`)
  assert.deepEqual([own.statusCode, own.json().coverageId], [200, coverageId])
  assert.equal((await as('demo', `/coverage/${coverageId}/certificate`)).statusCode, 200)
  const pairs: readonly (readonly [string, string, (id: string) => Promise<Response>])[] = [
    [commandId, '00000000-0000-4000-8000-000000000000', (id) => as('other', `/commands/${id}`)],
    [coverageId, 'cover-999999', (id) => as('other', `/coverage/${id}/certificate`)],
    [coverageId, 'cover-999999', (id) => as('other', '/put/auto-renew', { method: 'POST', body: { coverageId: id } })],
    [quoteId, 'quote-999999', (id) => as('other', '/audit/export', { method: 'POST', body: { quoteId: id } })],
    [quoteId, 'quote-999998', (id) => as('other', '/audit/export', { method: 'POST', body: { quoteId: id, signature: 'AAAA' } })],
  ]
  for (const [foreign, absent, ask] of pairs) {
    const [asForeign, asAbsent] = [bare(await ask(foreign), foreign), bare(await ask(absent), absent)]
    assert.deepEqual(asForeign, asAbsent, foreign)
    assert.notEqual(JSON.parse(asForeign[1].replaceAll('""', '"x":0')).status, 'ok')
  }
})

test('[F-S02] no decision of another account is explained, and no seq tells that it is one', async (t) => {
  const { host, as } = await covered(t)
  const owned = host.records.filter(({ text }) => /"(?:account|accountId|key)":"demo"/.test(text))
  assert.ok(owned.length > 10)
  for (const { seq } of owned) {
    const foreign = bare(await as('other', `/explain/${seq}`), String(seq))
    assert.deepEqual(foreign, bare(await as('other', '/explain/999999'), '999999'), `seq ${seq}`)
  }
  const active = host.records.find(({ text }) => text.includes('"topic":"coverages"') && text.includes('"state":"active"'))
  const own = (await as('demo', `/explain/${active?.seq}`)).json()
  assert.deepEqual([own.chain[0].topic, own.chain[0].record.body.account], ['coverages', 'demo'])
  const session = host.records.find(({ text }) => text.includes('"topic":"session_started"'))
  assert.equal((await as('demo', `/explain/${session?.seq}`)).statusCode, 404, 'the whole configuration')
  const operator = await as('other', `/explain/${active?.seq}`, { headers: { authorization: `Bearer ${TOKEN}` } })
  assert.equal(operator.statusCode, 200)
})

test('[F-S02] a chain ends where another account’s record begins', async (t) => {
  const { host, as } = await covered(t)
  host.feed({
    topic: 'account_raw',
    key: 'other',
    source: 'test',
    body: {
      venue: 'deribit',
      account: 'other' as never,
      statementId: 's9',
      balances: [],
      positions: [],
      openOrders: [],
      venueAt: host.platform.now(),
    },
  })
  const foreign = host.records.at(-1)?.seq ?? 0
  const explanation = { gate: 'test', code: 'x', field: 'f', seen: 1, limit: 2, cause: foreign }
  const text = JSON.stringify({
    seq: 900_000,
    at: host.platform.now(),
    topic: 'order_refusals',
    key: 'demo',
    cause: foreign,
    body: { account: 'demo', explanation },
  })
  host.records.push({ seq: 900_000, kind: 'decision', text } as never)
  const { chain, complete } = (await as('demo', '/explain/900000')).json()
  assert.deepEqual([chain.map(({ topic }: { topic: string }) => topic), complete], [['order_refusals'], false])
})

test('[F-S02] the trail, its summary and the day are the caller’s own; the internal view is the operator’s', async (t) => {
  const { as } = await covered(t)
  const events = async (account: string, query = '', headers = {}): Promise<readonly string[]> =>
    (await as(account, `/audit/logs?limit=1000${query}`, { headers })).json().entries.map(({ event }: { event: string }) => event)
  const own = await events('demo')
  for (const event of ['coverage_activated', 'hedge_order', 'mtm_position']) assert.ok(own.includes(event), event)
  assert.deepEqual(await events('other'), [])
  assert.deepEqual(await events('other', '&after=0'), [])
  const [mine, theirs] = await Promise.all(['demo', 'other'].map(async (account) => (await as(account, '/audit/summary')).json()))
  assert.deepEqual([mine.counts.coverage_activated, mine.premiumUsdc], [1, '572'])
  assert.deepEqual([theirs.counts.coverage_activated, theirs.premiumUsdc, theirs.lastEvents, theirs.period.fromIso], [0, '0', [], null])
  const day = async (account: string) => (await as(account, '/risk/daily-summary')).json()
  const [ownDay, otherDay] = [await day('demo'), await day('other')]
  assert.deepEqual([ownDay.premiumUsdc, ownDay.byAccount.length, ownDay.quotes.total], ['572', 1, 1])
  assert.deepEqual([otherDay.premiumUsdc, otherDay.byAccount[0].accountId, otherDay.quotes.total], ['0', 'other', 0])
  assert.deepEqual([otherDay.subsidyReservedUsdc, otherDay.quotes.cacheHits], [null, null])
  for (const url of ['/audit/logs?showAll=true', '/audit/summary?mode=internal']) {
    assert.equal((await as('demo', url)).statusCode, 401, url)
    assert.equal((await as('demo', url, { headers: { authorization: 'Bearer guessed' } })).statusCode, 401, url)
    assert.equal((await as('other', url, { headers: { authorization: `Bearer ${TOKEN}` } })).statusCode, 200, url)
  }
  assert.ok((await events('other', '&showAll=true', { authorization: `Bearer ${TOKEN}` })).includes('put_quote'))
})

test('[F-S02] figures are the caller’s; another account named in query or body is what an unknown one is', async (t) => {
  const { host, as, coverageId } = await covered(t)
  const gets = [
    '/risk/summary',
    '/risk/mtm',
    '/api/pnl',
    '/api/portfolio/snapshot',
    '/coverage/active',
    '/coverage/report',
    '/audit/summary',
  ]
  const more = ['/portfolio/positions', '/api/overview', '/api/history', '/api/funding', '/api/stream']
  const pages = ['/api/quotes', '/api/coverages', `/api/coverages/${coverageId}/payoff`, '/api/orders']
  for (const url of [...gets, ...more, ...pages]) {
    const foreign = bare(await as('other', `${url}?accountId=demo`), 'demo')
    assert.deepEqual(foreign, bare(await as('other', `${url}?accountId=nobody`), 'nobody'), url)
    assert.equal(foreign[0], 403, url)
  }
  const figures = await Promise.all(['demo', 'other'].map(async (account) => (await as(account, '/risk/mtm')).json()))
  assert.deepEqual(
    figures.map(({ positions }) => positions.length),
    [1, 0],
  )
  assert.equal((await as('demo', `/api/coverages/${coverageId}/payoff`)).statusCode, 200)
  assert.equal((await as('other', `/api/coverages/${coverageId}/payoff`)).statusCode, 404)
  assert.deepEqual([(await as('demo', '/api/coverages')).json().total, (await as('other', '/api/coverages')).json().total], [1, 0])
  assert.deepEqual((await as('other', '/api/orders')).json().orders, [])
  const overview = (await as('other', '/api/overview')).json()
  assert.deepEqual([overview.accountId, overview.equity, overview.coverages], ['other', null, []])
  const told = overview.decisions.filter(({ kind }: { kind: string }) => !kind.startsWith('alert'))
  assert.deepEqual(told, [], 'no decision of demo')
  const alarm = { gate: 'test', code: 'x', field: 'demo', seen: 1, limit: 2, cause: 0 }
  const raise = (key: string): object => ({ subject: key, name: 'coverage_alarm', severity: 'high', since: undefined, explanation: alarm })
  t.mock.method(host.views, 'alerts', () => ['demo', coverageId, 'demo BTC_USDC-PERPETUAL', 'deribit', 'other'].map(raise))
  const shown = async (account: string) => (await as(account, '/api/overview')).json().alerts.length
  assert.deepEqual([await shown('demo'), await shown('other')], [4, 2])
  const bodies: readonly (readonly [string, object])[] = [
    ['/portfolio/ingest', { positions: [] }],
    ['/put/quote', { ...QUOTE }],
    ['/put/preview', { ...QUOTE }],
    ['/audit/export', { quoteId: 'quote-1' }],
    ['/put/auto-renew', { coverageId: 'cover-1' }],
    ['/loop/tick', {}],
    ['/hedge/roll', { fromInstrument: 'BTC_USDC-PERPETUAL' }],
    ['/deribit/order', { instrument: 'BTC_USDC-PERPETUAL', amount: 0.1, side: 'buy' }],
  ]
  for (const [url, body] of bodies) {
    const named = async (accountId: string) => bare(await as('other', url, { method: 'POST', body: { ...body, accountId } }), accountId)
    const foreign = await named('demo')
    assert.deepEqual([foreign[0], foreign], [403, await named('nobody')], url)
  }
})

test('[F-S02] a brake on another account is not told; one on the platform is, and the operator sees all', async (t) => {
  const { host, as } = await covered(t)
  const explanation = { gate: 'risk/limits', code: 'x', field: 'drawdown', seen: '1', limit: '2', cause: 0 }
  const brakes = ['demo', 'other', undefined].map((account) => ({ source: 'risk', action: 'freeze' as const, account, explanation }))
  t.mock.method(host.views, 'system', () => ({ feeds: [], links: [], refused: [], brakes }))
  const told = async (account: string, headers = {}) =>
    (await as(account, '/api/system', { headers })).json().brakes.map((brake: { account: string | null }) => brake.account)
  assert.deepEqual(await told('demo'), ['demo', null])
  assert.deepEqual(await told('other'), ['other', null])
  assert.deepEqual(await told('other', { authorization: `Bearer ${TOKEN}` }), ['demo', 'other', null])
})

test('[F-S01] every route but health answers nobody who is not signed', async (t) => {
  const { host } = await covered(t)
  const document = host.api.swagger() as { readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> }
  const routes = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => [method, path] as const))
  assert.ok(routes.length >= 30)
  for (const [method, path] of routes) {
    if (['/health', '/healthz', '/ready'].includes(path)) continue
    const url = path.replaceAll(/\{\w+\}/g, '1')
    const response = await host.api.inject({
      method: method.toUpperCase() as 'GET',
      url,
      headers: { host: 'localhost', authorization: `Bearer ${TOKEN}` },
    })
    assert.deepEqual([response.statusCode, response.json().reason], [401, 'unauthorised'], `${method} ${path}`)
  }
})
