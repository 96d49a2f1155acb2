/** The alarm about venues that disagree: raised once, cleared once, from comparisons of the index and of options quoted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { BodyOf } from '#topics/registry.ts'
import { price } from '#units/price.ts'
import { durationMs } from '#units/time.ts'
import { venueWatch } from './venue-watch.ts'

function gap(share: number): BodyOf<'venue_gaps'> {
  return {
    venue: 'bybit',
    asset: 'BTC',
    price: price('88000'),
    reference: 88_000,
    gap: share,
    gapMax: 0.01,
    observedAt: T0,
    maxAgeMs: durationMs(5_000),
  }
}
function quote(disagreements?: BodyOf<'put_quotes'>['disagreements']): BodyOf<'put_quotes'> {
  const about = { requestId: 'q', status: 'no_quote', considered: 0, lines: [] }
  return { ...about, ...(disagreements === undefined ? {} : { disagreements }) } as unknown as BodyOf<'put_quotes'>
}
function alerts(on: Bench, feed: (on: Bench) => ReturnType<Bench['feed']>): string[] {
  return only(feed(on), 'alerts').map(({ name, state, explanation }) => `${name} ${state} ${String(explanation.seen)}`)
}

test('[F-V20] an index beyond the limit raises one alarm, agreement clears it; at the limit there is none', () => {
  const on = bench([venueWatch])
  assert.deepEqual(
    alerts(on, () => on.feed(0, 'venue_gaps', gap(0.01))),
    [],
  )
  assert.deepEqual(
    alerts(on, () => on.feed(1, 'venue_gaps', gap(0.011))),
    ['venues_disagree raised 0.011'],
  )
  assert.deepEqual(
    alerts(on, () => on.feed(2, 'venue_gaps', gap(0.02))),
    [],
  )
  assert.deepEqual(
    alerts(on, () => on.feed(3, 'venue_gaps', gap(0.001))),
    ['venues_disagree cleared 0.001'],
  )
})

test('[F-V20] an option on which venues disagree raises the alarm, a quote that compared nothing says nothing', () => {
  const on = bench([venueWatch])
  const apart = [{ venue: 'bybit', subject: 'BTC-6FEB26-80000-P', gap: 0.5, gapMax: 0.35 }]
  assert.deepEqual(
    alerts(on, () => on.feed(0, 'put_quotes', quote(apart))),
    ['venues_disagree raised 0.5'],
  )
  assert.deepEqual(
    alerts(on, () => on.feed(1, 'put_quotes', quote())),
    [],
  )
  assert.deepEqual(
    alerts(on, () => on.feed(2, 'put_quotes', quote([]))),
    ['venues_disagree cleared 0'],
  )
})
