/**
 * Health: what readiness and alerts are made of. Per-tick topics store one reference; conditions are judged on ticks and on the events that
 * change them. An alert is raised once and cleared once; which ones stand is known from the `alerts` consumed, so a recovery folds them.
 * Alerts: `feed_stale` (index older than `feedMaxAgeMs` or its own age), `coverage_alarm`, `reconciliation_differs`, `renewal_escalation` (missing
 * within `escalateMs` of the end), `position_closing`, `venue_down`, `poisoned_input`, `config_refused`; the ledger's are in `proof-alarms.ts`.
 */
import { z } from 'zod'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import { explain } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import type { EpochMs } from '#units/time.ts'
import type { Reconciliation } from '#topics/account.ts'
import type { IndexPrice } from '#topics/market.ts'
import type { Alert, SafetyTrigger } from '#topics/control.ts'
import type { Coverage } from '#topics/protection.ts'
import { configAlarm } from './config-alarm.ts'
import { feedAge } from './feed-age.ts'
import { certificateAlarms, doubtAlarms, endedAlarms, payoutAlarm } from './proof-alarms.ts'

export const healthConfig = z
  .strictObject({
    feedMaxAgeMs: z.number().positive().default(30_000),
    escalateMs: z.number().positive().default(3_600_000),
    /** Venues that are to be linked: one that never was is not ready either. */
    venues: z.array(z.string().min(1)).default([]),
  })
  .prefault({})
export type HealthConfig = z.output<typeof healthConfig>

/** The source under which risk sets reduce-only after a poisoned input, and lifts it on `clear_poison`. */
const POISON_GUARD = 'poisoned-input'

type In =
  | 'clock_tick'
  | 'index_prices'
  | 'account_values'
  | 'reconciliations'
  | 'session_started'
  | 'config_changed'
  | 'venue_links'
  | 'safety_triggers'
  | 'market_refusals'
  | 'poisoned_inputs'
  | 'coverages'
  | 'protection_decisions'
  | 'payout_checks'
  | 'doubtful_settlements'
  | 'coverage_certificates'
  | 'alerts'

export interface HealthState {
  startedAt: EpochMs | undefined
  index: IndexPrice | undefined
  /** Accounts that were ever valued. */
  readonly accounts: Set<AccountId>
  readonly reconciled: Map<AccountId, Reconciliation['state']>
  readonly links: Map<string, 'up' | 'down'>
  /** Triggers in force: by source, account and book. */
  readonly triggers: Map<string, SafetyTrigger>
  readonly refusals: Map<string, number>
  /** Inputs that failed since an operator cleared the last ones. */
  poisoned: number
  /** Covers that show an alarm. */
  readonly alarms: Map<CoverageId, string>
  /** Raised alerts: `<name> <subject>`. */
  readonly raised: Map<string, Alert>
}

export const health = component({
  name: 'monitoring/health',
  version: 2,
  consumes: [
    'clock_tick',
    'index_prices',
    'account_values',
    'reconciliations',
    'session_started',
    'config_changed',
    'venue_links',
    'safety_triggers',
    'market_refusals',
    'poisoned_inputs',
    'coverages',
    'protection_decisions',
    'payout_checks',
    'doubtful_settlements',
    'coverage_certificates',
    'alerts',
  ],
  produces: ['alerts'],
  config: healthConfig,
  initial: (): HealthState => ({
    startedAt: undefined,
    index: undefined,
    accounts: new Set(),
    reconciled: new Map(),
    links: new Map(),
    triggers: new Map(),
    refusals: new Map(),
    poisoned: 0,
    alarms: new Map(),
    raised: new Map(),
  }),
  step: (state: HealthState, event: AnyEvent<In>, config: HealthConfig): Step<HealthState, 'alerts'> => ({
    state,
    emit: handle(state, event, config),
  }),
})

function handle(state: HealthState, event: AnyEvent<In>, config: HealthConfig): readonly Emission<'alerts'>[] {
  switch (event.topic) {
    case 'index_prices':
      state.index = event.body
      return SILENT
    case 'account_values':
      state.accounts.add(event.body.account)
      return SILENT
    case 'market_refusals':
      state.refusals.set(event.body.explanation.code, (state.refusals.get(event.body.explanation.code) ?? 0) + 1)
      return SILENT
    case 'clock_tick':
      return feed(state, event, config)
    default:
      return changed(state, event, config)
  }
}

function changed(
  state: HealthState,
  event: AnyEvent<Exclude<In, 'index_prices' | 'account_values' | 'market_refusals' | 'clock_tick'>>,
  config: HealthConfig,
): readonly Emission<'alerts'>[] {
  switch (event.topic) {
    case 'session_started':
      state.startedAt = event.body.startedAt
      return condition(state, event, configAlarm(event))
    case 'config_changed':
      return condition(state, event, configAlarm(event))
    case 'reconciliations':
      return reconciled(state, event)
    case 'venue_links':
      state.links.set(event.body.venue, event.body.state)
      return condition(state, event, {
        name: 'venue_down',
        subject: event.body.venue,
        severity: 'high',
        holds: event.body.state === 'down',
        seen: event.body.state,
        limit: 'up',
      })
    case 'safety_triggers':
      keepTrigger(state, event.body)
      return event.body.action === 'clear' && event.body.source === POISON_GUARD ? poisonCleared(state, event) : SILENT
    case 'poisoned_inputs':
      state.poisoned += 1
      return condition(state, event, {
        name: 'poisoned_input',
        subject: String(event.body.inputSeq),
        severity: 'critical',
        holds: true,
        seen: event.body.error,
        limit: 'no failure',
      })
    case 'coverages':
      return coverAlarm(state, event)
    case 'protection_decisions':
      return decision(state, event, config)
    case 'payout_checks':
      return condition(state, event, payoutAlarm(event))
    case 'doubtful_settlements':
      return doubtAlarms(event).flatMap((alarm) => condition(state, event, alarm))
    case 'coverage_certificates':
      return certificateAlarms(event).flatMap((alarm) => condition(state, event, alarm))
    case 'alerts':
      keepAlert(state, event)
      return SILENT
  }
}

