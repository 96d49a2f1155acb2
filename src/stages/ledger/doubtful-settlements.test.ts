/** One option, two deliveries: held, alarmed, and decided by the venue's statement, either way; never booked twice on a message alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyEvent } from '#engine/component.ts'
import { epochMs } from '#units/time.ts'
import { books } from './books.ts'
import { lastValue } from './books.fixture.ts'
import { assertSound, COIN_PUT, COIN_PUT_BOUGHT, DEMO, feedIndex, fill, harness, only, open } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { reconciliation } from './reconciliation.ts'

/** 20,000 USDC, one put bought for 0.0123 coin at 82,345.67; delivered at 64,000 as `s1`: 0.25 coin less 0.00015. */
function delivered(): Harness {
  const at = harness([books, reconciliation])
  feedIndex(at, '64000')
  open(at, { USDC: '20000' })
  fill(at, { ...COIN_PUT_BOUGHT, tradeId: 't1' })
  settle(at, 's1')
  return at
}
const ONCE = '34952.844558' // 20,000 - 1,012.851741 - 24.703701 + 16,000 - 9.6
const TWICE = '50943.244558' // and 15,990.4 again

function settle(at: Harness, settlementId: string, quantity = '1', payout = '0.25', fee = '0.00015'): readonly AnyEvent[] {
  at.at = epochMs(at.at + 1)
  const terms = { quantity, settlementIndex: '64000', payout, fee, currency: 'BTC', basis: 'venue', venueAt: at.at }
  return at.wire('venue_settlements', { venue: 'test', account: DEMO, settlementId, instrument: COIN_PUT, ...terms })
}
let statements = 0
function state(at: Harness, usdc: string, lastTradeId?: string): readonly AnyEvent[] {
  at.at = epochMs(at.at + 1)
  const balances = [{ currency: 'USDC', amount: usdc }]
  const said = { venue: 'test', account: DEMO, statementId: `st${++statements}`, balances, positions: [], openOrders: [], venueAt: at.at }
  return at.wire('account_raw', lastTradeId === undefined ? said : { ...said, lastTradeId })
}
const doubts = (events: readonly AnyEvent[]): readonly string[] =>
  only(events, 'doubtful_settlements').map(({ settlementId, firstId, state: now, amount, currency }) =>
    [settlementId, firstId, now, amount.toString(), currency].join(' '),
  )
const verdicts = (events: readonly AnyEvent[]): readonly string[] => only(events, 'reconciliations').map(({ state: now }) => now)
function equity(at: Harness): string | undefined {
  assertSound(at)
  return lastValue(at)?.equityMark.toString()
}

test('[P-14] [F-A11] a delivery told under a second id is held: named with the first, nothing booked, told once', () => {
  const at = delivered()
  assert.equal(equity(at), ONCE)
  const told = settle(at, 's2')
  assert.deepEqual(doubts(told), ['s2 s1 held 15990.4 USDC'])
  const [{ explanation } = { explanation: undefined }] = only(told, 'doubtful_settlements')
  assert.deepEqual([explanation?.code, explanation?.seen], ['settlement_held', 's2'])
  assert.deepEqual([only(told, 'postings'), equity(at)], [[], ONCE])
  assert.deepEqual(settle(at, 's2'), [], 'the same id again says nothing new')
})

test('[P-14] [F-A11] the statement agrees without it: it was told twice, and stays out of the books', () => {
  const at = delivered()
  settle(at, 's2')
  const agreed = state(at, ONCE, 's1')
  assert.deepEqual([verdicts(agreed), doubts(agreed)], [['matched'], ['s2 s1 dismissed 15990.4 USDC']])
  assert.equal(equity(at), ONCE)
  assert.deepEqual(doubts(state(at, ONCE, 's1')), [], 'said once')
})

test('[P-14] [F-A11] the statement has the money twice: it was paid twice, is booked once more, and the next statement agrees', () => {
  for (const lastTradeId of [undefined, 's2']) {
    const at = delivered()
    settle(at, 's2')
    // an entry that is not booked is waited for once: a statement may overtake it
    const first = state(at, TWICE, lastTradeId)
    const judged = verdicts(first).length === 0 ? state(at, TWICE, lastTradeId) : first
    assert.deepEqual([verdicts(judged), doubts(judged)], [['differs'], ['s2 s1 booked 15990.4 USDC']])
    assert.deepEqual([...new Set(only(judged, 'postings').map(({ reference }) => reference))], ['s2'])
    assert.equal(equity(at), TWICE)
    assert.deepEqual(verdicts(state(at, TWICE, 's2')), ['matched'])
    assert.deepEqual(settle(at, 's2'), [], 'and not a third time')
  }
})

test('[P-14] a statement off by anything else decides nothing; two in doubt are decided together or one alone', () => {
  const at = delivered()
  settle(at, 's2')
  assert.deepEqual(doubts(state(at, '50943.27')), [], 'two cents off')
  assert.equal(equity(at), ONCE)
  settle(at, 's3')
  const thrice = '66933.644558'
  assert.deepEqual(doubts(state(at, thrice)), ['s2 s1 booked 15990.4 USDC', 's3 s1 booked 15990.4 USDC'])
  assert.equal(equity(at), thrice)
  const one = delivered()
  settle(one, 's2')
  settle(one, 's3', '1', '0.1', '0')
  assert.deepEqual(doubts(state(one, '41352.844558')), ['s3 s1 booked 6400 USDC'], 'that of the second alone')
  assert.deepEqual(doubts(state(one, '41352.844558')), ['s2 s1 dismissed 15990.4 USDC'])
})

test('[P-14] what was dismissed and is paid late after all is booked when a statement has it', () => {
  const at = delivered()
  settle(at, 's2')
  state(at, ONCE, 's1')
  assert.deepEqual(doubts(state(at, TWICE)), ['s2 s1 booked 15990.4 USDC'])
  assert.equal(equity(at), TWICE)
})

test('[P-14] two deliveries of two parts of one position are no doubt', () => {
  const at = harness([books, reconciliation])
  feedIndex(at, '64000')
  open(at, { USDC: '20000' })
  fill(at, { instrument: COIN_PUT, side: 'buy', quantity: '1', price: '0.01', index: '80000', tradeId: 't1' })
  assert.deepEqual(doubts(settle(at, 's1', '0.4', '0.1', '0')), [])
  assert.deepEqual(doubts(settle(at, 's2', '0.6', '0.15', '0')), [])
  assert.equal(equity(at), '35200') // 20,000 - 800 + 16,000
  assert.deepEqual(doubts(settle(at, 's3', '0.6', '0.15', '0')), ['s3 s1 held 9600 USDC'])
})

test('[P-14] [F-A11] a statement made before the second was told, and come late, decides nothing about it', () => {
  const at = delivered()
  const before = at.at
  settle(at, 's2')
  at.at = epochMs(at.at + 1)
  const late = { venue: 'test', account: DEMO, statementId: 'late', positions: [], openOrders: [], venueAt: before, lastTradeId: 's1' }
  const told = at.wire('account_raw', { ...late, balances: [{ currency: 'USDC', amount: ONCE }] })
  assert.deepEqual([verdicts(told), doubts(told)], [[], []])
  assert.deepEqual(doubts(state(at, TWICE)), ['s2 s1 booked 15990.4 USDC'])
})
