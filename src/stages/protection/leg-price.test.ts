/** The second leg of a combination once its price has aged: bought anew within what was agreed to, else the first is given back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyEvent } from '#engine/component.ts'
import type { Json } from '#topics/schema.ts'
import { HOUR_MS } from '#units/time.ts'
import {
  accountValue,
  command,
  confirmation,
  coversOf,
  EXPIRY_6FEB,
  february,
  finalAnswers,
  indexPrice,
  intents,
  optionQuote,
  protectionBench,
  PUT_78,
  PUT_80,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'

const WINDOW = EXPIRY_6FEB - 12 * HOUR_MS
const LATE = 40_000 // quotes may be used for 30 s

interface Market {
  readonly ask?: string
  readonly size?: string
  readonly index?: string
  readonly terms?: Readonly<Record<string, Json>>
}
/** The first leg is filled after the price of the second has aged, in the market as it is by then. */
function late({ ask = '0.0045', size = '10', index = '88000', terms = {} }: Market = {}): readonly AnyEvent[] {
  const on = protectionBench()
  february(on)
  const [first] = intents(on.feed(0, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, combinations: 'allowed', ...terms })))
  assert.ok(first !== undefined)
  on.feed(LATE - 1, 'index_prices', indexPrice(index, LATE - 1))
  on.feed(LATE - 1, 'option_quotes', optionQuote(PUT_80, { bid: '0.0060', ask: '0.0065', mark: '0.0062', offsetMs: LATE - 1 }))
  on.feed(LATE - 1, 'option_quotes', optionQuote(PUT_78, { bid: '0.0040', ask, mark: '0.0042', size, offsetMs: LATE - 1 }))
  return on.feed(LATE, 'trade_confirmations', confirmation(first, '0.6'))
}
function next(events: readonly AnyEvent[]): readonly (readonly [string, string, string])[] {
  return intents(events).map(({ purpose, instrument, limitPrice }) => [purpose, instrument, String(limitPrice)])
}

test('[P-11] [F-O14] an aged price is made again: the leg is bought at the new one', () => {
  assert.deepEqual(next(late()), [['cover', PUT_78, '0.0045']])
  assert.deepEqual(next(late({ ask: '0.0044' })), [['cover', PUT_78, '0.0044']])
  const [intent] = intents(late())
  assert.ok(intent?.goodUntil !== undefined && intent.goodUntil > T0 + LATE)
})

test('[P-11] [F-O14] at most the drift tolerance over what the whole was to cost; beyond it the first leg is sold', () => {
  // decided: 528. 2 % more are 538.56; paid 343.2 + 15.84, the fee of the second 10.56: left for its premium 168.96, a coin price of 0.0048
  assert.deepEqual(next(late({ ask: '0.0048' })), [['cover', PUT_78, '0.0048']])
  assert.deepEqual(next(late({ ask: '0.0049' })), [['unwind_cover', PUT_80, '0.006']])
})

test('[P-11] [F-O14] never over the fixed price, never more than is on offer', () => {
  assert.deepEqual(next(late({ ask: '0.0046', terms: { fixedPriceUsdc: '530' } })), [['unwind_cover', PUT_80, '0.006']]) // 531.52
  assert.deepEqual(next(late({ ask: '0.0045', terms: { fixedPriceUsdc: '530' } })), [['cover', PUT_78, '0.0045']])
  assert.deepEqual(next(late({ size: '0.3' })), [['unwind_cover', PUT_80, '0.006']])
})

test('[P-11] what is still to be paid is rounded up: a fixed price that only rounding down would keep is not kept', () => {
  const left = (index: string, fixedPriceUsdc: string): unknown => next(late({ index, terms: { fixedPriceUsdc } }))
  const [bought, given] = [[['cover', PUT_78, '0.0045']], [['unwind_cover', PUT_80, '0.006']]]
  assert.deepEqual(left('88000', '528'), bought)
  // 0.0018 coin of premium at an index one last place higher: 158.4 and a part of it
  assert.deepEqual(left('88000.000000000000000001', '528.000000000000000001'), bought)
  assert.deepEqual(left('88000.000000000000000001', '528'), given)
  // the fee of 10.56 moves with the index: 10.56000000011999999616
  assert.deepEqual(left('88000.000001', '528.000000001919999997'), bought)
  assert.deepEqual(left('88000.000001', '528.000000001919999996'), given)
})

test('[P-11] what the whole costs at last is what its orders paid', () => {
  const on = protectionBench()
  february(on)
  const [first] = intents(on.feed(0, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, combinations: 'allowed' })))
  assert.ok(first !== undefined)
  on.feed(LATE - 1, 'index_prices', indexPrice('88000', LATE - 1))
  on.feed(LATE - 1, 'option_quotes', optionQuote(PUT_78, { bid: '0.0040', ask: '0.0044', mark: '0.0042', offsetMs: LATE - 1 }))
  const [second] = intents(on.feed(LATE, 'trade_confirmations', confirmation(first, '0.6')))
  assert.ok(second !== undefined)
  const [cover] = coversOf(on.feed(LATE + 1_000, 'trade_confirmations', confirmation(second, '0.4')))
  // 343.2 + 0.4 x 0.0044 x 88,000; the floor 20,000 - 8,800 - 498.08 - 26.4 - 52
  assert.deepEqual([cover?.state, cover?.premium, cover?.fee, cover?.floorEquity].map(String), ['active', '498.08', '26.4', '10623.52'])
})