interface Condition {
  readonly name: string
  readonly subject: string
  readonly severity: Alert['severity']
  readonly holds: boolean
  readonly seen: string | number
  readonly limit: string | number
  /** Of what was seen, with its unit; absent: the subject. */
  readonly field?: string
  readonly explanation?: Explanation
}
/** Raises what holds and does not stand yet, clears what stands and no longer holds. */
function condition(
  state: HealthState,
  { seq }: { readonly seq: number },
  { name, subject, field = subject, severity, holds, seen, limit, explanation }: Condition,
): readonly Emission<'alerts'>[] {
  if (state.raised.has(`${name} ${subject}`) === holds) return SILENT
  const why = explanation ?? explain('monitoring/health', seq, { code: name, field, seen, limit })
  return [{ topic: 'alerts', key: subject, body: { name, severity, state: holds ? 'raised' : 'cleared', explanation: why } }]
}

function keepAlert(state: HealthState, { key, body }: EventOf<'alerts'>): void {
  if (body.state === 'raised') state.raised.set(`${body.name} ${key}`, body)
  else state.raised.delete(`${body.name} ${key}`)
}

function feed(state: HealthState, event: EventOf<'clock_tick'>, config: HealthConfig): readonly Emission<'alerts'>[] {
  if (state.startedAt === undefined && state.index === undefined) return SILENT
  const { fresh, ageMs, limitMs } = feedAge(state, event.at, config)
  // A start is given the feed's own age to bring the first index; readiness says meanwhile that there is none.
  if (!fresh && state.startedAt !== undefined && event.at - state.startedAt <= limitMs) return SILENT
  return condition(state, event, {
    name: 'feed_stale',
    subject: 'index',
    field: 'indexAgeMs',
    severity: 'high',
    holds: !fresh,
    seen: ageMs ?? 'never seen',
    limit: limitMs,
  })
}

function reconciled(state: HealthState, event: EventOf<'reconciliations'>): readonly Emission<'alerts'>[] {
  const { account, state: outcome, differences } = event.body
  state.reconciled.set(account, outcome)
  const first = differences[0]
  const seen = first === undefined ? outcome : `${first.what}: ${first.ours} in the books, ${first.venues} at the venue`
  return condition(state, event, {
    name: 'reconciliation_differs',
    subject: account,
    severity: 'critical',
    holds: outcome === 'differs',
    seen,
    limit: 'matched',
  })
}

/** Risk has lifted reduce-only because an operator has looked at what failed. */
function poisonCleared(state: HealthState, event: EventOf<'safety_triggers'>): readonly Emission<'alerts'>[] {
  state.poisoned = 0
  const prefix = 'poisoned_input '
  const { explanation } = event.body
  return [...state.raised.keys()]
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) =>
      condition(state, event, {
        name: 'poisoned_input',
        subject: name.slice(prefix.length),
        severity: 'critical',
        holds: false,
        seen: 'cleared',
        limit: 'no failure',
        explanation,
      }),
    )
}

function keepTrigger(state: HealthState, trigger: SafetyTrigger): void {
  const key = `${trigger.source} ${trigger.account ?? '*'} ${trigger.book ?? '*'}`
  if (trigger.action === 'clear') state.triggers.delete(key)
  else state.triggers.set(key, trigger)
}

function coverAlarm(state: HealthState, event: EventOf<'coverages'>): readonly Emission<'alerts'>[] {
  const { coverageId, alarm, state: life }: Coverage = event.body
  if (alarm === undefined) state.alarms.delete(coverageId)
  else state.alarms.set(coverageId, alarm)
  const ended = life === 'expired' || life === 'closed'
  const proofs = ended ? endedAlarms(event.body).flatMap((alarm) => condition(state, event, alarm)) : []
  const rest = ended
    ? condition(state, event, {
        name: 'renewal_escalation',
        subject: coverageId,
        severity: 'critical',
        holds: false,
        seen: life,
        limit: 'renewed',
      })
    : []
  return [
    ...condition(state, event, {
      name: 'coverage_alarm',
      subject: coverageId,
      field: 'alarm',
      severity: 'critical',
      holds: alarm !== undefined,
      seen: alarm ?? 'none',
      limit: 'none',
    }),
    ...rest,
    ...proofs,
  ]
}

function decision(state: HealthState, event: EventOf<'protection_decisions'>, { escalateMs }: HealthConfig): readonly Emission<'alerts'>[] {
  const { kind, coverageId, detail, explanation } = event.body
  if (coverageId === undefined) return SILENT
  const about = { subject: coverageId, severity: 'critical', seen: kind, limit: 'renewed in time', explanation } as const
  const left = Number(detail['expiresInMs'] ?? Number.POSITIVE_INFINITY)
  if (
    kind === 'renewal_escalated' ||
    kind === 'renewal_abandoned' ||
    ((kind === 'renewal_refused' || kind === 'renewal_gap') && left <= escalateMs)
  )
    return condition(state, event, { ...about, name: 'renewal_escalation', holds: true })
  const previous = detail['previousCoverageId']
  if ((kind === 'renewal_completed' || kind === 'roll_pending') && previous !== undefined)
    return condition(state, event, { ...about, subject: previous, name: 'renewal_escalation', holds: false })
  return kind === 'position_closing' ? condition(state, event, { ...about, name: 'position_closing', holds: true }) : SILENT
}
