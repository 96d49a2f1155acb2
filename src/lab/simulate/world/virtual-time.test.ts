/** Order of what is planned, and the two clocks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualTime } from './virtual-time.ts'

test('things happen by instant, then in the order of their planning, and time stops at the end asked for', () => {
  const time = new VirtualTime(1_000)
  const done: string[] = []
  time.after(10, () => done.push('b'))
  time.after(5, () => done.push('a'))
  time.after(10, () => done.push('c'))
  time.after(90, () => done.push('too late'))
  for (let work = time.next(1_050); work !== undefined; work = time.next(1_050)) work()
  assert.deepEqual(done, ['a', 'b', 'c'])
  assert.equal(time.now, 1_050)
  assert.equal(time.pending, 1)
})

test('[F-C01] [F-C02] a step moves the wall clock and leaves true time alone', () => {
  const time = new VirtualTime(1_000)
  time.stepWall(3_600_000)
  assert.deepEqual([time.now, time.wall], [1_000, 3_601_000])
  time.stepWall(-4_200_000)
  assert.deepEqual([time.now, time.wall], [1_000, -599_000])
})
