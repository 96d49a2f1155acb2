/** Orders and exports held against the cover they name; through the whole pipeline and over HTTP they are tested with the API. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { Json } from '#topics/schema.ts'
import type { Coverage } from '#topics/protection.ts'
import { DAY_MS } from '#units/time.ts'
import { clientOrders } from './client-orders.ts'
import { coverage } from './coverage.ts'
import { accountValue, command, finalAnswers, intents, optionQuote, protectedAccount, PUT_80 } from './protection.fixture.ts'
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

test('[F-S03] [C-40] what an export says of its cover is compared, each field, and refused where it differs', () => {
  const { on, cover } = covered()
  const { coverageId } = cover
  const own: Record<string, Json> = { feeUsdc: '598.40', premiumUsdc: 572, subsidyUsdc: 0, floorPrice: '79200', selectedVenue: 'deribit' }
  const wrong: Record<string, Json> = { feeUsdc: '598.39', premiumUsdc: 571, subsidyUsdc: 1, floorPrice: '79201', selectedVenue: 'other' }
  for (const [field, value] of [...Object.entries(wrong), ['feeRecognized', false] as const])
    assert.deepEqual(told(on, 'adopt', { coverageId, ...own, [field]: value }), ['server_decides', field, undefined])
  assert.equal(told(on, 'adopt', { coverageId, ...own }), 'ok')
})
