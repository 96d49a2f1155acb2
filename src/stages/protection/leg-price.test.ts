/** The second leg of a combination once its price has aged: bought anew within what was agreed to, else the first is given back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyEvent } from '#engine/component.ts'
import type { Json } from '#topics/schema.ts'
import {
  command,
  confirmation,
  coversOf,
  february,
  indexPrice,
  intents,
  optionQuote,
  protectionBench,
  PUT_80,
  QUOTE_PARAMS,
} from './protection.fixture.ts'

const PUT_78 = 'BTC-6FEB26-78000-P'
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
  assert.equal(intent?.goodUntil !== undefined && intent.goodUntil > 1_769_644_800_000 + LATE, true)
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
