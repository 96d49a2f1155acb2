/** Renewal on request and by schedule: the window, what is answered when, what is refused, how a schedule goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { Json } from '#topics/schema.ts'
import type { Coverage } from '#topics/protection.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#units/time.ts'
import { autoRenew } from './auto-renew.ts'
import { coverage } from './coverage.ts'
import { position } from './position.ts'
import { quotes } from './quotes.ts'
import {
  accountValue,
  command,
  confirmation,
  coversOf,
  decisionKinds,
  EXPIRY_6FEB,
  finalAnswers,
  indexPrice,
  intents,
  optionQuote,
  protectedAccount,
  T0,
} from './protection.fixture.ts'

const AGES = { quoteMaxAgeMs: 30 * DAY_MS, indexMaxAgeMs: 30 * DAY_MS, accountMaxAgeMs: 30 * DAY_MS }
const WINDOW = EXPIRY_6FEB - 12 * HOUR_MS
const ENDS = isoFromEpochMs(T0 + EXPIRY_6FEB)

function covered(renewal: string): { readonly on: Bench; readonly cover: Coverage } {
  const config = {
    'protection/quotes': AGES,
    'protection/coverage': { quoteMaxAgeMs: 30 * DAY_MS },
    'protection/position': { markMaxAgeMs: 30 * DAY_MS },
  }
  const on = bench([quotes, autoRenew, coverage, position], config)
  return { on, cover: protectedAccount(on, { renewal }) }
}
/** A market in which the next cover can be had and holds the limit. */
function nextWeek(on: Bench, offsetMs: number, name = 'BTC-13FEB26-86000-P'): void {
  on.feed(offsetMs, 'index_prices', indexPrice('95000', offsetMs))
  on.feed(offsetMs, 'account_values', accountValue({ cash: '19401.6', equity: '26411.1', hedge: '9.5' }))
  on.feed(offsetMs, 'option_quotes', optionQuote(name, { bid: '0.0095', ask: '0.0100', mark: '0.0100', offsetMs }))
}
function ask(on: Bench, offsetMs: number, params: Json, type = 'auto_renew', id = `${type}-${offsetMs}`): readonly AnyEvent[] {
  return on.feed(offsetMs, 'accepted_commands', command(type, params, id))
}
/** Of the first final answer. */
function why(answer: Record<string, Json> | undefined): Record<string, Json> {
  return (answer?.['explanation'] ?? {}) as Record<string, Json>
}
function tick(on: Bench, offsetMs: number, name = 'minute'): readonly AnyEvent[] {
  return on.feed(offsetMs, 'clock_tick', { name, dueAt: T0 })
}

test('[P-13] outside the window a renewal is too early and says from when on it is not', () => {
  const { on, cover } = covered('none')
  const [answer] = finalAnswers(ask(on, WINDOW - 1, { coverageId: cover.coverageId }))
  assert.deepEqual(
    [answer?.['status'], answer?.['coverageId'], answer?.['previousCoverageId'], answer?.['renewsAt']],
    ['too_early', cover.coverageId, null, isoFromEpochMs(T0 + WINDOW)],
  )
  const { field, limit, flip } = why(answer)
  assert.deepEqual([field, limit, flip], ['at', isoFromEpochMs(T0 + WINDOW), { field: 'at', to: isoFromEpochMs(T0 + WINDOW) }])
})

test('[P-13] the flip of too_early passes: inside the window the next cover is bought and named once it stands', () => {
  const { on, cover } = covered('none')
  nextWeek(on, WINDOW)
  const placed = ask(on, WINDOW, { accountId: 'demo', coverageId: cover.coverageId })
  assert.deepEqual([finalAnswers(placed), decisionKinds(placed)], [[], ['renewal_placed']])
  const [intent] = intents(placed)
  assert.ok(intent !== undefined)
  assert.deepEqual([intent.renewsCover, intent.instrument], [true, 'BTC-13FEB26-86000-P'])
  const second = ask(on, WINDOW + 1, { coverageId: cover.coverageId }, 'auto_renew', 'other')
  assert.deepEqual(intents(second), [], 'one renewal at a time')
  const done = on.feed(WINDOW + 2, 'trade_confirmations', confirmation(intent, '1', '95000'))
  const [next] = coversOf(done)
  const want = {
    status: 'ok',
    coverageId: next?.coverageId,
    previousCoverageId: cover.coverageId,
    renewsAt: isoFromEpochMs(T0 + EXPIRY_6FEB + 7 * DAY_MS - 12 * HOUR_MS),
  }
  assert.deepEqual(finalAnswers(done), [want, want], 'both who asked')
  assert.deepEqual(
    finalAnswers(ask(on, WINDOW + 3, { coverageId: cover.coverageId }, 'auto_renew', 'late')),
    [want],
    'who asks later is told at once',
  )
})

