/** Protection apart from the position, to the last digit; and both together against the bridge, whatever happens. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { epochMs } from '#units/time.ts'
import { approve } from './books.fixture.ts'
import { buy, COVER, EXPIRY, PUT_81, withPosition } from './certificate.fixture.ts'
import { booksConfigOf, booksStateOf, DEMO, feedIndex, feedMark, feedOption, fill, only, PERP, T0 } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { pnlView } from './pnl-view.ts'
import type { PnlView } from './pnl-view.ts'
import { protectionPnl } from './protection-pnl.ts'
import type { ProtectionPnlState } from './protection-pnl.ts'

function viewOf(at: Harness): PnlView {
  const projected = at.stateOf('ledger/protection-pnl') as ProtectionPnlState
  const view = pnlView({ projected, books: booksStateOf(at), config: booksConfigOf(at) }, DEMO, at.at)
  assert.ok(view)
  return view
}
function settle(at: Harness, index: string, payout: string, fee: string, quantity = '1'): void {
  at.at = epochMs(EXPIRY)
  const body = { venue: 'test', account: DEMO, settlementId: 's1', instrument: PUT_81, quantity, settlementIndex: index, payout, fee }
  at.wire('venue_settlements', { ...body, currency: 'BTC', basis: 'venue', venueAt: at.at })
}
function show({
  protection: { premiumPaid, premiumReceived, payouts, fees, realised, unrealised, standingMtm, result },
}: PnlView): readonly string[] {
  return [premiumPaid, premiumReceived, payouts, fees, realised, unrealised, standingMtm, result].map(String)
}

test('[T-08] a cover from premium to payout: the result of protection apart from the position’s, to the last digit', () => {
  const at = withPosition([protectionPnl])
  buy(at)
  // premium 0.01 x 90,000, fee 0.0003 x 90,000; mark 0.01 x 90,000
  assert.deepEqual(show(viewOf(at)), ['900', '0', '0', '27', '0', '0', '900', '-27'])
  at.wire('coverages', {
    ...COVER,
    state: 'active',
    filled: '1',
    charge: {
      status: 'pass_through_capped',
      lines: [],
      charged: '800',
      subsidy: '127',
      premiumFloor: '0',
      ivRegime: 'normal',
    },
    due: '-127',
  })
  feedIndex(at, '75000')
  feedMark(at, PERP, '75000', { bid: '75000', ask: '75000' })
  feedOption(at, PUT_81, { bid: '0.07', mark: '0.081' })
  const before = viewOf(at)
  assert.deepEqual(show(before), ['900', '0', '0', '27', '0', '5175', '6075', '5148'])
  assert.deepEqual([before.trading.unrealised, before.trading.result, before.residual].map(String), ['-15000', '-15000', '0'])
  settle(at, '75000', '0.08', '0.00015')
  const after = viewOf(at)
  // 6,000 paid out, 900 of cost, fees 27 + 11.25
  assert.deepEqual(show(after), ['900', '0', '6000', '38.25', '5100', '0', '0', '5061.75'])
  assert.deepEqual([after.charges.covers, after.charges.charged, after.charges.subsidies, after.charges.due].map(String), [
    '1',
    '800',
    '127',
    '-127',
  ])
  assert.deepEqual([after.bridge.change, after.bridge.residual, after.residual].map(String), ['-9938.25', '0', '0'])
})

test('[T-08] a cover sold before its end: what it brought is received premium, its loss is realised', () => {
  const at = withPosition([protectionPnl])
  buy(at)
  fill(at, {
    instrument: PUT_81,
    side: 'sell',
    quantity: '0.4',
    price: '0.005',
    index: '91000',
    fee: '0.0001',
    feeCurrency: 'BTC',
    orderId: 'c1',
  })
  // 0.4 x 0.005 x 91,000 = 182 for 360 of cost; the rest 0.6 at 0.01 x 90,000
  assert.deepEqual(show(viewOf(at)), ['900', '182', '0', '36.1', '-178', '0', '540', '-214.1'])
})

test('[T-08] subsidies and charges of a cover count once, however often it is told', () => {
  const at = withPosition([protectionPnl])
  const charge = { status: 'ok', lines: [], charged: '1000', subsidy: '0', premiumFloor: '0', ivRegime: 'normal' }
  for (const state of ['pending', 'active', 'active', 'settling', 'expired'])
    at.wire('coverages', { ...COVER, state, filled: '1', charge, due: '73' })
  assert.deepEqual([viewOf(at).charges.covers, viewOf(at).charges.due.toString()], [1, '73'])
})

test('[T-08] [F-O02] what a late fill adds to the charge of a cover that stands, and its sale takes off again, is counted as it is last told', () => {
  const at = withPosition([protectionPnl])
  const charge = (charged: string, subsidy: string) => ({
    status: 'ok',
    lines: [],
    charged,
    subsidy,
    premiumFloor: '0',
    ivRegime: 'normal',
  })
  at.wire('coverages', { ...COVER, state: 'active', filled: '1', charge: charge('1000', '0'), due: '73' })
  at.wire('coverages', { ...COVER, state: 'active', filled: '1.1', charge: charge('1000', '42.24'), due: '30.76' })
  at.wire('coverages', { ...COVER, state: 'settling', filled: '1', charge: charge('1000', '9.68'), due: '63.32' })
  const { covers, charged, subsidies, due } = viewOf(at).charges
  assert.deepEqual([covers, charged, subsidies, due].map(String), ['1', '1000', '9.68', '63.32'])
})

const act = fc.oneof(
  fc.record({
    kind: fc.constant('option' as const),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    size: fc.integer({ min: 1, max: 20 }),
    price: fc.integer({ min: 1, max: 800 }),
  }),
  fc.record({
    kind: fc.constant('perp' as const),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    size: fc.integer({ min: 1, max: 20 }),
    price: fc.integer({ min: 60_000, max: 120_000 }),
  }),
  fc.record({ kind: fc.constant('funding' as const), amount: fc.integer({ min: -50_000, max: 50_000 }) }),
  fc.record({ kind: fc.constant('transfer' as const), amount: fc.integer({ min: -500_000, max: 500_000 }) }),
  fc.record({
    kind: fc.constant('market' as const),
    index: fc.integer({ min: 50_000, max: 130_000 }),
    mark: fc.integer({ min: 1, max: 3_000 }),
  }),
)

test('[T-08] whatever is traded, paid and delivered: protection + trading - funding + currency = the account’s bridge, residual zero', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), fc.boolean(), fc.integer({ min: 40_000, max: 130_000 }), (acts, holdsCoin, last) => {
      const at = withPosition([protectionPnl], 'buy', holdsCoin ? { coinAccounts: [DEMO] } : {})
      approve(at, 'c1', 'hedge', PUT_81)
      let [index, n, held] = [90_000, 0, 0]
      for (const one of acts) {
        at.at = epochMs(T0 + ++n * 1_000)
        if (one.kind === 'option') {
          const size = one.side === 'sell' ? Math.min(one.size, held) : one.size
          if (size === 0) continue
          held += one.side === 'buy' ? size : -size
          const terms = { instrument: PUT_81, side: one.side, quantity: String(size / 10), price: (one.price / 10_000).toFixed(4) }
          fill(at, { ...terms, index: String(index), fee: '0.00037', feeCurrency: 'BTC', orderId: 'c1' })
        } else if (one.kind === 'perp') {
          fill(at, {
            side: one.side,
            quantity: String(one.size / 10),
            price: String(one.price),
            index: String(index),
            fee: '3.21',
            orderId: 'p1',
          })
        } else if (one.kind === 'funding') {
          const paid = { venue: 'test', account: DEMO, fundingId: `f${n}`, instrument: PERP, rate: '0', mark: String(index), quantity: '1' }
          at.wire('venue_funding', { ...paid, amount: (one.amount / 1_000).toFixed(3), currency: 'USDC', venueAt: at.at })
        } else if (one.kind === 'transfer') {
          const moved = {
            venue: 'test',
            account: DEMO,
            transferId: `m${n}`,
            currency: 'USDC',
            amount: (one.amount / 100).toFixed(2),
            reason: 'test',
          }
          at.wire('venue_transfers', { ...moved, venueAt: at.at })
        } else {
          index = one.index
          feedIndex(at, String(index))
          feedMark(at, PERP, String(index + 7), { bid: String(index), ask: String(index + 9) })
          feedOption(at, PUT_81, { bid: (one.mark / 20_000).toFixed(5), mark: (one.mark / 10_000).toFixed(4) })
        }
        assert.deepEqual([viewOf(at).residual, viewOf(at).bridge.residual].map(String), ['0', '0'], JSON.stringify(one))
      }
      const payout = (Math.max(0, 81_000 - last) / last) * (held / 10)
      settle(at, String(last), payout.toFixed(8), '0.0001', String(held / 10))
      const { protection, residual } = viewOf(at)
      assert.deepEqual([residual, protection.unrealised].map(String), ['0', '0'])
      if (!holdsCoin) assert.deepEqual([protection.standingCost, protection.standingMtm].map(String), ['0', '0'])
      const value = only(at.emitted, 'account_values').at(-1)
      assert.deepEqual([protection.premiumPaid, protection.payouts].map(String), [value?.premiumPaid, value?.payout].map(String))
    }),
    { numRuns: 60 },
  )
})
