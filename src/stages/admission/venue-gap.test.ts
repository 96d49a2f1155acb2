/** A venue that only prices: through the same door, out by its own topics, its index held against the one in use. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { RawIndex, RawOptionQuote } from '#topics/market.ts'
import { price } from '#units/price.ts'
import { durationMs, epochMs } from '#units/time.ts'
import { market } from './market.ts'

const door = (): Bench => bench([market], { 'admission/market': { pricingOnly: ['bybit'], optionMaxAgeMs: 30_000 } })

function index(venue: string, text: string, offsetMs: number): RawIndex {
  return { venue, asset: 'BTC', price: price(text), venueAt: epochMs(T0 + offsetMs) }
}
function option(venue: string, offsetMs: number, more: Partial<RawOptionQuote> = {}): RawOptionQuote {
  const instrument = 'BTC-6FEB26-80000-P' as InstrumentId
  return { venue, instrument, bid: price('0.006'), ask: price('0.0065'), sizeBasis: 'quoted', venueAt: epochMs(T0 + offsetMs), ...more }
}

test('[C-39] what a pricing venue says is never index, quote or option quote of the platform', () => {
  const on = door()
  on.feed(0, 'raw_index', index('deribit', '88000', 0))
  const heard = [
    ...on.feed(10, 'raw_index', index('bybit', '88100', 10)),
    ...on.feed(20, 'raw_quotes', {
      venue: 'bybit',
      instrument: LINEAR_PERPETUAL,
      bid: price<'BTC', 'USDC'>('88000'),
      venueAt: epochMs(T0 + 20),
    }),
    ...on.feed(30, 'raw_option_quotes', option('bybit', 30)),
  ]
  assert.deepEqual(
    heard.map(({ topic }) => topic),
    ['venue_gaps', 'pricing_quotes'],
  )
  const executing = on.feed(40, 'raw_option_quotes', option('deribit', 40))
  assert.deepEqual(
    executing.map(({ topic }) => topic),
    ['option_quotes'],
  )
})

test('[F-V20] the gap of two indexes is a share of the one in use, said with its limit', () => {
  const on = door()
  on.feed(0, 'raw_index', index('deribit', '80000', 0))
  const [gap] = only(on.feed(10, 'raw_index', index('bybit', '81000', 10)), 'venue_gaps')
  assert.deepEqual([gap?.venue, gap?.gap, gap?.gapMax, gap?.reference], ['bybit', 0.0125, 0.01, 80_000])
})

test('[F-V20] an index in use that is missing or older than its limit is nothing to compare with', () => {
  const on = door()
  assert.deepEqual(on.feed(0, 'raw_index', index('bybit', '81000', 0)), [])
  on.feed(10, 'raw_index', index('deribit', '80000', 10))
  assert.equal(only(on.feed(5_010, 'raw_index', index('bybit', '81000', 5_010)), 'venue_gaps').length, 1)
  assert.deepEqual(on.feed(5_011, 'raw_index', index('bybit', '81000', 5_011)), [])
})

test('[F-V21] an old stamp that arrives at once is refused by its age, and by the age its own venue states', () => {
  const on = door()
  const codes = (at: number, quote: RawOptionQuote): string[] =>
    only(on.feed(at, 'raw_option_quotes', quote), 'market_refusals').map(({ explanation }) => explanation.code)
  assert.deepEqual(codes(30_001, option('bybit', 0)), ['stale_price'])
  assert.deepEqual(codes(30_001, option('bybit', 25_000, { maxAgeMs: durationMs(5_000) })), ['stale_price'])
  assert.deepEqual(codes(30_001, option('bybit', 25_001, { maxAgeMs: durationMs(5_000) })), [])
  assert.deepEqual(codes(30_002, option('bybit', 25_000)), ['out_of_order'], 'nor does an older one replace a newer one')
})
