/** Renewal policies on hand-made chains: kept, rolled, impossible, rolling, none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { HOUR_MS, MINUTE_MS } from '#units/time.ts'
import { activeCoverages, coverage, recentDecisions } from './coverage.ts'
import {
  accountValue,
  confirmation,
  coversOf,
  decisionKinds,
  DEMO,
  EXPIRY_6FEB,
  indexPrice,
  intents,
  markOf,
  optionQuote,
  protectedAccount,
  protectionBench,
  PUT_80,
  T0,
} from './protection.fixture.ts'

const WINDOW = EXPIRY_6FEB - 12 * HOUR_MS
const NEXT_PUT = 'BTC-13FEB26-80000-P'
const CASH = '19401.6' // 20,000 less the 598.4 of the first cover

/** Moves the market at an instant: index, what the account is worth (without and with the old cover), quotes by name [bid, ask]. */
function market(on: Bench, offsetMs: number, index: number, quotes: Record<string, readonly [string, string]>, oldWorth = '0'): void {
  on.feed(offsetMs, 'index_prices', indexPrice(String(index), offsetMs))
  const equity = (Number(CASH) + index - 88_000 + Number(oldWorth)).toFixed(2)
  on.feed(offsetMs, 'account_values', accountValue({ cash: CASH, equity, hedge: oldWorth }))
  for (const [name, [bid, ask]] of Object.entries(quotes))
    on.feed(offsetMs, 'option_quotes', optionQuote(name, { bid, ask, mark: ask, offsetMs }))
}
function tick(on: Bench, offsetMs: number): readonly AnyEvent[] {
  return on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
}

test('[P-13] not before its window; then the next cover is bought first, and the old one runs to its end', () => {
  const on = protectionBench()
  const old = protectedAccount(on)
  market(on, WINDOW - 1, 95_000, { 'BTC-13FEB26-86000-P': ['0.0095', '0.0100'] }, '9.50')
  assert.deepEqual(tick(on, WINDOW - 1), [])
  const placed = tick(on, WINDOW)
  assert.deepEqual(decisionKinds(placed), ['renewal_due', 'renewal_placed'])
  const [intent] = intents(placed)
  assert.ok(intent !== undefined)
  assert.deepEqual([intent.instrument, intent.renewsCover], ['BTC-13FEB26-86000-P', true])
  assert.deepEqual(tick(on, WINDOW + MINUTE_MS), [], 'one renewal at a time')

  const done = on.feed(WINDOW + MINUTE_MS, 'trade_confirmations', confirmation(intent, '1', '95000'))
  assert.deepEqual(decisionKinds(done), ['renewal_completed'])
  // 19,401.6 + 7,000 without the old cover, less 9,000 to the strike, 950 and 28.5, and to leave 12.9 and 43
  const [next] = coversOf(done)
  const [completed] = only(done, 'protection_decisions')
  assert.deepEqual(
    [completed?.detail['decidedAt'], completed?.detail['filledAt']],
    ['2026-02-05T20:00:00.000Z', '2026-02-05T20:01:00.000Z'],
    'decided on one state of the market, filled on the next: the record has both',
  )
  assert.deepEqual(
    [next?.state, String(next?.floorEquity), String(next?.drawdownLimit), next?.previousCoverageId, next?.alarm],
    ['active', '16367.2', '11349.6', old.coverageId, undefined],
  )
  assert.equal(activeCoverages(on.engine.stateOf(coverage), DEMO, T0).length, 2, 'no gap')
  const end = tick(on, EXPIRY_6FEB)
  assert.deepEqual(decisionKinds(end), ['cover_settling'], 'a successor stands: nothing else follows')
  assert.equal(intents(end).length, 0)
})

