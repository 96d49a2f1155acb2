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
import { AUDIT_EVENT_TABLE, AUDIT_VIEWS } from '#topics/audit-events.ts'
import type { AuditName } from '#topics/audit-events.ts'
import type { HedgeDecision, HedgeEvaluation } from '#topics/hedging.ts'
import type { BodyOf, TopicName } from '#topics/registry.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { MtmRecord } from '#topics/proof.ts'
import type { Coverage, ProtectionTerms } from '#topics/protection.ts'
import { audit } from './audit.ts'

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
const MARK: MtmRecord = {
  coverageId: COVER.coverageId,
  account: DEMO,
  positionId: 'p1',
  positionPnl: usdc('-400'),
  hedgeMtm: usdc('204.2'),
  equity: usdc('19500'),
  drawdownBuffer: usdc('8098.4'),
  coverageRatio: '0.500000',
  coverageRatioWorst: 1,
  doubtful: [],
  credit: usdc('204.2'),
  change: usdc('4.2'),
  isStanding: true,
  isDemo: true,
}

const PERPETUAL = 'BTC_USDC-PERPETUAL' as InstrumentId
const HEDGED: HedgeDecision = {
  decisionId: 'hedge-7',
  account: DEMO,
  trigger: 'timer',
  action: 'increase',
  reason: 'net_exposure',
  instrument: PERPETUAL,
  order: { intentId: 'hedge-7-1' as IntentId, instrument: PERPETUAL, side: 'sell', size: btc('0.5') },
  buffer: usdc('100'),
  target: usdc('250'),
  exposure: btc('1'),
  covered: btc('0'),
  hedgeBefore: btc('0'),
  hedgeTarget: btc('-0.5'),
  explanation: WHY,
}
const EVALUATED: HedgeEvaluation = {
  account: DEMO,
  decisionId: 'hedge-7',
  mode: 'shadow',
  selected: 'hold',
  done: 'act',
  code: 'improvement_too_small',
  buffer: usdc('100'),
  target: usdc('250'),
  improvementUsdc: usdc('1.5'),
  hedgeNeeded: btc('-0.5'),
  hedgeHeld: btc('0'),
  hedgeSelected: btc('0'),
  mark: price('88000'),
  score: {
    evaluations: 1,
    since: T0,
    liveResultUsdc: NONE,
    selectedResultUsdc: NONE,
    advantageUsdc: NONE,
    liveTurnover: btc('0.5'),
    selectedTurnover: btc('0'),
    differing: 1,
  },
  explanation: WHY,
}

function records<T extends TopicName>(on: Bench, offsetMs: number, topic: T, body: BodyOf<T>): [string, unknown][] {
  return only(on.feed(offsetMs, topic, body), 'audit_events').map(({ event, payload }) => [event, payload])
}
function names<T extends TopicName>(on: Bench, offsetMs: number, topic: T, body: BodyOf<T>): string[] {
  return records(on, offsetMs, topic, body).map(([event]) => event)
}

/** What each event of the table is provoked by, in the order of the document. */
const CAUSES: readonly ((feed: <T extends TopicName>(topic: T, body: BodyOf<T>) => void) => void)[] = [
  (feed) => feed('coverages', { ...COVER, previousCoverageId: 'cover-0' as CoverageId }),
  (feed) => feed('protection_intents', INTENT),
  (feed) => feed('hedge_decisions', HEDGED),
  (feed) => feed('trade_confirmations', CONFIRMED),
  (feed) => feed('mtm_records', MARK),
  (feed) => feed('coverages', { ...COVER, state: 'expired', settlementIndex: price<'BTC', 'USDC'>('64000'), payout: usdc('16000') }),
  (feed) => feed('put_quotes', { requestId: 'r', terms: TERMS, status: 'no_quote', considered: 3, lines: [], explanation: WHY }),
  ...(['pass_through_gate', 'premium_pass_through', 'risk_budget_update', 'liquidity_update'] as const).map(
    (kind) => (feed: <T extends TopicName>(topic: T, body: BodyOf<T>) => void) =>
      feed('protection_decisions', { account: DEMO, kind, explanation: WHY, detail: { usedUsdc: '1' } }),
  ),
  (feed) =>
    feed('protection_decisions', { account: DEMO, kind: 'renewal_due', coverageId: COVER.coverageId, explanation: WHY, detail: {} }),
  (feed) => feed('hedge_evaluations', EVALUATED),
  (feed) => feed('hedge_decisions', { ...HEDGED, order: undefined, skipped: 'below_lot' }),
  (feed) => feed('order_vetoes', { orderId: 'o2' as OrderId, intentId: INTENT.intentId, account: DEMO, explanation: WHY }),
  (feed) => {
    const detail = {
      accountId: DEMO,
      coverageId: 'cover-1',
      instrument: PUT,
      reason: 'drawdown_buffer_positive',
      field: 'drawdownBufferUsdc',
    }
    feed('protection_decisions', { account: DEMO, kind: 'close_blocked', explanation: WHY, detail })
  },
  (feed) => feed('protection_decisions', { account: DEMO, kind: 'hedge_gone', coverageId: COVER.coverageId, explanation: WHY, detail: {} }),
]

