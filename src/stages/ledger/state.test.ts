/** The ledger's states in a snapshot: reading changes nothing, and a state that was saved and loaded goes on as if it never had been. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeState, encodeState } from '#engine/state-codec.ts'
import type { AnyEvent, Component } from '#engine/component.ts'
import { epochMs } from '#units/time.ts'
import { books } from './books.ts'
import { bridge } from './bridge.ts'
import {
  booksConfigOf,
  booksStateOf,
  COIN_PUT,
  DEMO,
  feedIndex,
  feedMark,
  feedOption,
  fill,
  harness,
  open,
  PERP,
  T0,
} from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { snapshotOf } from './portfolio-snapshot.ts'
import { reconciliation } from './reconciliation.ts'
import { twin } from './twin.ts'

const PARTS: readonly Component[] = [books, twin, reconciliation]

function first(at: Harness): void {
  feedIndex(at, '80000')
  open(at, { USDC: '20000' })
  fill(at, { side: 'buy', quantity: '1', price: '80000', fee: '40', tradeId: 'a' })
  fill(at, { instrument: COIN_PUT, side: 'buy', quantity: '1', price: '0.01', index: '80000', tradeId: 'b' })
  feedOption(at, COIN_PUT, { bid: '0.009', mark: '0.01' })
  feedMark(at, PERP, '79000', { bid: '78999' })
}
function second(at: Harness): readonly AnyEvent[] {
  return [
    ...feedMark(at, PERP, '78000'),
    ...feedOption(at, COIN_PUT, { bid: '0.03' }),
    ...fill(at, { side: 'buy', quantity: '1', price: '80000', fee: '40', tradeId: 'a' }), // told again
    ...fill(at, { side: 'sell', quantity: '1.5', price: '78000', fee: '20', tradeId: 'c' }),
    ...open(at, { USDC: '1' }),
    ...feedIndex(at, '77000'),
  ]
}
function states(at: Harness): readonly string[] {
  return PARTS.map(({ name }) => encodeState(at.stateOf(name)))
}

test('[PE-02] reading a value at any later instant changes no state', () => {
  const at = harness(PARTS)
  first(at)
  const before = states(at)
  for (const later of [1, 30_001, 9 * 86_400_000]) {
    const instant = epochMs(T0 + later)
    assert.ok(snapshotOf(booksStateOf(at), { account: DEMO, at: instant, view: 'full' }, booksConfigOf(at)))
    assert.equal(bridge(booksStateOf(at), DEMO, instant, booksConfigOf(at))?.residual.toString(), '0')
  }
  assert.deepEqual(states(at), before)
})

test('[PE-02] saved and loaded in the middle, the ledger says the same and ends in the same state', () => {
  const [straight, resumed] = [harness(PARTS), harness(PARTS)]
  first(straight)
  first(resumed)
  for (const { name } of PARTS) resumed.replaceState(name, decodeState(encodeState(resumed.stateOf(name))))
  const [a, b] = [second(straight), second(resumed)].map((events) => encodeState(events.map(({ topic, body }) => [topic, body])))
  assert.equal(b, a)
  assert.deepEqual(states(resumed), states(straight))
})
