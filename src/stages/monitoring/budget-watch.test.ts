/** A fill beyond what its quote reserved: alarmed once, as severe as the caps it breaks, and over with its cover or its day. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { explain } from '#domain/explanation.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import { DAY_MS } from '#units/time.ts'
import type { Coverage, ProtectionDecision } from '#topics/protection.ts'
import { budgetWatch } from './budget-watch.ts'

const COVER = 'cover-1' as CoverageId
const AMOUNTS = { amountUsdc: '15', usedUsdc: '123.4', capUsdc: '300', accountUsedUsdc: '123.4', accountCapUsdc: '220' }

function update(change: string, amounts: Partial<typeof AMOUNTS> = {}, coverageId: CoverageId | undefined = COVER): ProtectionDecision {
  const explanation = explain('protection/budget', 1, { code: `subsidy_${change}`, field: 'subsidyUsdc', seen: 1, limit: 2 })
  const about = coverageId === undefined ? {} : { coverageId }
  return { account: 'demo' as AccountId, kind: 'risk_budget_update', ...about, explanation, detail: { change, ...AMOUNTS, ...amounts } }
}
function told(on: Bench, offsetMs: number, body: ProtectionDecision): readonly (readonly unknown[])[] {
  return only(on.feed(offsetMs, 'protection_decisions', body), 'alerts').map(({ severity, state, explanation }) => [
    severity,
    state,
    explanation.seen,
  ])
}
function ticked(on: Bench, offsetMs: number): readonly (readonly unknown[])[] {
  const events = on.feed(offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
  return only(events, 'alerts').map(({ severity, state, explanation }) => [severity, state, explanation.seen])
}

test('[P-06] [P-07] only what exceeds is an alarm, once; each cap broken makes it graver, a cap just met does not', () => {
  const cases = [
    [{}, 'medium'],
    [{ accountUsedUsdc: '220' }, 'medium'],
    [{ accountUsedUsdc: '220.000000000000000001' }, 'high'],
    [{ accountUsedUsdc: '299', usedUsdc: '300' }, 'high'],
    [{ accountUsedUsdc: '10', usedUsdc: '300.000000000000000001' }, 'critical'],
  ] as const
  for (const [amounts, severity] of cases) {
    const on = bench([budgetWatch])
    for (const change of ['reserved', 'committed', 'returned', 'released']) assert.deepEqual(told(on, 0, update(change, amounts)), [])
    assert.deepEqual(told(on, 1, update('exceeded', amounts)), [[severity, 'raised', '15']], JSON.stringify(amounts))
    assert.deepEqual(told(on, 2, update('exceeded', amounts)), [])
  }
})

test('[P-06] it is over when its cover has ended, and no sooner', () => {
  const on = bench([budgetWatch])
  told(on, 0, update('exceeded', { usedUsdc: '301' }))
  const lives = (state: Coverage['state']) =>
    only(on.feed(1, 'coverages', { coverageId: COVER, account: 'demo', state } as Coverage), 'alerts').map(
      ({ severity, state: now, explanation }) => [severity, now, explanation.seen],
    )
  assert.deepEqual([lives('pending'), lives('active'), lives('settling')], [[], [], []])
  assert.deepEqual(lives('expired'), [['critical', 'cleared', 'cover expired']])
  assert.deepEqual(lives('expired'), [])
})

test('[P-06] it is over when the UTC day it counts to has ended, a moment before it is not', () => {
  const on = bench([budgetWatch])
  told(on, 60_000, update('exceeded'))
  assert.deepEqual(ticked(on, DAY_MS - 1), [])
  assert.deepEqual(ticked(on, DAY_MS), [['medium', 'cleared', 'its day has ended']])
  assert.deepEqual(ticked(on, DAY_MS + 60_000), [])
})