test('[P-13] a renewal that cannot be bought is refused with its explanation; with no new data it is tried again on the minute', () => {
  const { on, cover } = covered('none')
  on.feed(WINDOW, 'index_prices', indexPrice('60000', WINDOW))
  const refused = ask(on, WINDOW, { coverageId: cover.coverageId })
  const [answer] = finalAnswers(refused)
  assert.equal(answer?.['status'], 'no_quote')
  assert.ok(why(answer)['limit'] !== undefined)
  const again = ask(on, WINDOW + 1, { coverageId: cover.coverageId }, 'auto_renew', 'again')
  assert.deepEqual(finalAnswers(again), [], 'the same data would give the same refusal')
  nextWeek(on, WINDOW + MINUTE_MS)
  assert.equal(intents(tick(on, WINDOW + MINUTE_MS)).length, 1)
})

test('[P-13] a renewal on request never lets the limit fall, but where the policy is to roll on', () => {
  for (const [renewal, wanted] of [
    ['none', 'below_drawdown_limit'],
    ['rolling', 'placed'],
  ] as const) {
    const { on, cover } = covered(renewal)
    on.feed(WINDOW, 'index_prices', indexPrice('82000', WINDOW))
    on.feed(WINDOW, 'account_values', accountValue({ cash: '19401.6', equity: '13501.6', hedge: '100' }))
    on.feed(WINDOW, 'option_quotes', optionQuote('BTC-13FEB26-74000-P', { bid: '0.0095', ask: '0.01', mark: '0.01', offsetMs: WINDOW }))
    const events = ask(on, WINDOW, { coverageId: cover.coverageId })
    assert.equal(intents(events).length === 1 ? 'placed' : finalAnswers(events)[0]?.['reason'], wanted, renewal)
  }
})

test('[API-03] renewals of no cover, of another account, with other terms or malformed', () => {
  const { on, cover } = covered('none')
  const { coverageId } = cover
  const cases: readonly (readonly [Json, string, string])[] = [
    [{ coverageId: 'cover-none' }, 'unknown_coverage', 'coverageId'],
    [{}, 'invalid_payload', 'coverageId'],
    [{ coverageId, stray: 1 }, 'invalid_payload', 'stray'],
    [{ coverageId, accountId: 'other' }, 'invalid_payload', 'accountId'],
    [{ coverageId, payload: { tierName: 'Gold' } }, 'renewal_terms_differ', 'tierName'],
    [{ coverageId, payload: { positionSize: '2' } }, 'renewal_terms_differ', 'positionSize'],
    [{ coverageId, payload: { tenorDays: 0.5 } }, 'invalid_payload', 'tenorDays'],
  ]
  for (const [index, [params, code, field]] of cases.entries()) {
    const [answer] = finalAnswers(ask(on, WINDOW + index, params))
    const explanation = why(answer)
    assert.deepEqual([answer?.['reason'], explanation['field']], [code, field])
  }
  nextWeek(on, WINDOW + 100)
  const same = { tierName: 'Bronze', positionSize: 1, leverage: '5', asset: 'BTC', side: 'long' }
  assert.equal(
    intents(ask(on, WINDOW + 100, { payload: { coverageId, ...same, tenorDays: 7 } })).length,
    1,
    'what is repeated may be repeated',
  )
})

const SCHEDULE = { enabled: true, nextExpiryIso: ENDS, renewWindowMinutes: 1_440 } as const

test('[P-13] a schedule renews at its own window, and goes on with the next cover', () => {
  const { on, cover } = covered('none')
  const at = EXPIRY_6FEB - 24 * HOUR_MS
  const [answer] = finalAnswers(ask(on, 1_000, SCHEDULE, 'auto_renew_schedule'))
  assert.deepEqual(
    [answer?.['status'], answer?.['scheduleId'], answer?.['coverageId'], answer?.['nextRenewalAt']],
    ['ok', `schedule-${cover.coverageId}`, cover.coverageId, isoFromEpochMs(T0 + at)],
  )
  assert.deepEqual(intents(tick(on, at - 1)), [])
  nextWeek(on, at)
  const placed = tick(on, at, `auto-renew:${cover.coverageId}`)
  const [intent] = intents(placed)
  assert.ok(intent !== undefined)
  assert.deepEqual(intents(tick(on, at + 1)), [], 'one follower is enough')
  const done = on.feed(at + 2, 'trade_confirmations', confirmation(intent, '1', '95000'))
  const timers = done.flatMap((event) =>
    event.topic === 'timer_requests' && event.body.name.startsWith('auto-renew:') ? [event.body.at] : [],
  )
  assert.deepEqual(timers, [T0 + EXPIRY_6FEB + 7 * DAY_MS - 24 * HOUR_MS])
  const [next] = coversOf(done)
  assert.equal(on.engine.stateOf(autoRenew).schedules.get(next?.coverageId as never)?.windowMs, 24 * HOUR_MS)
})

