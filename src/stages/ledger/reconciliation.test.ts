/** The venue's statements against the books: what matches, what is waited for, what is named. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '#units/time.ts'
import { books } from './books.ts'
import { DEMO, feedIndex, fill, harness, only, open, PERP, T0 } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { reconciliation } from './reconciliation.ts'

interface Stated {
  readonly usdc: string
  readonly perp?: string
  readonly lastTradeId?: string
  readonly venueAt?: number
}
function started(): Harness {
  const at = harness([books, reconciliation])
  feedIndex(at, '50000')
  open(at, { USDC: '1000' })
  return at
}
let statements = 0
function state(at: Harness, { usdc, perp, lastTradeId, venueAt = at.at }: Stated): readonly string[] {
  const positions = perp === undefined ? [] : [{ instrument: PERP, quantity: perp }]
  const said = {
    venue: 'test',
    account: DEMO,
    statementId: `s${++statements}`,
    balances: [{ currency: 'USDC', amount: usdc }],
    positions,
    openOrders: [],
    venueAt,
  }
  const [result] = only(at.wire('account_raw', lastTradeId === undefined ? said : { ...said, lastTradeId }), 'reconciliations')
  if (result === undefined) return []
  return [result.state, ...result.differences.map(({ what, ours, venues }) => `${what}: ${ours} / ${venues}`)]
}

test('[V-02] the opening statement is the books, and matches them', () => {
  const at = harness([books, reconciliation])
  assert.deepEqual(only(open(at, { USDC: '1000', BTC: '0' }), 'reconciliations'), [
    { account: DEMO, statementId: 'opening', state: 'matched', differences: [] },
  ])
})

test('[V-02] balances within a cent, positions exactly', () => {
  const at = started()
  fill(at, { side: 'buy', quantity: '0.1', price: '50000', fee: '2.5', tradeId: 'a' })
  assert.deepEqual(state(at, { usdc: '997.5', perp: '0.1', lastTradeId: 'a' }), ['matched'])
  assert.deepEqual(state(at, { usdc: '997.51', perp: '0.1' }), ['matched'])
  assert.deepEqual(state(at, { usdc: '997.49', perp: '0.1' }), ['matched'])
  assert.deepEqual(state(at, { usdc: '997.510000000001', perp: '0.1' }), ['differs', 'balance USDC: 997.5 / 997.510000000001'])
  assert.deepEqual(state(at, { usdc: '997.5', perp: '0.1000000001' }), ['differs', `position ${PERP}: 0.1 / 0.1000000001`])
  assert.deepEqual(state(at, { usdc: '997.5' }), ['differs', `position ${PERP}: 0.1 / 0`])
})

test('[V-02] [F-A01] a statement ahead of its fill is waited for once; a fill that never comes is named', () => {
  const at = started()
  assert.deepEqual(state(at, { usdc: '997.5', perp: '0.1', lastTradeId: 'b' }), [])
  fill(at, { side: 'buy', quantity: '0.1', price: '50000', fee: '2.5', tradeId: 'b' })
  assert.deepEqual(state(at, { usdc: '997.5', perp: '0.1', lastTradeId: 'b' }), ['matched'])
  assert.deepEqual(state(at, { usdc: '990', perp: '0.2', lastTradeId: 'lost' }), [])
  assert.deepEqual(state(at, { usdc: '990', perp: '0.2', lastTradeId: 'lost' }), [
    'differs',
    'entry lost: not booked / booked',
    'balance USDC: 997.5 / 990',
    `position ${PERP}: 0.1 / 0.2`,
  ])
})

test('[V-02] a statement made before a fill that is booked already is passed over, in the same millisecond too', () => {
  const at = started()
  fill(at, { side: 'buy', quantity: '0.1', price: '50000', fee: '2.5', tradeId: 'c' })
  at.at = epochMs(T0 + 10)
  fill(at, { side: 'buy', quantity: '0.1', price: '50000', fee: '2.5', tradeId: 'd' })
  assert.deepEqual(state(at, { usdc: '997.5', perp: '0.1', lastTradeId: 'c', venueAt: T0 + 9 }), [])
  assert.deepEqual(state(at, { usdc: '997.5', perp: '0.1', lastTradeId: 'c', venueAt: T0 + 10 }), [])
  assert.deepEqual(state(at, { usdc: '995', perp: '0.2', lastTradeId: 'd', venueAt: T0 + 10 }), ['matched'])
  assert.deepEqual(state(at, { usdc: '997.5', perp: '0.1', lastTradeId: 'c', venueAt: T0 + 11 })[0], 'differs')
})

test('[V-02] one trade whose fee was told wrong is a difference of exactly that fee', () => {
  const at = started()
  fill(at, { side: 'buy', quantity: '0.1', price: '50000', fee: '0', tradeId: 'e' })
  assert.deepEqual(state(at, { usdc: '997.5', perp: '0.1', lastTradeId: 'e' }), ['differs', 'balance USDC: 1000 / 997.5'])
})
