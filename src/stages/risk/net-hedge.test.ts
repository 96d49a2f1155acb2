/** Hedges at the order gate: what lowers the account's net position passes brakes and margin, what raises it does not; reduce-only in shared contracts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { explain } from '#domain/explanation.ts'
import type { Book, IntentId, OrderIntent } from '#domain/order.ts'
import { sessionOf } from '#engine/facts.fixture.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { durationMs, epochMs } from '#units/time.ts'
import { lowersNet } from './exposure.ts'
import { orderGate } from './order-gate.ts'
import { accountValue, closing, DEMO, opening, PUT, units, usd } from './risk.fixture.ts'

function holds(on: Bench, book: Book, size: string): void {
  const body = {
    account: DEMO,
    book,
    instrument: LINEAR_PERPETUAL,
    quantity: btc(size),
    averageEntry: undefined,
    realised: usdc('0'),
    currency: 'USDC',
  }
  on.feed(0, 'position_states', body as never)
}
/** BTC at 100,000; a client long one coin, its initial margin taking all of 20,000. */
function gate(hedge?: string): Bench {
  const on = bench([orderGate])
  const aged = { observedAt: epochMs(T0), maxAgeMs: durationMs(60_000) }
  on.feed(0, 'session_started', sessionOf({ epoch: '1' }))
  on.feed(0, 'venue_links', { venue: 'sim', state: 'up' })
  on.feed(0, 'index_prices', { venue: 'sim', asset: 'BTC', price: usd('100000'), ...aged })
  on.feed(0, 'marks', { instrument: LINEAR_PERPETUAL, mark: usd('100000'), bid: undefined, ask: undefined, index: usd('100000'), ...aged })
  on.feed(0, 'reconciliations', { account: DEMO, statementId: 'x', state: 'matched', differences: [] })
  on.feed(0, 'account_values', accountValue({ initialMargin: usdc('20000'), maintenanceMargin: usdc('1000') }))
  holds(on, 'client', '1')
  if (hedge !== undefined) holds(on, 'hedge', hedge)
  return on
}
let hedges = 0
function hedging(side: 'buy' | 'sell', size: string, change: Partial<OrderIntent> = {}): OrderIntent {
  const intentId = `h${++hedges}` as IntentId
  return opening({ intentId, book: 'hedge', purpose: 'hedge', side, quantity: btc(size), type: 'limit', leverage: 5, ...change })
}
function judged(on: Bench, intent: OrderIntent): (string | boolean | undefined)[] {
  const events = on.feed(0, intent.purpose === 'hedge' ? 'hedging_intents' : 'protection_intents', intent as never)
  const [order] = only(events, 'hedge_trades')
  const [refusal] = only(events, 'order_refusals')
  return [refusal?.explanation.code ?? 'approved', order?.lowersExposure, order?.reduceOnly]
}
function halt(on: Bench): void {
  const explanation = explain('test', 1, { code: 'halt', field: 'x', seen: 1, limit: 0 })
  on.feed(0, 'safety_triggers', { source: 'test', action: 'halt', explanation })
}

test('[F-I8] lowers the net position: towards zero and not beyond, in every outcome of what is in flight', () => {
  const order = (side: 'buy' | 'sell', size: string) => ({ side, quantity: btc(size), instrument: LINEAR_PERPETUAL })
  const at = (long: string, short: string) => ({ long: units(long), short: units(short) })
  assert.equal(lowersNet(at('1', '1'), order('sell', '1')), true)
  assert.equal(lowersNet(at('1', '1'), order('sell', '1.0001')), false)
  assert.equal(lowersNet(at('1', '0.4'), order('sell', '0.5')), false, 'sales in flight may be there first')
  assert.equal(lowersNet(at('1.5', '1'), order('sell', '1')), true, 'buys in flight may not come')
  assert.equal(lowersNet(at('1', '1'), order('buy', '0.1')), false)
  assert.equal(lowersNet(at('-1', '-1'), order('buy', '1')), true)
  assert.equal(lowersNet(at('0', '0'), order('sell', '0.1')), false)
  assert.equal(lowersNet(at('1', '1'), { ...order('sell', '0.5'), instrument: PUT }), false)
})

test('[H-01] an account short of margin is not kept from hedging, and is from anything that raises its net', () => {
  assert.deepEqual(judged(gate(), hedging('sell', '0.5')), ['approved', true, false])
  assert.deepEqual(judged(gate(), hedging('sell', '1.1')), ['insufficient_margin', undefined, undefined])
  assert.deepEqual(judged(gate('-0.5'), hedging('buy', '0.5')), ['insufficient_margin', undefined, undefined])
})

test('[F-I8] halted: the hedge that lowers the net goes out, its release does not', () => {
  const on = gate()
  halt(on)
  assert.deepEqual(judged(on, hedging('sell', '0.5')), ['approved', true, false])
  const held = gate('-0.5')
  halt(held)
  assert.deepEqual(judged(held, hedging('buy', '0.5')), ['halted', undefined, undefined])
})

test('[F-S03] an intent cannot say of itself that it lowers the net', () => {
  const on = gate('-0.5')
  halt(on)
  assert.equal(judged(on, hedging('buy', '0.5', { lowersExposure: true }))[0], 'halted')
})

test('[F-A10] two hedges of one position: the second sees the first in flight', () => {
  const on = gate()
  assert.equal(judged(on, hedging('sell', '0.7'))[0], 'approved')
  assert.equal(judged(on, hedging('sell', '0.7'))[0], 'insufficient_margin')
})

test('[H-01] [F-O07] a client’s close beside a hedge leaves without reduce-only, proven against the client’s own book', () => {
  const close = (size: string): OrderIntent => closing({ quantity: btc(size), intentId: `c${++hedges}` as IntentId })
  assert.deepEqual(judged(gate(), close('1')), ['approved', undefined, true])
  assert.deepEqual(judged(gate('-0.4'), close('1')), ['approved', undefined, false])
  assert.equal(judged(gate('-0.4'), close('1.1'))[0], 'not_reducing')
  const on = gate()
  judged(on, hedging('sell', '0.4'))
  assert.deepEqual(judged(on, close('1')), ['approved', undefined, false], 'a hedge in flight may be there first')
})
