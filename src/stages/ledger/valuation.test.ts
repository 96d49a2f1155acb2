/** What positions are worth: closing prices, margin, and what is said when a price is stale or missing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '#units/time.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { approve, started, valueNow, view } from './books.fixture.ts'
import { COIN_PUT, feedIndex, feedMark, feedOption, fill, only, PERP, T0 } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'

test('[V-01] margin: notional / leverage of the opening order, maintenance at its rate', () => {
  const at = started()
  approve(at, 'o1', 'client', PERP, 5)
  fill(at, { side: 'buy', quantity: '1', price: '50000', orderId: 'o1' })
  feedMark(at, PERP, '60000')
  assert.equal(valueNow(at).initialMargin.toString(), '12000')
  assert.equal(valueNow(at).maintenanceMargin.toString(), '600')
})

test('[V-01] a long option out of the money without a bid closes at nothing; one never quoted is missing and left out', () => {
  const at = started({ USDC: '5000' })
  const put = 'BTC-6FEB26-40000-P' as InstrumentId
  fill(at, { instrument: put, side: 'buy', quantity: '1', price: '0.01', index: '50000' })
  assert.deepEqual(valueNow(at).missingPositions, [put])
  assert.equal(valueNow(at).equityClose.toString(), '4500')
  feedOption(at, put, { ask: '0.0125', mark: '0.01' })
  assert.deepEqual([valueNow(at).missingPositions, valueNow(at).staleMarks], [[], []])
  assert.equal(valueNow(at).equityClose.toString(), '4500')
  assert.equal(valueNow(at).equityMark.toString(), '5000')
})

test('[V-03] an option in the money that nobody bids for counts at its settlement value, at most its mark, and is doubtful', () => {
  const at = started({ USDC: '5000' }) // cash 4,500 after the premium; index 50,000, strike 80,000: it would settle at 0.6 coin
  fill(at, { instrument: COIN_PUT, side: 'buy', quantity: '1', price: '0.01', index: '50000' })
  feedOption(at, COIN_PUT, { bid: '0.59', ask: '0.62', mark: '0.605' })
  assert.equal(valueNow(at).equityClose.toString(), '34000')
  feedOption(at, COIN_PUT, { ask: '0.62', mark: '0.605' })
  const unbid = valueNow(at)
  assert.equal(unbid.equityClose.toString(), '34500')
  assert.deepEqual(unbid.staleMarks, [COIN_PUT])
  assert.equal(unbid.equityLow.toString(), '29500') // 10 % of the index for the move nobody has quoted
  feedOption(at, COIN_PUT, { ask: '0.62', mark: '0.55' })
  assert.equal(valueNow(at).equityClose.toString(), '32000')
})

/** Index 50,000, strike 80,000: it would settle at 0.6 coin; cash is 4,500 after the premium. */
function boughtPut(config: object = {}): Harness {
  const at = started({ USDC: '5000' }, config)
  fill(at, { instrument: COIN_PUT, side: 'buy', quantity: '1', price: '0.01', index: '50000' })
  return at
}
const STUBS: readonly (readonly [name: string, quote: { bid: string; mark?: string }, equity: string, isDoubtful: boolean])[] = [
  ['at half of the settlement value', { bid: '0.3', mark: '0.605' }, '19500', false],
  ['just under', { bid: '0.299999999999999999', mark: '0.605' }, '34500', true],
  ['just over', { bid: '0.300000000000000001', mark: '0.605' }, '19500.00000000000005', false],
  ['at half of a mark below it', { bid: '0.2', mark: '0.4' }, '14500', false],
  ['just under half of that mark', { bid: '0.199999999999999999', mark: '0.4' }, '24500', true],
  ['under half of a mark above it, not of the settlement value', { bid: '0.31', mark: '0.7' }, '20000', false],
  ['without a mark, at half', { bid: '0.3' }, '19500', false],
  ['without a mark, under half', { bid: '0.2999' }, '34500', true],
]
for (const [name, quote, equity, isDoubtful] of STUBS) {
  test(`[V-03] a bid for an option in the money, ${name}: ${isDoubtful ? 'none, doubtful and named' : 'a bid'}`, () => {
    const at = boughtPut()
    feedOption(at, COIN_PUT, quote)
    const value = valueNow(at)
    assert.deepEqual([value.equityClose.toString(), value.staleMarks], [equity, isDoubtful ? [COIN_PUT] : []])
    assert.equal(value.equityLow.isBelow(value.equityClose), isDoubtful, 'the interval says so')
  })
}

