/** The injected clocks: read the wall once, then only the monotonic counter moves them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '#units/time.ts'
import { clockFrom, manualClock, wallClock } from './clocks.ts'

const HOUR = 3_600_000

function withWallStepped<T>(byMs: number, work: () => T): T {
  const original = Date.now
  Date.now = () => original() + byMs
  try {
    return work()
  } finally {
    Date.now = original
  }
}

for (const [title, step] of [
  ['[F-C01] a wall clock stepped an hour ahead', HOUR],
  ['[F-C02] a wall clock stepped ten minutes back', -HOUR / 6],
] as const) {
  test(`${title} moves no event time: nothing ages, nothing expires, nothing accrues twice`, () => {
    const clock = wallClock()
    const before = clock.now()
    const after = withWallStepped(step, () => clock.now())
    assert.ok(after >= before)
    assert.ok(after - before < 10_000, `${after - before} ms passed`)
  })
}

test('[F-C02] time never falls, whatever the order of readings', () => {
  const clock = clockFrom(epochMs(1_767_225_600_000), 3_600)
  let last = clock.now()
  for (let i = 0; i < 1_000; i++) {
    const now = clock.now()
    assert.ok(now >= last)
    last = now
  }
})

test('[DV-08] a clock at speed 60 says how long the wall has to wait for an instant', () => {
  const start = epochMs(1_767_225_600_000)
  const clock = clockFrom(start, 60)
  const wait = clock.wallMsUntil(epochMs(start + 60_000))
  assert.ok(wait > 900 && wait <= 1_000, `${wait} ms`)
})

test('a manual clock goes forward only', () => {
  const clock = manualClock(epochMs(1_767_225_600_000))
  clock.set(epochMs(1_767_225_700_000))
  clock.set(epochMs(1_767_225_650_000))
  assert.equal(clock.now(), 1_767_225_700_000)
})
