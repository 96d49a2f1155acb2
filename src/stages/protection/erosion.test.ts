/** What the floor does not count is named beforehand; of it the funding paid is counted afterwards, and told once a day. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import type { Json } from '#topics/schema.ts'
import { DAY_MS, HOUR_MS } from '#units/time.ts'
import { coverage } from './coverage.ts'
import { floorEquityNow } from './erosion.ts'
import {
  accountValue,
  command,
  confirmation,
  decisionKinds,
  EXPIRY_6FEB,
  february,
  finalAnswers,
  holds,
  indexPrice,
  intents,
  optionQuote,
  protectedAccount,
  protectionBench,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'

const PLAIN = ['funding', 'basis', 'closing_slippage', 'trading', 'transfers', 'stated_positions', 'other_covers']

function funding(on: Bench, total: string, offsetMs: number): readonly AnyEvent[] {
  on.feed(offsetMs, 'account_values', { ...accountValue(), funding: usdc(total) })
  return on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
}

test('[P-03] quote and cover name what the floor does not count', () => {
  const on = protectionBench()
  february(on)
  assert.deepEqual(finalAnswers(on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS)))[0]?.['floorExcludes'], PLAIN)
  const other = protectionBench()
  const cover = protectedAccount(other)
  assert.deepEqual([cover.floorExcludes, String(cover.fundingAtActivation)], [PLAIN, '0'])
})

test('[P-12] beside a perpetual hedge the quote says that its result is not counted; beside options it does not', () => {
  const excludesWith = (instrument: string): unknown => {
    const on = protectionBench()
    february(on)
    const hedge = { instrument: instrument as InstrumentId, quantity: btc('-0.3'), close: usdc('0') }
    on.feed(0, 'account_values', { ...accountValue(), hedges: [hedge] })
    return finalAnswers(on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS)))[0]?.['floorExcludes']
  }
  assert.deepEqual(excludesWith('BTC_USDC-PERPETUAL'), [...PLAIN, 'hedge_result'])
  assert.deepEqual(excludesWith('BTC-6FEB26-80000-P'), PLAIN)
})

function excludes(on: Bench, offsetMs: number, change: Record<string, Json> = {}): unknown {
  const params = { ...QUOTE_PARAMS, ...change }
  return finalAnswers(on.feed(offsetMs, 'accepted_commands', command('quote', params, JSON.stringify([offsetMs, change]))))[0]?.[
    'floorExcludes'
  ]
}

test('[P-12] a cover smaller than the position says that the rest is not counted; with the rest covered it does not', () => {
  const on = protectionBench()
  february(on)
  holds(on, '1', 1)
  assert.deepEqual(excludes(on, 1), PLAIN)
  holds(on, '1.000000000000000001', 2)
  assert.deepEqual(excludes(on, 2), [...PLAIN, 'uncovered_position'])
  holds(on, '-1', 3)
  assert.deepEqual(excludes(on, 3, { preview: true }), PLAIN, 'a position of the other side is not what a put covers')
  const covered = protectionBench()
  protectedAccount(covered)
  holds(covered, '1.5', 200)
  assert.deepEqual(excludes(covered, 200, { positionSize: '0.5' }), PLAIN)
  assert.deepEqual(excludes(covered, 200, { positionSize: '0.4' }), [...PLAIN, 'uncovered_position'])
})

test('[P-13] a renewal covers what the cover it follows does: neither is counted beside the other', () => {
  const on = protectionBench()
  const old = protectedAccount(on)
  const window = EXPIRY_6FEB - 12 * HOUR_MS
  holds(on, '1.5', window)
  on.feed(window, 'index_prices', indexPrice('95000', window))
  on.feed(window, 'account_values', accountValue({ cash: '19401.6', equity: '26401.6' }))
  on.feed(window, 'option_quotes', optionQuote('BTC-13FEB26-86000-P', { bid: '0.0095', ask: '0.01', mark: '0.01', offsetMs: window }))
  const placed = on.feed(window, 'clock_tick', { name: 'minute', dueAt: T0 })
  const [renewal] = only(placed, 'put_quotes')
  assert.deepEqual([renewal?.renews, renewal?.floorExcludes], [old.coverageId, [...PLAIN, 'uncovered_position']])
  const [intent] = intents(placed)
  assert.ok(intent !== undefined)
  on.feed(window + 1, 'trade_confirmations', confirmation(intent, '1', '95000'))
  assert.deepEqual(excludes(on, window + 2, { positionSize: '0.5' }), PLAIN)
  assert.deepEqual(excludes(on, window + 2, { positionSize: '0.4' }), [...PLAIN, 'uncovered_position'], 'both stand, for one coin')
})

test('[P-13] funding paid since activation lowers the floor as it is now, told from a cent on and once a day while it grows', () => {
  const on = protectionBench()
  const cover = protectedAccount(on) // floor and limit 11,349.6
  assert.deepEqual(funding(on, '-0.009', HOUR_MS), [])
  const first = funding(on, '-12.5', 2 * HOUR_MS)
  assert.deepEqual(decisionKinds(first), ['floor_eroded'])
  const said = only(first, 'protection_decisions')[0]
  assert.deepEqual(
    [said?.explanation.seen, said?.explanation.limit, said?.detail],
    ['11337.1', '11349.6', { fundingPaid: '12.5', floorEquity: '11349.6', floorEquityNow: '11337.1' }],
  )
  assert.equal(String(floorEquityNow(on.engine.stateOf(coverage), cover)), '11337.1')
  assert.deepEqual(funding(on, '-20', 3 * HOUR_MS), [], 'once a day')
  assert.deepEqual(decisionKinds(funding(on, '-30', DAY_MS + HOUR_MS)), ['floor_eroded'])
  assert.deepEqual(funding(on, '-30', 2 * DAY_MS + HOUR_MS), [], 'nothing new')
  assert.deepEqual(funding(on, '5', 3 * DAY_MS + HOUR_MS), [])
  assert.equal(String(floorEquityNow(on.engine.stateOf(coverage), cover)), '11354.6', 'received')
})
