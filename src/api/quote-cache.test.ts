/** The quote cache: buckets, ages at and around each limit, what a hit may not be, counting, and previews over the real pipeline. */
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { cachedQuote, previewPending } from './contract-quotes.ts'
import { failureSchema } from './contract.ts'
import { get, post, QUOTE, quoteMarket, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'
import { bucketDistance, bucketOf } from './quote-buckets.ts'
import { QuoteCache } from './quote-cache.ts'

const TERMS = { accountId: 'demo', side: 'long', drawdownFloorPct: '0.1', tenorDays: 7 }
const AGES = { ttlMs: 4_000, staleMs: 20_000, hardMs: 120_000 }
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('[P-09] spot to 500, floor to 5 %, days to whole ones; everything else counts as it is', () => {
  const key = (change: object, spot = 88_000): string => bucketOf({ ...TERMS, ...change }, spot).key
  const base = key({})
  assert.deepEqual(
    [key({}, 88_249), key({}, 87_751), key({ drawdownFloorPct: '0.12' }), key({ tenorDays: 7.4 }), key({ spotPrice: '1' })],
    Array(5).fill(base),
  )
  const others = [
    key({}, 88_251),
    key({}, 87_749),
    key({ drawdownFloorPct: '0.13' }),
    key({ tenorDays: 7.5 }),
    key({ side: 'short' }),
    key({ accountId: 'x' }),
  ]
  assert.equal(new Set([base, ...others, key({ drawdownFloorPct: undefined, equityFloorPct: '0.1' })]).size, 8)
})

test('[P-09] the distance is the largest difference in widths of its bucket', () => {
  const at = { spot: 88_000, floor: 0.1, days: 7 }
  assert.equal(bucketDistance(at, at), 0)
  assert.equal(bucketDistance(at, { ...at, spot: 88_100, floor: 0.12 }), 0.4)
  assert.equal(bucketDistance(at, { spot: 87_500, floor: 0.1, days: 6.5 }), 1)
})

test('[C-36] each age at its limit and just over it; refusals are fresh or nothing', () => {
  const bucket = bucketOf(TERMS, 88_000)
  const freshness = (answer: object, age: number, speed = 1): string | undefined => {
    const cache = new QuoteCache(AGES, speed)
    cache.keep(bucket, 1_000, answer as never)
    return cache.find(bucket, 1_000 + age)?.freshness
  }
  const quote = { status: 'ok' }
  assert.deepEqual(
    [4_000, 4_001, 20_000, 20_001, 120_000, 120_001].map((age) => freshness(quote, age)),
    ['fresh', 'stale', 'stale', 'old', 'old', undefined],
  )
  for (const status of ['no_quote', 'error', 'premium_floor'])
    assert.deepEqual([freshness({ status }, 4_000), freshness({ status }, 4_001)], ['fresh', undefined], status)
  assert.deepEqual([freshness(quote, 240_000, 60), freshness(quote, 240_001, 60)], ['fresh', 'stale'], 'the caller’s clock, in market time')
})

test('[C-35] a hit has no quoteId, deadline or signature, and carries its age and distance', () => {
  const cache = new QuoteCache(AGES, 1)
  const bucket = bucketOf(TERMS, 88_000)
  cache.keep(bucket, 0, { status: 'ok', quoteId: 'q', expiresAt: 'soon', signature: 's', asOfSeq: 3, premiumUsdc: '1' })
  const hit = cache.find(bucketOf(TERMS, 88_050), 300)
  assert.deepEqual(JSON.parse(`${hit?.openText}}`), { status: 'ok', premiumUsdc: '1', cached: { ageMs: 300, bucketDistance: 0.1 } })
})

test('[P-09] hits and misses are counted, by day as well; the oldest entry goes first', () => {
  const cache = new QuoteCache(AGES, 1)
  assert.equal(cache.counts.hitRate, 0)
  cache.count(false, '2026-01-29')
  assert.deepEqual(cache.count(true, '2026-01-29'), { hits: 1, misses: 1, hitRate: 0.5 })
  assert.deepEqual([cache.hitsOn('2026-01-29'), cache.hitsOn('2026-01-30')], [1, 0])
  for (let spot = 0; spot <= 1_000; spot++) cache.keep(bucketOf(TERMS, spot * 500), 0, { status: 'ok' })
  assert.deepEqual([cache.find(bucketOf(TERMS, 0), 0), cache.find(bucketOf(TERMS, 500), 0)?.freshness], [undefined, 'fresh'])
})

async function running(t: TestContext): Promise<Host & { readonly lines: () => Record<string, unknown>[] }> {
  const written: string[] = []
  const log = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk))
      done()
    },
  })
  const host = await startHost({ log })
  t.after(() => host.api.close())
  host.market()
  return {
    ...host,
    lines: () => written.flatMap((lines) => lines.trimEnd().split('\n')).map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}
function quotesMade({ records }: Host): number {
  return records.filter(({ text }) => text.includes('"topic":"put_quotes"')).length
}

for (const tenorDays of [-1, 0.2]) {
  test(`[P-09] a preview for ${tenorDays} days is refused as the quote would be`, async (t) => {
    const host = await running(t)
    const asked = { ...QUOTE, tenorDays }
    assert.equal((await post(host.api, '/put/preview', asked)).json().status, 'pending')
    await settled()
    const { status, reason } = (await post(host.api, '/put/preview', asked)).json()
    assert.deepEqual([status, reason], ['no_quote', 'invalid_tenor'])
  })
}

