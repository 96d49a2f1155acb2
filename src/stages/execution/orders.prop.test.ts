/** Laws of the order life cycle under any interleaving of messages, restarts and silences. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Quantity } from '#units/quantity.ts'
import { TERMINAL_STATES } from '#domain/order.ts'
import type { OrderState } from '#domain/order.ts'
import { only } from '#engine/harness.fixture.ts'
import { FIRST, Life } from './execution.fixture.ts'
import { NEXT } from './transitions.ts'

const TENTH = 10n ** 17n
const tenths = (n: number): string => new Quantity(BigInt(n) * TENTH).toString()

/** What a confused network may deliver about one order of size 1, in any order and as often as it likes. */
type Message =
  | { readonly kind: 'fill'; readonly trade: number; readonly size: number }
  | { readonly kind: 'update'; readonly status: (typeof STATUSES)[number]; readonly filled: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'link'; readonly up: boolean }
  | { readonly kind: 'sync' }
const STATUSES = ['accepted', 'rejected', 'cancelled', 'filled', 'expired', 'triggered', 'not_found'] as const

const messages: fc.Arbitrary<Message[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('fill' as const), trade: fc.integer({ min: 0, max: 1 }), size: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant('update' as const), status: fc.constantFrom(...STATUSES), filled: fc.integer({ min: 0, max: 12 }) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 30_000 }) }),
    fc.constant({ kind: 'restart' as const }),
    fc.record({ kind: fc.constant('link' as const), up: fc.boolean() }),
    fc.constant({ kind: 'sync' as const }),
  ),
  { maxLength: 25 },
)

/** Feeds one message; how long it took beyond its own millisecond. */
function deliverAt(life: Life, at: number, message: Message, i: number): number {
  if (message.kind === 'fill') life.fill(at, `t${message.trade}-${message.size}`, tenths(message.size))
  else if (message.kind === 'update') life.update(at, message.status, tenths(message.filled))
  else if (message.kind === 'restart') life.start(at, `f${i}`)
  else if (message.kind === 'link') life.feed(at, 'venue_links', { venue: 'sim', state: message.up ? 'up' : 'down' })
  else if (message.kind === 'sync') life.synced(at)
  else {
    life.passTo(at + message.ms)
    return message.ms
  }
  return 0
}

/** Feeds the messages in turn; the sum of the distinct trades that fit into the order, in the order of arrival. */
function deliver(life: Life, said: readonly Message[]): bigint {
  const seen = new Set<string>()
  let at = 1
  let booked = 0n
  said.forEach((message, i) => {
    if (message.kind === 'fill') {
      const id = `${message.trade}-${message.size}`
      const size = BigInt(message.size) * TENTH
      if (!seen.has(id) && booked + size <= 10n * TENTH) booked += size
      seen.add(id)
    }
    at += 1 + deliverAt(life, at, message, i)
  })
  return booked
}

test('[F-V18] [F-V19] [L-10] in any interleaving: each trade once, never over the size, one end, one confirmation', () => {
  const resting = { type: 'limit', timeInForce: 'GTC', goodUntil: 1_769_644_800_000 + 60_000 }
  fc.assert(
    fc.property(messages, fc.boolean(), (said, rests) => {
      const life = new Life()
      life.approve(0, rests ? resting : {})
      const booked = deliver(life, [{ kind: 'sync' }, ...said])
      const told = only(life.log, 'order_states')
      assert.equal(told.at(-1)?.filled.units ?? 0n, booked, 'filled is the sum of the distinct trades that fit')
      for (const { filled, open, quantity } of told) assert.ok(filled.units >= 0n && filled.units + open.units <= quantity.units)
      const ends = told.findIndex(({ state }) => TERMINAL_STATES.has(state))
      const vetoes = only(life.log, 'order_vetoes').length
      assert.equal(life.confirmations().length + vetoes, ends < 0 ? 0 : 1)
      if (ends >= 0) for (const { state } of told.slice(ends)) assert.ok(TERMINAL_STATES.has(state), 'no way back from the end')
      assert.ok(only(life.log, 'order_sends').filter(({ action }) => action === 'place').length <= 3)
      assert.ok(only(life.log, 'order_sends').every(({ orderId }) => orderId === FIRST))
    }),
    { numRuns: 400 },
  )
})

test('[I9] snapshots taken on the way change nothing that follows', () => {
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 4 }), (said, every) => {
      const logs = [false, true].map((restores) => {
        const life = new Life()
        life.send(0)
        let at = 1
        said.forEach((message, i) => {
          if (restores && i % every === 0) life.bench.engine.restore(life.bench.engine.snapshot())
          at += 1 + deliverAt(life, at, message, i)
        })
        return JSON.stringify([life.log, life.bench.engine.stateText()])
      })
      assert.equal(logs[1], logs[0])
    }),
    { numRuns: 60 },
  )
})

test('[I14] once the venue answers every question the order comes to its end', () => {
  fc.assert(
    fc.property(messages, fc.integer({ min: 0, max: 3 }), (said, trades) => {
      const life = new Life()
      life.send(0)
      // the truth: `trades` fills of 0.1, then the rest was cancelled
      deliver(
        life,
        said.filter(({ kind }) => kind === 'pass' || kind === 'restart' || kind === 'link'),
      )
      let at = Math.max(life.bench.engine.at - 1_769_644_800_000, 0) + 1
      life.feed(at, 'venue_links', { venue: 'sim', state: 'down' })
      life.feed(at, 'venue_links', { venue: 'sim', state: 'up' })
      for (let round = 0; round < 3; round++) {
        at += 60_000
        life.passTo(at)
        for (let n = 0; n < trades; n++) life.fill(at, `t${n}`, '0.1')
        life.update(at, 'cancelled', tenths(trades))
      }
      const [done] = life.confirmations()
      assert.deepEqual([life.confirmations().length, done?.state, done?.filled.toString()], [1, 'cancelled', tenths(trades)])
    }),
    { numRuns: 100 },
  )
})

test('[L-10] the table: every state that is not an end has a way to an end, an end has none away', () => {
  for (const [state, next] of Object.entries(NEXT) as [OrderState, readonly OrderState[]][]) {
    if (TERMINAL_STATES.has(state)) assert.deepEqual(next, [], state)
    else
      assert.ok(
        next.some((to) => TERMINAL_STATES.has(to)),
        state,
      )
  }
})
