/** An account with its books open, and what the tests of the books ask of it. */
import assert from 'node:assert/strict'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountValue } from '#topics/account.ts'
import { books } from './books.ts'
import { assertSound, booksConfigOf, booksStateOf, DEMO, feedIndex, harness, only, open, PERP } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { snapshotOf } from './portfolio-snapshot.ts'
import type { CashView, PortfolioSnapshot } from './portfolio-snapshot.ts'

export function started(balances: Readonly<Record<string, string>> = { USDC: '100000' }, config: object = {}): Harness {
  const at = harness([books], { 'ledger/books': config })
  feedIndex(at, '50000')
  open(at, balances)
  return at
}
export function valueNow(at: Harness): AccountValue {
  const value = lastValue(at)
  assert.ok(value)
  assertSound(at)
  return value
}
export function lastValue(at: Harness): AccountValue | undefined {
  return only(at.emitted, 'account_values').at(-1)
}
export function fund(at: Harness, fundingId: string, amount: string, quantity: string): void {
  const body = {
    venue: 'test',
    account: DEMO,
    fundingId,
    instrument: PERP,
    rate: '0.0001',
    mark: '50000',
    quantity,
    amount,
    currency: 'USDC',
    venueAt: at.at,
  }
  at.wire('venue_funding', body)
}
export function approve(at: Harness, orderId: string, book: 'client' | 'hedge', instrument: InstrumentId, leverage?: number): void {
  const intent = {
    intentId: `i-${orderId}`,
    account: DEMO,
    book,
    purpose: book === 'hedge' ? 'cover' : 'open_position',
    venue: 'test',
    instrument,
    side: 'buy',
  }
  const terms = { quantity: '1', type: 'limit', timeInForce: 'IOC', limitPrice: '1', reduceOnly: false, postOnly: false, goodUntil: at.at }
  at.wire('hedge_trades', { ...intent, ...terms, orderId, ...(leverage === undefined ? {} : { leverage }) })
}
export function view(at: Harness, cash: CashView): PortfolioSnapshot {
  const snapshot = snapshotOf(booksStateOf(at), { account: DEMO, at: at.at, view: cash }, booksConfigOf(at))
  assert.ok(snapshot)
  return snapshot
}