test('[V-03] the recorded stub of 5 February 2026: marked at 0.136 coin, bid 0.0001; out of the money a small bid is a bid', () => {
  const at = started({ USDC: '5000' })
  fill(at, { instrument: COIN_PUT, side: 'buy', quantity: '1', price: '0.01', index: '50000' })
  feedIndex(at, '69500')
  feedOption(at, COIN_PUT, { bid: '0.0001', mark: '0.136' })
  assert.equal(valueNow(at).equityClose.toString(), '13952', '4,500 and 0.136 coin, not 0.0001')
  assert.deepEqual(valueNow(at).staleMarks, [COIN_PUT])
  feedOption(at, COIN_PUT, { bid: '0.14', mark: '0.15' })
  assert.deepEqual(valueNow(at).staleMarks, [], 'a real bid ends the doubt')
  feedIndex(at, '90000')
  feedOption(at, COIN_PUT, { bid: '0.0001', mark: '0.002' })
  assert.deepEqual([valueNow(at).equityClose.toString(), valueNow(at).staleMarks], ['4509', []])
})

test('[V-03] the share under which a bid is none is configuration; at 0 every bid is one, and no bid is none', () => {
  const at = boughtPut({ stubBidShare: '0' })
  feedOption(at, COIN_PUT, { bid: '0.0001', mark: '0.605' })
  assert.deepEqual([valueNow(at).equityClose.toString(), valueNow(at).staleMarks], ['4505', []])
  feedOption(at, COIN_PUT, { mark: '0.605' })
  assert.equal(valueNow(at).equityClose.toString(), '34500')
})

test('[V-01] a perpetual closes at the bid when long, at the ask when short, at the mark when unquoted', () => {
  const at = started()
  fill(at, { side: 'buy', quantity: '1', price: '50000' })
  feedMark(at, PERP, '50010', { bid: '50000', ask: '50020' })
  assert.equal(valueNow(at).equityClose.toString(), '100000')
  assert.equal(valueNow(at).equityMark.toString(), '100010')
  fill(at, { side: 'sell', quantity: '2', price: '50000' })
  assert.equal(valueNow(at).equityClose.toString(), '99980')
  feedMark(at, PERP, '50010')
  assert.equal(valueNow(at).equityClose.toString(), '99990')
})

test('[V-03] a price is stale one millisecond after 30 s: named, equity becomes an interval, the minute says so', () => {
  const at = started()
  fill(at, { side: 'buy', quantity: '1', price: '50000' })
  feedMark(at, PERP, '50000', { bid: '49990', ask: '50010' })
  const tick = (offset: number): ReturnType<Harness['feed']> => {
    at.at = epochMs(T0 + offset)
    return at.wire('clock_tick', { name: 'minute', dueAt: at.at })
  }
  assert.deepEqual(tick(30_000), [])
  const said = only(tick(30_001), 'account_values')[0]
  assert.deepEqual(said?.staleMarks, [PERP])
  assert.deepEqual([said?.equityLow, said?.equityClose, said?.equityHigh].map(String), ['94990', '99990', '105000'])
  assert.deepEqual(tick(60_000), []) // nothing new to say
  assert.equal(view(at, 'margin').positions[0]?.isStale, true)
  feedMark(at, PERP, '50000', { bid: '49990', ask: '50010' })
  const fresh = valueNow(at)
  assert.deepEqual([fresh.staleMarks, fresh.equityLow.toString(), fresh.equityHigh.toString()], [[], '99990', '99990'])
})

test("[V-03] the datum's own age limit binds where it is stricter", () => {
  const at = started(undefined, { markMaxAgeMs: 86_400_000 * 2 })
  fill(at, { side: 'buy', quantity: '1', price: '50000' })
  feedMark(at, PERP, '50000')
  at.at = epochMs(T0 + 86_400_000)
  assert.deepEqual(view(at, 'margin').staleMarks, [])
  at.at = epochMs(T0 + 86_400_001)
  assert.deepEqual(view(at, 'margin').staleMarks, [PERP])
})

test('[V-03] an expired option awaits its delivery at intrinsic value, shown as stale', () => {
  const at = started({ USDC: '10000' })
  fill(at, { instrument: COIN_PUT, side: 'buy', quantity: '2', price: '0.01', index: '50000' })
  feedOption(at, COIN_PUT, { bid: '0.5', mark: '0.5' })
  at.at = epochMs(Date.UTC(2026, 1, 6, 8))
  feedIndex(at, '79000')
  const value = valueNow(at)
  assert.deepEqual(value.staleMarks, [COIN_PUT])
  assert.equal(value.equityClose.toString(), '11000') // 10,000 - 1,000 + 2 x 1,000
  assert.equal(value.equityMark.toString(), '11000')
})
