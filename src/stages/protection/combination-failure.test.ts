/** A cover of two options that failed half way and waits for a buyer: what is delivered or comes late is counted, and it ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bench } from '#engine/harness.fixture.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { OrderStateChange } from '#topics/orders.ts'
import { btc } from '#units/quantity.ts'
import { coverage } from './coverage.ts'
import {
  command,
  coversOf,
  decisionKinds,
  EXPIRY_6FEB,
  february,
  filled,
  intents,
  optionQuote,
  protectionBench,
  PUT_78,
  PUT_80,
  QUOTE_PARAMS,
  settlement,
} from './protection.fixture.ts'
import { quotes } from './quotes.ts'

/** The platform prices, so that it bears what a failure costs. */
const MARKUP = { 'protection/quotes': { riskControls: { premium_markup_pct_by_tier: { Bronze: 0.1 } } } }

/** The order of the first leg. */
function started(config: Readonly<Record<string, object>> = {}): { readonly on: Bench; readonly first: OrderIntent } {
  const on = protectionBench({ ...MARKUP, ...config })
  february(on)
  const [first] = intents(on.feed(1000, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, combinations: 'allowed' })))
  assert.ok(first !== undefined)
  return { on, first }
}

test('[P-14] [P-06] a failed pair that nobody bought is delivered: the payout ends the sale, what is left of its cost is told once', () => {
  const { on, first } = started({ 'protection/coverage': { coverAttemptsMax: 1 } })
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  for (const name of [PUT_80, PUT_78])
    on.feed(2500, 'option_quotes', optionQuote(name, { bid: '0.0001', ask: '0.0065', mark: '0.0062', offsetMs: 2500 }))
  const [failed] = coversOf(filled(on, second, '0.3', 3000))
  assert.deepEqual([failed?.state, failed?.alarm, String(failed?.filled)], ['failed', 'unwind_incomplete', '0.9'])
  // at 80,000: 0.0003 coin told for the first, nothing for the second; fees of 0.0001 coin each
  const half = on.feed(EXPIRY_6FEB + 1000, 'venue_settlements', settlement(PUT_80, '0.6', '80000', '0.0003'))
  assert.deepEqual(
    coversOf(half).map(({ state, alarm, filled: left }) => [state, alarm, String(left)]),
    [['failed', 'unwind_incomplete', '0.3']],
  )
  assert.deepEqual(on.feed(EXPIRY_6FEB + 1500, 'venue_settlements', settlement(PUT_80, '0.6', '80000', '0.0003')), [], 'told again')
  const done = on.feed(EXPIRY_6FEB + 2000, 'venue_settlements', settlement(PUT_78, '0.3', '80000', '0'))
  const [ended] = coversOf(done)
  assert.deepEqual([ended?.state, ended?.alarm, String(ended?.filled)], ['failed', undefined, '0'])
  // 343.2 + 0.3 x 0.0045 x 88,000 + 0.9 x 0.0003 x 88,000 - 24 + 16
  assert.deepEqual([String(ended?.charge?.subsidy), String(ended?.charge?.charged), String(ended?.due)], ['477.76', '0', '-477.76'])
  assert.equal(decisionKinds(done).filter((kind) => kind === 'unwind_completed').length, 1)
  assert.equal(on.engine.stateOf(coverage).unwinds.size, 0)
  assert.equal(on.engine.stateOf(quotes).budget.committed.size, 0)
})

test('[P-11] [F-O02] a late fill of a pair that failed is paid for and sold like the rest: its cost is in what the failure cost', () => {
  const { on, first } = started()
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  const [sale] = intents(filled(on, second, '0', 3000))
  assert.ok(sale !== undefined)
  const { intentId, account, instrument, quantity, side } = second
  const late = { orderId: 'o2' as OrderStateChange['orderId'], intentId, account, book: 'hedge', instrument, side, quantity } as const
  on.feed(3500, 'order_states', { ...late, state: 'cancelled', filled: btc('0.1'), open: btc('0'), reason: 'late_fill' })
  const [next] = intents(filled(on, sale, '0.6', 4000))
  assert.deepEqual([next?.instrument, String(next?.quantity)], [PUT_78, '0.1'])
  assert.ok(next !== undefined)
  const [cover] = coversOf(filled(on, next, '0.1', 5000))
  // 58.08 of the first; 39.6 + 2.64 at the bound of the second's price, sold for 35.2 less 2.64
  assert.deepEqual([String(cover?.filled), String(cover?.charge?.subsidy), String(cover?.due)], ['0', '67.76', '-67.76'])
})