test('[P-11] [P-04] a leg bought in part at a new price leaves room for the one still to come: never over what was agreed to for both', () => {
  // paid 171.6 + 7.92; to come 158.4 + 10.56 of the other leg and 7.92 of fee; left of 538.56: 182.16 for 0.3, a coin price of 0.0069
  for (const [ask, purpose, limit] of [
    ['0.0069', 'cover', '0.0069'],
    ['0.0070', 'unwind_cover', '0.006'],
  ] as const) {
    const on = protectionBench()
    february(on)
    const [first] = intents(on.feed(0, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, combinations: 'allowed' })))
    assert.ok(first !== undefined)
    on.feed(LATE - 1, 'index_prices', indexPrice('88000', LATE - 1))
    on.feed(LATE - 1, 'option_quotes', optionQuote(PUT_80, { bid: '0.0060', ask, mark: '0.0062', offsetMs: LATE - 1 }))
    const events = on.feed(LATE, 'trade_confirmations', confirmation(first, '0.3'))
    assert.deepEqual(next(events), [[purpose, PUT_80, limit]])
  }
})

test('[P-11] [P-07] a tolerance the tier states bounds the new price of a leg too', () => {
  const on = protectionBench({ 'protection/quotes': { riskControls: { drift_tolerance_pct_by_tier: { Bronze: 0.001 } } } })
  february(on)
  const [quote] = finalAnswers(on.feed(0, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, combinations: 'allowed' })))
  const quoteId = quote?.['quoteId'] as string
  const [first] = intents(on.feed(1000, 'accepted_commands', command('activate', { quoteId })))
  assert.ok(first !== undefined)
  on.feed(LATE - 1, 'index_prices', indexPrice('88000', LATE - 1))
  on.feed(LATE - 1, 'option_quotes', optionQuote(PUT_80, { bid: '0.0060', ask: '0.0065', mark: '0.0062', offsetMs: LATE - 1 }))
  on.feed(LATE - 1, 'option_quotes', optionQuote(PUT_78, { bid: '0.0040', ask: '0.0046', mark: '0.0042', offsetMs: LATE - 1 }))
  const events = on.feed(LATE, 'trade_confirmations', confirmation(first, '0.6'))
  assert.deepEqual(next(events), [['unwind_cover', PUT_80, '0.006']]) // 531.52 where 528.528 are allowed
})

test('[P-11] [P-13] a renewal that holds no limit is bounded by what it was to cost, as a first purchase is', () => {
  for (const [ask, purpose] of [
    ['0.0048', 'cover'],
    ['0.0200', 'unwind_cover'],
  ] as const) {
    const on = protectionBench()
    february(on)
    const params = { ...QUOTE_PARAMS, combinations: 'allowed', renewal: 'rolling' }
    const [one] = intents(on.feed(0, 'accepted_commands', command('protect', params)))
    assert.ok(one !== undefined)
    const [two] = intents(on.feed(10, 'trade_confirmations', confirmation(one, '0.6')))
    assert.ok(two !== undefined)
    on.feed(20, 'trade_confirmations', confirmation(two, '0.4'))
    const [next80, next78] = ['BTC-13FEB26-80000-P', 'BTC-13FEB26-78000-P'] as const
    on.feed(WINDOW, 'index_prices', indexPrice('88000', WINDOW))
    on.feed(WINDOW, 'account_values', accountValue())
    on.feed(WINDOW, 'option_quotes', optionQuote(next80, { bid: '0.0060', ask: '0.0065', mark: '0.0062', offsetMs: WINDOW }))
    on.feed(WINDOW, 'option_quotes', optionQuote(next78, { bid: '0.0040', ask: '0.0045', mark: '0.0042', offsetMs: WINDOW }))
    const [first] = intents(on.feed(WINDOW, 'clock_tick', { name: 'minute', dueAt: T0 }))
    assert.deepEqual([first?.instrument, String(first?.quantity)], [next80, '0.6'])
    assert.ok(first !== undefined)
    const at = WINDOW + LATE
    on.feed(at - 1, 'index_prices', indexPrice('88000', at - 1))
    on.feed(at - 1, 'option_quotes', optionQuote(next80, { bid: '0.0060', ask: '0.0065', mark: '0.0062', offsetMs: at - 1 }))
    on.feed(at - 1, 'option_quotes', optionQuote(next78, { bid: '0.0040', ask, mark: '0.0042', offsetMs: at - 1 }))
    const events = on.feed(at, 'trade_confirmations', confirmation(first, '0.6'))
    assert.deepEqual(next(events)[0]?.slice(0, 2), [purpose, purpose === 'cover' ? next78 : next80], ask)
  }
})
