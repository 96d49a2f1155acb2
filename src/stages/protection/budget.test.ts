/** The subsidy budget through the engine: reserved, committed, given back, released; caps under many quotes at once; days; a restart. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AccountId } from '#domain/order.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { Json } from '#topics/schema.ts'
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS } from '#units/time.ts'
import { heldOf } from './budget.ts'
import { dailySummary } from './daily.ts'
import {
  accountValue,
  command,
  confirmation,
  coversOf,
  DEMO,
  february,
  finalAnswers,
  holds,
  intents,
  optionQuote,
  protectionBench,
  PUT_80,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'
import { controlsInForce, quotes } from './quotes.ts'

/** The hedge costs 598.4; a fixed price of 400 capped at 1.25 leaves 98.4 of it to the platform. */
const CONTROLS = {
  drift_tolerance_pct_by_tier: { Bronze: 0 }, // what a drift reserves has its own tests: drift-reserve.prop.test.ts
  enable_premium_pass_through: true,
  pass_through_cap_by_tier: { Bronze: 1.25 },
  pass_through_cap_by_leverage: { '5': 2 },
  subsidy_daily_cap_usdc: 1000,
  subsidy_account_daily_cap_usdc: 300,
}
const SUBSIDISED: Record<string, Json> = { ...QUOTE_PARAMS, fixedPriceUsdc: 400, allowPremiumPassThrough: true }

function subsidising(controls: object = {}): Bench {
  // several accounts ask here, and the market alone has a position
  const on = protectionBench({ 'protection/quotes': { riskControls: { ...CONTROLS, ...controls }, requirePosition: false } })
  february(on)
  return on
}
function held(on: Bench, offsetMs = 0, account = DEMO): readonly string[] {
  const { global, account: own } = heldOf(on.engine.stateOf(quotes).budget, account, epochMs(T0 + offsetMs))
  return [String(global), String(own)]
}
function ask(
  on: Bench,
  id: string,
  { offsetMs = 0, account = DEMO }: { offsetMs?: number; account?: AccountId } = {},
): Record<string, Json> {
  const answer = finalAnswers(on.feed(offsetMs, 'accepted_commands', { ...command('quote', SUBSIDISED, id), account }))[0]
  assert.ok(answer !== undefined)
  return answer
}
const changes = (events: readonly AnyEvent[]): readonly string[] =>
  only(events, 'protection_decisions').flatMap(({ kind, detail }) =>
    kind === 'risk_budget_update'
      ? [
          `${detail['change']} ${detail['amountUsdc']} used ${detail['usedUsdc']} reserved ${detail['reservedUsdc']} of ${detail['capUsdc']}`,
        ]
      : [],
  )

test('[P-06] reserved at the quote, committed at activation, kept when bought', () => {
  const on = subsidising()
  const quoted = on.feed(0, 'accepted_commands', command('quote', SUBSIDISED, 'q1'))
  const [answer] = finalAnswers(quoted)
  assert.deepEqual([answer?.['status'], answer?.['feeUsdc'], answer?.['subsidyUsdc']], ['pass_through_capped', '500', '98.4'])
  assert.deepEqual(changes(quoted), ['reserved 98.4 used 0 reserved 98.4 of 1000'])
  const consent = { passThrough: true }
  const placed = on.feed(1000, 'accepted_commands', command('activate', { quoteId: answer?.['quoteId'] as string, consent }, 'a1'))
  assert.deepEqual(changes(placed), ['reserved 98.4 used 0 reserved 98.4 of 1000', 'committed 98.4 used 98.4 reserved 0 of 1000'])
  const [intent] = intents(placed)
  assert.ok(intent !== undefined)
  const [cover] = coversOf(on.feed(2000, 'trade_confirmations', confirmation(intent, '1')))
  assert.equal(cover?.state, 'active')
  assert.deepEqual([cover.charge?.charged, cover.charge?.subsidy, cover.due].map(String), ['500', '98.4', '-98.4'])
  assert.deepEqual(held(on, HOUR_MS), ['98.4', '98.4'], 'it stays used for its day')
  assert.deepEqual(held(on, DAY_MS), ['0', '0'], 'and not for the next')
})

