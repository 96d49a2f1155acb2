/** A client's close in flight while its cover ends: delivered, past its expiry, lost. What follows from having no cover is said, once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { Coverage } from '#topics/protection.ts'
import type { Json } from '#topics/schema.ts'
import { usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { DAY_MS, MINUTE_MS } from '#units/time.ts'
import { clientOrders } from './client-orders.ts'
import { coverage } from './coverage.ts'
import { position } from './position.ts'
import {
  accountValue,
  command,
  confirmation,
  coversOf,
  decisionKinds,
  DEMO,
  EXPIRY_6FEB,
  february,
  finalAnswers,
  intents,
  markOf,
  optionQuote,
  PUT_78,
  PUT_80,
  QUOTE_PARAMS,
  settlement,
  T0,
} from './protection.fixture.ts'
import { quotes } from './quotes.ts'

const AGES = { quoteMaxAgeMs: 30 * DAY_MS, indexMaxAgeMs: 30 * DAY_MS, accountMaxAgeMs: 30 * DAY_MS }
const STATED = { initialBalanceUsdc: 10_000, positionPnlUsdc: 0, hedgeMtmUsdc: 0 }
const SOON = EXPIRY_6FEB - 5_000

interface Closing {
  readonly on: Bench
  readonly cover: Coverage
  readonly order: OrderIntent
}
/** A pair (or one option) under hold-limit whose client closes it five seconds before its end. */
function closing(params: Record<string, Json>): Closing {
  const on = bench([quotes, coverage, clientOrders, position], {
    'protection/quotes': AGES,
    'protection/coverage': { quoteMaxAgeMs: 30 * DAY_MS },
    'protection/position': { markMaxAgeMs: 30 * DAY_MS },
  })
  february(on)
  let events: readonly AnyEvent[] = on.feed(0, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, ...params }))
  let cover: Coverage | undefined
  for (let [next] = intents(events); next !== undefined; [next] = intents(events)) {
    events = on.feed(20, 'trade_confirmations', confirmation(next, next.quantity.toString()))
    cover = coversOf(events)[0]
  }
  assert.ok(cover?.state === 'active' && cover.terms.renewal === 'hold-limit')
  on.feed(SOON, 'marks', markOf('88000', SOON))
  on.feed(SOON, 'account_values', accountValue({ cash: '10000', equity: '10000' }))
  for (const [name, bid] of [
    [PUT_80, '0.0060'],
    [PUT_78, '0.0040'],
  ] as const)
    on.feed(SOON, 'option_quotes', optionQuote(name, { bid, ask: '0.0065', mark: bid, offsetMs: SOON }))
  const wish = { instrument: PUT_80, amount: 1, side: 'sell', intent: 'close', coverageId: cover.coverageId }
  const asked = on.feed(
    SOON,
    'accepted_commands',
    command('order', { ...wish, ...STATED, drawdownLimitUsdc: cover.drawdownLimit.toString() }, 'o1'),
  )
  const [order] = intents(asked)
  assert.ok(order !== undefined, JSON.stringify(finalAnswers(asked)))
  return { on, cover, order }
}
function ended(on: Bench, order: OrderIntent, size: string, offsetMs: number): readonly AnyEvent[] {
  return on.feed(offsetMs, 'trade_confirmations', confirmation(order, size))
}
function minute(on: Bench, offsetMs: number): readonly AnyEvent[] {
  return on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
}
function counted(events: readonly AnyEvent[]): string[] {
  return decisionKinds(events).filter((kind) => kind === 'position_closing' || kind === 'cover_settling' || kind === 'payout_booked')
}

test('[P-14] [P-13] it is delivered while its close is in flight: paid out, and the position closes as under hold-limit', () => {
  const { on, cover, order } = closing({})
  const settled = on.feed(EXPIRY_6FEB + 1, 'venue_settlements', settlement(PUT_80, '1', '75000', '0.066666666666666667'))
  assert.deepEqual(counted(settled), ['cover_settling', 'position_closing', 'payout_booked'])
  const [expired] = coversOf(settled)
  assert.deepEqual(
    [expired?.coverageId, expired?.state, expired?.alarm, expired?.payout?.toFixed(2)],
    [cover.coverageId, 'expired', undefined, '5000.00'],
  )
  const [close] = intents(settled)
  assert.deepEqual([close?.purpose, close?.side, String(close?.quantity)], ['close_position', 'sell', '1'])
  const told = ended(on, order, '0', EXPIRY_6FEB + 2)
  const [answer] = finalAnswers(told)
  assert.deepEqual([answer?.['status'], answer?.['reason'], coversOf(told)], ['blocked', 'cover_ended', []])
  assert.deepEqual(counted(minute(on, EXPIRY_6FEB + MINUTE_MS)), [])
})

