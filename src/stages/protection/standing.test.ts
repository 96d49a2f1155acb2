/** Covers against what the books hold: options that go, positions that go, settlements that never come. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { money, usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { price } from '#units/price.ts'
import { HOUR_MS, MINUTE_MS } from '#units/time.ts'
import {
  accountValue,
  command,
  confirmation,
  coversOf,
  decisionKinds,
  DEMO,
  EXPIRY_6FEB,
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

/** What the hedge book holds of the put, as the ledger tells it after a fill. */
function hedge(on: Bench, size: string, offsetMs: number): readonly AnyEvent[] {
  return on.feed(offsetMs, 'position_states', {
    account: DEMO,
    book: 'hedge',
    instrument: PUT_80 as InstrumentId,
    quantity: btc(size),
    averageEntry: '0.0065',
    realised: money('0'),
    currency: 'BTC',
  })
}
function client(on: Bench, size: string, offsetMs: number): readonly AnyEvent[] {
  return on.feed(offsetMs, 'position_states', {
    account: DEMO,
    book: 'client',
    instrument: 'BTC_USDC-PERPETUAL' as InstrumentId,
    quantity: btc(size),
    averageEntry: '88000',
    realised: usdc('0'),
    currency: 'USDC',
  })
}
function tick(on: Bench, offsetMs: number): readonly AnyEvent[] {
  return on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
}
const lives = (events: readonly AnyEvent[]) => coversOf(events).map(({ state, alarm, filled }) => [state, alarm, filled.toString()])

test('[P-14] a liquidation takes the position, then the option: told at once, the cover closed, no renewal', () => {
  const on = protectionBench()
  protectedAccount(on)
  assert.deepEqual(hedge(on, '1', 200), [])
  const bare = client(on, '0', HOUR_MS)
  assert.deepEqual([lives(bare), decisionKinds(bare)], [[['active', 'over_protected', '1']], ['over_protected']])
  const gone = hedge(on, '0', HOUR_MS)
  assert.deepEqual([lives(gone), decisionKinds(gone)], [[['closed', 'hedge_gone', '1']], ['hedge_gone']])
  const why = coversOf(gone)[0]?.explanation
  assert.deepEqual([why?.code, why?.field, why?.seen, why?.limit], ['hedge_gone', 'hedge', '0', '1'])
  for (const at of [HOUR_MS + MINUTE_MS, WINDOW, EXPIRY_6FEB, EXPIRY_6FEB + MINUTE_MS]) assert.deepEqual(tick(on, at), [])
})

test('[P-14] an option that goes while the position stays: closed, and the position is told bare, never closed for it', () => {
  const on = protectionBench()
  protectedAccount(on)
  hedge(on, '1', 200)
  const gone = hedge(on, '0', HOUR_MS)
  assert.deepEqual([lives(gone), decisionKinds(gone), intents(gone)], [[['closed', 'hedge_gone', '1']], ['hedge_gone', 'unprotected'], []])
  assert.equal(only(gone, 'protection_decisions')[1]?.detail['position'], '1')
})

test('[P-14] a part of the hedge gone: the cover goes on with what is left, with an alarm, said once', () => {
  const on = protectionBench()
  protectedAccount(on)
  const part = hedge(on, '0.4', HOUR_MS)
  assert.deepEqual([lives(part), decisionKinds(part)], [[['active', 'hedge_missing', '0.4']], ['hedge_missing']])
  const next = tick(on, HOUR_MS + MINUTE_MS)
  assert.deepEqual(
    [decisionKinds(next), coversOf(next).map(({ uncoveredSize }) => uncoveredSize?.toString())],
    [[], ['0.6']],
    'nothing stands for the rest any more',
  )
  assert.deepEqual(tick(on, HOUR_MS + 2 * MINUTE_MS), [])
  assert.deepEqual(lives(hedge(on, '0', 2 * HOUR_MS)), [['closed', 'hedge_gone', '0.4']])
})

test('[P-14] two covers of one option: what the book lacks is missing to the younger one', () => {
  const on = protectionBench()
  const first = protectedAccount(on)
  client(on, '2', 150)
  const [intent] = intents(on.feed(200, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, positionSize: '0.5' }, 'p2')))
  assert.ok(intent !== undefined && intent.instrument === first.instrument)
  on.feed(300, 'trade_confirmations', confirmation(intent, '0.5'))
  assert.deepEqual(lives(hedge(on, '1.5', 400)), [])
  const [short] = coversOf(hedge(on, '1.2', HOUR_MS))
  assert.deepEqual([short?.coverageId === first.coverageId, short?.alarm, short?.filled.toString()], [false, 'hedge_missing', '0.2'])
})

