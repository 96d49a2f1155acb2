/** A renewal that is bought only in part, again and again: bounded by tries and by time, shown on the cover, and given up for good. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
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
  decisionKinds,
  EXPIRY_6FEB,
  finalAnswers,
  indexPrice,
  intents,
  markOf,
  optionQuote,
  protectedAccount,
  protectionBench,
  T0,
} from './protection.fixture.ts'

const WINDOW = EXPIRY_6FEB - 12 * HOUR_MS
const NEXT = 'BTC-13FEB26-86000-P'

/** The market says something new, so that a renewal is looked at again. */
function market(on: Bench, offsetMs: number): void {
  on.feed(offsetMs, 'index_prices', indexPrice('95000', offsetMs))
  on.feed(offsetMs, 'account_values', accountValue({ cash: '19401.6', equity: '26411.1', hedge: '9.5' }))
  on.feed(offsetMs, 'option_quotes', optionQuote(NEXT, { bid: '0.0095', ask: '0.0100', mark: '0.0100', offsetMs }))
}
function tick(on: Bench, offsetMs: number, name = 'minute'): readonly AnyEvent[] {
  return on.feed(offsetMs, 'clock_tick', { name, dueAt: T0 })
}
/** One try: bought in part by each of its orders, and what was bought sold at once. */
function partly(on: Bench, offsetMs: number): readonly AnyEvent[] {
  market(on, offsetMs)
  const seen: AnyEvent[] = [...tick(on, offsetMs)]
  const [first] = intents(seen)
  assert.ok(first !== undefined, `no try at ${offsetMs}: ${decisionKinds(seen).join()}`)
  for (let next: typeof first | undefined = first; next !== undefined;) {
    const events: readonly AnyEvent[] = on.feed(
      offsetMs,
      'trade_confirmations',
      confirmation(next, next.purpose === 'cover' ? '0.1' : '0.3', '95000'),
    )
    seen.push(...events)
    next = intents(events)[0]
  }
  return seen
}
function oldCover(on: Bench, { coverageId }: Coverage): Coverage {
  const cover = on.engine.stateOf(coverage).coverages.get(coverageId)
  assert.ok(cover !== undefined)
  return cover
}

test('[P-13] each try bought in part escalates: the cover shows how many of how many and until when; the third is the last', () => {
  const on = protectionBench()
  const old = protectedAccount(on)
  const first = partly(on, WINDOW)
  assert.ok(decisionKinds(first).includes('renewal_partial'))
  const shown = oldCover(on, old)
  assert.deepEqual(
    [shown.alarm, shown.explanation?.seen, shown.explanation?.limit, shown.renewalTries],
    ['renewal_partial', 1, 3, { state: 'trying', partial: 1, partialMax: 3, since: T0 + WINDOW, until: T0 + WINDOW + HOUR_MS }],
  )
  assert.deepEqual(
    only(first, 'timer_requests').filter(({ name }) => name.startsWith('partial-renewal:')),
    [{ name: `partial-renewal:${old.coverageId}`, at: T0 + WINDOW + HOUR_MS }],
  )
  partly(on, WINDOW + MINUTE_MS)
  assert.equal(oldCover(on, old).renewalTries?.partial, 2)
  const third = partly(on, WINDOW + 2 * MINUTE_MS)
  const [given] = only(third, 'protection_decisions').filter(({ kind }) => kind === 'renewal_abandoned')
  assert.deepEqual(
    [given?.explanation.field, given?.explanation.seen, given?.explanation.limit, given?.detail['atExpiry'], given?.detail['policy']],
    ['tries', 3, 3, 'position_closing', 'hold-limit'],
  )
  const last = oldCover(on, old)
  assert.deepEqual([last.state, last.alarm, last.renewalTries?.state], ['active', 'renewal_abandoned', 'abandoned'])
  for (let minute = 3; minute < 200; minute++) {
    market(on, WINDOW + minute * MINUTE_MS)
    assert.deepEqual(tick(on, WINDOW + minute * MINUTE_MS), [], 'nothing more is tried')
  }
  assert.deepEqual(decisionKinds(tick(on, EXPIRY_6FEB - HOUR_MS)), ['renewal_escalated'], 'and the clock still says that none stands')
  on.feed(EXPIRY_6FEB, 'marks', markOf('95000', EXPIRY_6FEB))
  const end = tick(on, EXPIRY_6FEB)
  assert.deepEqual([decisionKinds(end), intents(end)[0]?.purpose], [['cover_settling', 'position_closing'], 'close_position'])
})

