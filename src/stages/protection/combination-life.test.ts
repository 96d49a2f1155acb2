/** A cover of two options through its life: quoted, bought leg by leg, active when both are there, settled together; every amount by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { Json } from '#topics/schema.ts'
import { MINUTE_MS } from '#units/time.ts'
import {
  command,
  coversOf,
  decisionKinds,
  EXPIRY_6FEB,
  february,
  filled,
  finalAnswers,
  intents,
  optionQuote,
  protectionBench,
  PUT_78,
  PUT_80,
  PUT_82,
  QUOTE_PARAMS,
  settlement,
  T0,
} from './protection.fixture.ts'

const ALLOWED = { ...QUOTE_PARAMS, combinations: 'allowed' } as const
type Answer = Record<string, Json>
const MARKUP = { 'protection/quotes': { riskControls: { premium_markup_pct_by_tier: { Bronze: 0.1 } } } }

function quoted(on: Bench, params: Answer = ALLOWED, id = 'q1'): Answer {
  const answer = finalAnswers(on.feed(0, 'accepted_commands', command('quote', params, id)))[0]
  assert.ok(answer !== undefined)
  return answer
}
/** Quoted and activated: the order of the first leg. */
function started(config: Readonly<Record<string, object>> = {}): { readonly on: Bench; readonly first: OrderIntent } {
  const on = protectionBench(config)
  february(on)
  const { quoteId } = quoted(on)
  const [first] = intents(on.feed(1000, 'accepted_commands', command('activate', { quoteId: quoteId as string }, 'a1')))
  assert.ok(first !== undefined)
  return { on, first }
}

test('[P-02] a pair is quoted only for who allowed it: its lines add up, and the single option it replaces is named', () => {
  const on = protectionBench()
  february(on)
  assert.deepEqual([quoted(on, QUOTE_PARAMS)['instrument'], quoted(on, QUOTE_PARAMS, 'q2')['combination']], [PUT_80, undefined])
  assert.equal(quoted(on, { ...QUOTE_PARAMS, combinations: 'none' }, 'q3')['combination'], undefined)
  assert.equal(quoted(on, { ...QUOTE_PARAMS, combinations: true }, 'q4')['reason'], 'invalid_payload')
  const answer = quoted(on, ALLOWED, 'q5')
  const { legs, instead } = answer['combination'] as { legs: Answer[]; instead: Answer }
  // the one that protects more comes first: 0.6 of the 80,000 at 0.0065 and 0.4 of the 78,000 at 0.0045, each with 0.0003 a coin
  assert.deepEqual(
    legs.map(({ instrument, size, premiumUsdc, purchaseFeeUsdc }) => [instrument, size, premiumUsdc, purchaseFeeUsdc]),
    [
      [PUT_80, '0.6', '343.2', '15.84'],
      [PUT_78, '0.4', '158.4', '10.56'],
    ],
  )
  assert.deepEqual(instead, { instrument: PUT_80, feeUsdc: '598.4', floorEquity: '11349.6', savesUsdc: '70.4' })
  assert.deepEqual([answer['feeUsdc'], answer['premiumUsdc'], answer['strike'], answer['size']], ['528', '501.6', '79200', '1'])
  assert.equal(answer['floorEquity'], '10620') // 20,000 - 8,800 - 528 - 12 - 40
  assert.deepEqual(answer['lines'], [
    { name: 'premium', usdc: '501.6' },
    { name: 'purchase fee', usdc: '26.4' },
  ])
})

test('[P-02] as cheap is not cheaper: one option stays one order', () => {
  const on = protectionBench()
  february(on)
  on.feed(0, 'option_quotes', optionQuote(PUT_80, { bid: '0.0055', ask: '0.0057', mark: '0.0056' }))
  on.feed(0, 'option_quotes', optionQuote(PUT_78, { bid: '0.0055', ask: '0.0057', mark: '0.0056' }))
  assert.deepEqual([quoted(on)['instrument'], quoted(on, ALLOWED, 'q2')['combination']], [PUT_80, undefined])
})

test('[P-02] [P-03] where no book has the whole size, the pair that does is bought', () => {
  const on = protectionBench()
  february(on)
  for (const [name, bid, ask] of [
    [PUT_80, '0.0060', '0.0065'],
    [PUT_82, '0.0090', '0.0095'],
  ] as const)
    on.feed(0, 'option_quotes', optionQuote(name, { bid, ask, mark: ask, size: '0.5' }))
  on.feed(0, 'option_quotes', optionQuote(PUT_78, {}))
  assert.equal(quoted(on, QUOTE_PARAMS)['reason'], 'insufficient_size')
  const { legs, instead } = quoted(on, ALLOWED, 'q2')['combination'] as { legs: Answer[]; instead: null }
  assert.deepEqual([legs.map(({ size }) => size), instead], [['0.5', '0.5'], null])
})

