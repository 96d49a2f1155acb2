/** Sales of one cover that meet: a surplus on its way out when the renewal begins, orders one after the other, each under a name of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { HOUR_MS, MINUTE_MS } from '#units/time.ts'
import type { OrderStateChange } from '#topics/orders.ts'
import type { Coverage } from '#topics/protection.ts'
import { coverage } from './coverage.ts'
import {
  accountValue,
  confirmation,
  coversOf,
  decisionKinds,
  DEMO,
  EXPIRY_6FEB,
  indexPrice,
  intents,
  optionQuote,
  protectedAccount,
  protectionBench,
  PUT_80,
  T0,
} from './protection.fixture.ts'

const WINDOW = EXPIRY_6FEB - 12 * HOUR_MS
const NEXT_PUT = 'BTC-13FEB26-80000-P'

function tick(on: Bench, offsetMs: number): readonly AnyEvent[] {
  return on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
}
function ended(on: Bench, intent: OrderIntent, size: string, offsetMs: number, index = '88000'): readonly AnyEvent[] {
  return on.feed(offsetMs, 'trade_confirmations', confirmation(intent, size, index))
}
/** 0.2 more of the first order than its end told. */
function lateFill(on: Bench, { coverageId, account }: Coverage, offsetMs: number): readonly AnyEvent[] {
  const about = { orderId: 'late' as OrderStateChange['orderId'], account, book: 'hedge', instrument: PUT_80 as InstrumentId } as const
  const intentId = `${coverageId}-buy-1` as OrderIntent['intentId']
  const told = { ...about, intentId, side: 'buy', quantity: btc('1.2'), filled: btc('1.2'), open: btc('0') } as const
  return on.feed(offsetMs, 'order_states', { ...told, state: 'cancelled', reason: 'late_fill' })
}
function bookHolds(on: Bench, instrument: string, size: string, offsetMs: number): readonly AnyEvent[] {
  const told = { account: DEMO, book: 'hedge', instrument: instrument as InstrumentId, quantity: btc(size) } as const
  return on.feed(offsetMs, 'position_states', { ...told, averageEntry: '0', realised: usdc('0'), currency: 'USDC' })
}
/** Index 81,000, the old put bid at 0.023, its successor asked at 0.020. */
function fallen(on: Bench, offsetMs: number): void {
  on.feed(offsetMs, 'index_prices', indexPrice('81000', offsetMs))
  on.feed(offsetMs, 'account_values', accountValue({ cash: '19401.6', equity: '14264.6', hedge: '1863' }))
  on.feed(offsetMs, 'option_quotes', optionQuote(NEXT_PUT, { bid: '0.0195', ask: '0.0200', mark: '0.0198', offsetMs }))
  on.feed(offsetMs, 'option_quotes', optionQuote(PUT_80, { bid: '0.0230', ask: '0.0235', mark: '0.0232', offsetMs }))
}
function unwindsOf(on: Bench): number {
  return on.engine.stateOf(coverage).unwinds.size
}

test('[P-13] [F-O02] [F-O15] a renewal begins while a surplus is being sold: that order is waited for, counted, and the rest sold under another name', () => {
  const on = protectionBench()
  const old = protectedAccount(on)
  fallen(on, WINDOW)
  const [buy] = intents(tick(on, WINDOW))
  assert.ok(buy !== undefined)
  lateFill(on, old, WINDOW + 100)
  const [surplus] = intents(tick(on, WINDOW + MINUTE_MS))
  assert.deepEqual([surplus?.intentId, String(surplus?.quantity)], [`${old.coverageId}-sell-1`, '0.2'])
  assert.ok(surplus !== undefined)
  const bought = ended(on, buy, '1', WINDOW + MINUTE_MS + 1, '81000')
  const [next] = coversOf(bought)
  assert.deepEqual([next?.state, next?.alarm, intents(bought)], ['active', 'roll_pending', []], 'one sale at a time')
  assert.ok(next !== undefined)
  const sold = ended(on, surplus, '0.2', WINDOW + MINUTE_MS + 2, '81000')
  // 0.2 x 0.023 x 81,000 = 372.6 and a fee of 4.86 are the new cover's
  assert.deepEqual(
    coversOf(sold).map(({ coverageId, alarm, filled, floorEquity }) => [coverageId, alarm, String(filled), String(floorEquity)]),
    [
      [old.coverageId, 'being_sold', '1', String(coversOf(sold)[0]?.floorEquity)],
      [next.coverageId, 'roll_pending', '1', next.floorEquity.plus(usdc('367.74')).toString()],
    ],
  )
  const [rest] = intents(sold)
  assert.deepEqual([rest?.intentId, String(rest?.quantity)], [`${old.coverageId}-sell-2`, '1'])
  assert.ok(rest !== undefined)
  const done = ended(on, rest, '1', WINDOW + MINUTE_MS + 3, '81000')
  const [closed, rolled] = coversOf(done)
  assert.deepEqual([closed?.coverageId, closed?.state], [old.coverageId, 'closed'])
  // and 1,863 less 24.3 of the rest
  assert.equal(String(rolled?.floorEquity), next.floorEquity.plus(usdc('367.74')).plus(usdc('1838.7')).toString())
  assert.deepEqual(decisionKinds(done), ['unwind_completed', 'renewal_completed'])
  assert.equal(unwindsOf(on), 0)
})

