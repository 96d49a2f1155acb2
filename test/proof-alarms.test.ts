/** From what the ledger proves to what an operator is told: a broken floor, a doubtful payout, an account that would not live to see either. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyEvent } from '#engine/component.ts'
import { epochMs } from '#units/time.ts'
import { activate, buy, COVER, EXPIRY, fillCover, PUT_81, withPosition } from '#stages/ledger/certificate.fixture.ts'
import { books } from '#stages/ledger/books.ts'
import { COIN_PUT, DEMO, feedIndex, fill, harness, only, open } from '#stages/ledger/ledger.fixture.ts'
import type { Harness } from '#stages/ledger/ledger.fixture.ts'
import { payoutCheck } from '#stages/ledger/payout-check.ts'
import { reconciliation } from '#stages/ledger/reconciliation.ts'
import { health } from '#stages/monitoring/health.ts'

function told(events: readonly AnyEvent[]): readonly (readonly string[])[] {
  return only(events, 'alerts').map(({ name, severity, state, explanation }) => [
    name,
    severity,
    state,
    String(explanation.seen),
    String(explanation.limit),
  ])
}
function covered(before: (at: Harness) => void = () => {}): Harness {
  const at = withPosition([payoutCheck, health])
  at.wire('coverages', COVER)
  buy(at)
  before(at)
  at.emitted.length = 0
  activate(at)
  return at
}

test('[P-12] a floor the books bear out raises nothing', () => {
  assert.deepEqual(told(covered().emitted), [])
})

test('[P-12] a floor the books do not bear out is critical, and over with the cover', () => {
  const at = covered(fillCover)
  const [[name, severity, state, seen, limit] = []] = told(at.emitted)
  assert.deepEqual([name, severity, state, limit], ['floor_not_certified', 'critical', 'raised', '10020.35'])
  assert.equal(seen?.slice(0, 7), '9093.41')
  const ended = told(at.wire('coverages', { ...COVER, state: 'expired', filled: '1', activatedAt: at.at }))
  assert.deepEqual(
    ended.map((one) => one.slice(0, 3)),
    [['floor_not_certified', 'critical', 'cleared']],
  )
})

test('[P-12] a position larger than its cover is told before the venue closes it, and cleared once the cover is whole', () => {
  const at = covered((on) => fill(on, { side: 'buy', quantity: '1', price: '90000', orderId: 'p1' }))
  assert.deepEqual(
    told(at.emitted).map((one) => one.slice(0, 3)),
    [['cover_liquidatable', 'high', 'raised']],
  )
  fill(at, { side: 'sell', quantity: '1', price: '90000', orderId: 'p1' })
  const next = activate(at, { floorEquity: '10020.34' })
  assert.equal(next?.result.holds, true)
  assert.deepEqual(
    told(at.last).map((one) => one.slice(0, 3)),
    [['cover_liquidatable', 'high', 'cleared']],
  )
})

test('[P-14] [F-A11] a delivery that is not the contract’s is critical and names both amounts', () => {
  const at = covered()
  at.at = epochMs(EXPIRY)
  const delivery = {
    venue: 'deribit',
    account: DEMO,
    settlementId: 's1',
    instrument: PUT_81,
    quantity: '1',
    settlementIndex: '75000',
    payout: '0.07',
    fee: '0.00015',
    currency: 'BTC',
    basis: 'venue',
    venueAt: EXPIRY,
  }
  assert.deepEqual(told(at.wire('venue_settlements', delivery)), [['payout_differs', 'critical', 'raised', '0.07', '0.08']])
  assert.deepEqual(told(at.wire('venue_settlements', delivery)), [])
})

test('[P-14] [F-A11] a delivery told under a second id is critical until the venue’s statement says what it was, either way', () => {
  // 20,000 - 800 for the put, 16,000 - 9.6 for its delivery; and that again where it was truly paid twice
  for (const usdc of ['35190.4', '51180.8']) {
    const at = harness([books, reconciliation, payoutCheck, health])
    feedIndex(at, '64000')
    open(at, { USDC: '20000' })
    fill(at, { instrument: COIN_PUT, side: 'buy', quantity: '1', price: '0.01', index: '80000' })
    at.at = epochMs(Date.UTC(2026, 1, 6, 8))
    const settle = (settlementId: string): readonly AnyEvent[] => {
      at.at = epochMs(at.at + 1)
      const terms = {
        quantity: '1',
        settlementIndex: '64000',
        payout: '0.25',
        fee: '0.00015',
        currency: 'BTC',
        basis: 'venue',
        venueAt: at.at,
      }
      return at.wire('venue_settlements', { venue: 'test', account: DEMO, settlementId, instrument: COIN_PUT, ...terms })
    }
    assert.deepEqual(told(settle('s1')), [])
    const limit = 'one delivery of BTC-6FEB26-80000-P: s1'
    const raised = told(settle('s2'))
    assert.deepEqual(raised, [
      ['settlement_doubtful', 'critical', 'raised', 's2', limit],
      ['payout_differs', 'critical', 'raised', '1', '0'],
    ])
    at.at = epochMs(at.at + 1)
    const balances = [{ currency: 'USDC', amount: usdc }]
    const about = { venue: 'test', account: DEMO, statementId: 'st1', positions: [], openOrders: [], venueAt: at.at }
    const decided = at.wire('account_raw', { ...about, balances })
    const cleared = told(decided).filter(([name]) => name !== 'reconciliation_differs')
    assert.deepEqual(
      cleared,
      raised.map(([name]) => [name, 'critical', 'cleared', 's2', limit]),
    )
    const why = only(decided, 'alerts').find(({ name }) => name === 'payout_differs')?.explanation.code
    assert.equal(why, usdc === '35190.4' ? 'settlement_dismissed' : 'settlement_booked')
    assert.deepEqual(told(settle('s2')), [], 'decided once')
  }
})
