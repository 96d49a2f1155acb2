/** The deadline of a quote over HTTP: what is refused for a while is sent again under no key or the quote's own, and is bought once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { failureSchema } from './contract.ts'
import { get, post, PUT, QUOTE, quoteMarket, START, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

const NO_WAIT = { headers: { prefer: 'wait=0' } }
const DEADLINE = new Date(START + 30_000).toISOString()

async function quoted(t: TestContext): Promise<{ readonly host: Host; readonly quoteId: string }> {
  const host = await startHost()
  t.after(() => host.api.close())
  host.market()
  const { quoteId, expiresAt } = (await post(host.api, '/put/quote', QUOTE)).json()
  assert.equal(expiresAt, DEADLINE)
  return { host, quoteId }
}
function orders({ effects }: Host): number {
  return effects.filter(({ topic }) => topic === 'order_sends').length
}

test('[P-11] [C-35] an export on a stale market buys nothing and may be sent again to the deadline; then it is bought once', async (t) => {
  const { host, quoteId } = await quoted(t)
  host.pass(6_000) // an index lives 5 s
  const stale = failureSchema.parse((await post(host.api, '/audit/export', { quoteId })).json())
  assert.deepEqual([stale.reason, stale.explanation.field, stale.retryUntil], ['stale_price', 'indexAgeMs', DEADLINE])
  const twice = failureSchema.parse((await post(host.api, '/audit/export', { quoteId })).json())
  assert.deepEqual([twice.reason, twice.retryUntil], ['stale_price', DEADLINE])
  host.pass(4_000)
  quoteMarket(host.feed, host.platform.now())
  const first = await post(host.api, '/audit/export', { quoteId }, NO_WAIT)
  assert.equal(first.statusCode, 202)
  while (orders(host) === 0) await new Promise((resolve) => setImmediate(resolve))
  host.fill()
  const bought = (await get(host.api, `/commands/${first.json().commandId}`)).json()
  assert.equal(bought.status, 'ok')
  const again = (await post(host.api, '/audit/export', { quoteId })).json()
  assert.deepEqual([again.coverageId, orders(host)], [bought.coverageId, 1])
})

test('[F-S04] under a key of the caller’s own a refusal stays the answer', async (t) => {
  const { host, quoteId } = await quoted(t)
  host.pass(6_000)
  const own = { headers: { 'idempotency-key': 'mine' } }
  const refused = await post(host.api, '/audit/export', { quoteId }, own)
  assert.equal(failureSchema.parse(refused.json()).reason, 'stale_price')
  quoteMarket(host.feed, host.platform.now())
  assert.equal((await post(host.api, '/audit/export', { quoteId }, own)).body, refused.body)
  assert.equal((await post(host.api, '/audit/export', { quoteId }, NO_WAIT)).statusCode, 202)
})

test('[API-02] an opening order refused on a stale market opens when it is sent again; late it is final', async (t) => {
  const { host, quoteId } = await quoted(t)
  const order = { instrument: PUT, amount: 1, side: 'buy', type: 'market', intent: 'open', coverageId: quoteId }
  host.pass(6_000)
  const stale = failureSchema.parse((await post(host.api, '/deribit/order', order)).json())
  assert.deepEqual([stale.status, stale.reason, stale.retryUntil], ['blocked', 'stale_price', DEADLINE])
  quoteMarket(host.feed, host.platform.now())
  assert.equal((await post(host.api, '/deribit/order', order, NO_WAIT)).statusCode, 202)

  const late = await quoted(t)
  late.host.pass(30_001)
  quoteMarket(late.host.feed, late.host.platform.now())
  const expired = await post(late.host.api, '/audit/export', { quoteId: late.quoteId })
  const { reason, retryUntil } = failureSchema.parse(expired.json())
  assert.deepEqual([reason, retryUntil], ['quote_expired', undefined])
  assert.equal((await post(late.host.api, '/audit/export', { quoteId: late.quoteId })).body, expired.body)
})

test('[P-11] the protection page shows the deadline of a quote, not the age of its prices', async (t) => {
  const { host, quoteId } = await quoted(t)
  host.pass(6_000)
  quoteMarket(host.feed, host.platform.now())
  const { quotes } = (await get(host.api, '/api/quotes')).json()
  const shown = quotes.find((quote: { readonly quoteId: string }) => quote.quoteId === quoteId)
  assert.deepEqual([shown.goodUntilIso, shown.msLeft], [DEADLINE, 24_000])
})