test('[P-14] a position closed by its owner: the put stays with an alarm, no renewal; a new position quietens it', () => {
  const on = protectionBench()
  protectedAccount(on)
  hedge(on, '1', 200)
  assert.deepEqual(lives(client(on, '0', HOUR_MS)), [['active', 'over_protected', '1']])
  assert.deepEqual(tick(on, HOUR_MS + MINUTE_MS), [], 'once')
  const back = client(on, '1', 2 * HOUR_MS)
  assert.deepEqual([lives(back), decisionKinds(back)], [[['active', undefined, '1']], []])
  assert.deepEqual(lives(client(on, '-1', 3 * HOUR_MS)), [['active', 'over_protected', '1']], 'a put protects no short')
  const due = tick(on, WINDOW)
  assert.deepEqual([only(due, 'quote_requests'), intents(due)], [[], []])
})

test('[P-14] settling with nothing to deliver ends a minute later; a settlement that empties the book is no loss', () => {
  const on = protectionBench()
  protectedAccount(on)
  hedge(on, '1', 200)
  assert.deepEqual(lives(tick(on, EXPIRY_6FEB)), [['settling', undefined, '1']])
  assert.deepEqual(hedge(on, '0', EXPIRY_6FEB + 1000), [], 'a settlement may be on its way')
  assert.deepEqual(lives(tick(on, EXPIRY_6FEB + MINUTE_MS)), [['closed', 'hedge_gone', '1']])

  const settled = protectionBench()
  protectedAccount(settled)
  hedge(settled, '1', 200)
  settled.feed(EXPIRY_6FEB - 5, 'venue_settlements', {
    venue: 'deribit',
    account: DEMO,
    settlementId: 's1',
    instrument: PUT_80 as InstrumentId,
    quantity: btc('1'),
    settlementIndex: price<'BTC', 'USDC'>('90000'),
    payout: money('0'),
    fee: money('0'),
    currency: 'BTC',
    basis: 'venue',
    venueAt: T0,
  })
  assert.deepEqual(hedge(settled, '0', EXPIRY_6FEB - 4), [], 'even where the venue is ahead of our clock')
  assert.deepEqual(coversOf(tick(settled, EXPIRY_6FEB + MINUTE_MS)), [])
})

test('[P-13] the option that a roll sells is not missed; lost to others, the new cover has its final floor without it', () => {
  for (const bySale of [true, false]) {
    const on = protectionBench()
    const old = protectedAccount(on)
    hedge(on, '1', 200)
    on.feed(WINDOW, 'index_prices', indexPrice('81000', WINDOW))
    on.feed(WINDOW, 'account_values', accountValue({ cash: '19401.6', equity: '14264.6', hedge: '1863' }))
    on.feed(WINDOW, 'option_quotes', optionQuote(PUT_80, { bid: '0.0230', ask: '0.0235', mark: '0.0235', offsetMs: WINDOW }))
    on.feed(WINDOW, 'option_quotes', optionQuote('BTC-13FEB26-80000-P', { bid: '0.0195', ask: '0.0200', mark: '0.02', offsetMs: WINDOW }))
    const [buy] = intents(tick(on, WINDOW))
    assert.ok(buy !== undefined)
    const [sale] = intents(on.feed(WINDOW + 1000, 'trade_confirmations', confirmation(buy, '1', '81000')))
    assert.ok(sale !== undefined)
    assert.deepEqual(hedge(on, '0', WINDOW + 2000), [], 'in flight')
    const after = on.feed(WINDOW + 3000, 'trade_confirmations', confirmation(sale, bySale ? '1' : '0', '81000'))
    const [closed, next] = coversOf(after)
    assert.deepEqual(
      [closed?.coverageId, closed?.state, closed?.alarm, next?.state, next?.alarm, String(next?.floorEquity)],
      bySale
        ? [old.coverageId, 'closed', undefined, 'active', undefined, '11544']
        : [old.coverageId, 'closed', 'hedge_gone', 'active', 'below_drawdown_limit', '9705.3'],
    )
    assert.ok(decisionKinds(after).includes('renewal_completed'))
  }
})
