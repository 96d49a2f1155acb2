/** A cover of two options at its renewal: followed without a gap, or rolled, which sells both and counts only what has come; and what is missing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { Coverage } from '#topics/protection.ts'
import { usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { HOUR_MS, MINUTE_MS } from '#units/time.ts'
import {
  accountValue,
  command,
  confirmation,
  coversOf,
  decisionKinds,
  DEMO,
  EXPIRY_6FEB,
  february,
  indexPrice,
  intents,
  optionQuote,
  protectionBench,
  PUT_78,
  PUT_80,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'

const NEXT_PUT = 'BTC-13FEB26-80000-P'
const WINDOW = EXPIRY_6FEB - 12 * HOUR_MS

/** 0.6 of the 80,000 and 0.4 of the 78,000 for 528: a limit of 10,620, cash of 19,472. */
function pair(on: Bench): Coverage {
  february(on)
  const [first] = intents(on.feed(0, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, combinations: 'allowed' })))
  assert.ok(first !== undefined)
  const [second] = intents(on.feed(10, 'trade_confirmations', confirmation(first, '0.6')))
  assert.ok(second !== undefined)
  const [cover] = coversOf(on.feed(20, 'trade_confirmations', confirmation(second, '0.4')))
  assert.ok(cover !== undefined)
  return cover
}
/** Index 81,000: the old pair bid at 0.023 and as given. */
function market(on: Bench, bidOf78?: string): void {
  on.feed(WINDOW, 'index_prices', indexPrice('81000', WINDOW))
  on.feed(WINDOW, 'account_values', accountValue({ cash: '19472', equity: '14075.8', hedge: '1603.8' }))
  on.feed(WINDOW, 'option_quotes', optionQuote(NEXT_PUT, { bid: '0.0195', ask: '0.0200', mark: '0.0198', offsetMs: WINDOW }))
  on.feed(WINDOW, 'option_quotes', optionQuote(PUT_80, { bid: '0.0230', ask: '0.0235', mark: '0.0232', offsetMs: WINDOW }))
  const bid = bidOf78 === undefined ? {} : { bid: bidOf78 }
  on.feed(WINDOW, 'option_quotes', optionQuote(PUT_78, { ...bid, ask: '0.0155', mark: '0.0152', offsetMs: WINDOW }))
}
function tick(on: Bench, offsetMs: number): readonly AnyEvent[] {
  return on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
}
function holds(on: Bench, instrument: string, size: string, offsetMs: number): readonly AnyEvent[] {
  const told = { account: DEMO, book: 'hedge', instrument: instrument as InstrumentId, quantity: btc(size) } as const
  return on.feed(offsetMs, 'position_states', { ...told, averageEntry: '0', realised: usdc('0'), currency: 'USDC' })
}

test('[P-13] [F-O15] a roll sells both options of the old pair; the new floor rises with each, and is the promised one with the last', () => {
  const on = protectionBench()
  const old = pair(on)
  market(on, '0.0150')
  const placed = tick(on, WINDOW)
  const [quote] = only(placed, 'put_quotes')
  // without the pair 12,472 - 1,000 - 1,620 - 24.3 - 52; its bids bring 1,117.8 and 486, less 14.58 and 9.72
  assert.deepEqual([String(quote?.floorEquity), String(quote?.roll?.proceeds), String(quote?.roll?.fee)], ['11355.2', '1603.8', '24.3'])
  assert.deepEqual(
    quote?.roll?.legs?.map(({ instrument, size }) => [instrument, String(size)]),
    [
      [PUT_80, '0.6'],
      [PUT_78, '0.4'],
    ],
  )
  const [buy] = intents(placed)
  assert.ok(buy !== undefined)
  const bought = on.feed(WINDOW + 1_000, 'trade_confirmations', confirmation(buy, '1', '81000'))
  const [first] = intents(bought)
  assert.deepEqual([first?.instrument, String(first?.quantity), first?.coverageId], [PUT_80, '0.6', old.coverageId])
  assert.ok(first !== undefined)
  const between = on.feed(WINDOW + 2_000, 'trade_confirmations', confirmation(first, '0.6', '81000'))
  const [second] = intents(between)
  assert.deepEqual([second?.instrument, String(second?.quantity), String(second?.limitPrice)], [PUT_78, '0.4', '0.015'])
  assert.deepEqual(
    coversOf(between).map(({ state, alarm, floorEquity }) => [state, alarm, String(floorEquity)]),
    [
      ['active', 'being_sold', '10620'],
      ['active', 'roll_pending', '10878.92'], // 9,775.7 + 1,117.8 - 14.58
    ],
  )
  assert.ok(second !== undefined)
  const sold = on.feed(WINDOW + 3_000, 'trade_confirmations', confirmation(second, '0.4', '81000'))
  assert.deepEqual(
    coversOf(sold).map(({ state, floorEquity }) => [state, String(floorEquity)]),
    [
      ['closed', '10620'],
      ['active', '11355.2'],
    ],
  )
  assert.deepEqual(decisionKinds(sold), ['unwind_completed', 'renewal_completed'])
})

test('[P-13] one option of the pair finds no bid, or a stub: nothing is counted on, and the limit cannot be held', () => {
  for (const bid of [undefined, '0.0010']) {
    const on = protectionBench()
    pair(on)
    market(on, bid)
    assert.deepEqual(decisionKinds(tick(on, WINDOW)), ['renewal_due', 'renewal_refused'])
  }
})

test('[P-11] a part of one option is gone: the cover says so and stands on with the rest; without both it is closed', () => {
  const on = protectionBench()
  const { coverageId } = pair(on)
  holds(on, PUT_80, '0.6', MINUTE_MS)
  assert.deepEqual(coversOf(holds(on, PUT_78, '0.4', MINUTE_MS)), [], 'all there')
  const [less] = coversOf(holds(on, PUT_78, '0.1', MINUTE_MS + 1))
  assert.deepEqual(
    [less?.alarm, String(less?.filled), less?.legs?.map(({ filled }) => String(filled))],
    ['hedge_missing', '0.7', ['0.6', '0.1']],
  )
  holds(on, PUT_78, '0', MINUTE_MS + 2)
  const gone = holds(on, PUT_80, '0', MINUTE_MS + 3)
  assert.deepEqual(
    [coversOf(gone)[0]?.coverageId, coversOf(gone)[0]?.state, coversOf(gone)[0]?.alarm],
    [coverageId, 'closed', 'hedge_gone'],
  )
})

test('[P-13] [P-11] the old pair is gone before its renewal is bought: nothing is left to sell, the new cover stands with the floor it has', () => {
  const on = protectionBench()
  pair(on)
  for (const [name, size] of [
    [PUT_80, '0.6'],
    [PUT_78, '0.4'],
  ] as const)
    holds(on, name, size, MINUTE_MS)
  market(on, '0.0150')
  const [buy] = intents(tick(on, WINDOW))
  assert.ok(buy !== undefined)
  for (const name of [PUT_80, PUT_78]) holds(on, name, '0', WINDOW + 500)
  const bought = on.feed(WINDOW + 1_000, 'trade_confirmations', confirmation(buy, '1', '81000'))
  const [cover] = coversOf(bought)
  // 11,355.2 without the 1,603.8 less 24.3 that the pair was to bring
  assert.deepEqual(
    [cover?.state, cover?.alarm, cover?.roll, String(cover?.floorEquity)],
    ['active', 'below_drawdown_limit', undefined, '9775.7'],
  )
  assert.deepEqual([intents(bought), intents(tick(on, WINDOW + MINUTE_MS))], [[], []])
})
