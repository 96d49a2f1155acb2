/** The alarm about funding that is not booked: at 8.25 h, just over, cleared, and what must not raise it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { AccountId } from '#domain/order.ts'
import { sessionOf } from '#engine/facts.fixture.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { FundingHolder } from '#topics/analysis.ts'
import { quantity } from '#units/quantity.ts'
import { durationMs, epochMs, HOUR_MS } from '#units/time.ts'
import { fundingWatch } from './funding-watch.ts'

const at = (hours: number): ReturnType<typeof epochMs> => epochMs(T0 + hours * HOUR_MS)

function alerts(on: Bench, events: ReturnType<Bench['feed']>): string[] {
  return only(events, 'alerts').map(
    ({ name, state, severity, explanation: { seen, limit } }) => `${name} ${state} ${severity} ${seen} of ${limit}`,
  )
}
function expects(on: Bench, offsetMs: number, part: Partial<Pick<FundingHolder, 'heldSince' | 'lastFundingAt' | 'expectedAt'>>): string[] {
  const holder = { account: 'demo' as AccountId, quantity: quantity('1'), side: 'paying', lastPaid: undefined } as const
  const known = { heldSince: undefined, lastFundingAt: undefined, expectedAt: undefined, ...part }
  const rate = { fundingRate8h: 0.0001, fundingIntervalMs: durationMs(8 * HOUR_MS), fundingRateInterval: 0.0001, fundingApr: 0.1095 }
  const body = {
    venue: 'deribit',
    instrument: LINEAR_PERPETUAL,
    ...rate,
    nextDueAt: undefined,
    observedAt: T0,
    maxAgeMs: durationMs(180_000),
  }
  return alerts(on, on.feed(offsetMs, 'funding_context', { ...body, holder: { ...holder, ...known } }))
}
function minute(on: Bench, offsetMs: number): string[] {
  return alerts(on, on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: epochMs(T0 + offsetMs) }))
}
const LIMIT = 16.25 * HOUR_MS

test('[DV-06] [OP-03] nothing at exactly 8.25 h since the last funding, raised once just over, cleared when booked', () => {
  const on = bench([fundingWatch])
  assert.deepEqual(expects(on, 0, { heldSince: at(1), lastFundingAt: at(8), expectedAt: at(16) }), [])
  assert.deepEqual(minute(on, LIMIT), [])
  assert.deepEqual(minute(on, LIMIT + 1), ['funding_overdue raised low 8.25 of 8.25'])
  assert.deepEqual(minute(on, LIMIT + 60_000), [])
  assert.deepEqual(expects(on, LIMIT + 120_000, { heldSince: at(1), lastFundingAt: at(16), expectedAt: at(24) }), [
    'funding_overdue cleared low 0.2833 of 8.25',
  ])
  assert.deepEqual(minute(on, LIMIT + 180_000), [])
})

test('[DV-06] [C-62] a quarter of an hour over the interval, whatever it is; the quarter is configuration', () => {
  const on = bench([fundingWatch])
  expects(on, 0, { heldSince: at(0), lastFundingAt: at(1), expectedAt: at(2) })
  assert.deepEqual(minute(on, 2.25 * HOUR_MS), [])
  assert.deepEqual(minute(on, 2.25 * HOUR_MS + 1), ['funding_overdue raised low 1.25 of 1.25'])
  const strict = bench([fundingWatch], { 'monitoring/funding-watch': { graceMs: 1_000 } })
  expects(strict, 0, { heldSince: at(0), lastFundingAt: at(1), expectedAt: at(2) })
  assert.deepEqual(minute(strict, 2 * HOUR_MS + 1_001).length, 1)
})

test('[DV-06] held over its first due instant without a booking: overdue by the start of the holding', () => {
  const on = bench([fundingWatch])
  expects(on, 0, { heldSince: at(7), expectedAt: at(8) })
  assert.deepEqual(minute(on, 8.25 * HOUR_MS), [])
  assert.deepEqual(minute(on, 8.25 * HOUR_MS + 60_000), ['funding_overdue raised low 1.2667 of 1.25'])
})

test('[DV-06] what must not raise it: nothing held, no interval, another timer, the first minute of a session', () => {
  const on = bench([fundingWatch])
  expects(on, 0, { lastFundingAt: at(8) })
  assert.deepEqual(minute(on, 100 * HOUR_MS), [])
  expects(on, 100 * HOUR_MS, { heldSince: at(1), lastFundingAt: at(8), expectedAt: at(16) })
  assert.deepEqual(alerts(on, on.feed(100 * HOUR_MS, 'clock_tick', { name: 'other', dueAt: at(100) })), [])
  on.feed(100 * HOUR_MS, 'session_started', sessionOf({ startedAt: at(100) }))
  assert.deepEqual(minute(on, 100 * HOUR_MS + 59_999), [], 'the venue may still tell what was missed')
  assert.deepEqual(minute(on, 100 * HOUR_MS + 60_000), ['funding_overdue raised low 92.0167 of 8.25'])
  assert.deepEqual(expects(on, 101 * HOUR_MS, { lastFundingAt: at(8) }), ['funding_overdue cleared low nothing held of booked'])
})