test('[P-13] a limit that only the worth of the old cover can hold: new bought first, old sold then, both in the record', () => {
  const on = protectionBench()
  const old = protectedAccount(on)
  // without the old cover 12,401.6 - 1,000 - 1,620 - 24.3 - 12 - 40 = 9,705.3; its bid brings 1,863 - 24.3
  market(on, WINDOW, 81_000, { [NEXT_PUT]: ['0.0195', '0.0200'], [PUT_80]: ['0.0230', '0.0235'] }, '1863')
  const placed = tick(on, WINDOW)
  const [quote] = only(placed, 'put_quotes')
  assert.deepEqual([String(quote?.floorEquity), String(quote?.equityBefore), quote?.roll?.instrument], ['11544', '14240.3', PUT_80])
  const [buy] = intents(placed)
  assert.ok(buy !== undefined)
  assert.equal(buy.instrument, NEXT_PUT)
  const done = on.feed(WINDOW + 1000, 'trade_confirmations', confirmation(buy, '1', '81000'))
  const [next] = coversOf(done)
  assert.deepEqual(
    [next?.state, next?.alarm, String(next?.floorEquity)],
    ['active', 'roll_pending', '9705.3'],
    'what is not sold yet does not count',
  )
  assert.deepEqual(decisionKinds(done), ['roll_pending', 'unwind_placed'], 'no renewal is complete whose floor is not in force')
  const { floorEquityExpected, floorEquityUnsold } = only(done, 'protection_decisions')[0]?.detail ?? {}
  assert.deepEqual([floorEquityExpected, floorEquityUnsold, next?.explanation?.code], ['11544', '9705.3', 'roll_pending'])
  const [sale] = intents(done)
  assert.ok(sale !== undefined)
  assert.deepEqual(
    [sale.purpose, sale.instrument, String(sale.limitPrice), sale.coverageId],
    ['unwind_cover', PUT_80, '0.023', old.coverageId],
  )
  const sold = on.feed(WINDOW + 2000, 'trade_confirmations', confirmation(sale, '1', '81000'))
  assert.deepEqual(
    coversOf(sold).map(({ coverageId, state, alarm }) => [coverageId, state, alarm]),
    [
      [old.coverageId, 'closed', undefined],
      [next?.coverageId, 'active', undefined],
    ],
  )
  assert.equal(String(coversOf(sold)[1]?.floorEquity), '11544')
  assert.deepEqual(decisionKinds(sold), ['unwind_completed', 'renewal_completed'])
  const completed = only(sold, 'protection_decisions')[1]
  assert.deepEqual([completed?.detail['floorEquity'], completed?.explanation.seen], ['11544', '11544'])
})

test('[P-13] a limit nobody sells: refused once per state of the market, announced, and the position closes with its cover', () => {
  const on = protectionBench()
  protectedAccount(on)
  on.feed(WINDOW, 'position_states', {
    account: DEMO,
    book: 'client',
    instrument: markOf('70000').instrument,
    quantity: btc('1'),
    averageEntry: '88000',
    realised: usdc('0'),
    currency: 'USDC',
  })
  on.feed(WINDOW, 'marks', markOf('70000', WINDOW))
  market(on, WINDOW, 70_000, { [NEXT_PUT]: ['0.1545', '0.1550'], [PUT_80]: ['0.1420', '0.1430'] }, '9940')
  const first = tick(on, WINDOW)
  assert.deepEqual(decisionKinds(first), ['renewal_due', 'renewal_refused'])
  const [refusal] = only(first, 'put_quotes')
  // with the roll: 1,401.6 + 9,940 - 21 + 10,000 - 10,850 - 21 - 12 - 40
  assert.deepEqual(
    [refusal?.explanation?.code, refusal?.explanation?.seen, refusal?.explanation?.limit],
    ['below_drawdown_limit', '10397.6', '11349.6'],
  )
  for (let minute = 1; minute < 60; minute++)
    assert.deepEqual(only(tick(on, WINDOW + minute * MINUTE_MS), 'put_quotes'), [], 'the same data would give the same answer')
  market(on, WINDOW + HOUR_MS, 70_000, {}, '9940')
  assert.deepEqual(decisionKinds(tick(on, WINDOW + HOUR_MS)), ['renewal_refused'])
  market(on, EXPIRY_6FEB - HOUR_MS, 70_000, {}, '9940')
  const late = only(tick(on, EXPIRY_6FEB - HOUR_MS), 'protection_decisions')
  assert.equal(late[0]?.detail['expiresInMs'], String(HOUR_MS))
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB - 10 * MINUTE_MS)), ['renewal_gap'])
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB - 9 * MINUTE_MS)), [])

  const end = tick(on, EXPIRY_6FEB)
  assert.deepEqual(decisionKinds(end), ['cover_settling', 'position_closing'])
  const [close] = intents(end)
  assert.ok(close !== undefined)
  assert.deepEqual(
    [close.purpose, close.side, String(close.quantity), close.reduceOnly, String(close.limitPrice)],
    ['close_position', 'sell', '1', true, '69300'],
  )
  // a part fills: the rest follows on the next minute; flat, it is over
  on.feed(EXPIRY_6FEB + 10, 'trade_confirmations', confirmation(close, '0.4'))
  const [rest] = intents(tick(on, EXPIRY_6FEB + MINUTE_MS))
  assert.ok(rest !== undefined)
  assert.equal(String(rest.quantity), '0.6')
  on.feed(EXPIRY_6FEB + MINUTE_MS + 10, 'trade_confirmations', confirmation(rest, '0.6'))
  assert.deepEqual(tick(on, EXPIRY_6FEB + 2 * MINUTE_MS), [])
  assert.equal(recentDecisions(on.engine.stateOf(coverage), DEMO, 1)[0]?.decision.kind, 'position_closing')
})

