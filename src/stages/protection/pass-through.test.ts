/** A quote with controls through the engine: its statuses, what a client has to send and may not send, consent, drift, and a reload while it runs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { Json } from '#topics/schema.ts'
import { HOUR_MS } from '#units/time.ts'
import {
  command,
  confirmation,
  coversOf,
  february,
  finalAnswers,
  indexPrice,
  intents,
  optionQuote,
  protectionBench,
  PUT_80,
  QUOTE_PARAMS,
  volatility,
} from './protection.fixture.ts'
import { quotes } from './quotes.ts'

const CONTROLS = {
  premium_markup_pct_by_tier: { Bronze: 0.05 },
  enable_premium_pass_through: true,
  pass_through_cap_by_tier: { Bronze: 1.5 },
  pass_through_cap_by_leverage: { '5': 2 },
  premium_floor_ratio: 0.5,
  subsidy_daily_cap_usdc: 1000,
  subsidy_account_daily_cap_usdc: 300,
}
function under(controls: object = CONTROLS): Bench {
  const on = protectionBench({ 'protection/quotes': { riskControls: controls } })
  february(on)
  return on
}
type Answer = Record<string, Json>
function ask(on: Bench, change: Answer = {}, id = 'q1', offsetMs = 0): Answer {
  const answer = finalAnswers(on.feed(offsetMs, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, ...change }, id)))[0]
  assert.ok(answer !== undefined)
  return answer
}
function activate(on: Bench, quoteId: Json | undefined, more: Answer = {}, id = 'a1', offsetMs = 1000): AnyEvent[] {
  return on.feed(offsetMs, 'accepted_commands', command('activate', { quoteId: quoteId ?? null, ...more }, id))
}
const reasonOf = (events: readonly AnyEvent[]): Json | undefined =>
  finalAnswers(events)[0]?.['reason'] ?? (intents(events).length === 1 ? 'placed' : undefined)
const OPTED = { allowPremiumPassThrough: true }

test('[P-04] [P-07] the answer: every line, what the client pays, what the hedge costs, what is subsidised, the cap', () => {
  const plain = ask(under())
  assert.deepEqual(
    [plain['status'], plain['feeUsdc'], plain['premiumUsdc'], plain['purchaseFeeUsdc'], plain['subsidyUsdc'], plain['passThrough']],
    ['ok', '627', '572', '26.4', '0', null],
  )
  assert.deepEqual(plain['lines'], [
    { name: 'premium', usdc: '572' },
    { name: 'purchase fee', usdc: '26.4' },
    { name: 'markup, tier Bronze', usdc: '28.6' },
  ])
  assert.equal(plain['floorEquity'], '11321', '11,349.6 less the markup: the floor counts all that the client pays')
  const capped = ask(under(), { ...OPTED, fixedPriceUsdc: 380 })
  assert.deepEqual(
    [capped['status'], capped['feeUsdc'], capped['subsidyUsdc'], capped['floorEquity']],
    ['pass_through_capped', '570', '28.4', '11349.6'],
  )
  assert.deepEqual(capped['passThrough'], {
    fixedPriceUsdc: '380',
    capBaseUsdc: '570',
    capUpliftUsdc: '0',
    capUsdc: '570',
    userUsdc: '570',
    subsidyUsdc: '28.4',
    consentRequired: true,
  })
  assert.equal(ask(under(), { ...OPTED, fixedPriceUsdc: 500 })['status'], 'pass_through')
})

test('[P-05] premium_floor is a status and a refusal: the floor a number, the regime beside it', () => {
  const on = under({ ...CONTROLS, premium_floor_ratio: { low: 0.9, normal: 0.8, high: 0.7 } })
  on.feed(0, 'volatility_context', volatility('high', 0.9))
  const answer = ask(on, { ...OPTED, fixedPriceUsdc: 200 })
  const { code, limit, flip } = answer['explanation'] as Record<string, Json>
  assert.deepEqual(
    [answer['status'], answer['reason'], answer['ivRegime'], code, limit],
    ['premium_floor', 'premium_floor', 'high', 'premium_floor', '400.4'],
  )
  const to = (flip as Record<string, Json>)['to'] ?? null
  assert.match(ask(on, { ...OPTED, fixedPriceUsdc: to }, 'q2')['status'] as string, /^pass_through/)
})

test('[P-04] nothing is bought over the fixed price without consent; with it the consent is recorded', () => {
  const on = under()
  const { quoteId } = ask(on, { ...OPTED, fixedPriceUsdc: 500 })
  const refused = activate(on, quoteId)
  assert.deepEqual(
    [reasonOf(refused), (finalAnswers(refused)[0]?.['explanation'] as Answer | undefined)?.['flip']],
    ['consent_required', { field: 'consent.passThrough', to: true }],
  )
  assert.equal(reasonOf(activate(on, quoteId, { consent: { passThrough: false } }, 'a2')), 'consent_required')
  assert.equal(reasonOf(activate(on, quoteId, { consent: 'yes' }, 'a3')), 'invalid_payload')
  const placed = activate(on, quoteId, { consent: { passThrough: true } }, 'a4')
  const [intent] = intents(placed)
  assert.ok(intent !== undefined)
  const done = on.feed(2000, 'trade_confirmations', confirmation(intent, '1'))
  const [record] = only(done, 'protection_decisions')
  assert.deepEqual(
    [record?.kind, record?.detail['consent'], record?.detail['chargedUsdc'], record?.detail['capUsdc']],
    ['premium_pass_through', 'true', '627', '750'],
  )
  const [cover] = coversOf(done)
  assert.deepEqual([cover?.state, cover?.terms.consent, cover?.charge?.charged, cover?.due, cover?.floorEquity].map(String), [
    'active',
    'true',
    '627',
    '28.6',
    '11321',
  ])
  const answer = finalAnswers(done)[0]
  assert.deepEqual(
    [answer?.['feeUsdc'], answer?.['premiumUsdc'], answer?.['purchaseFeeUsdc'], answer?.['dueUsdc']],
    ['627', '572', '26.4', '28.6'],
  )
})

test('[P-04] under the notification ratio a price over the fixed one is bought without consent', () => {
  const on = under({ ...CONTROLS, pass_through_min_notification_ratio: '1.2541' })
  assert.equal(reasonOf(activate(on, ask(on, { ...OPTED, fixedPriceUsdc: 500 })['quoteId'])), 'placed') // 627 is 1.254 of it
})

test('[P-04] [P-06] what the gate and the book said is recorded: pass_through_gate, liquidity_update, risk_budget_update', () => {
  const on = under()
  const told = (change: Answer, id: string): readonly string[] =>
    only(on.feed(0, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, ...change }, id)), 'protection_decisions').map(
      ({ kind, explanation, detail }) => `${kind} ${explanation.code} ${detail['verdict'] ?? detail['liquidityRatio'] ?? detail['change']}`,
    )
  assert.deepEqual(told({}, 'q1'), ['liquidity_update liquidity 10'])
  assert.deepEqual(told({ ...OPTED, fixedPriceUsdc: 380 }, 'q2'), [
    'pass_through_gate within_cap pass_through_capped',
    'liquidity_update liquidity 10',
    'risk_budget_update subsidy_reserved reserved',
  ])
  assert.deepEqual(told({ ...OPTED, fixedPriceUsdc: 10 }, 'q3'), ['pass_through_gate premium_floor refused'])
  assert.deepEqual(told({ fixedPriceUsdc: 10 }, 'q4'), [], 'nobody asked for it to be passed on')
  assert.deepEqual(told({ preview: true }, 'q5'), [], 'a preview leaves nothing')
})

test('[F-S03] fields the server decides are compared, each, and refused where they differ', () => {
  const own: Answer = { feeUsdc: '627.00', premiumUsdc: 572, subsidyUsdc: 0, floorPrice: '79200', feeRecognized: false }
  const wrong: Answer = { feeUsdc: '626.99', premiumUsdc: 571, subsidyUsdc: 1, floorPrice: 'low', feeRecognized: true }
  const on = under()
  const { quoteId } = ask(on)
  for (const [field, value] of Object.entries(wrong)) {
    const refused = activate(on, quoteId, { ...own, [field]: value }, `a-${field}`)
    const explanation = finalAnswers(refused)[0]?.['explanation'] as Answer | undefined
    assert.deepEqual([reasonOf(refused), explanation?.['field'], intents(refused).length], ['server_decides', field, 0])
  }
  assert.equal(reasonOf(activate(on, quoteId, own, 'a-own')), 'placed')
})

test('[C-35] a consumed quote names the cover that consumed it', () => {
  const on = under()
  const { quoteId } = ask(on)
  const [pending] = coversOf(activate(on, quoteId))
  const again = finalAnswers(activate(on, quoteId, {}, 'a2'))[0]
  assert.equal(again?.['reason'], 'quote_consumed')
  assert.equal((again['explanation'] as Answer)['limit'], `one activation: ${pending?.coverageId}`)
})

test('[P-07] [F-S13] drift: the strictest of share and amount, at it and over it; a stale edge buys nothing', () => {
  // the charge quoted is 598.4
  const moved = (controls: object, ask1: string): unknown => {
    const on = under(controls)
    const { quoteId } = ask(on)
    on.feed(500, 'option_quotes', optionQuote(PUT_80, { bid: ask1, ask: ask1, mark: ask1, offsetMs: 500 }))
    const events = activate(on, quoteId)
    const flip = (finalAnswers(events)[0]?.['explanation'] as Answer | undefined)?.['flip']
    return flip === undefined ? reasonOf(events) : [reasonOf(events), (flip as Answer)['to']]
  }
  const pct = { drift_tolerance_pct_by_tier: { Bronze: '0.05' } }
  const amount = { drift_tolerance_usdc_by_tier: { Bronze: '17.6' } }
  assert.deepEqual([moved(pct, '0.0068'), moved(pct, '0.0069')], ['placed', ['price_moved', '628.32']]) // 624.8, 633.6
  assert.deepEqual([moved(amount, '0.0067'), moved(amount, '0.0068')], ['placed', ['price_moved', '616']]) // 616, 624.8
  assert.deepEqual(moved({ ...pct, ...amount }, '0.0068'), ['price_moved', '616'])
  const on = under({})
  const { quoteId } = ask(on)
  on.feed(500, 'index_prices', indexPrice('88889', 500))
  assert.equal(reasonOf(activate(on, quoteId)), 'no_strike', 'another index, another floor: the strike quoted does not hold it any more')
})

test('[P-01] [Y-10] controls state the gates where they name them: leverage by tier, fixed price, size', () => {
  const reason = (controls: object, change: Answer = {}): Json | undefined => ask(under(controls), change)['reason']
  assert.deepEqual(
    [
      reason({ max_leverage_by_tier: { Bronze: 4 } }),
      reason({ max_leverage: 4.5 }),
      reason({ max_leverage_by_tier: { Bronze: 20 } }, { leverage: 20 }),
    ],
    ['invalid_leverage', 'invalid_leverage', undefined],
  )
  assert.equal(reason({ fixed_price_usdc_by_tier: { Bronze: 598 } }), 'premium_above_limit')
  assert.equal(
    reason({ fixed_price_usdc_by_tier: { Bronze: 598 } }, { fixedPriceUsdc: 9999 }),
    'premium_above_limit',
    'the lower of the two binds',
  )
  assert.equal(reason({ min_available_ratio: 11 }), 'insufficient_size')
  assert.equal(reason({ max_spread_pct: 0 }), undefined, 'two ticks are wider')
})

test('[Y-10] a reload is in force from its input on; refused ones and a new session leave what they should', () => {
  const on = under({})
  const fee = (id: string): Json | undefined => ask(on, {}, id)['feeUsdc']
  const reload = (riskControls: Json, problems: readonly string[] = []): void =>
    void on.feed(0, 'config_changed', {
      configDigest: 'x',
      config: { 'protection/quotes': { riskControls } },
      ...(problems.length === 0 ? {} : { problems: problems.map((field) => ({ field, seen: '', limit: '', source: 'file' })) }),
    })
  assert.equal(fee('q1'), '598.4')
  reload({ premium_markup_pct_by_tier: { Bronze: 0.05 } })
  assert.equal(fee('q2'), '627')
  reload({ premium_markup_pct_by_tier: { Bronze: 0.1 } }, ['premium_floor_ratio'])
  assert.equal(fee('q3'), '627', 'the last good ones stay')
  const restarted = under({})
  restarted.engine.restore(on.engine.snapshot())
  assert.equal(ask(restarted, {}, 'q4')['feeUsdc'], '627', 'they are state')
  on.feed(HOUR_MS, 'session_started', SESSION)
  assert.equal(on.engine.stateOf(quotes).reloaded, undefined)
  assert.equal(ask(on, {}, 'q5', HOUR_MS)['feeUsdc'], '598.4', 'a session begins from its own configuration')
})
const SESSION = {
  sessionId: 's',
  epoch: '1',
  mode: 'sim',
  codeDigest: '',
  configDigest: '',
  config: {},
  node: '',
  architecture: '',
  startedAt: 0 as never,
} as const
