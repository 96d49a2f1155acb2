/** What the platform sells itself waits for a price: neither what a purchase left over nor the old cover of a roll goes at a stub, or counts as one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import { HOUR_MS, MINUTE_MS } from '#units/time.ts'
import {
  accountValue,
  command,
  confirmation,
  coversOf,
  EXPIRY_6FEB,
  february,
  indexPrice,
  intents,
  optionQuote,
  protectedAccount,
  protectionBench,
  PUT_80,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'

const WINDOW = EXPIRY_6FEB - 12 * HOUR_MS
const NEXT_PUT = 'BTC-13FEB26-80000-P'
const minute = (on: Bench, offsetMs: number): readonly AnyEvent[] => on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })

test('[P-11] [P-14] what is left of a purchase that failed is not sold at a stub: it waits with its alarm, and goes at the first real bid', () => {
  const on = protectionBench({ 'protection/coverage': { coverAttemptsMax: 1 } })
  february(on)
  const [buy] = intents(on.feed(0, 'accepted_commands', command('protect', QUOTE_PARAMS)))
  assert.ok(buy !== undefined)
  const quote = (bid: string, offsetMs: number) =>
    on.feed(offsetMs, 'option_quotes', optionQuote(PUT_80, { bid, ask: '0.0065', mark: '0.0062', offsetMs }))
  quote('0.003', 50)
  const failed = on.feed(100, 'trade_confirmations', confirmation(buy, '0.4'))
  assert.deepEqual([intents(failed), coversOf(failed).map(({ state, alarm }) => [state, alarm])], [[], [['failed', 'unwind_incomplete']]])
  assert.deepEqual(intents(minute(on, MINUTE_MS)), [])
  quote('0.0031', 2 * MINUTE_MS)
  const [sale] = intents(minute(on, 2 * MINUTE_MS))
  assert.deepEqual([sale?.purpose, sale?.quantity.toString(), sale?.limitPrice.toString()], ['unwind_cover', '0.4', '0.0031'])
})

/** The index has fallen under the strike: only what the old cover brings would hold the limit. */
function rolling(oldBid: string): Bench {
  const on = protectionBench()
  protectedAccount(on)
  on.feed(WINDOW, 'index_prices', indexPrice('81000', WINDOW))
  on.feed(WINDOW, 'account_values', accountValue({ cash: '19401.6', equity: '14264.6', hedge: '1863' }))
  on.feed(WINDOW, 'option_quotes', optionQuote(NEXT_PUT, { bid: '0.0195', ask: '0.0200', mark: '0.0200', offsetMs: WINDOW }))
  on.feed(WINDOW, 'option_quotes', optionQuote(PUT_80, { bid: oldBid, ask: '0.0235', mark: '0.0235', offsetMs: WINDOW }))
  return on
}

test('[P-13] [P-14] a roll does not count on a stub: without it the limit is missed, and that is what the refusal says', () => {
  const [refused] = only(minute(rolling('0.0001'), WINDOW), 'put_quotes')
  assert.deepEqual([refused?.explanation?.code, refused?.explanation?.seen, refused?.roll], ['below_drawdown_limit', '9705.3', undefined])
})

test('[P-13] [P-14] a roll whose bid turned into a stub before the sale keeps the old cover and tries again each minute', () => {
  const on = rolling('0.0230')
  const [buy] = intents(minute(on, WINDOW))
  assert.ok(buy !== undefined)
  const stub = (bid: string, offsetMs: number) =>
    on.feed(offsetMs, 'option_quotes', optionQuote(PUT_80, { bid, ask: '0.0235', mark: '0.0235', offsetMs }))
  stub('0.0001', WINDOW + 1)
  const bought = on.feed(WINDOW + 2, 'trade_confirmations', confirmation(buy, '1', '81000'))
  assert.deepEqual([intents(bought), coversOf(bought)[0]?.alarm], [[], 'roll_pending'])
  assert.deepEqual(intents(minute(on, WINDOW + MINUTE_MS)), [])
  stub('0.0229', WINDOW + 2 * MINUTE_MS)
  const [sale] = intents(minute(on, WINDOW + 2 * MINUTE_MS))
  assert.deepEqual([sale?.purpose, sale?.limitPrice.toString()], ['unwind_cover', '0.0229'])
})