test('[P-11] activation buys leg by leg: active only when both are there, with what both cost', () => {
  const { on, first } = started()
  assert.deepEqual([first.instrument, String(first.quantity), String(first.limitPrice)], [PUT_80, '0.6', '0.0065'])
  const half = filled(on, first, '0.6')
  const [second] = intents(half)
  assert.ok(second !== undefined)
  assert.deepEqual([second.instrument, String(second.quantity), String(second.limitPrice)], [PUT_78, '0.4', '0.0045'])
  assert.ok(second.intentId !== first.intentId)
  assert.deepEqual(
    coversOf(half).map(({ state, filled: size }) => [state, String(size)]),
    [['pending', '0.6']],
  )
  assert.deepEqual(filled(on, first, '0.6', 2100), [], 'the end of an order counts once')
  const done = filled(on, second, '0.4', 3000)
  const [cover] = coversOf(done)
  assert.deepEqual([cover?.state, cover?.size, cover?.filled, cover?.strike, cover?.premium, cover?.fee, cover?.floorEquity].map(String), [
    'active',
    '1',
    '1',
    '79200',
    '501.6',
    '26.4',
    '10620',
  ])
  assert.deepEqual(
    cover?.legs?.map(({ filled: size, premium, fee, premiumCoin }) => [size, premium, fee, premiumCoin].map(String)),
    [
      ['0.6', '343.2', '15.84', '0.0065'],
      ['0.4', '158.4', '10.56', '0.0045'],
    ],
  )
  assert.deepEqual(finalAnswers(done)[0]?.['coverageLegs'], [
    { instrument: PUT_80, size: '0.6', optionType: 'put', strike: '80000', venue: 'deribit' },
    { instrument: PUT_78, size: '0.4', optionType: 'put', strike: '78000', venue: 'deribit' },
  ])
})

test('[P-11] a leg filled in part is tried again before the next one is ordered', () => {
  const { on, first } = started()
  const [again] = intents(filled(on, first, '0.4'))
  assert.deepEqual([again?.instrument, String(again?.quantity)], [PUT_80, '0.2'])
  assert.ok(again !== undefined)
  const [second] = intents(filled(on, again, '0.2', 2500))
  assert.deepEqual([second?.instrument, String(second?.quantity)], [PUT_78, '0.4'])
})

test('[P-11] [F-O14] the second leg rejected: the first is sold at its bid, never active, and the cost is a line the client bears', () => {
  const { on, first } = started()
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  const failed = filled(on, second, '0', 3000)
  assert.deepEqual(decisionKinds(failed), ['activation_failed', 'unwind_placed'])
  assert.deepEqual(
    coversOf(failed).map(({ state, alarm, filled: size }) => [state, alarm, String(size)]),
    [['failed', 'unwind_incomplete', '0.6']],
  )
  assert.equal(finalAnswers(failed)[0]?.['reason'], 'partially_filled')
  const [sale] = intents(failed)
  assert.ok(sale !== undefined)
  assert.deepEqual([sale.instrument, sale.side, String(sale.quantity), String(sale.limitPrice)], [PUT_80, 'sell', '0.6', '0.006'])
  const [cover] = coversOf(filled(on, sale, '0.6', 4000))
  // 343.2 + 15.84 - 0.6 x 0.006 x 88,000 + 15.84
  assert.deepEqual(
    cover?.charge?.lines.map(({ name, usdc }) => [name, String(usdc)]),
    [
      ['premium', '343.2'],
      ['purchase fee', '15.84'],
      ['sold again', '-316.8'],
      ['sale fee', '15.84'],
    ],
  )
  assert.deepEqual([cover?.state, cover?.alarm, String(cover?.charge?.charged), String(cover?.due)], ['failed', undefined, '58.08', '0'])
})

test('[P-11] [F-O14] where the platform prices, it bears what its failed purchase cost', () => {
  const { on, first } = started(MARKUP)
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  const [sale] = intents(filled(on, second, '0', 3000))
  assert.ok(sale !== undefined)
  const [cover] = coversOf(filled(on, sale, '0.6', 4000))
  assert.deepEqual(
    cover?.charge?.lines.slice(4).map(({ name, usdc }) => [name, String(usdc)]),
    [['unwinding borne by the platform', '-58.08']],
  )
  assert.deepEqual([String(cover?.charge?.charged), String(cover?.due)], ['0', '-58.08'])
})

test('[P-11] [F-O14] both legs bought in part: sold one after the other, and each once', () => {
  const { on, first } = started({ 'protection/coverage': { coverAttemptsMax: 1 } })
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  const [sale] = intents(filled(on, second, '0.3', 3000))
  assert.ok(sale !== undefined)
  const between = filled(on, sale, '0.6', 4000)
  const [next] = intents(between)
  assert.ok(next !== undefined)
  assert.deepEqual([next.instrument, String(next.quantity), String(next.limitPrice)], [PUT_78, '0.3', '0.004'])
  assert.ok(next.intentId !== sale.intentId)
  const done = filled(on, next, '0.3', 5000)
  assert.deepEqual(decisionKinds(done), ['unwind_completed'])
  const [cover] = coversOf(done)
  assert.deepEqual([cover?.alarm, String(cover?.filled)], [undefined, '0'])
  assert.deepEqual(intents(on.feed(MINUTE_MS, 'clock_tick', { name: 'minute', dueAt: T0 })), [])
})

