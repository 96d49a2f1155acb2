/** Orders and exports held against the cover they name; through the whole pipeline and over HTTP they are tested with the API. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { Json } from '#topics/schema.ts'
import type { Coverage } from '#topics/protection.ts'
import { usdc } from '#units/money.ts'
import { quantity } from '#units/quantity.ts'
import { DAY_MS, HOUR_MS } from '#units/time.ts'
import { clientOrders } from './client-orders.ts'
import { coverage } from './coverage.ts'
import {
  accountValue,
  command,
  DEMO,
  february,
  finalAnswers,
  holds,
  intents,
  optionQuote,
  protectedAccount,
  PUT_80,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'
import { quotes } from './quotes.ts'

const AGES = { quoteMaxAgeMs: 30 * DAY_MS, indexMaxAgeMs: 30 * DAY_MS, accountMaxAgeMs: 30 * DAY_MS }

function covered(): { readonly on: Bench; readonly cover: Coverage } {
  const on = bench([quotes, coverage, clientOrders], { 'protection/quotes': AGES, 'protection/coverage': { quoteMaxAgeMs: 30 * DAY_MS } })
  return { on, cover: protectedAccount(on) }
}
function told(on: Bench, type: string, params: Record<string, Json>): unknown {
  const events = on.feed(300, 'accepted_commands', command(type, params, JSON.stringify(params)))
  const [order] = intents(events)
  if (order !== undefined) return [order.side, order.limitPrice.toString(), order.timeInForce]
  const answer = finalAnswers(events)[0]
  const { code, field, flip } = (answer?.['explanation'] ?? {}) as Record<string, Json>
  return code === undefined ? answer?.['status'] : [code, field, (flip as Record<string, Json> | undefined)?.['to']]
}

const STATED = { initialBalanceUsdc: 11_000, drawdownLimitUsdc: '11349.6', positionPnlUsdc: 0, hedgeMtmUsdc: 0 }
/** The buffer used up, the put marked at 0.0062 and bid as given. */
function closing(bid: { readonly bid?: string; readonly bidSize?: string }): { readonly on: Bench; readonly sale: Record<string, Json> } {
  const { on, cover } = covered()
  on.feed(200, 'option_quotes', optionQuote(PUT_80, { ask: '0.0065', mark: '0.0062', offsetMs: 200, ...bid }))
  on.feed(200, 'account_values', accountValue({ cash: '11000', equity: '11000' })) // under the limit of 11,349.6
  return { on, sale: { instrument: PUT_80, amount: 1, side: 'sell', intent: 'close', coverageId: cover.coverageId, ...STATED } }
}

test('[P-14] [API-03] a close at a limit the bid does not meet is blocked; its flip, the bid, is what the order is sent at', () => {
  const { on, sale } = closing({ bid: '0.0060' })
  const close = (price: string): unknown => told(on, 'order', { ...sale, type: 'limit', price })
  assert.deepEqual(close('0.0061'), ['price_above_bid', 'price', '0.006'])
  assert.deepEqual(close('0.006'), ['sell', '0.006', 'FOK'])
})

test('[P-14] the books’ buffer is that of the close: half a spread of the position is nothing to keep a cover for', () => {
  const { on, sale } = closing({ bid: '0.0060' })
  const value = accountValue({ cash: '11349.6' }) // the limit
  const pnl = (units: string) => usdc(units)
  const feed = (close: string): void =>
    void on.feed(300, 'account_values', { ...value, positionPnl: pnl('10'), positionPnlClose: pnl(close) })
  feed('0.01')
  assert.deepEqual(told(on, 'order', sale), ['drawdown_buffer_positive', 'drawdownBufferUsdc', '11349.6'])
  feed('0')
  assert.deepEqual(told(on, 'order', { ...sale, amount: '1.0' }), ['sell', '0.006', 'FOK'])
})