test('[P-13] [F-O02] a surplus sold long ago does not lend its name to the sale of the renewal', () => {
  const on = protectionBench()
  const old = protectedAccount(on)
  lateFill(on, old, 1000)
  const [surplus] = intents(tick(on, MINUTE_MS))
  assert.ok(surplus !== undefined)
  ended(on, surplus, '0.2', MINUTE_MS + 1)
  assert.equal(unwindsOf(on), 0)
  fallen(on, WINDOW)
  const [buy] = intents(tick(on, WINDOW))
  assert.ok(buy !== undefined)
  const [sale] = intents(ended(on, buy, '1', WINDOW + 1, '81000'))
  assert.deepEqual([surplus.intentId, sale?.intentId], [`${old.coverageId}-sell-1`, `${old.coverageId}-sell-2`])
})

test('[P-13] [F-O15] the old cover lost a part while its renewal was bought: no more is sold than there is', () => {
  const on = protectionBench()
  const old = protectedAccount(on)
  bookHolds(on, PUT_80, '1', 500)
  fallen(on, WINDOW)
  const [buy] = intents(tick(on, WINDOW))
  assert.ok(buy !== undefined)
  assert.equal(coversOf(bookHolds(on, PUT_80, '0.4', WINDOW + 100))[0]?.alarm, 'hedge_missing')
  const [sale] = intents(ended(on, buy, '1', WINDOW + 200, '81000'))
  assert.deepEqual([sale?.coverageId, String(sale?.quantity)], [old.coverageId, '0.4'])
})

test('[P-13] [F-O15] the renewal is gone while it sells the old cover: the old one is not sold any more, and says what is missing', () => {
  const on = protectionBench()
  const old = protectedAccount(on)
  bookHolds(on, PUT_80, '1', 500)
  fallen(on, WINDOW)
  const [buy] = intents(tick(on, WINDOW))
  assert.ok(buy !== undefined)
  bookHolds(on, NEXT_PUT, '1', WINDOW + 100)
  const [sale] = intents(ended(on, buy, '1', WINDOW + 200, '81000'))
  assert.ok(sale !== undefined)
  assert.equal(coversOf(bookHolds(on, NEXT_PUT, '0', WINDOW + 300))[0]?.alarm, 'hedge_gone')
  bookHolds(on, PUT_80, '0.7', WINDOW + 400)
  const events = ended(on, sale, '0.3', WINDOW + 400, '81000')
  assert.deepEqual(
    coversOf(events).map(({ coverageId, state, alarm, filled }) => [coverageId, state, alarm, String(filled)]),
    [[old.coverageId, 'active', 'hedge_missing', '0.7']],
  )
  assert.deepEqual(
    intents(tick(on, WINDOW + MINUTE_MS)).filter(({ side }) => side === 'sell'),
    [],
  )
  assert.equal(unwindsOf(on), 0)
})

test('[P-11] [F-O02] a sale that was filled after its end is counted: nothing is sold twice', () => {
  const on = protectionBench()
  const old = protectedAccount(on)
  lateFill(on, old, 1000)
  const [sale] = intents(tick(on, MINUTE_MS))
  assert.ok(sale !== undefined)
  assert.deepEqual(coversOf(ended(on, sale, '0', MINUTE_MS + 1)), [])
  const { intentId, account, book, instrument, side, quantity } = sale
  const about = { orderId: 'late' as OrderStateChange['orderId'], intentId, account, book, instrument, side, quantity }
  const told = on.feed(MINUTE_MS + 2, 'order_states', {
    ...about,
    state: 'cancelled',
    filled: btc('0.2'),
    open: btc('0'),
    reason: 'late_fill',
  })
  const [cover] = coversOf(told)
  // 11,349.6 - 119.68 of the late purchase + 105.6 - 5.28 of the late sale
  assert.deepEqual(
    [cover?.state, cover?.alarm, String(cover?.filled), String(cover?.floorEquity)],
    ['active', 'below_drawdown_limit', '1', '11330.24'],
  )
  assert.deepEqual(intents(tick(on, 2 * MINUTE_MS)), [])
})

test('[P-11] another cover holds the same option: what is lost of it is what was too much, before anybody goes without hedge', () => {
  const on = protectionBench()
  const old = protectedAccount(on)
  lateFill(on, old, 1000)
  assert.deepEqual(coversOf(bookHolds(on, PUT_80, '1.2', 1100)), [])
  const [cover] = coversOf(bookHolds(on, PUT_80, '1', 1200))
  assert.deepEqual([cover?.state, cover?.alarm, String(cover?.filled)], ['active', 'below_drawdown_limit', '1'])
  assert.deepEqual(intents(tick(on, MINUTE_MS)), [])
})
