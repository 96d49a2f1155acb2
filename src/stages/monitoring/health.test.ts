/** Alerts raised and cleared once, at and just past their limits; what readiness says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sessionOf } from '#engine/facts.fixture.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { explain } from '#domain/explanation.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import { price } from '#units/price.ts'
import { durationMs, epochMs } from '#units/time.ts'
import type { BodyOf, TopicName } from '#topics/registry.ts'
import type { Coverage } from '#topics/protection.ts'
import { health, healthConfig } from './health.ts'
import type { HealthState } from './health.ts'
import { readiness } from './readiness.ts'

const DEMO = 'demo' as AccountId
const WHY = explain('test', 1, { code: 'c', field: 'f', seen: 1, limit: 2 })
const COVER = { coverageId: 'cover-1' as CoverageId, account: DEMO, state: 'active' } as Coverage

function alerts<T extends TopicName>(on: Bench, offsetMs: number, topic: T, body: BodyOf<T>): string[] {
  return only(on.feed(offsetMs, topic, body), 'alerts').map(({ name, state, severity }) => `${name} ${state} ${severity}`)
}
function tick(on: Bench, offsetMs: number): string[] {
  return alerts(on, offsetMs, 'clock_tick', { name: 'minute', dueAt: T0 })
}
function index(on: Bench, offsetMs: number, maxAgeMs = 60_000): void {
  on.feed(offsetMs, 'index_prices', {
    venue: 'deribit',
    asset: 'BTC',
    price: price<'BTC', 'USDC'>('88000'),
    observedAt: epochMs(T0 + offsetMs),
    maxAgeMs: durationMs(maxAgeMs),
  })
}
const session = sessionOf()
const matched: BodyOf<'reconciliations'> = { account: DEMO, statementId: 'x', state: 'matched', differences: [] }

test('[OP-03] feed_stale: fresh at 30 s, raised once a millisecond later, cleared once by new data', () => {
  const on = bench([health])
  assert.deepEqual(tick(on, 0), [], 'before anything has started there is nothing to miss')
  index(on, 0)
  assert.deepEqual(tick(on, 30_000), [])
  assert.deepEqual(tick(on, 30_001), ['feed_stale raised high'])
  assert.deepEqual(tick(on, 60_000), [])
  index(on, 60_000)
  assert.deepEqual(tick(on, 60_001), ['feed_stale cleared high'])
  index(on, 60_002, 10)
  assert.deepEqual(tick(on, 60_013), ['feed_stale raised high'], 'the stricter age of the source decides')
  const silent = bench([health])
  silent.feed(0, 'session_started', session)
  assert.deepEqual(tick(silent, 30_000), [], 'a start may take as long as an index lasts')
  assert.deepEqual(tick(silent, 30_001), ['feed_stale raised high'], 'a session without any index')
})

test('[P-11] [P-13] alarms of covers, renewals that run late, and the close that follows', () => {
  const on = bench([health])
  assert.deepEqual(alerts(on, 0, 'coverages', COVER), [])
  assert.deepEqual(alerts(on, 1, 'coverages', { ...COVER, alarm: 'roll_pending' }), ['coverage_alarm raised critical'])
  assert.deepEqual(alerts(on, 2, 'coverages', { ...COVER, alarm: 'roll_pending' }), [])
  assert.deepEqual(alerts(on, 3, 'coverages', COVER), ['coverage_alarm cleared critical'])
  const refused = (left: string): BodyOf<'protection_decisions'> => ({
    account: DEMO,
    kind: 'renewal_refused',
    coverageId: COVER.coverageId,
    explanation: WHY,
    detail: { expiresInMs: left },
  })
  assert.deepEqual(alerts(on, 4, 'protection_decisions', refused('3600001')), [])
  assert.deepEqual(alerts(on, 5, 'protection_decisions', refused('3600000')), ['renewal_escalation raised critical'])
  assert.deepEqual(alerts(on, 6, 'protection_decisions', refused('60000')), [])
  const completed = {
    account: DEMO,
    kind: 'renewal_completed',
    coverageId: 'cover-2' as CoverageId,
    explanation: WHY,
    detail: { previousCoverageId: COVER.coverageId },
  } as const
  assert.deepEqual(alerts(on, 7, 'protection_decisions', completed), ['renewal_escalation cleared critical'])
  const silent = { ...refused('3600000'), kind: 'renewal_escalated' } as const
  assert.deepEqual(alerts(on, 8, 'protection_decisions', silent), ['renewal_escalation raised critical'], 'by the clock alone')
  assert.deepEqual(alerts(on, 8, 'protection_decisions', { ...refused(''), kind: 'position_closing', detail: {} }), [
    'position_closing raised critical',
  ])
})

test('[OP-03] books that differ, a venue that is gone, an input that failed', () => {
  const on = bench([health])
  const differs = { ...matched, state: 'differs', differences: [{ what: 'cash', ours: '1', venues: '2' }] } as const
  assert.deepEqual(alerts(on, 0, 'reconciliations', differs), ['reconciliation_differs raised critical'])
  assert.deepEqual(alerts(on, 1, 'reconciliations', matched), ['reconciliation_differs cleared critical'])
  assert.deepEqual(alerts(on, 2, 'venue_links', { venue: 'deribit', state: 'down' }), ['venue_down raised high'])
  assert.deepEqual(alerts(on, 3, 'venue_links', { venue: 'deribit', state: 'up' }), ['venue_down cleared high'])
  assert.deepEqual(alerts(on, 4, 'poisoned_inputs', { inputSeq: 9, inputTopic: 'quotes', error: 'x' }), ['poisoned_input raised critical'])
})

test('[OP-05] ready only with a session, fresh data, agreeing books, links up and nothing poisoned; a halt is named', () => {
  const on = bench([health])
  const config = healthConfig.parse({})
  const failing = (offsetMs: number): string[] =>
    readiness(on.engine.stateOf<HealthState>(health), epochMs(T0 + offsetMs), config)
      .checks.filter(({ ok }) => !ok)
      .map(({ name }) => name)
  assert.deepEqual(failing(0), ['session', 'market data'])
  on.feed(0, 'session_started', session)
  index(on, 0)
  assert.deepEqual(failing(30_000), [])
  assert.deepEqual(failing(30_001), ['market data'])
  on.feed(1, 'account_values', { account: DEMO } as never)
  assert.deepEqual(failing(1), ['reconciliation'])
  on.feed(2, 'reconciliations', matched)
  on.feed(3, 'venue_links', { venue: 'deribit', state: 'down' })
  assert.deepEqual(failing(3), ['venues'])
  const shown = readiness(on.engine.stateOf<HealthState>(health), epochMs(T0 + 3), healthConfig.parse({ venues: ['bybit', 'deribit'] }))
  const venues = shown.checks.find(({ name }) => name === 'venues')
  assert.deepEqual([venues?.ok, venues?.detail], [false, '0 of 2 up: bybit not linked yet, deribit down'])
  on.feed(4, 'venue_links', { venue: 'deribit', state: 'up' })
  on.feed(5, 'safety_triggers', { source: 'flash-crash', action: 'halt', explanation: WHY })
  const breakers = readiness(on.engine.stateOf<HealthState>(health), epochMs(T0 + 5), config)
  assert.deepEqual([breakers.ready, breakers.checks.at(-1)?.detail], [true, 'flash-crash halt'])
  on.feed(6, 'safety_triggers', { source: 'flash-crash', action: 'clear', explanation: WHY })
  on.feed(7, 'poisoned_inputs', { inputSeq: 1, inputTopic: 'quotes', error: 'x' })
  on.feed(8, 'poisoned_inputs', { inputSeq: 2, inputTopic: 'quotes', error: 'y' })
  assert.deepEqual(failing(8), ['inputs'])
  on.feed(9, 'safety_triggers', { source: 'flash-crash', action: 'clear', explanation: WHY })
  assert.deepEqual(failing(9), ['inputs'], 'another clear is none for it')
  assert.deepEqual(alerts(on, 10, 'safety_triggers', { source: 'poisoned-input', action: 'clear', explanation: WHY }), [
    'poisoned_input cleared critical',
    'poisoned_input cleared critical',
  ])
  assert.deepEqual(failing(10), [], 'ready again')
  on.feed(11, 'poisoned_inputs', { inputSeq: 3, inputTopic: 'quotes', error: 'z' })
  assert.deepEqual(failing(11), ['inputs'], 'the next one counts anew')
})

const PROBLEM = { field: 'riskControls.maxLeverage', seen: '-1', limit: '>= 1', source: 'config/risk-controls.json' }
const reload = (problems?: BodyOf<'config_changed'>['problems']): BodyOf<'config_changed'> => ({
  configDigest: 'd',
  config: null,
  ...(problems === undefined ? {} : { problems }),
})

test('[OP-03] a reload that is refused raises config_refused once, the next one taken clears it; one taken raises nothing', () => {
  const on = bench([health])
  assert.deepEqual(alerts(on, 0, 'config_changed', reload()), [])
  assert.deepEqual(alerts(on, 1, 'config_changed', reload([])), [], 'no problem is none')
  const raised = only(on.feed(2, 'config_changed', reload([PROBLEM, { ...PROBLEM, field: 'other' }])), 'alerts')
  assert.deepEqual(
    raised.map(({ name, state, severity, explanation: { seen, limit } }) => [name, state, severity, seen, limit]),
    [['config_refused', 'raised', 'medium', 'riskControls.maxLeverage: -1 (config/risk-controls.json) and 1 more', '>= 1']],
  )
  assert.deepEqual(alerts(on, 3, 'config_changed', reload([PROBLEM])), [], 'it stands already')
  assert.deepEqual(alerts(on, 4, 'config_changed', reload()), ['config_refused cleared medium'])
  assert.deepEqual(alerts(on, 5, 'config_changed', reload()), [])
})

test('[OP-03] a start clears config_refused: it runs on what it was given, or not at all', () => {
  const on = bench([health])
  assert.deepEqual(alerts(on, 0, 'session_started', session), [])
  assert.deepEqual(alerts(on, 1, 'config_changed', reload([PROBLEM])), ['config_refused raised medium'])
  assert.deepEqual(alerts(on, 2, 'session_started', session), ['config_refused cleared medium'])
})
