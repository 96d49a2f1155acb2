/** Admission rule by rule: freshness at, just under and over its limits, and every malformed quote. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { btc, quantity } from '#units/quantity.ts'
import { price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { epochMs } from '#units/time.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { RawIndex, RawOptionQuote, RawQuote } from '#topics/market.ts'
import type { AnyEvent } from '#engine/component.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { market } from './market.ts'

const usd = (text: string): BtcUsdc => price<'BTC', 'USDC'>(text)
const door = (config: object = {}): Bench => bench([market], { 'admission/market': config })
const OPTION = 'BTC-6FEB26-80000-P' as InstrumentId

function index(text: string, offsetMs: number, extra: Partial<RawIndex> = {}): RawIndex {
  return { venue: 'deribit', asset: 'BTC', price: usd(text), venueAt: epochMs(T0 + offsetMs), ...extra }
}
function quote(bid: string, ask: string, offsetMs: number, extra: Partial<RawQuote> = {}): RawQuote {
  return {
    venue: 'deribit',
    instrument: LINEAR_PERPETUAL,
    bid: usd(bid),
    ask: usd(ask),
    bidSize: btc('1'),
    askSize: btc('2'),
    venueAt: epochMs(T0 + offsetMs),
    ...extra,
  }
}
function option(extra: Partial<RawOptionQuote> = {}): RawOptionQuote {
  return {
    venue: 'deribit',
    instrument: OPTION,
    bid: price('0.01'),
    ask: price('0.011'),
    markIv: 0.6,
    delta: -0.2,
    sizeBasis: 'quoted',
    venueAt: T0,
    ...extra,
  }
}
const codes = (events: readonly AnyEvent[]): string[] => only(events, 'market_refusals').map(({ explanation }) => explanation.code)

test('[DV-08] a fresh quote passes whole, with the instant it was true and a finite maximum age', () => {
  const [admitted] = only(door().feed(200, 'raw_quotes', quote('87999.5', '88000', 0, { fundingRate8h: 0.0001 })), 'quotes')
  assert.deepEqual(admitted, {
    venue: 'deribit',
    instrument: LINEAR_PERPETUAL,
    bid: usd('87999.5'),
    ask: usd('88000'),
    bidSize: btc('1'),
    askSize: btc('2'),
    mark: undefined,
    fundingRate8h: 0.0001,
    fundingIntervalMs: undefined,
    observedAt: T0,
    maxAgeMs: 5_000,
  })
})

const AGES: readonly (readonly [name: string, at: number, stampedAt: number | undefined, expected: string | undefined])[] = [
  ['at the limit', 5_000, 0, undefined],
  ['just over', 5_001, 0, 'stale_price'],
  ['no stamp: age unknown', 0, undefined, 'stale_price'],
  ['ahead at the tolerance', 0, 1_000, undefined],
  ['ahead just over', 0, 1_001, 'ahead_of_time'],
]
for (const [name, at, stampedAt, expected] of AGES) {
  test(`[DV-08] index ${name}: ${expected ?? 'admitted'}`, () => {
    const body: RawIndex = {
      venue: 'deribit',
      asset: 'BTC',
      price: usd('88000'),
      ...(stampedAt === undefined ? {} : { venueAt: epochMs(T0 + stampedAt) }),
    }
    const events = door().feed(at, 'raw_index', body)
    assert.deepEqual(codes(events), expected === undefined ? [] : [expected])
    assert.equal(only(events, 'index_prices').length, expected === undefined ? 1 : 0)
  })
}

test('[F-C03] age is measured on our clock: the offset of the venue is taken off', () => {
  const gate = door()
  assert.deepEqual(codes(gate.feed(0, 'raw_index', index('88000', 7_000))), ['ahead_of_time'])
  gate.feed(0, 'venue_links', { venue: 'deribit', state: 'up', clockOffsetMs: -7_000.4 })
  assert.equal(only(gate.feed(100, 'raw_index', index('88000', 7_000)), 'index_prices')[0]?.observedAt, T0)
  assert.deepEqual(codes(gate.feed(10_000, 'raw_index', index('88000', 11_000))), ['stale_price'])
})

test('a stamp ahead of us does not live longer for it', () => {
  assert.equal(only(door().feed(0, 'raw_index', index('88000', 900)), 'index_prices')[0]?.observedAt, T0)
})

test('[F-V17] late data is refused by exchange time; the same stamp is not late', () => {
  const gate = door()
  gate.feed(1_000, 'raw_quotes', quote('88000', '88001', 900))
  assert.equal(only(gate.feed(1_001, 'raw_quotes', quote('88001', '88002', 900)), 'quotes').length, 1)
  assert.deepEqual(codes(gate.feed(1_002, 'raw_quotes', quote('88000', '88001', 899))), ['out_of_order'])
  gate.feed(1_003, 'raw_option_quotes', option({ venueAt: epochMs(T0 + 900) }))
  assert.deepEqual(codes(gate.feed(1_004, 'raw_option_quotes', option({ venueAt: epochMs(T0 + 899) }))), ['out_of_order'])
})

test('[DV-08] a source may be stricter than the configuration, wider only where recordings are accepted and up to the cap', () => {
  const maxAge = (config: object, stated: number): number | undefined =>
    only(door(config).feed(0, 'raw_index', index('88000', 0, { maxAgeMs: stated })), 'index_prices')[0]?.maxAgeMs
  assert.equal(maxAge({}, 3_000), 3_000)
  assert.equal(maxAge({}, 14_400_000), 5_000)
  assert.equal(maxAge({ acceptStatedAge: true }, 14_400_000), 14_400_000)
  assert.equal(maxAge({ acceptStatedAge: true }, 0), 1, 'an age is never zero or unknown')
  assert.equal(maxAge({ acceptStatedAge: true }, NaN), 1)
  assert.equal(maxAge({ acceptStatedAge: true, statedMaxAgeCapMs: 7_200_000 }, 14_400_000), 7_200_000)
})

const MALFORMED: readonly (readonly [name: string, change: Partial<RawQuote>, code: string])[] = [
  ['[F-V10] bid over ask', { bid: usd('88002') }, 'crossed_book'],
  ['[F-V10] bid at ask', { bid: usd('88001') }, 'crossed_book'],
  ['[F-M02] size zero', { bidSize: quantity('0') }, 'invalid_size'],
  ['[F-M02] size negative', { askSize: quantity('-1') }, 'invalid_size'],
  ['[F-M01] NaN', { fundingRate8h: NaN }, 'invalid_number'],
  ['[F-M01] infinity', { fundingRate8h: -Infinity }, 'invalid_number'],
  ['[F-M01] an interval that is no number', { fundingIntervalMs: NaN }, 'invalid_number'],
  ['no price at all', { bid: undefined, ask: undefined }, 'empty_quote'],
  ['[F-M03] mark x10 beside a sane book', { mark: usd('880000') }, 'implausible_mark'],
]
for (const [name, change, code] of MALFORMED) {
  test(`${name}: ${code}`, () => {
    const events = door().feed(0, 'raw_quotes', quote('88000', '88001', 0, change))
    assert.deepEqual(codes(events), [code])
    assert.equal(only(events, 'quotes').length, 0)
  })
}

test('[F-M01] model numbers of an option quote are finite and in range', () => {
  assert.equal(only(door().feed(0, 'raw_option_quotes', option()), 'option_quotes')[0]?.maxAgeMs, 60_000)
  for (const change of [{ markIv: NaN }, { markIv: 0 }, { markIv: Infinity }, { delta: NaN }, { delta: -1.01 }]) {
    assert.deepEqual(codes(door().feed(0, 'raw_option_quotes', option(change))), ['invalid_number'], JSON.stringify(change))
  }
  assert.deepEqual(codes(door().feed(0, 'raw_option_quotes', option({ bid: price('0.011') }))), ['crossed_book'])
})
