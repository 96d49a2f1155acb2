/** Timers as state: asked for once, sorted by instant, delivered once, and taken back by name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '#units/time.ts'
import { bench, T0 } from './harness.fixture.ts'
import type { Bench } from './harness.fixture.ts'
import { nextDue, timers } from './timers.ts'

const at = (offsetMs: number) => epochMs(T0 + offsetMs)
const pending = ({ engine }: Bench): readonly (readonly [string, number])[] =>
  engine.stateOf(timers).pending.map(({ name, at: due }) => [name, due - T0] as const)

test('[PE-06] timers lie in the order of their instants; the same wish twice is one', () => {
  const line = bench([timers])
  for (const [name, due] of [
    ['b', 20],
    ['a', 10],
    ['c', 20],
    ['a', 10],
  ] as const)
    line.feed(0, 'timer_requests', { name, at: at(due) })
  assert.deepEqual(pending(line), [
    ['a', 10],
    ['b', 20],
    ['c', 20],
  ])
  line.feed(10, 'clock_tick', { name: 'a', dueAt: at(10) })
  assert.deepEqual(nextDue(line.engine.stateOf(timers)), { name: 'b', at: at(20) })
})

test('[PE-06] a wish that is over takes back every instant asked for under its name, and nothing else', () => {
  const line = bench([timers])
  for (const [name, due] of [
    ['order/1', 10],
    ['order/2', 15],
    ['order/1', 30],
  ] as const)
    line.feed(0, 'timer_requests', { name, at: at(due) })
  line.feed(5, 'timer_requests', { name: 'order/1', at: at(30), isOver: true })
  assert.deepEqual(pending(line), [['order/2', 15]])
  line.feed(6, 'timer_requests', { name: 'order/3', at: at(30), isOver: true })
  assert.deepEqual(pending(line), [['order/2', 15]])
})
