/** A renewal whose floor lies under the programme's limit is an alarm until its cover ends; what was lowered is known as long. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain } from '#domain/explanation.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { Coverage, ProtectionDecision } from '#topics/protection.ts'
import { floorWatch } from './floor-watch.ts'

const COVER = 'cover-2' as CoverageId
const CONFIG = { 'monitoring/floor-watch': { limits: { demo: '10000' } } }

function decided(on: Bench, kind: ProtectionDecision['kind'], detail: ProtectionDecision['detail'], account = 'demo') {
  const explanation = explain('protection/renewal', 1, { code: kind, field: 'floorEquity', seen: '1', limit: '2' })
  const body: ProtectionDecision = { account: account as AccountId, kind, coverageId: COVER, explanation, detail }
  return told(on.feed(0, 'protection_decisions', body))
}
function lives(on: Bench, state: Coverage['state']) {
  return told(on.feed(1, 'coverages', { coverageId: COVER, account: 'demo', state } as Coverage))
}
function told(events: Parameters<typeof only>[0]): readonly (readonly unknown[])[] {
  return only(events, 'alerts').map(({ name, severity, state, explanation: { field, seen, limit } }) => [
    name,
    severity,
    state,
    field,
    seen,
    limit,
  ])
}

test('[P-13] [P-15] a renewal’s floor under the programme’s limit is alarmed once, and over when its cover ends', () => {
  const on = bench([floorWatch], CONFIG)
  const raised = ['floor_under_programme', 'high', 'raised', 'floorEquityUsdc', '5528.1', '10000']
  assert.deepEqual(decided(on, 'renewal_completed', { floorEquity: '5528.1' }), [raised])
  assert.deepEqual(decided(on, 'renewal_completed', { floorEquity: '5528.1' }), [], 'once')
  assert.deepEqual([lives(on, 'active'), lives(on, 'settling')], [[], []])
  const cleared = ['floor_under_programme', 'high', 'cleared', 'state', 'expired', 'active, with a floor of 5528.1 USDC']
  assert.deepEqual(lives(on, 'expired'), [cleared])
  assert.deepEqual(lives(on, 'expired'), [])
})

test('[P-15] a floor at the limit keeps it; an account without a programme, and a decision that is no renewal, raise nothing', () => {
  const silent = [
    ['renewal_completed', { floorEquity: '10000' }, 'demo'],
    ['renewal_completed', { floorEquity: '1' }, 'other'],
    ['floor_lowered', { from: '11812', to: '5528' }, 'demo'],
  ] as const
  for (const [kind, detail, account] of silent) assert.deepEqual(decided(bench([floorWatch], CONFIG), kind, detail, account), [])
  const under = decided(bench([floorWatch], CONFIG), 'renewal_completed', { floorEquity: '9999.999999999999999999' })
  assert.equal(under.length, 1)
})

test('[P-13] what a renewal lowered the limit from is known while its cover stands', () => {
  const on = bench([floorWatch], CONFIG)
  decided(on, 'floor_lowered', { from: '11812.4', to: '5528.1' })
  assert.deepEqual(on.engine.stateOf(floorWatch).lowered.get(COVER), { from: '11812.4', to: '5528.1', at: T0 })
  lives(on, 'settling')
  assert.equal(on.engine.stateOf(floorWatch).lowered.size, 1)
  lives(on, 'closed')
  assert.equal(on.engine.stateOf(floorWatch).lowered.size, 0)
})
