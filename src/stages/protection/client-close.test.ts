/** A client closes a cover of two options: sold one after the other, the one that protects most last; what is left when one finds no buyer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { OrderStateChange as OrderState } from '#topics/orders.ts'
import type { Coverage } from '#topics/protection.ts'
import type { Json } from '#topics/schema.ts'
import { usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { DAY_MS } from '#units/time.ts'
import { clientOrders } from './client-orders.ts'
import { coverage } from './coverage.ts'
import {
  accountValue,
  command,
  confirmation,
  coversOf,
  decisionKinds,
  february,
  finalAnswers,
  intents,
  optionQuote,
  PUT_78,
  PUT_80,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'
import { quotes } from './quotes.ts'

const AGES = { quoteMaxAgeMs: 30 * DAY_MS, indexMaxAgeMs: 30 * DAY_MS, accountMaxAgeMs: 30 * DAY_MS }
const STATED = { initialBalanceUsdc: 10_000, drawdownLimitUsdc: '10620', positionPnlUsdc: 0, hedgeMtmUsdc: 0 }

function covered(): { readonly on: Bench; readonly cover: Coverage } {
  const on = bench([quotes, coverage, clientOrders], { 'protection/quotes': AGES, 'protection/coverage': { quoteMaxAgeMs: 30 * DAY_MS } })
  february(on)
  const [first] = intents(on.feed(0, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, combinations: 'allowed' })))
  assert.ok(first !== undefined)
  const [second] = intents(on.feed(10, 'trade_confirmations', confirmation(first, '0.6')))
  assert.ok(second !== undefined)
  const [cover] = coversOf(on.feed(20, 'trade_confirmations', confirmation(second, '0.4')))
  assert.equal(cover?.state, 'active')
  on.feed(200, 'account_values', accountValue({ cash: '10000', equity: '10000' })) // under the limit of 10,620
  on.feed(200, 'option_quotes', optionQuote(PUT_80, { bid: '0.0060', ask: '0.0065', mark: '0.0062', offsetMs: 200 }))
  on.feed(200, 'option_quotes', optionQuote(PUT_78, { bid: '0.0040', ask: '0.0045', mark: '0.0042', offsetMs: 200 }))
  return { on, cover }
}
function close(on: Bench, { coverageId }: Coverage, change: Record<string, Json> = {}, offsetMs = 300): readonly AnyEvent[] {
  const order = { instrument: PUT_80, amount: 1, side: 'sell', intent: 'close', coverageId, ...STATED, ...change }
  return on.feed(offsetMs, 'accepted_commands', command('order', order, `o-${JSON.stringify(change)}`))
}
function shown({ instrument, side, quantity, limitPrice, timeInForce }: OrderIntent): string {
  return `${side} ${quantity.toString()} ${instrument} ${limitPrice.toString()} ${timeInForce}`
}

test('[P-14] [API-02] both options are sold, one after the other, and the cover is closed with the last', () => {
  const { on, cover } = covered()
  const asked = close(on, cover)
  const [first] = intents(asked)
  assert.ok(first !== undefined)
  assert.deepEqual([shown(first), coversOf(asked)[0]?.state], [`sell 0.4 ${PUT_78} 0.004 FOK`, 'settling'])
  const between = on.feed(400, 'trade_confirmations', confirmation(first, '0.4'))
  const [second] = intents(between)
  assert.ok(second !== undefined && second.intentId !== first.intentId)
  assert.equal(shown(second), `sell 0.6 ${PUT_80} 0.006 FOK`)
  assert.deepEqual(
    [coversOf(between)[0]?.state, String(coversOf(between)[0]?.filled), finalAnswers(between).length],
    ['settling', '0.6', 0],
  )
  const done = on.feed(500, 'trade_confirmations', confirmation(second, '0.6'))
  const [answer] = finalAnswers(done)
  assert.deepEqual([coversOf(done)[0]?.state, decisionKinds(done), answer?.['status']], ['closed', ['unprotected'], 'ok'])
  // both together: 0.4 x 0.004 + 0.6 x 0.006 coin, fees of 10.56 and 15.84
  assert.deepEqual([answer?.['filledAmount'], answer?.['averagePrice'], answer?.['feeUsdc']], ['1', '0.0052', '26.4'])
})

test('[P-14] [API-03] the second finds no buyer: the cover stands on with the option that protects most, its floor restated', () => {
  const { on, cover } = covered()
  const [first] = intents(close(on, cover))
  assert.ok(first !== undefined)
  const [second] = intents(on.feed(400, 'trade_confirmations', confirmation(first, '0.4')))
  assert.ok(second !== undefined)
  const events = on.feed(500, 'trade_confirmations', confirmation(second, '0'))
  const [left] = coversOf(events)
  assert.deepEqual([left?.state, left?.alarm, left?.instrument, left?.size, left?.strike].map(String), [
    'active',
    'partly_closed',
    PUT_80,
    '0.6',
    '80000',
  ])
  // 20,000 - 0.6 x 8,000 - 528 paid - 0.6 x 52 + 0.4 x 0.004 x 88,000 - 10.56 of the sale
  assert.equal(left?.floorEquity.toString(), '14771.04')
  assert.equal(finalAnswers(events)[0]?.['reason'], 'not_filled')
  const [{ kind, detail } = { kind: undefined, detail: undefined }] = only(events, 'protection_decisions')
  assert.deepEqual(
    [kind, detail],
    ['partly_covered', { instrument: PUT_80, covered: '0.6', wanted: '1', proceedsUsdc: '140.8', feeUsdc: '10.56' }],
  )
  // what is left can be closed by itself
  const [again] = intents(close(on, cover, { amount: 0.6 }, 600))
  assert.equal(again && shown(again), `sell 0.6 ${PUT_80} 0.006 FOK`)
})

test('[P-14] [API-03] the first finds no buyer: the cover is what it was; one price cannot bound two options', () => {
  const { on, cover } = covered()
  const priced = finalAnswers(close(on, cover, { type: 'limit', price: '0.006' }))[0]
  assert.equal(priced?.['reason'], 'price_of_combination')
  const [first] = intents(close(on, cover, {}, 301))
  assert.ok(first !== undefined)
  const [same] = coversOf(on.feed(400, 'trade_confirmations', confirmation(first, '0')))
  assert.deepEqual([same?.state, String(same?.size), same?.floorEquity.toString(), same?.alarm], ['active', '1', '10620', undefined])
})

test("[P-13] [API-02] a cover that its renewal sells is not the client's to close: the new floor waits for what it brings", () => {
  const { on, cover } = covered()
  const roll = { coverageId: cover.coverageId, venue: 'deribit', instrument: cover.instrument, size: cover.filled } as const
  const next = { ...cover, coverageId: 'cover-next' as Coverage['coverageId'], previousCoverageId: cover.coverageId }
  const waiting: Coverage = { ...next, roll: { ...roll, bidCoin: cover.premiumCoin, proceeds: cover.premium, fee: cover.fee } }
  for (const state of ['pending', 'active'] as const) {
    on.feed(300, 'coverages', { ...waiting, state })
    const asked = close(on, cover, {}, state === 'pending' ? 300 : 301)
    assert.deepEqual([finalAnswers(asked)[0]?.['reason'], coversOf(asked), intents(asked)], ['cover_not_active', [], []], state)
  }
})

test('[P-14] [F-O02] a late fill of the option that was closed already: out of the floor, and to be sold', () => {
  const { on, cover } = covered()
  const [first] = intents(close(on, cover))
  assert.ok(first !== undefined)
  const [second] = intents(on.feed(400, 'trade_confirmations', confirmation(first, '0.4')))
  assert.ok(second !== undefined)
  const [left] = coversOf(on.feed(500, 'trade_confirmations', confirmation(second, '0')))
  assert.deepEqual(
    left?.legs?.map(({ filled, size }) => [filled, size].map(String)),
    [
      ['0.6', '0.6'],
      ['0', '0'],
    ],
  )
  const [bought] = cover.legs?.filter(({ instrument }) => instrument === PUT_78) ?? []
  assert.ok(bought !== undefined)
  const told = on.feed(600, 'order_states', {
    orderId: 'o1' as OrderState['orderId'],
    intentId: `${cover.coverageId}-buy-2` as OrderState['intentId'],
    account: cover.account,
    book: 'hedge',
    instrument: PUT_78 as OrderState['instrument'],
    side: 'buy',
    state: 'filled',
    quantity: btc('0.4'),
    filled: btc('0.5'),
    open: btc('0'),
    reason: 'late_fill',
  })
  const [more] = coversOf(told)
  // 14,771.04 - 0.1 x 0.0045 x 88,000 - a quarter of the leg's fee of 10.56
  assert.deepEqual([more?.alarm, String(more?.filled), String(more?.floorEquity)], ['over_bought', '0.7', '14728.8'])
  const [sale] = intents(on.feed(700, 'clock_tick', { name: 'minute', dueAt: T0 }))
  assert.equal(sale && `${sale.side} ${String(sale.quantity)} ${sale.instrument}`, `sell 0.1 ${PUT_78}`)
})

test('[P-14] [API-02] sold, but the end of the order is not told yet: the minute does not take it for a hedge that was lost', () => {
  const { on, cover } = covered()
  const [first] = intents(close(on, cover))
  assert.ok(first !== undefined)
  const [second] = intents(on.feed(400, 'trade_confirmations', confirmation(first, '0.4')))
  assert.ok(second !== undefined)
  for (const { instrument } of [first, second]) {
    const book = { account: cover.account, book: 'hedge', instrument, quantity: btc('0') } as const
    on.feed(450, 'position_states', { ...book, averageEntry: '0', realised: usdc('0'), currency: 'USDC' })
  }
  assert.deepEqual(on.feed(460, 'clock_tick', { name: 'minute', dueAt: T0 }), [])
  const done = on.feed(500, 'trade_confirmations', confirmation(second, '0.6'))
  assert.deepEqual([coversOf(done)[0]?.state, coversOf(done)[0]?.alarm, decisionKinds(done)], ['closed', undefined, ['unprotected']])
})