test('[P-14] [P-13] the clock passes its end while its close is in flight: said then, once, and the cover is not brought back', () => {
  const { on, order } = closing({})
  assert.deepEqual(counted(minute(on, EXPIRY_6FEB)), ['cover_settling', 'position_closing'])
  const told = ended(on, order, '0', EXPIRY_6FEB + 1)
  assert.deepEqual([coversOf(told).map(({ state }) => state), finalAnswers(told)[0]?.['reason']], [['settling'], 'not_filled'])
  assert.deepEqual(counted(minute(on, EXPIRY_6FEB + MINUTE_MS)), [])
  const settled = on.feed(EXPIRY_6FEB + 2 * MINUTE_MS, 'venue_settlements', settlement(PUT_80, '1', '75000', '0.066666666666666667'))
  assert.deepEqual([counted(settled), coversOf(settled)[0]?.state], [['payout_booked'], 'expired'])
})

test('[P-14] one option of the pair is sold, the other delivered before its order: expired with what was paid, and nothing delivered is sold', () => {
  const { on, order } = closing({ combinations: 'allowed' })
  assert.deepEqual([order.instrument, String(order.quantity)], [PUT_78, '0.4'])
  const settled = on.feed(EXPIRY_6FEB + 1, 'venue_settlements', settlement(PUT_80, '0.6', '75000', '0.04'))
  assert.deepEqual([counted(settled), coversOf(settled)[0]?.state], [['cover_settling', 'position_closing', 'payout_booked'], 'settling'])
  const told = ended(on, order, '0.4', EXPIRY_6FEB + 2)
  assert.deepEqual([intents(told), finalAnswers(told)[0]?.['status'], finalAnswers(told)[0]?.['filledAmount']], [[], 'ok', '0.4'])
  const [cover] = coversOf(told)
  assert.deepEqual([cover?.state, cover?.payout?.toString(), cover?.settlementIndex?.toString()], ['expired', '3000', '75000'])
})

test('[P-14] [API-02] half of it is sold and the rest not: the answer says what was sold, what still stands, and the floor that holds', () => {
  const { on, cover, order } = closing({ combinations: 'allowed' })
  const [second] = intents(ended(on, order, '0.4', SOON + 100))
  assert.ok(second !== undefined)
  const told = ended(on, second, '0', SOON + 200)
  const [answer] = finalAnswers(told)
  assert.deepEqual(
    [answer?.['status'], answer?.['reason'], answer?.['state'], answer?.['filledAmount'], answer?.['averagePrice']],
    ['partly_closed', 'not_filled', 'partially_filled', '0.4', '0.004'],
  )
  assert.deepEqual([answer?.['proceedsUsdc'], answer?.['feeUsdc'], answer?.['coverageId']], ['140.8', '10.56', cover.coverageId])
  const standing = answer?.['standing'] as Record<string, Json>
  assert.deepEqual(
    [standing['size'], standing['floorEquity'], standing['drawdownLimitUsdc'], standing['floorExcludes']],
    ['0.6', '14771.04', '10620', [...(cover.floorExcludes ?? []), 'uncovered_position']],
  )
  assert.deepEqual(standing['coverageLegs'], [{ instrument: PUT_80, size: '0.6', optionType: 'put', strike: '80000', venue: 'deribit' }])
  const [{ state, alarm } = { state: undefined, alarm: undefined }] = only(told, 'coverages')
  assert.deepEqual([state, alarm], ['active', 'partly_closed'])
})

test('[P-14] [API-02] the second order is stopped before it leaves: the same answer with that reason', () => {
  const { on, order } = closing({ combinations: 'allowed' })
  const [second] = intents(ended(on, order, '0.4', SOON + 100))
  assert.ok(second !== undefined)
  const { intentId, account, book, purpose, instrument } = second
  const explanation = { gate: 'risk/order-gate', cause: 1, code: 'halted', field: 'mode', seen: 'halt', limit: 'normal' }
  const [answer] = finalAnswers(on.feed(SOON + 200, 'order_refusals', { intentId, account, book, purpose, instrument, explanation }))
  assert.deepEqual([answer?.['status'], answer?.['reason'], answer?.['filledAmount']], ['partly_closed', 'halted', '0.4'])
})