test('[P-14] [API-03] a close does not sell at a stub, nor where nobody takes anything; at half of the mark it does', () => {
  const at = (bid: { readonly bid?: string; readonly bidSize?: string }): unknown => {
    const { on, sale } = closing(bid)
    return told(on, 'order', sale)
  }
  assert.deepEqual(at({ bid: '0.003' }), ['stub_bid', 'bid', true])
  assert.deepEqual(at({ bid: '0.0031' }), ['sell', '0.0031', 'FOK'])
  assert.deepEqual(at({ bid: '0.0060', bidSize: '0' }), ['no_bid', 'bidSize', undefined])
  assert.deepEqual(at({}), ['no_bid', 'bid', undefined])
})

test('[P-14] [API-03] only acceptStubBid sells at a stub, and the record says what was given away; it buys no bid where there is none', () => {
  const { on, sale } = closing({ bid: '0.0001' })
  const [refusal] = finalAnswers(on.feed(300, 'accepted_commands', command('order', sale, 'c1')))
  assert.ok(refusal !== undefined)
  const { flip } = refusal['explanation'] as unknown as { readonly flip: { readonly field: string; readonly to: Json } }
  assert.equal(flip.field, 'acceptStubBid')
  const forced = on.feed(301, 'accepted_commands', command('order', { ...sale, [flip.field]: flip.to }, 'c2'))
  assert.deepEqual(
    intents(forced).map(({ purpose, limitPrice }) => [purpose, limitPrice.toString()]),
    [['unwind_cover', '0.0001']],
  )
  const [record] = only(forced, 'protection_decisions')
  assert.deepEqual(
    [record?.kind, record?.coverageId, record?.explanation.seen, record?.explanation.limit, record?.detail],
    ['stub_bid_forced', sale['coverageId'], '0.0001', '0.0031', { instrument: PUT_80, limitCoin: '0.0001', acceptStubBid: 'true' }],
  )
  const none = closing({})
  assert.deepEqual(told(none.on, 'order', { ...none.sale, acceptStubBid: true }), ['no_bid', 'bid', undefined])
  assert.deepEqual(told(none.on, 'order', { ...none.sale, acceptStubBid: 'yes' }), ['invalid_payload', 'acceptStubBid', undefined])
})

const SELL = { instrument: 'BTC_USDC-PERPETUAL', amount: '1', side: 'sell', intent: 'hedge' } as const
function holdsHedge(on: Bench, size: string): void {
  const instrument = SELL.instrument as never
  const none = { averageEntry: '88000', realised: usdc('0'), currency: 'USDC' } as const
  on.feed(0, 'position_states', { account: DEMO, book: 'hedge', instrument, quantity: quantity(size), ...none })
}
/** A position of one coin beside what is held of hedges in the perpetual, and no cover. */
function uncovered(hedge?: string): Bench {
  const on = bench([quotes, coverage, clientOrders], { 'protection/quotes': AGES })
  on.feed(0, 'account_values', accountValue())
  holds(on, '1')
  if (hedge !== undefined) holdsHedge(on, hedge)
  return on
}

test('[H-01] [API-02] a hedge beyond what is left to hedge is refused with what is left; that amount goes, and then nothing more', () => {
  const on = uncovered('-0.4')
  assert.deepEqual(told(on, 'order', SELL), ['over_hedged', 'amount', '0.6'])
  assert.deepEqual(told(on, 'order', { ...SELL, amount: '0.6001' }), ['over_hedged', 'amount', '0.6'])
  assert.deepEqual(told(on, 'order', { ...SELL, amount: '0.6' }), ['sell', '87120', 'IOC'])
  assert.deepEqual(told(on, 'order', { ...SELL, amount: '0.1' }), ['over_hedged', 'amount', undefined], 'the first is under way')
  const [refusal] = finalAnswers(on.feed(300, 'accepted_commands', command('order', SELL, 'again')))
  assert.equal((refusal?.['explanation'] as Record<string, Json> | undefined)?.['limit'], '0')
})

