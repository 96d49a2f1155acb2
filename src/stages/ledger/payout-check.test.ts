/** Each delivery against our own: what agrees, what is named, what is judged once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AnyEvent } from '#engine/component.ts'
import { money } from '#units/money.ts'
import { epochMs } from '#units/time.ts'
import { buy, EXPIRY, PUT_81, withPosition } from './certificate.fixture.ts'
import { booksStateOf, DEMO, feedIndex, fill, only } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { payoutCheck } from './payout-check.ts'
import { reconciliation } from './reconciliation.ts'

const DELIVERY = {
  venue: 'deribit',
  account: DEMO,
  settlementId: 's1',
  instrument: PUT_81,
  quantity: '1',
  settlementIndex: '75000',
  payout: '0.08', // (81,000 - 75,000) / 75,000
  fee: '0.00015',
  currency: 'BTC',
  basis: 'venue',
}
/** Held to expiry, the index at 75,000 for its last half hour. */
function atExpiry(minutes = 30, index = '75000'): Harness {
  const at = withPosition([reconciliation, payoutCheck])
  buy(at)
  for (let minute = minutes - 1; minute >= 0; minute--) {
    at.at = epochMs(EXPIRY - minute * 60_000)
    feedIndex(at, index)
    at.feed('clock_tick', { name: 'minute', dueAt: at.at })
  }
  return at
}
function deliver(at: Harness, change: object = {}): readonly AnyEvent[] {
  return at.wire('venue_settlements', { ...DELIVERY, venueAt: at.at, ...change })
}
function codes(events: readonly AnyEvent[]): readonly (readonly string[])[] {
  return only(events, 'payout_checks').map(({ state, differences }) => [state, ...differences.map(({ code }) => code)])
}

test('[P-14] the venue’s delivery agrees with our own from name, books and the index we saw', () => {
  const [check] = only(deliver(atExpiry()), 'payout_checks')
  assert.ok(check)
  assert.deepEqual([check.state, check.payoutOwn, check.feeOwn, check.held, check.ownIndex, check.ownMinutes].map(String), [
    'agrees',
    '0.08',
    '0.00015',
    '1',
    '75000',
    '30',
  ])
})

test('[P-14] each thing that differs is named with both values; a satoshi is rounding, two are not', () => {
  for (const [change, wanted] of [
    [{ payout: '0.08000001' }, ['agrees']],
    [{ payout: '0.08000002' }, ['differs', 'payout_differs']],
    [{ payout: '0.0799' }, ['differs', 'payout_differs']],
    [{ fee: '0.0003' }, ['differs', 'fee_differs']],
    [{ quantity: '0.9' }, ['differs', 'size_differs']],
    [{ settlementIndex: '76500', payout: '0.058823529411764706' }, ['differs', 'index_differs']],
    [{ settlementIndex: '75700', payout: '0.070013210039630119' }, ['agrees']],
    [{ currency: 'USDC', payout: '6000', fee: '11.25' }, ['differs', 'currency_differs', 'payout_differs', 'fee_differs']],
    [{ instrument: 'BTC-6FEB26-81000-X' }, ['differs', 'not_an_option']],
  ] as const) {
    assert.deepEqual(codes(deliver(atExpiry(), change)), [wanted], JSON.stringify(change))
  }
  const [check] = only(deliver(atExpiry(), { payout: '0.07' }), 'payout_checks')
  const [why] = check?.differences ?? []
  assert.deepEqual([why?.field, why?.seen, why?.limit], ['payout', '0.07', '0.08'])
})

test('[P-14] nothing is invented: what the venue paid is booked as it was told, and the difference stays named', () => {
  const at = atExpiry()
  deliver(at, { payout: '0.07' })
  assert.equal(booksStateOf(at).accounts.get(DEMO)?.totals.payout, money<'USDC'>('5250').units) // 0.07 x 75,000
})

test('[F-A11] told by the expiry event and again by reconcile: judged once, booked once', () => {
  const at = atExpiry()
  const first = deliver(at)
  const again = deliver(at)
  assert.deepEqual([codes(first), codes(again)], [[['agrees']], []])
  assert.deepEqual([only(first, 'postings').filter(({ kind }) => kind === 'payout').length, only(again, 'postings').length], [1, 0])
  assert.equal(booksStateOf(at).accounts.get(DEMO)?.totals.payout, money<'USDC'>('6000').units)
})

