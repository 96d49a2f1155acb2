/** The queue of a step against a slow twin: a list in which the first of the lowest rank number is looked for each time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AnyEvent } from './component.ts'
import { StepQueue } from './step-queue.ts'

const RANKS = 5
const routes = Array.from({ length: RANKS + 1 }, (_, rank) => ({ rank }))

function eventOf(seq: number, cause: number): AnyEvent {
  return { seq, cause } as AnyEvent
}

/** What each event handled leads to: ranks of the events it emits, as long as there are any left. */
const emissions = fc.array(fc.array(fc.integer({ min: 1, max: RANKS }), { maxLength: 3 }), { maxLength: 30 })

test('[PE-04] the lowest rank number first, then by emission, each event with its route and its way back to the input', () => {
  fc.assert(
    fc.property(fc.array(emissions, { minLength: 1, maxLength: 4 }), (steps) => {
      const queue = new StepQueue<{ readonly rank: number }>(RANKS)
      let seq = 0
      for (const step of steps) {
        queue.begin()
        const left = [...step]
        const slow: { readonly event: AnyEvent; readonly rank: number; readonly chain: readonly number[] }[] = []
        const add = (rank: number, cause: number, chain: readonly number[]): void => {
          const event = eventOf(++seq, cause)
          queue.add(event, routes[rank] as { rank: number })
          slow.push({ event, rank, chain: [...chain, seq] })
        }
        add(3, 0, [])
        for (let event = queue.next(); event !== undefined; event = queue.next()) {
          const first = slow.reduce((best, one) => (one.rank < best.rank ? one : best))
          slow.splice(slow.indexOf(first), 1)
          assert.equal(event, first.event)
          assert.equal(queue.route.rank, first.rank)
          assert.deepEqual(
            queue.chainTo(event).map((one) => one.seq),
            first.chain,
          )
          for (const rank of left.shift() ?? []) add(rank, event.seq, first.chain)
        }
        assert.deepEqual(slow, [])
      }
    }),
  )
})

test('[PE-04] a step that broke off leaves nothing to the next one', () => {
  for (const waiting of [1, 3]) {
    const queue = new StepQueue<{ readonly rank: number }>(RANKS)
    queue.begin()
    for (let seq = 1; seq <= waiting; seq++) queue.add(eventOf(seq, 0), { rank: seq })
    queue.clear()
    queue.begin()
    assert.equal(queue.next(), undefined)
    queue.add(eventOf(9, 0), { rank: 2 })
    assert.equal(queue.next()?.seq, 9)
    assert.equal(queue.count, 1)
  }
})