test('[P-13] rolling starts from the index as it is and says that the floor is lower, with both values', () => {
  const on = protectionBench()
  protectedAccount(on, { renewal: 'rolling' })
  market(on, WINDOW, 82_000, { 'BTC-13FEB26-74000-P': ['0.0095', '0.0100'] }, '100')
  const [intent] = intents(tick(on, WINDOW))
  assert.ok(intent !== undefined)
  const done = on.feed(WINDOW + 1, 'trade_confirmations', confirmation(intent, '1', '82000'))
  assert.deepEqual(decisionKinds(done), ['renewal_completed', 'floor_lowered'])
  // 13,401.6 - 8,000 - 820 - 24.6, and to leave 0.00015 and 0.0005 of 74,000: 11.1 and 37
  const lowered = only(done, 'protection_decisions')[1]?.detail
  assert.deepEqual(lowered, { from: '11349.6', to: '4508.9' })
  assert.equal(String(coversOf(done)[0]?.drawdownLimit), '4508.9')
})

test('[P-13] policy none: nothing is tried, the position stays and the record says unprotected', () => {
  const on = protectionBench()
  protectedAccount(on, { renewal: 'none' })
  market(on, WINDOW, 88_000, { [NEXT_PUT]: ['0.0095', '0.0100'] })
  assert.deepEqual(tick(on, WINDOW), [])
  const end = tick(on, EXPIRY_6FEB)
  assert.deepEqual([decisionKinds(end), intents(end)], [['cover_settling', 'unprotected'], []])
})

test('[P-13] [F-O15] a renewal still in flight at expiry decides afterwards: filled, covered; not filled, the position closes', () => {
  for (const filled of ['1', '0']) {
    const on = protectionBench()
    protectedAccount(on)
    market(on, EXPIRY_6FEB - 1000, 95_000, { 'BTC-13FEB26-86000-P': ['0.0095', '0.0100'] })
    const [intent] = intents(tick(on, EXPIRY_6FEB - 1000))
    assert.ok(intent !== undefined)
    assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB)), ['cover_settling'])
    const after = on.feed(EXPIRY_6FEB + 1, 'trade_confirmations', confirmation(intent, filled, '95000'))
    assert.deepEqual(decisionKinds(after), filled === '1' ? ['renewal_completed'] : ['renewal_refused', 'position_closing'])
  }
})

test('[P-13] a market that says nothing: refused once, then the clock alone escalates, an hour and ten minutes before the end', () => {
  const on = protectionBench({ 'protection/quotes': { indexMaxAgeMs: 1000 } })
  const old = protectedAccount(on)
  assert.deepEqual(decisionKinds(tick(on, WINDOW)), ['renewal_due', 'renewal_refused'])
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB - HOUR_MS - 1)), [])
  const hour = only(tick(on, EXPIRY_6FEB - HOUR_MS), 'protection_decisions')
  assert.deepEqual(
    hour.map(({ kind, coverageId, detail, explanation }) => [kind, coverageId, detail['expiresInMs'], explanation.code]),
    [['renewal_escalated', old.coverageId, String(HOUR_MS), 'no_cover_in_time']],
  )
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB - HOUR_MS + MINUTE_MS)), [], 'said once')
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB - 10 * MINUTE_MS)), ['renewal_gap'])
})

test('[P-13] an order for the next cover that nobody answers escalates like none at all; answered, nothing more is said', () => {
  const on = protectionBench()
  protectedAccount(on)
  market(on, WINDOW, 95_000, { 'BTC-13FEB26-86000-P': ['0.0095', '0.0100'] })
  const [intent] = intents(tick(on, WINDOW))
  assert.ok(intent !== undefined)
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB - HOUR_MS)), ['renewal_escalated'])
  assert.deepEqual(intents(tick(on, EXPIRY_6FEB - HOUR_MS)), [], 'and no second one is sent')
  assert.deepEqual(decisionKinds(on.feed(EXPIRY_6FEB - HOUR_MS + 1, 'trade_confirmations', confirmation(intent, '1', '95000'))), [
    'renewal_completed',
  ])
  assert.deepEqual(tick(on, EXPIRY_6FEB - 10 * MINUTE_MS), [])
})