test('[P-06] a purchase that fails gives it back; a quote that lapses is released', () => {
  const on = subsidising()
  const quoteId = ask(on, 'q1')['quoteId'] as string
  const [intent] = intents(on.feed(1000, 'accepted_commands', command('activate', { quoteId, consent: { passThrough: true } }, 'a1')))
  assert.ok(intent !== undefined)
  assert.deepEqual(changes(on.feed(2000, 'trade_confirmations', confirmation(intent, '0'))), ['returned 98.4 used 0 reserved 0 of 1000'])
  ask(on, 'q2', { offsetMs: 3000 })
  assert.deepEqual(
    [held(on, 33_000), held(on, 33_001)],
    [
      ['98.4', '98.4'],
      ['0', '0'],
    ],
  )
  const minute = { name: 'minute', dueAt: epochMs(T0 + MINUTE_MS) }
  assert.deepEqual(changes(on.feed(MINUTE_MS, 'clock_tick', minute)), ['released 98.4 used 0 reserved 0 of 1000'])
})

test('[P-06] a price made again that needs no subsidy gives back what its quote held, bought or not', () => {
  const on = subsidising()
  const { quoteId } = ask(on, 'q1')
  const text = { bid: '0.0045', ask: '0.0045', mark: '0.0045', offsetMs: 500 } // 422.4: within the cap
  on.feed(500, 'option_quotes', optionQuote(PUT_80, text))
  const refused = on.feed(1000, 'accepted_commands', command('activate', { quoteId: quoteId ?? null }, 'a1'))
  assert.equal(finalAnswers(refused)[0]?.['reason'], 'consent_required')
  assert.deepEqual(changes(refused), ['released 98.4 used 0 reserved 0 of 1000'])
})

test('[F-A10] a hundred quotes at once: neither the account nor all of them go over their caps', () => {
  const on = subsidising()
  const statuses = new Map<string, number>()
  for (let i = 0; i < 100; i++) {
    const account = `acc-${i % 5}` as AccountId
    on.feed(0, 'account_values', { ...accountValue(), account })
    const { status, reason } = ask(on, `q${i}`, { account })
    const outcome = (reason ?? status) as string
    statuses.set(outcome, (statuses.get(outcome) ?? 0) + 1)
    const [global, own] = held(on, 0, account).map(Number)
    assert.ok((global ?? 0) <= 1000 && (own ?? 0) <= 300, `${global} and ${own}`)
  }
  // ten times 98.4 fit the 1,000 of all; an account could have three
  assert.deepEqual(Object.fromEntries(statuses), { pass_through_capped: 10, subsidy_cap_reached: 90 })
  const alone = subsidising()
  const own = Array.from({ length: 100 }, (_, i) => ask(alone, `q${i}`)['reason'] ?? 'ok')
  assert.deepEqual([own.filter((reason) => reason === 'ok').length, own[3]], [3, 'subsidy_account_cap_reached'])
  assert.deepEqual(held(alone), ['295.2', '295.2'])
})

test('[F-A10] a quote priced again does not count itself twice, and two renewals of one step see each other', () => {
  const on = subsidising({ subsidy_account_daily_cap_usdc: 98.4 })
  const quoteId = ask(on, 'q1')['quoteId'] as string
  const placed = on.feed(1000, 'accepted_commands', command('activate', { quoteId, consent: { passThrough: true } }, 'a1'))
  assert.equal(intents(placed).length, 1, 'its own reservation does not stand in its way')

  const params = { ...SUBSIDISED, consent: { passThrough: true }, renewal: 'rolling', tenorDays: 1 }
  const far = { 'protection/quotes': { riskControls: { ...CONTROLS, subsidy_account_daily_cap_usdc: 150 }, tenorMultipleMax: 30 } }
  const both = protectionBench({ ...far, 'protection/coverage': { requirePosition: false, renewWindowMs: 30 * DAY_MS } })
  february(both)
  const covers = ['p1', 'p2'].map((id, i) => {
    const [intent] = intents(both.feed(i * DAY_MS, 'accepted_commands', command('protect', params, id)))
    assert.ok(intent !== undefined, id)
    return coversOf(both.feed(i * DAY_MS + 1, 'trade_confirmations', confirmation(intent, '1')))[0]
  })
  assert.deepEqual(
    covers.map((cover) => cover?.state),
    ['active', 'active'],
  )
  const at = 2 * DAY_MS
  const ticked = both.feed(at, 'clock_tick', { name: 'minute', dueAt: epochMs(T0 + at) })
  const asked = only(ticked, 'put_quotes').filter(({ cause }) => cause === 'renewal')
  assert.deepEqual([asked.length, asked.filter(({ status }) => status === 'ok').length], [2, 1], 'one of the two has the budget')
  assert.deepEqual(held(both, at)[0], '98.4')
  const { daily, budget } = both.engine.stateOf(quotes)
  const { quotes: counted } = dailySummary(
    { daily, budget },
    controlsInForce(both.engine.stateOf(quotes), both.engine.configOf(quotes)),
    epochMs(T0 + at),
  )
  assert.deepEqual(counted, { total: 0, ok: 0, refused: 0 }, 'renewals are no quotes that anybody asked for')
})