test('[P-14] [F-O02] a fill that comes late while the close is in flight is sold next, within the same close', () => {
  const { on, cover, order } = closing({})
  const about = { orderId: 'late' as never, account: DEMO, book: 'hedge', instrument: PUT_80 as InstrumentId, side: 'buy' } as const
  const intentId = `${cover.coverageId}-buy-1` as OrderIntent['intentId']
  const late = { ...about, intentId, quantity: btc('1.2'), filled: btc('1.2'), open: btc('0'), reason: 'late_fill' } as const
  const [more] = coversOf(on.feed(SOON + 50, 'order_states', { ...late, state: 'cancelled' }))
  assert.deepEqual([more?.state, String(more?.filled)], ['settling', '1.2'])
  const between = ended(on, order, '1', SOON + 100)
  const [rest] = intents(between)
  assert.deepEqual([String(rest?.quantity), rest?.intentId === order.intentId, finalAnswers(between)], ['0.2', false, []])
  assert.ok(rest !== undefined)
  const done = ended(on, rest, '0.2', SOON + 200)
  assert.deepEqual(
    [coversOf(done)[0]?.state, finalAnswers(done)[0]?.['filledAmount'], decisionKinds(done)],
    ['closed', '1.2', ['unprotected']],
  )
})

test('[P-14] [F-O02] a fill that comes late to a closed cover is sold by itself, and the cover ends again', () => {
  const { on, cover, order } = closing({})
  assert.equal(coversOf(ended(on, order, '1', SOON + 100))[0]?.state, 'closed')
  const about = { orderId: 'late' as never, account: DEMO, book: 'hedge', instrument: PUT_80 as InstrumentId, side: 'buy' } as const
  const intentId = `${cover.coverageId}-buy-1` as OrderIntent['intentId']
  const late = { ...about, intentId, quantity: btc('1.2'), filled: btc('1.2'), open: btc('0'), reason: 'late_fill' } as const
  const [more] = coversOf(on.feed(SOON + 200, 'order_states', { ...late, state: 'cancelled' }))
  assert.deepEqual([more?.state, more?.alarm, String(more?.filled)], ['closed', 'unwind_incomplete', '0.2'])
  const [sale] = intents(on.feed(SOON + 300, 'clock_tick', { name: 'minute', dueAt: T0 }))
  assert.ok(sale !== undefined)
  assert.deepEqual([sale.side, String(sale.quantity), sale.instrument], ['sell', '0.2', PUT_80])
  const [done] = coversOf(ended(on, sale, '0.2', SOON + 400))
  assert.deepEqual([done?.state, done?.alarm, String(done?.filled)], ['closed', undefined, '0'])
  assert.equal(on.engine.stateOf(coverage).unwinds.size, 0)
})

test('[P-11] [API-02] what is beyond the size of a cover is on its way out: no close beside that order', () => {
  const { on, cover, order } = closing({})
  ended(on, order, '0', SOON + 10)
  const about = { orderId: 'late' as never, account: DEMO, book: 'hedge', instrument: PUT_80 as InstrumentId, side: 'buy' } as const
  const intentId = `${cover.coverageId}-buy-1` as OrderIntent['intentId']
  const late = { ...about, intentId, quantity: btc('1.2'), filled: btc('1.2'), open: btc('0'), reason: 'late_fill' } as const
  on.feed(SOON + 20, 'order_states', { ...late, state: 'cancelled' })
  const [sale] = intents(minute(on, SOON + 30))
  assert.equal(sale && String(sale.quantity), '0.2')
  const wish = { instrument: PUT_80, amount: 1.2, side: 'sell', intent: 'close', coverageId: cover.coverageId, ...STATED }
  const params = { ...wish, drawdownLimitUsdc: cover.drawdownLimit.toString() }
  const refused = on.feed(SOON + 40, 'accepted_commands', command('order', params, 'o2'))
  assert.deepEqual([finalAnswers(refused)[0]?.['reason'], intents(refused)], ['cover_not_active', []])
  on.feed(SOON + 50, 'position_states', {
    account: DEMO,
    book: 'hedge',
    instrument: PUT_80 as InstrumentId,
    quantity: btc('1'),
    averageEntry: undefined,
    realised: usdc('0'),
    currency: 'USDC',
  })
  assert.ok(sale !== undefined)
  ended(on, sale, '0.2', SOON + 60)
  const [again] = intents(on.feed(SOON + 70, 'accepted_commands', command('order', { ...params, amount: 1 }, 'o3')))
  assert.equal(again && String(again.quantity), '1')
})
