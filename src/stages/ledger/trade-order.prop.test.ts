/** A contract's position and cost do not depend on the order in which its trades are told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FLAT } from '#domain/position.ts'
import { epochMs } from '#units/time.ts'
import { applyInOrder } from './trade-order.ts'
import type { RecentTrade, TimedTrade } from './trade-order.ts'

const T0 = 1_769_644_800_000
const trade = fc.record({
  gap: fc.integer({ min: 0, max: 3 }),
  lots: fc.integer({ min: -5, max: 5 }).filter((lots) => lots !== 0),
  price: fc.integer({ min: 60_000, max: 90_000 }),
})

function position(trades: readonly TimedTrade[]): { readonly quantity: bigint; readonly cost: bigint } {
  const recent: RecentTrade[] = []
  return trades.reduce((held, each) => applyInOrder(recent, held, each), FLAT)
}

test('[F-V03] [F-V18] trades told in any order leave the position and the cost of the venue order', () => {
  fc.assert(
    fc.property(fc.array(trade, { minLength: 1, maxLength: 12 }), fc.infiniteStream(fc.nat()), (drawn, keys) => {
      let at = T0
      const trades = drawn.map(({ gap, lots, price }, index) => {
        at += gap
        return { tradeId: `sim-t${index + 5}`, at: epochMs(at), quantity: BigInt(lots), worth: BigInt(lots) * BigInt(price) }
      })
      const told = trades.map((each) => ({ each, key: keys.next().value as number })).toSorted((a, b) => a.key - b.key)
      assert.deepEqual(position(told.map(({ each }) => each)), position(trades))
    }),
  )
})

test('[F-V03] a close told after a later open realises on the cost before it', () => {
  const buy = { tradeId: 't1', at: epochMs(T0), quantity: 1n, worth: 100n }
  const close = { tradeId: 't2', at: epochMs(T0 + 1), quantity: -1n, worth: -110n }
  const again = { tradeId: 't3', at: epochMs(T0 + 2), quantity: 1n, worth: 130n }
  assert.deepEqual(position([buy, again, close]), { quantity: 1n, cost: 130n })
})

test('[F-V03] a trade older than the thirty-two kept takes effect on arrival', () => {
  const recent: RecentTrade[] = []
  let held: { readonly quantity: bigint; readonly cost: bigint } = FLAT
  for (let n = 1; n <= 40; n++) held = applyInOrder(recent, held, { tradeId: `t${n}`, at: epochMs(T0 + n), quantity: 1n, worth: 100n })
  held = applyInOrder(recent, held, { tradeId: 't0', at: epochMs(T0), quantity: -1n, worth: -100n })
  assert.deepEqual(held, { quantity: 39n, cost: 3_900n })
  assert.equal(recent.length, 32)
})