test('[R-05] counters by UTC day and account; a new day begins at nothing, a restart changes nothing', () => {
  const on = subsidising()
  const late = DAY_MS - 1000
  on.feed(late, 'account_values', accountValue())
  const quoteId = ask(on, 'q1', { offsetMs: late })['quoteId'] as string
  on.feed(late, 'accepted_commands', command('quote', { ...SUBSIDISED, fixedPriceUsdc: 10 }, 'q2'))
  const placed = on.feed(DAY_MS + 1000, 'accepted_commands', command('activate', { quoteId, consent: { passThrough: true } }, 'a1'))
  const [intent] = intents(placed)
  assert.ok(intent !== undefined)
  on.feed(DAY_MS + 2000, 'trade_confirmations', confirmation(intent, '1'))
  holds(on, '0', DAY_MS + 3000) // told again, now with an alarm: bought once all the same
  const again = subsidising()
  again.engine.restore(on.engine.snapshot())
  for (const one of [on, again]) {
    const state = one.engine.stateOf(quotes)
    const controls = controlsInForce(state, one.engine.configOf(quotes))
    const summary = (day: number): Record<string, unknown> =>
      JSON.parse(JSON.stringify(dailySummary(state, controls, epochMs(T0 + DAY_MS + 5000), Math.floor(T0 / DAY_MS) + day))) as never
    const first = summary(0)
    assert.deepEqual(
      [first['date'], first['quotes'], first['premiumUsdc'], first['subsidyUsedUsdc'], first['subsidyReservedUsdc']],
      ['2026-01-29', { total: 2, ok: 1, refused: 1 }, '0', '0', '0'],
    )
    assert.deepEqual(summary(1), {
      date: '2026-01-30',
      subsidyUsedUsdc: '98.4',
      subsidyReservedUsdc: '0',
      subsidyCapUsdc: '1000',
      subsidyAccountCapUsdc: '300',
      byAccount: [
        {
          accountId: 'demo',
          subsidyUsedUsdc: '98.4',
          premiumUsdc: '572',
          feesUsdc: '500',
          payoutsUsdc: '0',
          quotes: { total: 0, ok: 0, refused: 0 },
        },
      ],
      premiumUsdc: '572',
      feesUsdc: '500',
      payoutsUsdc: '0',
      quotes: { total: 0, ok: 0, refused: 0 },
    })
  }
})

test('[P-06] [P-09] a preview reserves nothing, counts as nothing and cannot be activated', () => {
  const on = subsidising()
  const events = on.feed(0, 'accepted_commands', command('quote', { ...SUBSIDISED, preview: true }, 'v1'))
  const [answer] = finalAnswers(events)
  assert.deepEqual(
    [answer?.['status'], answer?.['quoteId'], answer?.['expiresAt'], answer?.['subsidyUsdc']],
    ['pass_through_capped', null, null, '98.4'],
  )
  const state = on.engine.stateOf(quotes)
  assert.deepEqual([held(on), state.budget.promised.size, state.daily.size], [['0', '0'], 0, 0])
})
