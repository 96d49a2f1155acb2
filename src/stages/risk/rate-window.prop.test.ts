/** The sliding window against a slow obvious twin: counts, and the instant at which the next one fits. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { epochMs } from '#units/time.ts'
import { T0 } from '#engine/harness.fixture.ts'
import { countWithin, freeAt, note, rateWindow } from './rate-window.ts'

test('counts equal those of the whole history, and one more fits exactly when it says so', () => {
  const gaps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 30_000, max: 70_000 })), {
    minLength: 1,
    maxLength: 900,
  })
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 20 }), (steps, max) => {
      const window = rateWindow()
      const all: number[] = []
      let at: number = T0
      for (const step of steps) {
        at += step
        note(window, epochMs(at))
        all.push(at)
      }
      for (const span of [1_000, 60_000]) {
        const twin = (now: number): number => all.filter((instant) => instant > now - span).length
        assert.equal(countWithin(window, epochMs(at), span), twin(at))
        if (twin(at) < max) continue
        const free = freeAt(window, span, max)
        assert.ok(twin(free) < max, 'it fits then')
        assert.ok(twin(free - 1) >= max, 'and not a moment before')
      }
      assert.ok(window.instants.length - window.head <= all.length)
    }),
    { numRuns: 60 },
  )
})