test('[F-A11] told a second time under another name it is named: nothing was held any more', () => {
  const at = atExpiry()
  deliver(at)
  const second = only(deliver(at, { settlementId: 's1-again' }), 'payout_checks')
  assert.deepEqual(
    second.map(({ state, held, told }) => [state, held.toString(), told.toString()]),
    [['differs', '0', '1']],
  )
  assert.deepEqual(
    second[0]?.differences.map(({ code }) => code),
    ['size_differs', 'payout_differs', 'fee_differs'],
  )
})

function sell(at: Harness, quantity: string): ReturnType<typeof fill> {
  const terms = { instrument: PUT_81, side: 'sell', quantity, price: '0.07', index: '75000' } as const
  return fill(at, { ...terms, fee: '0', feeCurrency: 'BTC', orderId: 'c1' })
}

test('[F-O15] delivered while its sale is in flight: what was sold before is not delivered again', () => {
  const at = atExpiry()
  sell(at, '0.4')
  const part = { quantity: '0.6', payout: '0.048', fee: '0.00009' }
  assert.deepEqual(codes(deliver(at, part)), [['agrees']])
  assert.equal(booksStateOf(at).accounts.get(DEMO)?.positions.has(`hedge:${PUT_81}`), false)
  // the sale's fill told late is a sale of nothing: the books show the short, nobody hides it
  const late = sell(at, '0.6')
  assert.deepEqual(
    only(late, 'position_states').map(({ quantity }) => quantity.toString()),
    ['-0.6'],
  )
  const whole = atExpiry()
  sell(whole, '0.4')
  assert.deepEqual(codes(deliver(whole)), [['differs', 'size_differs', 'payout_differs', 'fee_differs']])
})

test('[P-14] an index we did not see is not judged, and the record says how much of it we saw', () => {
  const [few] = only(deliver(atExpiry(9, '60000')), 'payout_checks')
  assert.deepEqual([few?.state, few?.ownMinutes, few?.ownIndex?.toString()], ['agrees', 9, '60000'])
  assert.deepEqual(codes(deliver(atExpiry(10, '60000'))), [['differs', 'index_differs']])
  const early = atExpiry()
  early.at = epochMs(EXPIRY - 1)
  assert.deepEqual(codes(deliver(early)), [['differs', 'before_expiry']])
})

test('[P-14] the half hour before the expiry counts and not a minute more, before it or after', () => {
  const at = withPosition([reconciliation, payoutCheck])
  buy(at)
  for (let minute = 40; minute >= -3; minute--) {
    at.at = epochMs(EXPIRY - minute * 60_000)
    feedIndex(at, minute >= 0 && minute < 30 ? '75000' : '60000')
    at.feed('clock_tick', { name: 'minute', dueAt: at.at })
  }
  const [check] = only(deliver(at), 'payout_checks')
  assert.deepEqual([check?.state, check?.ownMinutes, check?.ownIndex?.toString()], ['agrees', 30, '75000'])
})

test('[P-14] worthless and delivered all the same: nothing paid, nothing charged', () => {
  assert.deepEqual(codes(deliver(atExpiry(30, '90000'), { settlementIndex: '90000', payout: '0', fee: '0' })), [['agrees']])
})

test('[P-14] our own payout is the contract’s for any index: payout x S = (K - S) x size to the satoshi', () => {
  const at = atExpiry(1)
  let n = 0
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 150_000 }), (index) => {
      const [check] = only(
        deliver(at, { settlementId: `r${++n}`, settlementIndex: String(index), quantity: '1', payout: '0', fee: '0' }),
        'payout_checks',
      )
      assert.ok(check)
      // the first delivery emptied the books: put the size back for the next
      at.feed('position_states', {
        account: DEMO,
        book: 'hedge',
        instrument: PUT_81,
        quantity: check.told,
        averageEntry: undefined,
        realised: money('0'),
        currency: 'USDC',
      })
      if (n === 1) return
      const paid = check.payoutOwn.toNumber() * index
      assert.ok(Math.abs(paid - Math.max(0, 81_000 - index)) < 1e-6, `${index}: ${paid}`)
    }),
    { numRuns: 50 },
  )
})
