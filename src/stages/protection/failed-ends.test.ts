/** A cover that failed with something bought comes to an end whatever becomes of it: taken by the venue, delivered before its purchase was over. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { OrderIntent } from '#domain/order.ts'
import { usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { MINUTE_MS } from '#units/time.ts'
import { coverage } from './coverage.ts'
import {
  command,
  coversOf,
  decisionKinds,
  DEMO,
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
  T0,
} from './protection.fixture.ts'

const MARKUP = { 'protection/quotes': { riskControls: { premium_markup_pct_by_tier: { Bronze: 0.1 } } } }

interface Book {
  readonly size: string
  readonly entry?: string
  readonly realised?: string
}
function bookHolds(on: Bench, instrument: string, { size, entry, realised = '0' }: Book, offsetMs: number): readonly AnyEvent[] {
  const told = { account: DEMO, book: 'hedge', instrument: instrument as InstrumentId, quantity: btc(size) } as const
  return on.feed(offsetMs, 'position_states', { ...told, averageEntry: entry, realised: usdc(realised), currency: 'USDC' })
}
function minute(on: Bench, offsetMs: number): readonly AnyEvent[] {
  return on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
}
/** Half of each option of the pair was bought, and nobody bids. */
function failedPair(config: Readonly<Record<string, object>> = MARKUP): { readonly on: Bench; readonly second: OrderIntent } {
  const on = protectionBench({ ...config, 'protection/coverage': { coverAttemptsMax: 1 } })
  february(on)
  const [first] = intents(on.feed(1000, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, combinations: 'allowed' })))
  assert.ok(first !== undefined)
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  for (const name of [PUT_80, PUT_78])
    on.feed(2500, 'option_quotes', optionQuote(name, { bid: '0.0001', ask: '0.0065', mark: '0.0062', offsetMs: 2500 }))
  bookHolds(on, PUT_80, { size: '0.6', entry: '572' }, 2600)
  bookHolds(on, PUT_78, { size: '0.3', entry: '396' }, 2600)
  const [failed] = coversOf(filled(on, second, '0.3', 3000))
  assert.deepEqual([failed?.state, failed?.alarm, String(failed?.filled)], ['failed', 'unwind_incomplete', '0.9'])
  return { on, second }
}

test('[P-11] [F-O14] the venue takes what failed in a liquidation: nobody waits for a buyer any more, and what the venue paid is in the cost', () => {
  const { on } = failedPair()
  // 0.6 bought at 572 a coin are taken at 300: a loss of 163.2
  const half = bookHolds(on, PUT_80, { size: '0', realised: '-163.2' }, 4000)
  assert.deepEqual(
    coversOf(half).map(({ state, alarm, filled: left }) => [state, alarm, String(left)]),
    [['failed', 'unwind_incomplete', '0.3']],
  )
  assert.deepEqual(decisionKinds(half), ['hedge_missing'])
  const gone = bookHolds(on, PUT_78, { size: '0', realised: '-28.8' }, 5000)
  const [cover] = coversOf(gone)
  assert.deepEqual(
    [cover?.state, cover?.alarm, String(cover?.filled), cover?.explanation?.code],
    ['failed', 'hedge_gone', '0', 'hedge_gone'],
  )
  assert.deepEqual(decisionKinds(gone)[0], 'hedge_gone')
  // 343.2 + 118.8 of premium, 15.84 + 7.92 of fees, 0.6 x 300 + 0.3 x 300 back
  assert.deepEqual(
    cover?.charge?.lines.map(({ name, usdc: amount }) => `${name} ${amount.toString()}`),
    ['premium 462', 'purchase fee 23.76', 'sold again -270', 'sale fee 0', 'unwinding borne by the platform -215.76'],
  )
  assert.deepEqual([String(cover?.charge?.charged), String(cover?.due)], ['0', '-215.76'])
  assert.deepEqual([minute(on, MINUTE_MS), on.engine.stateOf(coverage).unwinds.size], [[], 0])
})

