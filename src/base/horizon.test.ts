/** Memory to a horizon: who leaves, when, and that the order of the others stands. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forgetOldest } from './horizon.ts'

test('the oldest leave in lots of an eighth, the newest stay, in their order', () => {
  const kept = new Set<number>()
  const forgotten: number[] = []
  for (let i = 0; i < 1_000; i++) {
    kept.add(i)
    forgetOldest(kept, 80, (key) => forgotten.push(key))
    assert.ok(kept.size <= 90)
    assert.equal(kept.size + forgotten.length, i + 1)
  }
  assert.ok(kept.size >= 80)
  assert.deepEqual(
    forgotten,
    Array.from({ length: forgotten.length }, (_, i) => i),
  )
  assert.deepEqual(
    [...kept],
    Array.from({ length: kept.size }, (_, i) => forgotten.length + i),
  )
})
