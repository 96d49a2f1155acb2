/**
 * Funding over the whole pipeline, from the simulated venue's own words: it states its interval, a position held over 08:00 UTC is charged and
 * booked and raises nothing; when the payment is lost on the way, `funding_overdue` is raised after 8.25 h and cleared by the late booking.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId, OrderId } from '#domain/order.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { PIPELINE } from '#pipeline'
import { funding } from '#stages/analysis/funding/funding.ts'
import type { FundingState } from '#stages/analysis/funding/funding.ts'
import { createVenue } from '#sim/venue/state.ts'
import type { VenueOutput, VenueState } from '#sim/venue/state.ts'
import { venueStep } from '#sim/venue/step.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { HOUR_MS, MINUTE_MS } from '#units/time.ts'

const DEMO = 'demo' as AccountId
/** Minutes after midnight UTC, as all below. */
const START_MIN = 420
const OPEN_MIN = 425
const ORDER = {
  orderId: 'o1' as OrderId,
  account: DEMO,
  instrument: LINEAR_PERPETUAL,
  side: 'buy',
  quantity: quantity('1'),
  type: 'market',
  timeInForce: 'IOC',
  limitPrice: price('100000'),
  reduceOnly: false,
  postOnly: false,
  leverage: 5,
} as const

interface World {
  readonly venue: VenueState
  readonly on: Bench
  readonly lost: VenueOutput[]
  readonly alerts: string[]
  readonly rates: { count: number; intervals: Set<number | undefined> }
}

function world(): World {
  const market = { seed: 3, scenario: 'calm' as const, startAt: T0 + START_MIN * MINUTE_MS, startPrice: 88_000 }
  const venue = createVenue({ venue: 'deribit-sim', accounts: [{ account: DEMO, usdc: '50000', leverage: 5 }], market })
  return { venue, on: bench(PIPELINE), lost: [], alerts: [], rates: { count: 0, intervals: new Set() } }
}

function hear({ on, alerts, rates, lost }: World, offsetMs: number, said: readonly VenueOutput[], losesFunding: boolean): void {
  for (const output of said) {
    if (losesFunding && output.topic === 'venue_funding') {
      lost.push(output)
      continue
    }
    const events = on.feed(offsetMs, output.topic, output.body as never, output.key)
    for (const { fundingIntervalMs } of only(events, 'funding_rates')) {
      rates.count += 1
      rates.intervals.add(fundingIntervalMs)
    }
    note(alerts, offsetMs, events)
  }
}

function note(alerts: string[], offsetMs: number, events: ReturnType<Bench['feed']>): void {
  for (const { name, state } of only(events, 'alerts')) if (name === 'funding_overdue') alerts.push(`${state} ${offsetMs / MINUTE_MS}`)
}

/** A minute at a time, of which the last second is heard. */
function run(one: World, fromMinute: number, toMinute: number, losesFunding: boolean): void {
  for (let minute = fromMinute; minute <= toMinute; minute++) {
    const offsetMs = minute * MINUTE_MS
    const said = venueStep(one.venue, { type: 'advance', at: T0 + offsetMs })
    const prices = said.filter(({ topic }) => topic === 'raw_index' || topic === 'raw_quotes').slice(-2)
    hear(one, offsetMs, [...said.filter(({ topic }) => !topic.startsWith('raw_')), ...prices], losesFunding)
    note(one.alerts, offsetMs, one.on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: (T0 + offsetMs) as typeof T0 }))
  }
}

function opened(): World {
  const one = world()
  const start = START_MIN * MINUTE_MS
  hear(one, start, venueStep(one.venue, { type: 'query_statement', at: T0 + start, account: DEMO }), false)
  run(one, START_MIN + 1, OPEN_MIN, false)
  hear(one, OPEN_MIN * MINUTE_MS, venueStep(one.venue, { type: 'place', at: T0 + OPEN_MIN * MINUTE_MS, order: ORDER }), false)
  return one
}

test('[DV-06] a position held over the due instant is charged, booked, and raises nothing; rates come by the minute', () => {
  const one = opened()
  run(one, OPEN_MIN + 1, 500, false)
  const booked = one.on.engine.stateOf<FundingState>(funding).holdings.get(LINEAR_PERPETUAL)?.get(DEMO)
  assert.equal(booked?.lastAt, T0 + 8 * HOUR_MS)
  assert.deepEqual(one.alerts, [])
  assert.deepEqual([...one.rates.intervals], [8 * HOUR_MS], 'the simulated venue states its interval')
  assert.ok(one.rates.count > 60 && one.rates.count <= 81, `${one.rates.count} rates in 80 minutes`)
})

test('[DV-06] [F-A07] a payment lost on the way: overdue from 8 h 15 min on, cleared by the booking', () => {
  const one = opened()
  run(one, OPEN_MIN + 1, 500, true)
  assert.equal(one.lost.length, 1)
  assert.deepEqual(one.alerts, ['raised 496'], 'at 08:15 it was not yet')
  hear(one, 501 * MINUTE_MS, one.lost, false)
  assert.deepEqual(one.alerts, ['raised 496', 'cleared 501'])
})
