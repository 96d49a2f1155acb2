/** Alerts that only an operator ends: a delivery that differs, and nothing whose condition still stands. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedCommand } from '#engine/facts.fixture.ts'
import { bench, only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { explain } from '#domain/explanation.ts'
import type { CoverageId } from '#domain/order.ts'
import type { PayoutCheck } from '#topics/proof.ts'
import type { Coverage } from '#topics/protection.ts'
import type { Json } from '#topics/schema.ts'
import { acknowledgement } from './acknowledgement.ts'
import { health } from './health.ts'
import type { HealthState } from './health.ts'

const SUBJECT = 'demo:s1'

/** A delivery paid 0.07 where 0.08 was due, its cover at its end with the same alarm, and another cover without its hedge. */
function differing(): Bench {
  const on = bench([health, acknowledgement])
  const difference = explain('ledger/payout-check', 1, { code: 'payout_differs', field: 'payout', seen: '0.07', limit: '0.08' })
  on.feed(0, 'payout_checks', {
    account: 'demo',
    settlementId: 's1',
    state: 'differs',
    differences: [difference],
  } as unknown as PayoutCheck)
  const cover = { coverageId: 'cover-1' as CoverageId, account: 'demo', state: 'expired', alarm: 'payout_differs' } as Coverage
  on.feed(1, 'coverages', cover)
  on.feed(2, 'coverages', { ...cover, coverageId: 'cover-2' as CoverageId, state: 'active', alarm: 'hedge_missing' })
  return on
}
let sent = 0
function acknowledge(on: Bench, params: Json) {
  const events = on.feed(10, 'accepted_commands', acceptedCommand('acknowledge_alert', params, `k${sent++}`))
  const [{ httpStatus, answer } = { httpStatus: 0, answer: {} }] = only(events, 'command_results')
  const { status, reason } = answer as { readonly status?: string; readonly reason?: string }
  const cleared = only(events, 'alerts').map(({ name, state, explanation }) => [name, state, explanation.seen, explanation.limit])
  return { told: [httpStatus, status, reason], cleared }
}
const standing = (on: Bench): readonly string[] => [...on.engine.stateOf<HealthState>(health).raised.keys()]

test('[P-14] [F-A11] a delivery that differs, and the alarm of its cover, end with an operator’s word, which is recorded', () => {
  const on = differing()
  assert.deepEqual(standing(on), [`payout_differs ${SUBJECT}`, 'coverage_alarm cover-1', 'coverage_alarm cover-2'])
  const first = acknowledge(on, { name: 'payout_differs', subject: SUBJECT, reason: 'paid by transfer 17', by: 'ada' })
  assert.deepEqual(first.told, [200, 'ok', undefined])
  assert.deepEqual(first.cleared, [['payout_differs', 'cleared', 'paid by transfer 17', 'ada decides']])
  assert.deepEqual(acknowledge(on, { name: 'coverage_alarm', subject: 'cover-1', reason: 'the same' }).told, [200, 'ok', undefined])
  assert.deepEqual(standing(on), ['coverage_alarm cover-2'])
  const again = acknowledge(on, { name: 'payout_differs', subject: SUBJECT, reason: 'twice' })
  assert.deepEqual([again.told, again.cleared], [[200, 'blocked', 'unknown_alert'], []])
})

test('[OP-03] what ends with its condition cannot be acknowledged away, nor without a reason', () => {
  const on = differing()
  const alarm = acknowledge(on, { name: 'coverage_alarm', subject: 'cover-2', reason: 'too loud' })
  assert.deepEqual([alarm.told, alarm.cleared], [[200, 'blocked', 'alert_ends_itself'], []])
  for (const params of [{ name: 'payout_differs', subject: SUBJECT }, { name: 'payout_differs', subject: SUBJECT, reason: '' }, null])
    assert.deepEqual(acknowledge(on, params as Json).told, [400, 'error', 'invalid_payload'])
  assert.equal(standing(on).length, 3)
})