test('[P-11] [F-O14] nobody bids more than a stub: the first leg holds the floor by itself and stays, as the smaller cover it is', () => {
  const { on, first } = started(MARKUP)
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  on.feed(2500, 'option_quotes', optionQuote(PUT_80, { bid: '0.0005', ask: '0.0065', mark: '0.0062', offsetMs: 2500 }))
  const events = filled(on, second, '0', 3000)
  assert.deepEqual([intents(events), decisionKinds(events)], [[], ['partly_covered']])
  const [cover] = coversOf(events)
  assert.deepEqual(
    [cover?.state, cover?.alarm, cover?.instrument, cover?.legs, cover?.size, cover?.filled, cover?.terms.size].map(String),
    ['active', 'partly_covered', PUT_80, 'undefined', '0.6', '0.6', '1'],
  )
  // 20,000 - 0.6 x 8,000 - 343.2 - 15.84 - 0.6 x (12 + 40); nothing of the platform's own is charged for it
  assert.deepEqual([String(cover?.floorEquity), String(cover?.charge?.charged), String(cover?.due)], ['14809.76', '359.04', '0'])
  assert.ok(cover?.floorExcludes?.includes('uncovered_position'))
  const [answer] = finalAnswers(events)
  assert.deepEqual([answer?.['status'], answer?.['alarm'], answer?.['wantedSize']], ['ok', 'partly_covered', '1'])
})

test('[P-14] both legs settle: each payout is recomputed from its own contract, the cover expires with the last', () => {
  const { on, first } = started()
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  filled(on, second, '0.4', 3000)
  const atExpiry = on.feed(EXPIRY_6FEB, 'clock_tick', { name: 'expiry:cover', dueAt: T0 })
  assert.deepEqual(
    coversOf(atExpiry).map(({ state }) => state),
    ['settling'],
  )
  // at 75,000: 0.6 x 5,000 / 75,000 and 0.4 x 3,000 / 75,000 coin
  const one = on.feed(EXPIRY_6FEB + 1000, 'venue_settlements', settlement(PUT_80, '0.6', '75000', '0.04'))
  assert.deepEqual(
    coversOf(one).map(({ state, alarm }) => [state, alarm]),
    [['settling', undefined]],
  )
  assert.deepEqual(on.feed(EXPIRY_6FEB + 1500, 'venue_settlements', settlement(PUT_80, '0.6', '75000', '0.04')), [], 'told again')
  const two = on.feed(EXPIRY_6FEB + 2000, 'venue_settlements', settlement(PUT_78, '0.4', '75000', '0.016'))
  const [ended] = coversOf(two)
  assert.deepEqual([ended?.state, String(ended?.payout), ended?.alarm], ['expired', '4200', undefined])
  assert.deepEqual(
    [...only(one, 'protection_decisions'), ...only(two, 'protection_decisions')].map(({ kind, detail }) => [
      kind,
      detail['instrument'],
      detail['recomputedUsdc'],
    ]),
    [
      ['payout_booked', PUT_80, '3000'],
      ['payout_booked', PUT_78, '1200'],
    ],
  )
})

test('[P-14] a payout of one leg that differs stays an alarm when the other agrees', () => {
  const { on, first } = started()
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  filled(on, second, '0.4', 3000)
  on.feed(EXPIRY_6FEB + 1000, 'venue_settlements', settlement(PUT_80, '0.6', '75000', '0.03'))
  const [ended] = coversOf(on.feed(EXPIRY_6FEB + 2000, 'venue_settlements', settlement(PUT_78, '0.4', '75000', '0.016')))
  assert.deepEqual([ended?.state, ended?.alarm], ['expired', 'payout_differs'])
})

test('[P-14] less is delivered than the cover holds: the payout is what came and no more, and it differs', () => {
  const { on, first } = started()
  const [second] = intents(filled(on, first, '0.6'))
  assert.ok(second !== undefined)
  filled(on, second, '0.4', 3000)
  on.feed(EXPIRY_6FEB + 1000, 'venue_settlements', settlement(PUT_80, '0.3', '75000', '0.02'))
  const [ended] = coversOf(on.feed(EXPIRY_6FEB + 2000, 'venue_settlements', settlement(PUT_78, '0.4', '75000', '0.016')))
  assert.deepEqual([ended?.state, String(ended?.payout), ended?.alarm], ['expired', '2700', 'payout_differs'])
})