test('[OP-01] every event of the table is emitted by its cause, in its view, with the payload of its schema, and no other', () => {
  const on = bench([audit])
  const seen = new Map<string, string>()
  let offsetMs = 0
  const feed = <T extends TopicName>(topic: T, body: BodyOf<T>): void => {
    for (const { event, view, payload } of only(on.feed(offsetMs++, topic, body), 'audit_events')) {
      seen.set(event, view)
      const parsed = AUDIT_EVENT_TABLE[event as AuditName].payload.safeParse(payload)
      assert.deepEqual(parsed.error?.issues ?? [], [], event)
    }
  }
  for (const cause of CAUSES) cause(feed)
  assert.deepEqual(Object.fromEntries(seen), AUDIT_VIEWS)
})

test('[OP-01] a cover that a close could not sell is active again without being activated again', () => {
  const on = bench([audit])
  assert.deepEqual(names(on, 0, 'coverages', COVER), ['coverage_activated'])
  assert.deepEqual(names(on, 1, 'coverages', { ...COVER, state: 'settling' }), [])
  assert.deepEqual(names(on, 2, 'coverages', COVER), [])
})

test('[OP-01] a quiet look of the hedging loop is no event', () => {
  assert.deepEqual(names(bench([audit]), 0, 'hedge_decisions', { ...HEDGED, action: 'none', order: undefined }), [])
})

test('[P-11] [OP-01] coverage_activated carries its legs; pending writes nothing, active once, a change of the same life nothing', () => {
  const on = bench([audit])
  assert.deepEqual(names(on, 0, 'coverages', { ...COVER, state: 'pending', filled: btc('0') }), [])
  const times = { decidedAt: T0, activatedAt: epochMs(T0 + 1) }
  const [activated] = records(on, 1, 'coverages', { ...COVER, ...times, exitCostMax: usdc('52') })
  assert.equal(activated?.[0], 'coverage_activated')
  const { exitCostMaxUsdc, decidedAt, activatedAt } = activated[1] as Record<string, unknown>
  assert.deepEqual([exitCostMaxUsdc, decidedAt, activatedAt], ['52', '2026-01-29T00:00:00.000Z', '2026-01-29T00:00:00.001Z'])
  const told = (cover: object): unknown => {
    const [record] = records(bench([audit]), 1, 'coverages', { ...COVER, ...cover })
    const { premiumUsdc, feeUsdc, purchaseFeeUsdc } = (record?.[1] ?? {}) as Record<string, unknown>
    return [premiumUsdc, feeUsdc, purchaseFeeUsdc]
  }
  const charge = { charged: usdc('179.64') } as Coverage['charge']
  assert.deepEqual(told({}), ['572', '598.4', '26.4'], 'what the client is charged, and the fee of the venue in it')
  assert.deepEqual(told({ charge }), ['572', '179.64', '26.4'])
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

test('[P-12] [OP-01] mtm_position has its seven fields; a credit is what changed, and a demo credit is for demo alone', () => {
  const on = bench([audit])
  const position = {
    coverageId: 'cover-1',
    positionId: 'p1',
    positionPnlUsdc: '-400',
    hedgeMtmUsdc: '204.2',
    equityUsdc: '19500',
    drawdownBufferUsdc: '8098.4',
    coverageRatio: '0.500000',
  }
  const credit = { coverageId: 'cover-1', positionId: 'p1', creditUsdc: '4.2', bufferUsdc: '8098.4' }
  assert.deepEqual(records(on, 1, 'mtm_records', MARK), [
    ['mtm_position', position],
    ['mtm_credit', credit],
    ['demo_credit', credit],
  ])
  assert.deepEqual(names(on, 2, 'mtm_records', { ...MARK, isDemo: false }), ['mtm_position', 'mtm_credit'])
  assert.deepEqual(names(on, 3, 'mtm_records', { ...MARK, change: usdc('0') }), ['mtm_position'])
  const ended = records(on, 4, 'mtm_records', { ...MARK, isStanding: false, isDemo: false, credit: NONE, change: usdc('-204.2') })
  assert.deepEqual(ended, [['mtm_credit', { ...credit, creditUsdc: '-204.2' }]])
})

test('[P-12] [F-A12] mtm_position: no price is null, no position of its side is null, marks in doubt are named', () => {
  const on = bench([audit])
  const mark = { ...MARK, hedgeMtm: undefined, positionId: undefined, doubtful: [PUT], change: NONE }
  const [[, payload] = []] = records(on, 0, 'mtm_records', mark)
  const { hedgeMtmUsdc, positionId, stale } = payload as Record<string, unknown>
  assert.deepEqual([hedgeMtmUsdc, positionId, stale], [null, null, [PUT]])
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
