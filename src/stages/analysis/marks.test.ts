/** Marks: corridor edges, one-sided books, stale indices, the median of several venues. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { durationMs, epochMs } from '#units/time.ts'
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { IndexPrice, Quote } from '#topics/market.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { marks } from './marks.ts'

const usd = (text: string): BtcUsdc => price<'BTC', 'USDC'>(text)
function index(text: string, at: number, venue = 'deribit', maxAgeMs = 5_000): IndexPrice {
  return { venue, asset: 'BTC', price: usd(text), observedAt: epochMs(T0 + at), maxAgeMs: durationMs(maxAgeMs) }
}
function quote(at: number, extra: Partial<Quote> = {}): Quote {
  return {
    venue: 'deribit',
    instrument: LINEAR_PERPETUAL,
    bid: usd('99990'),
    ask: usd('100020'),
    bidSize: undefined,
    askSize: undefined,
    mark: undefined,
    fundingRate8h: undefined,
    observedAt: epochMs(T0 + at),
    maxAgeMs: durationMs(5_000),
    ...extra,
  }
}
function marked(gate: Bench, at: number, body: Quote): string | undefined {
  return only(gate.feed(at, 'quotes', body), 'marks')[0]?.mark.toString()
}

test('the mark of a recording without perpetual quotes is the index, with its age', () => {
  const [mark] = only(bench([marks]).feed(0, 'index_prices', index('100000', -50)), 'marks')
  assert.deepEqual(mark, {
    instrument: LINEAR_PERPETUAL,
    mark: usd('100000'),
    bid: undefined,
    ask: undefined,
    index: usd('100000'),
    observedAt: epochMs(T0 - 50),
    maxAgeMs: 5_000,
  })
})

const CORRIDOR: readonly (readonly [name: string, venueMark: string, expected: string])[] = [
  ['upper edge', '105000', '105000'],
  ['just over the upper edge', '105000.5', '105000'],
  ['lower edge', '95000', '95000'],
  ['just under the lower edge', '94999.5', '95000'],
  ['far out', '150000', '105000'],
]
for (const [name, venueMark, expected] of CORRIDOR) {
  test(`venue mark at the ${name}: ${expected}`, () => {
    const gate = bench([marks])
    gate.feed(0, 'index_prices', index('100000', 0))
    assert.equal(marked(gate, 1, quote(1, { mark: usd(venueMark) })), expected)
  })
}

test('without a venue mark the middle of the book counts, of a one-sided book the index', () => {
  const gate = bench([marks])
  gate.feed(0, 'index_prices', index('100000', 0))
  assert.equal(marked(gate, 1, quote(1)), '100005')
  assert.equal(marked(gate, 2, quote(2, { ask: undefined })), '100000')
  assert.equal(marked(gate, 3, quote(3, { instrument: INVERSE_PERPETUAL, mark: usd('100100') })), '100100')
})

test('[F-V04] no new mark without a fresh index to hold it against', () => {
  const gate = bench([marks])
  assert.equal(marked(gate, 0, quote(0)), undefined)
  gate.feed(0, 'index_prices', index('100000', 0))
  assert.equal(marked(gate, 5_000, quote(5_000)), '100005')
  assert.equal(marked(gate, 5_001, quote(5_001)), undefined)
})

test('while its own quotes are fresh an index tick does not move the mark; then the index takes over', () => {
  const gate = bench([marks])
  gate.feed(0, 'index_prices', index('100000', 0))
  gate.feed(1, 'quotes', quote(1))
  assert.equal(only(gate.feed(5_001, 'index_prices', index('100100', 5_001)), 'marks').length, 0)
  assert.equal(only(gate.feed(5_002, 'index_prices', index('100100', 5_002)), 'marks')[0]?.mark.toString(), '100100')
})

test('with several venues the index is the median of the fresh ones, no fresher than the oldest of them', () => {
  const gate = bench([marks])
  gate.feed(0, 'index_prices', index('100000', 0, 'a'))
  assert.equal(only(gate.feed(10, 'index_prices', index('100100', 10, 'b')), 'marks')[0]?.mark.toString(), '100050')
  const [three] = only(gate.feed(20, 'index_prices', index('900000', 20, 'c', 4_000)), 'marks')
  assert.equal(three?.mark.toString(), '100100', 'one venue far away does not move it')
  assert.equal(three?.observedAt, T0)
  assert.equal(three?.maxAgeMs, 4_000)
  assert.equal(
    only(gate.feed(5_005, 'index_prices', index('100200', 5_005, 'a')), 'marks')[0]?.mark.toString(),
    '100150',
    'c is stale, a and b count',
  )
})