test('[P-13] the time is over although no other try was made: given up by the clock, said once', () => {
  const on = protectionBench()
  const old = protectedAccount(on, { renewal: 'rolling' })
  partly(on, WINDOW)
  const before = tick(on, WINDOW + HOUR_MS - 1, `partial-renewal:${old.coverageId}`)
  assert.deepEqual([decisionKinds(before), intents(before)], [[], []])
  const over = tick(on, WINDOW + HOUR_MS, `partial-renewal:${old.coverageId}`)
  const [given] = only(over, 'protection_decisions')
  assert.deepEqual(
    [given?.kind, given?.explanation.field, given?.explanation.limit, given?.detail['atExpiry']],
    ['renewal_abandoned', 'at', T0 + WINDOW + HOUR_MS, 'unprotected'],
  )
  assert.equal(oldCover(on, old).alarm, 'renewal_abandoned')
  market(on, WINDOW + HOUR_MS + MINUTE_MS)
  assert.deepEqual(tick(on, WINDOW + HOUR_MS + MINUTE_MS), [])
})

test('[P-13] a try that buys nothing is not counted, and one that buys it all takes the alarm off', () => {
  const on = protectionBench({ 'protection/coverage': { partialRenewalsMax: 2 } })
  const old = protectedAccount(on)
  partly(on, WINDOW)
  market(on, WINDOW + MINUTE_MS)
  const [none] = intents(tick(on, WINDOW + MINUTE_MS))
  assert.ok(none !== undefined)
  on.feed(WINDOW + MINUTE_MS, 'trade_confirmations', confirmation(none, '0', '95000'))
  assert.equal(oldCover(on, old).renewalTries?.partial, 1)
  market(on, WINDOW + 2 * MINUTE_MS)
  const [whole] = intents(tick(on, WINDOW + 2 * MINUTE_MS))
  assert.ok(whole !== undefined)
  const done = on.feed(WINDOW + 2 * MINUTE_MS, 'trade_confirmations', confirmation(whole, '1', '95000'))
  assert.ok(decisionKinds(done).includes('renewal_completed'))
  const { alarm, renewalTries, state } = oldCover(on, old)
  assert.deepEqual([alarm, renewalTries, state], [undefined, undefined, 'active'])
  assert.deepEqual(tick(on, WINDOW + 3 * HOUR_MS, `partial-renewal:${old.coverageId}`), [])
})

test('[P-13] a graver alarm stays on top; and who asks for a renewal that was given up is told so, and nothing is bought', () => {
  const ages = { quoteMaxAgeMs: 30 * DAY_MS, indexMaxAgeMs: 30 * DAY_MS, accountMaxAgeMs: 30 * DAY_MS }
  const kept = { quoteMaxAgeMs: 30 * DAY_MS, partialRenewalsMax: 1 }
  const on = bench([quotes, autoRenew, coverage, position], { 'protection/quotes': ages, 'protection/coverage': kept })
  const old = protectedAccount(on)
  on.feed(WINDOW, 'coverages', { ...old, alarm: 'hedge_missing' })
  partly(on, WINDOW)
  assert.deepEqual([oldCover(on, old).alarm, oldCover(on, old).renewalTries?.state], ['hedge_missing', 'abandoned'])
  market(on, WINDOW + MINUTE_MS)
  const asked = on.feed(WINDOW + MINUTE_MS, 'accepted_commands', command('auto_renew', { coverageId: old.coverageId }))
  assert.deepEqual([finalAnswers(asked)[0]?.['reason'], intents(asked)], ['renewal_abandoned', []])
})