test('[H-01] [API-02] what takes a hedge down is never over-hedged; a hedge on the position’s own side, or of none, is', () => {
  const released = { ...SELL, side: 'buy', amount: '0.4' }
  assert.deepEqual(told(uncovered('-0.4'), 'order', released), ['buy', '88880', 'IOC'])
  assert.deepEqual(told(uncovered('-1.4'), 'order', released), ['buy', '88880', 'IOC'], 'still more than the position')
  assert.deepEqual(told(uncovered('-0.4'), 'order', { ...released, amount: '0.5' }), ['over_hedged', 'amount', '0.4'])
  assert.deepEqual(told(uncovered(), 'order', released), ['over_hedged', 'amount', undefined])
  const bare = bench([quotes, coverage, clientOrders], { 'protection/quotes': AGES })
  bare.feed(0, 'account_values', accountValue())
  assert.deepEqual(told(bare, 'order', { ...SELL, amount: '0.1' }), ['over_hedged', 'amount', undefined])
})

test('[H-01] [API-02] covers leave less to hedge; exposures stated for the account stand in for its position', () => {
  const { on } = covered()
  assert.deepEqual(told(on, 'order', { ...SELL, amount: '0.1' }), ['over_hedged', 'amount', undefined], 'the cover protects the whole coin')
  const other = uncovered()
  const exposure = (size: string) => [{ account: 'demo', exposure: quantity(size), hedge: quantity(`-${size}`) }]
  other.feed(300, 'hedge_decisions', { account: DEMO, attribution: exposure('1.5') } as never)
  assert.deepEqual(told(other, 'order', { ...SELL, amount: '1.6' }), ['over_hedged', 'amount', '1.5'])
  assert.deepEqual(told(other, 'order', { ...SELL, amount: '1.5' }), ['sell', '87120', 'IOC'])
})

test('[API-02] an order on a quote that has ended is told so with its end, however many minutes passed; only much later it is unknown', () => {
  const on = bench([quotes, coverage, clientOrders], { 'protection/quotes': AGES })
  february(on)
  holds(on, '1')
  const [quote] = finalAnswers(on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS, 'q')))
  const end = Date.parse(quote?.['expiresAt'] as string) - T0
  const buy = { instrument: PUT_80, amount: 1, side: 'buy', intent: 'open', coverageId: quote?.['quoteId'] ?? null }
  const orderAt = (offsetMs: number): unknown => {
    on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
    const [answer] = finalAnswers(on.feed(offsetMs, 'accepted_commands', command('order', buy, `o${offsetMs}`)))
    const { code, flip } = (answer?.['explanation'] ?? {}) as Record<string, Json>
    return [code, flip]
  }
  assert.deepEqual(orderAt(end + 61_000), ['quote_expired', { field: 'at', to: T0 + end }])
  assert.deepEqual(orderAt(end + HOUR_MS), ['quote_expired', { field: 'at', to: T0 + end }])
  assert.deepEqual(orderAt(end + HOUR_MS + 1), ['unknown_quote', undefined])
})

test('[F-S03] [C-40] what an export says of its cover is compared, each field, and refused where it differs', () => {
  const { on, cover } = covered()
  const { coverageId } = cover
  const own: Record<string, Json> = { feeUsdc: '598.40', premiumUsdc: 572, subsidyUsdc: 0, floorPrice: '79200', selectedVenue: 'deribit' }
  const wrong: Record<string, Json> = { feeUsdc: '598.39', premiumUsdc: 571, subsidyUsdc: 1, floorPrice: '79201', selectedVenue: 'other' }
  for (const [field, value] of [...Object.entries(wrong), ['feeRecognized', false] as const])
    assert.deepEqual(told(on, 'adopt', { coverageId, ...own, [field]: value }), ['server_decides', field, undefined])
  assert.equal(told(on, 'adopt', { coverageId, ...own }), 'ok')
})
