/** Ticks lie on round steps inside the range; a scale goes there and back. */
import { test } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { linear, niceTicks, padded } from './scale.ts'

test('[UI-04] ticks are round, inside, and about as many as asked for', () => {
  deepEqual(niceTicks([52_800, 123_200], 4), [60_000, 80_000, 100_000, 120_000])
  deepEqual(niceTicks([0.55, 0.72], 4), [0.55, 0.6, 0.65, 0.7])
  deepEqual(niceTicks([-3, 3], 6), [-3, -2, -1, 0, 1, 2, 3])
  deepEqual(niceTicks([5, 5], 4), [5])
})

test('[UI-04] a scale maps ends to ends, goes back, and survives a range without width', () => {
  const scale = linear([100, 200], [10, 0])
  deepEqual([scale(100), scale(200), scale(150), scale.at(5)], [10, 0, 5, 150])
  ok(Number.isFinite(linear([7, 7], [0, 10])(7)))
  deepEqual(padded([1, 3], 0.5), [0, 4])
  deepEqual(padded([], 0.5), [0, 1])
  equal(padded([5], 0.1)[0] < 5, true)
})
