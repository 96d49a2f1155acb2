/** Funding at the door: how often it is told, whose word on the interval counts, and what is not believed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { AnyEvent } from '#engine/component.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { RawQuote } from '#topics/market.ts'
import { price } from '#units/price.ts'
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS } from '#units/time.ts'
import { market } from './market.ts'

const door = (config: object = {}): Bench => bench([market], { 'admission/market': config })

function tick(gate: Bench, offsetMs: number, said: Partial<RawQuote>): AnyEvent[] {
  const body = { venue: 'deribit', instrument: LINEAR_PERPETUAL, mark: price<'BTC', 'USDC'>('88000'), venueAt: epochMs(T0 + offsetMs) }
  return gate.feed(offsetMs, 'raw_quotes', { ...body, ...said })
}
/** `rate interval-in-hours` of each funding told. */
function told(events: readonly AnyEvent[]): string[] {
  return only(events, 'funding_rates').map(
    ({ fundingRate8h, fundingIntervalMs: ms }) => `${fundingRate8h} ${ms === undefined ? '?' : ms / HOUR_MS}`,
  )
}
const every8h = (fundingRate8h: number): Partial<RawQuote> => ({ fundingRate8h, fundingIntervalMs: 8 * HOUR_MS })

test('[DV-06] told whole, with its instant and a finite age, and a quote without a rate tells nothing', () => {
  const gate = door()
  assert.deepEqual(only(tick(gate, 0, every8h(0.0001)), 'funding_rates'), [
    {
      venue: 'deribit',
      instrument: LINEAR_PERPETUAL,
      fundingRate8h: 0.0001,
      fundingIntervalMs: 8 * HOUR_MS,
      observedAt: T0,
      maxAgeMs: 180_000,
    },
  ])
  assert.deepEqual(told(tick(gate, 2 * MINUTE_MS, {})), [])
  const recorded = door({ acceptStatedAge: true })
  assert.equal(only(tick(recorded, 0, { ...every8h(0.0001), maxAgeMs: 14_400_000 }), 'funding_rates')[0]?.maxAgeMs, 14_400_000)
})

test('[DV-06] at most once a minute, however often the rate changes: just under a minute nothing, at it the newest', () => {
  const gate = door()
  assert.deepEqual(told(tick(gate, 0, every8h(0.0001))), ['0.0001 8'])
  for (let at = 100; at < MINUTE_MS; at += 100) assert.deepEqual(told(tick(gate, at, every8h(0.0001 + at * 1e-9))), [])
  assert.deepEqual(told(tick(gate, MINUTE_MS - 1, every8h(0.0004))), [])
  assert.deepEqual(told(tick(gate, MINUTE_MS, every8h(0.0005))), ['0.0005 8'])
  assert.deepEqual(told(tick(gate, MINUTE_MS + 1, every8h(0.0006))), [])
})

test('[DV-06] an interval is data: 8 h to 4 h to 1 h are told at once, one that is no longer stated stays, one never stated is unknown', () => {
  const gate = door()
  assert.deepEqual(told(tick(gate, 0, { fundingRate8h: 0.0001 })), ['0.0001 ?'])
  assert.deepEqual(told(tick(gate, 5_000, every8h(0.0001))), ['0.0001 8'])
  assert.deepEqual(told(tick(gate, 10_000, { fundingRate8h: 0.0002, fundingIntervalMs: 4 * HOUR_MS })), ['0.0002 4'])
  assert.deepEqual(told(tick(gate, 15_000, { fundingRate8h: 0.0002, fundingIntervalMs: HOUR_MS })), ['0.0002 1'])
  assert.deepEqual(told(tick(gate, 16_000, { fundingRate8h: 0.0002 })), [])
  const later = tick(gate, 75_000, { fundingRate8h: 0.0002 })
  assert.deepEqual(told(later), ['0.0002 1'])
  assert.equal(only(later, 'quotes')[0]?.fundingIntervalMs, HOUR_MS)
})

test('[DV-06] an interval that flickers with every tick is told once a second at most', () => {
  const gate = door()
  let count = 0
  for (let at = 0; at < 10_000; at += 50)
    count += told(tick(gate, at, { fundingRate8h: 0.0001, fundingIntervalMs: (at / 50) % 2 === 0 ? HOUR_MS : 4 * HOUR_MS })).length
  assert.ok(count > 1 && count <= 10, `${count} in ten seconds`)
})

const RATES: readonly (readonly [rate: number, believed: boolean])[] = [
  [0.03, true],
  [0.03 + 1e-12, false],
  [-0.03, true],
  [-0.03 - 1e-12, false],
  [0, true],
]
for (const [rate, believed] of RATES) {
  test(`[DV-06] [F-M03] a rate of ${rate} is ${believed ? 'believed' : 'refused alone, with field, value and limit'}`, () => {
    const gate = door()
    const events = tick(gate, 0, every8h(rate))
    assert.equal(only(events, 'quotes').length, 1, 'the price passes')
    assert.equal(only(events, 'quotes')[0]?.fundingRate8h, believed ? rate : undefined)
    assert.equal(told(events).length, believed ? 1 : 0)
    const why = only(events, 'market_refusals').map(({ explanation: { code, field, seen, limit, flip } }) => [
      code,
      field,
      seen,
      limit,
      flip?.to,
    ])
    assert.deepEqual(why, believed ? [] : [['implausible_funding', 'fundingRate8h', rate, 'within 0.03 of 0', Math.sign(rate) * 0.03]])
    assert.deepEqual(only(tick(gate, 1, every8h(rate)), 'market_refusals'), [], 'said once a minute, not with every tick')
  })
}

test('[DV-06] the flip of a refused rate passes', () => {
  const why = only(tick(door(), 0, every8h(0.5)), 'market_refusals')[0]?.explanation.flip
  assert.deepEqual(told(tick(door(), 0, every8h(Number(why?.to)))), ['0.03 8'])
})

const INTERVALS: readonly (readonly [ms: number, believed: boolean])[] = [
  [MINUTE_MS, true],
  [MINUTE_MS - 1, false],
  [DAY_MS, true],
  [2 * DAY_MS, false],
  [0, false],
  [-3_600_000, false],
  [7 * HOUR_MS, false],
  [8, false],
  [HOUR_MS + 0.5, false],
]
for (const [ms, believed] of INTERVALS) {
  test(`[DV-06] an interval of ${ms} ms is ${believed ? 'believed' : 'refused alone, and the last good one stays'}`, () => {
    const gate = door()
    tick(gate, 0, every8h(0.0001))
    const events = tick(gate, 2_000, { fundingRate8h: 0.0001, fundingIntervalMs: ms })
    assert.deepEqual(told(events), [`0.0001 ${believed ? ms / HOUR_MS : 8}`])
    const why = only(events, 'market_refusals').map(({ explanation: { code, field, seen, limit } }) => [code, field, seen, limit])
    const limit = 'a whole part of a day, 60000 or more'
    assert.deepEqual(why, believed ? [] : [['invalid_funding_interval', 'fundingIntervalMs', ms, limit]])
    assert.deepEqual(only(tick(gate, 4_000, { fundingRate8h: 0.0001, fundingIntervalMs: ms }), 'market_refusals'), [], 'once a minute')
  })
}

test('[DV-06] a stale quote and a venue that only prices tell no funding', () => {
  assert.deepEqual(told(tick(door(), 10_000, { ...every8h(0.0001), venueAt: T0 })), [])
  assert.deepEqual(told(tick(door({ pricingOnly: ['deribit'] }), 0, every8h(0.0001))), [])
})
