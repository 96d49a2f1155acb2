/** The audit trail: which event writes which record, with what fields, how often. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { explain } from '#domain/explanation.ts'
import type { CoverageId, IntentId, OrderId, QuoteId } from '#domain/order.ts'
import type { AccountId, OrderIntent } from '#domain/order.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { money, usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { epochMs } from '#units/time.ts'
import type { AccountValue } from '#topics/account.ts'
import type { BodyOf, TopicName } from '#topics/registry.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { Coverage, ProtectionTerms } from '#topics/protection.ts'
import { audit } from './audit.ts'
import { AUDIT_EVENTS } from './audit-payloads.ts'

const DEMO = 'demo' as AccountId
const PUT = 'BTC-6FEB26-80000-P' as InstrumentId
const WHY = explain('test', 1, { code: 'c', field: 'f', seen: 1, limit: 2 })
const TERMS: ProtectionTerms = {
  account: DEMO,
  positionId: 'p1',
  asset: 'BTC',
  side: 'long',
  tierName: 'Bronze',
  leverage: 5,
  size: btc('1'),
  drawdownFloor: ratio('0.1'),
  tenorDays: 7,
  renewal: 'hold-limit',
}
const COVER: Coverage = {
  coverageId: 'cover-1' as CoverageId,
  account: DEMO,
  state: 'active',
  quoteId: 'quote-1' as QuoteId,
  terms: TERMS,
  venue: 'deribit',
  instrument: PUT,
  optionType: 'put',
  strike: price('80000'),
  expiry: epochMs(T0 + 8 * 86_400_000),
  size: btc('1'),
  filled: btc('1'),
  index: price('88000'),
  premiumCoin: price('0.0065'),
  premium: usdc('572'),
  fee: usdc('26.4'),
  floorPrice: price('79200'),
  floorEquity: usdc('11401.6'),
  drawdownLimit: usdc('11401.6'),
}
const INTENT: OrderIntent = {
  intentId: 'cover-1-buy-1' as IntentId,
  account: DEMO,
  book: 'hedge',
  purpose: 'cover',
  venue: 'deribit',
  instrument: PUT,
  side: 'buy',
  quantity: btc('1'),
  type: 'limit',
  timeInForce: 'IOC',
  limitPrice: price('0.0066'),
  reduceOnly: false,
  postOnly: false,
  goodUntil: epochMs(T0 + 1000),
  coverageId: COVER.coverageId,
}
const CONFIRMED: TradeConfirmation = {
  orderId: 'o1' as OrderId,
  intentId: INTENT.intentId,
  account: DEMO,
  book: 'hedge',
  purpose: 'cover',
  instrument: PUT,
  side: 'buy',
  state: 'filled',
  quantity: btc('1'),
  filled: btc('1'),
  notional: money('0.0065'),
  fees: [{ currency: 'BTC', amount: money('0.0003') }],
}
const NONE = usdc('0')
const VALUE: AccountValue = {
  account: DEMO,
  equityClose: usdc('19500'),
  equityMark: NONE,
  equityLow: NONE,
  equityHigh: NONE,
  cash: usdc('19401.6'),
  positionPnl: usdc('-400'),
  hedgeClose: usdc('498.4'),
  hedgeMark: NONE,
  hedges: [
    { instrument: 'BTC-6FEB26-70000-P' as InstrumentId, quantity: btc('3'), close: usdc('90') },
    { instrument: PUT, quantity: btc('2'), close: usdc('408.4') },
  ],
  realised: NONE,
  unrealised: NONE,
  fees: NONE,
  funding: NONE,
  premiumPaid: NONE,
  payout: NONE,
  initialMargin: NONE,
  maintenanceMargin: NONE,
  index: price('87600'),
  staleMarks: [],
  missingPositions: [],
}

function records<T extends TopicName>(on: Bench, offsetMs: number, topic: T, body: BodyOf<T>): [string, unknown][] {
  return only(on.feed(offsetMs, topic, body), 'audit_events').map(({ event, payload }) => [event, payload])
}
function names<T extends TopicName>(on: Bench, offsetMs: number, topic: T, body: BodyOf<T>): string[] {
  return records(on, offsetMs, topic, body).map(([event]) => event)
}

test('[OP-01] every documented event of the table is emitted by its cause, in its view, and no other', () => {
  const on = bench([audit])
  const seen = new Map<string, string>()
  const feed = <T extends TopicName>(offsetMs: number, topic: T, body: BodyOf<T>): void =>
    only(on.feed(offsetMs, topic, body), 'audit_events').forEach(({ event, view }) => seen.set(event, view))
  feed(0, 'put_quotes', { requestId: 'r', terms: TERMS, status: 'no_quote', considered: 3, lines: [], explanation: WHY })
  feed(1, 'protection_intents', INTENT)
  feed(2, 'trade_confirmations', CONFIRMED)
  feed(3, 'coverages', { ...COVER, previousCoverageId: 'cover-0' as CoverageId })
  feed(4, 'account_values', VALUE)
  feed(5, 'clock_tick', { name: 'minute', dueAt: T0 })
  feed(6, 'protection_decisions', { account: DEMO, kind: 'renewal_due', coverageId: COVER.coverageId, explanation: WHY, detail: {} })
  feed(7, 'order_vetoes', { orderId: 'o2' as OrderId, intentId: INTENT.intentId, account: DEMO, explanation: WHY })
  feed(8, 'coverages', { ...COVER, state: 'expired', settlementIndex: price<'BTC', 'USDC'>('64000'), payout: usdc('16000') })
  feed(9, 'protection_decisions', { account: DEMO, kind: 'hedge_gone', coverageId: COVER.coverageId, explanation: WHY, detail: {} })
  assert.deepEqual(Object.fromEntries(seen), { ...AUDIT_EVENTS })
})

test('[P-11] [OP-01] coverage_activated carries its legs; pending writes nothing, active once, a change of the same life nothing', () => {
  const on = bench([audit])
  assert.deepEqual(names(on, 0, 'coverages', { ...COVER, state: 'pending', filled: btc('0') }), [])
  const times = { decidedAt: T0, activatedAt: epochMs(T0 + 1) }
  const [activated] = records(on, 1, 'coverages', { ...COVER, ...times, exitCostMax: usdc('52') })
  assert.equal(activated?.[0], 'coverage_activated')
  const { exitCostMaxUsdc, decidedAt, activatedAt } = activated[1] as Record<string, unknown>
  assert.deepEqual([exitCostMaxUsdc, decidedAt, activatedAt], ['52', '2026-01-29T00:00:00.000Z', '2026-01-29T00:00:00.001Z'])
  assert.deepEqual((activated[1] as Record<string, unknown>)['coverageLegs'], [
    { instrument: PUT, size: '1', venue: 'deribit', optionType: 'put', strike: '80000' },
  ])
  assert.deepEqual(names(on, 2, 'coverages', { ...COVER, alarm: 'roll_pending' }), [])
  assert.deepEqual(names(on, 3, 'coverages', { ...COVER, state: 'settling' }), [])
  assert.deepEqual(
    names(on, 4, 'coverages', { ...COVER, state: 'expired', payout: usdc('0') }),
    ['coverage_expired'],
    'no payout event without a payout',
  )
})

test('[P-13] [OP-01] a roll is activated without a floor and renewed with the one in force', () => {
  const on = bench([audit])
  const previousCoverageId = 'cover-0' as CoverageId
  const roll = {
    coverageId: previousCoverageId,
    venue: 'deribit',
    instrument: PUT,
    size: btc('1'),
    bidCoin: price<'BTC', 'BTC'>('0.02'),
    proceeds: usdc('1600'),
    fee: usdc('24'),
  }
  const floors = (body: Coverage, offsetMs: number) =>
    records(on, offsetMs, 'coverages', body).map(([event, payload]) => {
      const { floorEquity, floorEquityUnsold } = payload as Record<string, unknown>
      return [event, floorEquity, floorEquityUnsold]
    })
  const pending: Coverage = { ...COVER, previousCoverageId, roll, floorEquity: usdc('-500'), alarm: 'roll_pending' }
  assert.deepEqual(floors(pending, 0), [['coverage_activated', null, '-500']])
  assert.deepEqual(floors({ ...pending, floorEquity: usdc('300') }, 1), [], 'a part sold')
  assert.deepEqual(floors({ ...COVER, previousCoverageId }, 2), [['coverage_renewed', '11401.6', undefined]])
  assert.deepEqual(floors({ ...COVER, previousCoverageId, alarm: 'over_protected' }, 3), [])
})

test('[P-12] [OP-01] mtm_position has its seven fields, each minute the value has changed', () => {
  const on = bench([audit])
  on.feed(0, 'coverages', COVER)
  on.feed(0, 'position_states', {
    account: DEMO,
    book: 'client',
    instrument: 'BTC_USDC-PERPETUAL' as InstrumentId,
    quantity: btc('2'),
    averageEntry: '88000',
    realised: usdc('0'),
    currency: 'USDC',
  })
  assert.deepEqual(names(on, 1, 'clock_tick', { name: 'minute', dueAt: T0 }), [], 'nothing is known yet')
  on.feed(2, 'account_values', VALUE)
  const [entry] = records(on, 3, 'clock_tick', { name: 'minute', dueAt: T0 })
  assert.deepEqual(entry, [
    'mtm_position',
    {
      coverageId: 'cover-1',
      positionId: 'p1',
      positionPnlUsdc: '-400',
      hedgeMtmUsdc: '204.2',
      equityUsdc: '19500',
      drawdownBufferUsdc: '8098.4',
      coverageRatio: '0.500000',
    },
  ])
  assert.deepEqual(names(on, 4, 'clock_tick', { name: 'minute', dueAt: T0 }), [])
  on.feed(5, 'account_values', { ...VALUE, equityClose: usdc('19501') })
  assert.deepEqual(names(on, 6, 'clock_tick', { name: 'expiry:cover-1', dueAt: T0 }), [], 'only on the minute')
  assert.deepEqual(names(on, 7, 'clock_tick', { name: 'minute', dueAt: T0 }), ['mtm_position'])
  on.engine.restore(on.engine.snapshot())
  assert.deepEqual(names(on, 8, 'clock_tick', { name: 'minute', dueAt: T0 }), [], 'nor again after a start from a snapshot')
})

test("[P-12] mtm_position: without a price for its option the cover has no worth; without a named position it tells the ledger's", () => {
  const on = bench([audit])
  const { positionId: _, ...terms } = TERMS
  const holding = { account: DEMO, book: 'client', instrument: 'BTC_USDC-PERPETUAL' as InstrumentId, averageEntry: '88000' } as const
  const minute = (offsetMs: number): unknown[] =>
    records(on, offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 }).map(([, payload]) => {
      const { hedgeMtmUsdc, positionId } = payload as Record<string, unknown>
      return [hedgeMtmUsdc, positionId]
    })
  on.feed(0, 'coverages', { ...COVER, terms })
  on.feed(1, 'account_values', { ...VALUE, hedges: undefined })
  assert.deepEqual(minute(2), [[null, null]])
  on.feed(3, 'position_states', { ...holding, quantity: btc('1'), realised: NONE, currency: 'USDC' })
  on.feed(4, 'account_values', VALUE)
  assert.deepEqual(minute(5), [['204.2', 'BTC_USDC-PERPETUAL']])
  on.feed(6, 'position_states', { ...holding, quantity: btc('-1'), realised: NONE, currency: 'USDC' })
  on.feed(7, 'account_values', VALUE)
  assert.deepEqual(minute(8), [['204.2', null]], 'a short is not what this put protects')
})

test('[OP-01] execution_quality: share filled, and how much better than the bound it traded', () => {
  const on = bench([audit])
  on.feed(0, 'hedge_trades', { ...INTENT, orderId: 'o1' as OrderId } as never)
  const quality = records(on, 1, 'trade_confirmations', { ...CONFIRMED, filled: btc('0.5'), notional: money('0.00325') }).find(
    ([event]) => event === 'execution_quality',
  )?.[1] as Record<string, unknown>
  // 0.0066 asked at most, 0.0065 paid
  assert.deepEqual([quality['filledRatio'], quality['betterThanLimit']], ['0.5', '0.015152'])
})