test('[P-09] a preview is pending once, then the price that was made meanwhile; one price per bucket is under way', async (t) => {
  const host = await running(t)
  const first = await Promise.all([
    post(host.api, '/put/preview', QUOTE),
    post(host.api, '/put/preview', { ...QUOTE, drawdownFloorPct: 0.12 }),
  ])
  for (const response of first) assert.deepEqual([response.statusCode, previewPending.parse(response.json()).status], [202, 'pending'])
  await settled()
  assert.equal(quotesMade(host), 1)
  const hit = await post(host.api, '/put/preview', { ...QUOTE, drawdownFloorPct: 0.12 })
  const { cached, instrument } = cachedQuote.parse(hit.json())
  assert.deepEqual(
    [instrument, cached, hit.headers['ballast-cache']],
    ['BTC-6FEB26-80000-P', { ageMs: 0, bucketDistance: 0.4 }, 'hit; hit-rate=0.3333'],
  )
  assert.equal('quoteId' in hit.json(), false)
})

test('[C-35] [F-S13] a quote is priced anew on exact inputs unless a cached one is allowed; a cached one buys nothing', async (t) => {
  const host = await running(t)
  const fresh = (await post(host.api, '/put/quote', QUOTE)).json()
  const second = (await post(host.api, '/put/quote', QUOTE)).json()
  assert.notEqual(second.quoteId, fresh.quoteId)
  const allowed = (await post(host.api, '/put/quote', { ...QUOTE, allowCached: true })).json()
  assert.deepEqual([allowed.cached, allowed.quoteId, allowed.premiumUsdc], [{ ageMs: 0, bucketDistance: 0 }, undefined, second.premiumUsdc])
  assert.equal(quotesMade(host), 2)
  // the market moves inside the bucket and its age: the preview still shows the old price, who buys pays the new one
  host.pass(29_000)
  quoteMarket(host.feed, host.platform.now(), '88200')
  const old = (await post(host.api, '/put/preview', QUOTE)).json()
  assert.deepEqual([old.premiumUsdc, old.cached], [second.premiumUsdc, { ageMs: 29_000, bucketDistance: 0.4 }])
  const now = (await post(host.api, '/put/quote', QUOTE)).json()
  assert.equal(now.premiumUsdc, '573.3', JSON.stringify(now))
})

test('[P-09] a stale preview is served while it is priced anew', async (t) => {
  const host = await running(t)
  await post(host.api, '/put/quote', QUOTE)
  host.pass(241_000) // 4 s of the caller's clock at 60x, and a little
  quoteMarket(host.feed, host.platform.now())
  const stale = await post(host.api, '/put/preview', QUOTE)
  assert.deepEqual([stale.statusCode, stale.json().cached.ageMs], [200, 241_000])
  assert.match(String(stale.headers['ballast-cache']), /^stale;/)
  await settled()
  assert.equal((await post(host.api, '/put/preview', QUOTE)).json().cached.ageMs, 0)
})

test('[P-09] [C-37] a refusal is cached as well; without any price there is no preview to wait for', async (t) => {
  const host = await running(t)
  await post(host.api, '/put/quote', { ...QUOTE, leverage: 6 })
  const cached = (await post(host.api, '/put/preview', { ...QUOTE, leverage: 6 })).json()
  assert.deepEqual([cached.status, cached.reason, cached.cached.ageMs], ['no_quote', 'invalid_leverage', 0])
  const bare = await startHost()
  t.after(() => bare.api.close())
  assert.equal(failureSchema.parse((await post(bare.api, '/put/preview', QUOTE)).json()).reason, 'no_price')
})

test('[P-09] every answer is logged with the rate of hits, and the day counts them', async (t) => {
  const host = await running(t)
  await post(host.api, '/put/quote', QUOTE)
  await post(host.api, '/put/preview', QUOTE)
  const { quotes } = (await get(host.api, '/risk/daily-summary')).json()
  assert.deepEqual([quotes.total, quotes.ok, quotes.cacheHits], [1, 1, 1])
  await host.api.close()
  const logged = host.lines().map(({ route, cache, hits, misses, hitRate }) => [route, cache, hits, misses, hitRate])
  assert.deepEqual(logged, [
    ['/put/quote', 'miss', 0, 1, 0],
    ['/put/preview', 'hit', 1, 1, 0.5],
  ])
})

test('[P-09] while the journal is behind, an old price is better than none; nothing new is begun', async (t) => {
  let pending = 0
  const host = await startHost({ pending: () => pending, limits: { pendingRecordsMax: 10 } })
  t.after(() => host.api.close())
  host.market()
  await post(host.api, '/put/quote', QUOTE)
  host.pass(21_000 * 60)
  quoteMarket(host.feed, host.platform.now())
  pending = 11
  const made = quotesMade(host)
  const old = await post(host.api, '/put/preview', QUOTE)
  assert.deepEqual([old.statusCode, old.json().cached.ageMs, quotesMade(host)], [200, 1_260_000, made])
  pending = 0
  assert.equal((await post(host.api, '/put/preview', QUOTE)).statusCode, 202)
})
