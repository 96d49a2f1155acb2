/** Tries of a purchase follow one another; fills that come out of order or after the end are counted once, and what is too much is sold. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bench } from '#engine/harness.fixture.ts'
import type { OrderId, OrderIntent } from '#domain/order.ts'
import { btc } from '#units/quantity.ts'
import { MINUTE_MS } from '#units/time.ts'
import type { OrderStateChange } from '#topics/orders.ts'
import {
  command,
  confirmation,
  coversOf,
  decisionKinds,
  EXPIRY_6FEB,
  february,
  intents,
  protectionBench,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'

function firstTry(on: Bench): OrderIntent {
  february(on)
  const [intent] = intents(on.feed(0, 'accepted_commands', command('protect', QUOTE_PARAMS)))
  assert.ok(intent !== undefined)
  return intent
}
function stateOf({ intentId, account, book, instrument, side, quantity }: OrderIntent, filled: string, reason?: string): OrderStateChange {
  const about = { orderId: `order-${intentId}` as OrderId, intentId, account, book, instrument, side, quantity }
  return {
    ...about,
    state: reason === undefined ? 'partially_filled' : 'cancelled',
    filled: btc(filled),
    open: btc('0'),
    ...(reason === undefined ? {} : { reason }),
  }
}
const minute = (on: Bench, offsetMs: number) => on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })

test('[P-11] [F-O01] [F-V18] no other try before the first has come to its end, whatever arrives on the way', () => {
  const on = protectionBench()
  const intent = firstTry(on)
  // the end is told before its fills: the order is not over before the fills the venue counts are there
  for (const event of [stateOf(intent, '0.1'), stateOf(intent, '0.3'), stateOf(intent, '0.4')])
    assert.deepEqual(on.feed(100, 'order_states', event), [])
  assert.deepEqual(intents(minute(on, MINUTE_MS / 4)), [])
  const [second] = intents(on.feed(20_000, 'trade_confirmations', confirmation(intent, '0.4')))
  assert.equal(second?.quantity.toString(), '0.6')
  assert.deepEqual(on.feed(20_001, 'order_states', stateOf(intent, '0.4', 'late_fill')), [], 'counted already')
})

/** The venue contradicts itself: the first try ended with 0.4, then 0.2 more of it are told. */
function overBought(late: 'before' | 'after'): { readonly on: Bench; readonly events: readonly ReturnType<Bench['feed']>[number][] } {
  const on = protectionBench()
  const first = firstTry(on)
  const [second] = intents(on.feed(1000, 'trade_confirmations', confirmation(first, '0.4')))
  assert.ok(second !== undefined)
  const told = (): ReturnType<Bench['feed']> => on.feed(1500, 'order_states', stateOf(first, '0.6', 'late_fill'))
  if (late === 'before') assert.deepEqual(decisionKinds(told()), ['late_fill'])
  const done = on.feed(1500, 'trade_confirmations', confirmation(second, '0.6'))
  return { on, events: late === 'before' ? done : told() }
}

test('[P-11] [F-O02] a late fill of an earlier try, in either order: active, the surplus out of the floor, and sold', () => {
  for (const order of ['before', 'after'] as const) {
    const { on, events } = overBought(order)
    const cover = coversOf(events).at(-1)
    // 0.2 more at 0.0065 x 88,000 and a fifth of the fee: 11,349.6 - 114.4 - 5.28
    assert.deepEqual(
      [cover?.state, cover?.filled.toString(), cover?.size.toString(), cover?.alarm, cover?.floorEquity.toString()],
      ['active', '1.2', '1', 'over_bought', '11229.92'],
      order,
    )
    const sale = saleOf(on)
    assert.deepEqual(on.feed(MINUTE_MS, 'order_states', stateOf(sale, '0.1', 'late_fill')), [], 'a sale is no purchase')
    assert.deepEqual(intents(minute(on, 2 * MINUTE_MS)), [], 'one sale at a time')
  }
})

function saleOf(on: Bench): OrderIntent {
  const [sale] = intents(minute(on, MINUTE_MS))
  assert.ok(sale !== undefined)
  assert.deepEqual([sale.purpose, sale.side, sale.quantity.toString(), sale.reduceOnly], ['unwind_cover', 'sell', '0.2', true])
  return sale
}

test('[P-11] [F-O02] the surplus sold in parts raises the floor by what it brought and ends the alarm; the cover stays as it is', () => {
  const { on } = overBought('after')
  const sale = saleOf(on)
  // half of it at the bid 0.006 x 88,000 x 0.1 = 52.8, fee 0.0003 x 88,000 x 0.1 = 2.64
  const [half] = coversOf(on.feed(MINUTE_MS + 1, 'trade_confirmations', confirmation(sale, '0.1')))
  assert.deepEqual(
    [half?.state, half?.filled.toString(), half?.alarm, half?.floorEquity.toString()],
    ['active', '1.1', 'over_bought', '11280.08'],
  )
  const [rest] = intents(minute(on, 2 * MINUTE_MS))
  assert.equal(rest?.quantity.toString(), '0.1')
  const [whole] = coversOf(on.feed(2 * MINUTE_MS + 1, 'trade_confirmations', confirmation(rest, '0.1')))
  // the round trip cost 0.2 x (0.0005 + 0.0006) x 88,000 = 19.36 of the 11,349.6 promised, and the alarm says so
  assert.deepEqual(
    [whole?.state, whole?.filled.toString(), whole?.alarm, whole?.floorEquity.toString()],
    ['active', '1', 'below_drawdown_limit', '11330.24'],
  )
  assert.deepEqual(intents(minute(on, 3 * MINUTE_MS)), [])
  assert.deepEqual(
    coversOf(minute(on, EXPIRY_6FEB)).map(({ filled }) => filled.toString()),
    ['1'],
  )
})