test('[P-13] a failed purchase of a renewal is tried again on the next data while time is left', () => {
  const on = protectionBench()
  protectedAccount(on)
  market(on, WINDOW, 95_000, { 'BTC-13FEB26-86000-P': ['0.0095', '0.0100'] })
  const [intent] = intents(tick(on, WINDOW))
  assert.ok(intent !== undefined)
  assert.deepEqual(decisionKinds(on.feed(WINDOW + 1, 'trade_confirmations', confirmation(intent, '0', '95000'))), ['renewal_refused'])
  assert.deepEqual(intents(tick(on, WINDOW + MINUTE_MS)), [])
  market(on, WINDOW + 2 * MINUTE_MS, 95_000, { 'BTC-13FEB26-86000-P': ['0.0095', '0.0105'] })
  assert.equal(intents(tick(on, WINDOW + 2 * MINUTE_MS)).length, 1)
})

test('[P-13] a roll whose sale does not come keeps the old cover and its alarm; at its end the sale is given up', () => {
  const on = protectionBench()
  protectedAccount(on)
  market(on, WINDOW, 81_000, { [NEXT_PUT]: ['0.0195', '0.0200'], [PUT_80]: ['0.0230', '0.0235'] }, '1863')
  const [buy] = intents(tick(on, WINDOW))
  assert.ok(buy !== undefined)
  const [sale] = intents(on.feed(WINDOW + 1000, 'trade_confirmations', confirmation(buy, '1', '81000')))
  assert.ok(sale !== undefined)
  on.feed(WINDOW + 2000, 'trade_confirmations', confirmation(sale, '0', '81000'))
  assert.equal(intents(tick(on, WINDOW + MINUTE_MS)).length, 1, 'tried again')
  assert.deepEqual(
    activeCoverages(on.engine.stateOf(coverage), DEMO, T0).map(({ alarm }) => alarm),
    [undefined, 'roll_pending'],
  )
  const end = tick(on, EXPIRY_6FEB)
  assert.deepEqual(decisionKinds(end), ['cover_settling', 'hedge_action_skipped'])
  assert.deepEqual(intents(tick(on, EXPIRY_6FEB + MINUTE_MS)), [])
  // delivered at 78,000 instead: 2,000 less 11.7 for the delivery enter the floor, and with them the roll is over
  const settled = on.feed(EXPIRY_6FEB + MINUTE_MS, 'venue_settlements', {
    venue: 'deribit',
    account: DEMO,
    settlementId: 's1',
    instrument: PUT_80 as InstrumentId,
    quantity: btc('1'),
    settlementIndex: price<'BTC', 'USDC'>('78000'),
    payout: usdc('2000'),
    fee: usdc('11.7'),
    currency: 'USDC',
    basis: 'venue',
    venueAt: T0,
  })
  const next = coversOf(settled).at(-1)
  assert.deepEqual([next?.state, next?.alarm, String(next?.floorEquity)], ['active', undefined, '11693.6'])
  assert.deepEqual(decisionKinds(settled), ['payout_booked', 'renewal_completed'])
})

test('[P-13] a roll sold in two parts: the floor rises with each, and is the promised one with the second', () => {
  const on = protectionBench()
  protectedAccount(on)
  market(on, WINDOW, 81_000, { [NEXT_PUT]: ['0.0195', '0.0200'], [PUT_80]: ['0.0230', '0.0235'] }, '1863')
  const [buy] = intents(tick(on, WINDOW))
  assert.ok(buy !== undefined)
  const [sale] = intents(on.feed(WINDOW + 1000, 'trade_confirmations', confirmation(buy, '1', '81000')))
  assert.ok(sale !== undefined)
  // 0.4 x (1,863 - 24.3)
  const first = on.feed(WINDOW + 2000, 'trade_confirmations', confirmation(sale, '0.4', '81000'))
  const floors = (events: readonly AnyEvent[]) =>
    coversOf(events).map(({ state, alarm, floorEquity }) => [state, alarm, String(floorEquity)])
  assert.deepEqual(floors(first)[1], ['active', 'roll_pending', '10440.78'])
  const [rest] = intents(tick(on, WINDOW + MINUTE_MS))
  assert.ok(rest !== undefined)
  const second = on.feed(WINDOW + MINUTE_MS + 1, 'trade_confirmations', confirmation(rest, '0.6', '81000'))
  assert.deepEqual(floors(second)[1], ['active', undefined, '11544'])
  assert.deepEqual(decisionKinds(second), ['unwind_completed', 'renewal_completed'])
})
