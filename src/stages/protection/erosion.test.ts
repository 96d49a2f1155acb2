/** Funding paid against the floor: named beforehand, counted afterwards, told once a day. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { DAY_MS, HOUR_MS } from '#units/time.ts'
import { coverage } from './coverage.ts'
import { floorEquityNow } from './erosion.ts'
import {
  accountValue,
  command,
  decisionKinds,
  february,
  finalAnswers,
  holds,
  protectedAccount,
  protectionBench,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'

function funding(on: Bench, total: string, offsetMs: number): readonly AnyEvent[] {
  on.feed(offsetMs, 'account_values', { ...accountValue(), funding: usdc(total) })
  return on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
}

test('[P-03] quote and cover name what the floor does not count', () => {
  const on = protectionBench()
  february(on)
  const excludes = ['funding', 'basis', 'closing_slippage']
  assert.deepEqual(finalAnswers(on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS)))[0]?.['floorExcludes'], excludes)
  const other = protectionBench()
  const cover = protectedAccount(other)
  assert.deepEqual([cover.floorExcludes, String(cover.fundingAtActivation)], [excludes, '0'])
})

test('[P-12] beside a perpetual hedge the quote says that its result is not counted; beside options it does not', () => {
  const excludesWith = (instrument: string): unknown => {
    const on = protectionBench()
    february(on)
    const hedge = { instrument: instrument as InstrumentId, quantity: btc('-0.3'), close: usdc('0') }
    on.feed(0, 'account_values', { ...accountValue(), hedges: [hedge] })
    return finalAnswers(on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS)))[0]?.['floorExcludes']
  }
  assert.deepEqual(excludesWith('BTC_USDC-PERPETUAL'), ['funding', 'basis', 'closing_slippage', 'hedge_result'])
  assert.deepEqual(excludesWith('BTC-6FEB26-80000-P'), ['funding', 'basis', 'closing_slippage'])
})

test('[P-12] a cover smaller than the position says that the rest is not counted; with the rest covered it does not', () => {
  const on = protectionBench()
  february(on)
  const asked = (offsetMs: number, side = 'long'): unknown =>
    finalAnswers(on.feed(offsetMs, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, side }, `${side}${offsetMs}`)))[0]?.[
      'floorExcludes'
    ]
  const plain = ['funding', 'basis', 'closing_slippage']
  holds(on, '1', 1)
  assert.deepEqual(asked(1), plain)
  holds(on, '1.000000000000000001', 2)
  assert.deepEqual(asked(2), [...plain, 'uncovered_position'])
  holds(on, '-1', 3)
  assert.deepEqual(asked(3), plain, 'a position of the other side is not what a put covers')
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