test('[P-13] a schedule without a follower is tried every minute and escalates twice by the clock, in time to act', () => {
  const { on, cover } = covered('none')
  ask(on, 1_000, { ...SCHEDULE, coverageId: cover.coverageId }, 'auto_renew_schedule')
  on.feed(EXPIRY_6FEB - HOUR_MS, 'index_prices', indexPrice('60000', EXPIRY_6FEB - HOUR_MS))
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB - HOUR_MS)), ['renewal_escalated', 'renewal_refused'])
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB - 59 * MINUTE_MS)), [])
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB - 10 * MINUTE_MS)), ['renewal_gap'])
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB - 9 * MINUTE_MS)), [])
})

test('[P-13] a schedule is taken back, names its own cover and that cover’s own end', () => {
  const { on, cover } = covered('none')
  ask(on, 1_000, SCHEDULE, 'auto_renew_schedule')
  const [off] = finalAnswers(ask(on, 2_000, { ...SCHEDULE, enabled: false }, 'auto_renew_schedule'))
  assert.deepEqual([off?.['status'], off?.['nextRenewalAt']], ['ok', null])
  const wrong = { ...SCHEDULE, coverageId: cover.coverageId, nextExpiryIso: '2026-02-06T09:00:00.000Z' }
  const [differs] = finalAnswers(ask(on, 3_000, wrong, 'auto_renew_schedule'))
  assert.deepEqual([differs?.['reason'], why(differs)['flip']], ['expiry_differs', { field: 'nextExpiryIso', to: ENDS }])
  for (const [change, field] of [
    [{ enabled: 'yes' }, 'enabled'],
    [{ nextExpiryIso: 'soon' }, 'nextExpiryIso'],
    [{ renewWindowMinutes: 0 }, 'renewWindowMinutes'],
  ] as const) {
    const [answer] = finalAnswers(ask(on, 4_000, { ...SCHEDULE, ...change }, 'auto_renew_schedule', `bad-${field}`))
    assert.deepEqual([answer?.['reason'], why(answer)['field']], ['invalid_payload', field])
  }
  nextWeek(on, WINDOW)
  assert.deepEqual(intents(tick(on, WINDOW)), [], 'nothing is scheduled any more')
})

test('[P-13] a schedule survives a restart from a snapshot', () => {
  const { on } = covered('none')
  ask(on, 1_000, SCHEDULE, 'auto_renew_schedule')
  on.engine.restore(on.engine.snapshot())
  nextWeek(on, WINDOW)
  assert.equal(intents(tick(on, WINDOW)).length, 1)
})

test('[P-13] a cover that renews itself escalates once, with a schedule as well', () => {
  const { on } = covered('rolling')
  ask(on, 1_000, SCHEDULE, 'auto_renew_schedule')
  const hour = decisionKinds(tick(on, EXPIRY_6FEB - HOUR_MS))
  assert.deepEqual(
    hour.filter((kind) => kind === 'renewal_escalated'),
    ['renewal_escalated'],
  )
})

test('[P-13] a renewal waits for a cover that is bought, and for the old one sold where that pays for it', () => {
  const { cover } = covered('none')
  const on = bench([autoRenew], {})
  const { coverageId, venue, instrument, size, premiumCoin: bidCoin, premium: proceeds, fee } = cover
  on.feed(0, 'coverages', { ...cover, state: 'pending' })
  assert.equal(finalAnswers(ask(on, WINDOW, { coverageId }))[0]?.['reason'], 'cover_not_active')
  on.feed(WINDOW, 'coverages', cover)
  assert.deepEqual(finalAnswers(ask(on, WINDOW + 1, { coverageId })), [])
  const next = { ...cover, coverageId: 'cover-next' as typeof coverageId, previousCoverageId: coverageId }
  const roll = { coverageId, venue, instrument, size, bidCoin, proceeds, fee }
  assert.deepEqual(finalAnswers(on.feed(WINDOW + 2, 'coverages', { ...next, roll })), [])
  assert.equal(finalAnswers(on.feed(WINDOW + 3, 'coverages', next))[0]?.['coverageId'], 'cover-next')
})

test('[P-13] an end that two covers share names neither; both are offered', () => {
  const { cover } = covered('none')
  const on = bench([autoRenew], {})
  on.feed(0, 'coverages', cover)
  on.feed(0, 'coverages', { ...cover, coverageId: 'cover-two' as typeof cover.coverageId })
  const [answer] = finalAnswers(ask(on, 1_000, SCHEDULE, 'auto_renew_schedule'))
  assert.deepEqual([answer?.['reason'], why(answer)['limit']], ['ambiguous_expiry', `${cover.coverageId} or cover-two`])
})
