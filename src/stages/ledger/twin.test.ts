/** The unprotected twin: the same fills without covers, and the end it comes to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { books } from './books.ts'
import { COIN_PUT, DEMO, feedIndex, feedMark, fill, harness, INVERSE, only, open, PERP } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { twin, twinValueOf } from './twin.ts'
import type { TwinConfig, TwinState } from './twin.ts'

function started(cash = '20000', config: object = {}): Harness {
  const at = harness([books, twin], { 'ledger/twin': config })
  feedIndex(at, '80000')
  open(at, { USDC: cash })
  return at
}
/** What is read; where the last input made the twin speak, that is what it said. */
function last(at: Harness): readonly [string | undefined, number | undefined] {
  const seen = twinValueOf(at.stateOf('ledger/twin') as TwinState, DEMO, at.at, at.configOf('ledger/twin') as TwinConfig)
  const said = only(at.last, 'twin_values').at(-1)
  if (said !== undefined) assert.deepEqual([said.equity.units, said.liquidatedAt], [seen?.equity.units, seen?.liquidatedAt])
  return [seen?.equity.toString(), seen?.liquidatedAt]
}

test('[V-01] without covers the twin is the account; a cover and its payout leave it alone', () => {
  const at = started()
  fill(at, { side: 'buy', quantity: '1', price: '80000', fee: '40' })
  feedMark(at, PERP, '79000')
  assert.deepEqual(last(at), ['18960', undefined])
  assert.equal(only(at.emitted, 'account_values').at(-1)?.equityMark.toString(), '18960')
  fill(at, { instrument: COIN_PUT, side: 'buy', quantity: '1', price: '0.01', index: '80000', fee: '0.0003', feeCurrency: 'BTC' })
  feedMark(at, PERP, '79500')
  assert.deepEqual(last(at), ['19460', undefined])
})

test('[V-01] liquidated at maintenance margin, not one cent above: the fee is paid, the rest is kept, it stays flat', () => {
  const at = started()
  fill(at, { side: 'buy', quantity: '1', price: '80000' })
  // equity 20,000 - (80,000 - mark) = mark - 60,000; maintenance = mark x 0.01; equal at 60,606.0606...
  feedMark(at, PERP, '60606.07')
  assert.deepEqual(last(at), ['606.07', undefined])
  feedMark(at, PERP, '60606.06')
  assert.deepEqual(last(at), ['575.75697', at.at]) // 606.06 - 60,606.06 x 0.0005
  const count = only(at.emitted, 'twin_values').length
  feedMark(at, PERP, '90000')
  fill(at, { side: 'sell', quantity: '1', price: '90000' })
  assert.equal(only(at.emitted, 'twin_values').length, count)
  at.wire('venue_transfers', {
    venue: 'test',
    account: DEMO,
    transferId: 'd',
    currency: 'USDC',
    amount: '100',
    reason: 'deposit',
    venueAt: at.at,
  })
  assert.deepEqual(last(at), ['675.75697', at.at])
})

test('[V-01] a gap through the margin leaves nothing, never less', () => {
  const at = started()
  fill(at, { side: 'buy', quantity: '1', price: '80000' })
  feedMark(at, PERP, '55000')
  assert.deepEqual(last(at), ['0', at.at])
})

test('[V-01] a short twin is liquidated by a rise and gains by a fall', () => {
  const at = started()
  fill(at, { side: 'sell', quantity: '1', price: '80000' })
  feedMark(at, PERP, '60000')
  assert.deepEqual(last(at), ['40000', undefined])
  feedMark(at, PERP, '99500')
  assert.deepEqual(last(at), ['450.25', at.at]) // 500 - 99,500 x 0.0005
})

test('[V-01] the twin pays its share of funding by size, and an inverse position moves with the index', () => {
  const at = started()
  fill(at, { side: 'buy', quantity: '1', price: '80000' })
  const funding = {
    venue: 'test',
    account: DEMO,
    fundingId: 'f',
    instrument: PERP,
    rate: '0.0001',
    mark: '80000',
    quantity: '2',
    amount: '16',
    currency: 'USDC',
  }
  at.wire('venue_funding', { ...funding, venueAt: at.at })
  feedMark(at, PERP, '80000')
  assert.deepEqual(last(at), ['19992', undefined])
  fill(at, { instrument: INVERSE, side: 'buy', quantity: '8000', price: '80000' })
  feedMark(at, INVERSE, '100000')
  feedIndex(at, '100000')
  assert.deepEqual(last(at), ['21992', undefined]) // (8,000 / 80,000 - 8,000 / 100,000) x 100,000
})

test('[V-01] the insurance fund pays for the account, not for the twin', () => {
  const at = started()
  fill(at, { side: 'buy', quantity: '0.1', price: '80000' })
  feedMark(at, PERP, '80000')
  for (const reason of ['insurance_fund', 'collateral_conversion']) {
    at.wire('venue_transfers', {
      venue: 'test',
      account: DEMO,
      transferId: reason,
      currency: 'USDC',
      amount: '500',
      reason,
      venueAt: at.at,
    })
  }
  feedMark(at, PERP, '80010')
  assert.deepEqual(last(at), ['20001', undefined])
})

test('[V-01] the venue liquidates the account before the twin sees the price: the twin falls by its own margin, never under 0', () => {
  const at = started('6000')
  fill(at, { side: 'buy', quantity: '1', price: '80000' })
  fill(at, { side: 'sell', quantity: '1', price: '70000' })
  assert.deepEqual(last(at), ['6000', undefined], 'the venue’s close is not the twin’s')
  feedMark(at, PERP, '70000')
  assert.deepEqual(last(at), ['0', at.at])
})