test('[P-11] [F-O14] taken while the order that was to sell it is out: known with the end of that order', () => {
  const { on } = failedPair()
  on.feed(3500, 'option_quotes', optionQuote(PUT_80, { bid: '0.0060', ask: '0.0065', mark: '0.0062', offsetMs: 3500 }))
  const [sale] = intents(minute(on, MINUTE_MS))
  assert.deepEqual([sale?.instrument, String(sale?.quantity)], [PUT_80, '0.6'])
  assert.ok(sale !== undefined)
  assert.deepEqual(bookHolds(on, PUT_80, { size: '0', realised: '-163.2' }, MINUTE_MS + 1), [])
  const [left] = coversOf(filled(on, sale, '0', MINUTE_MS + 2))
  assert.deepEqual([left?.alarm, left?.legs?.map(({ filled: held }) => String(held))], ['unwind_incomplete', ['0', '0.3']])
})

test('[P-14] [F-O14] the venue delivers the first option while the second is being bought: the cover that then fails ends with its payout', () => {
  const on = protectionBench({ ...MARKUP, 'protection/coverage': { coverAttemptsMax: 1 } })
  february(on)
  const [first] = intents(on.feed(1000, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, combinations: 'allowed' })))
  assert.ok(first !== undefined)
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  assert.deepEqual(coversOf(on.feed(EXPIRY_6FEB + 1000, 'venue_settlements', settlement(PUT_80, '0.6', '75000', '0.04'))), [])
  const [failed] = coversOf(filled(on, second, '0', EXPIRY_6FEB + 2000))
  assert.deepEqual([failed?.state, failed?.alarm, String(failed?.filled)], ['failed', 'unwind_incomplete', '0.6'])
  const ended = minute(on, EXPIRY_6FEB + MINUTE_MS)
  const [cover] = coversOf(ended)
  // 343.2 + 15.84 paid, 0.04 x 75,000 less 7.5 delivered: a gain is the client's
  assert.deepEqual([cover?.state, cover?.alarm, String(cover?.filled)], ['failed', undefined, '0'])
  assert.deepEqual([decisionKinds(ended), String(cover?.charge?.charged), String(cover?.due)], [['unwind_completed'], '-2633.46', '0'])
  assert.deepEqual([minute(on, EXPIRY_6FEB + 2 * MINUTE_MS), on.engine.stateOf(coverage).unwinds.size], [[], 0])
})

test('[P-11] [F-O02] what comes late to a failed pair that was sold is sold in turn, and added to what the failure cost', () => {
  const on = protectionBench(MARKUP)
  february(on)
  const [first] = intents(on.feed(1000, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, combinations: 'allowed' })))
  assert.ok(first !== undefined)
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  const [sale] = intents(filled(on, second, '0', 3000))
  assert.ok(sale !== undefined)
  assert.equal(String(coversOf(filled(on, sale, '0.6', 4000))[0]?.due), '-58.08')
  const { intentId, account, instrument, quantity, side } = second
  const late = { orderId: 'o2' as never, intentId, account, book: 'hedge', instrument, side, quantity } as const
  on.feed(4500, 'order_states', { ...late, state: 'cancelled', filled: btc('0.1'), open: btc('0'), reason: 'late_fill' })
  const [next] = intents(minute(on, MINUTE_MS))
  assert.ok(next !== undefined)
  assert.deepEqual([next.instrument, String(next.quantity), next.intentId === sale.intentId], [PUT_78, '0.1', false])
  const [cover] = coversOf(filled(on, next, '0.1', MINUTE_MS + 1))
  // 58.08 of the first; 39.6 + 2.64 at the bound of the second's price, sold for 35.2 less 2.64
  assert.deepEqual([String(cover?.filled), String(cover?.charge?.subsidy), String(cover?.due)], ['0', '67.76', '-67.76'])
})
