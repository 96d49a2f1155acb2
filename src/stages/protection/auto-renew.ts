/**
 * Renewal on request and by schedule (P-13, document 1 section 4.3): `auto_renew` renews a cover inside its window and is `too_early` before it;
 * `auto_renew_schedule` has it done at the window, again each minute until a cover follows, and goes on with that one. Pricing, purchase and
 * record are those of every renewal: this component only asks (`quote_requests`) and answers from what came of it. Policies that renew by themselves
 * need neither; a cover with policy `none` is renewed by these alone, and an end without a follower escalates as theirs does (`renewal.ts`).
 * The answer is the decision: a schedule stands once its `command_results` has come round.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { answered, pending, refused } from '#engine/command-answers.ts'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import { explain, explanationJson } from '#domain/explanation.ts'
import type { AccountId, CommandId, CoverageId } from '#domain/order.ts'
import { later } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { Coverage } from '#topics/protection.ts'
import { admitRenewal, admitSchedule } from './auto-renew-admission.ts'
import { autoRenewConfig, windowOf } from './auto-renew-state.ts'
import type { Admitted, AutoRenewConfig, AutoRenewState } from './auto-renew-state.ts'
import { termsToRenew } from './auto-renew-request.ts'

type In = 'accepted_commands' | 'command_results' | 'coverages' | 'protection_decisions' | 'clock_tick'
type OutTopic = 'quote_requests' | 'protection_decisions' | 'command_results' | 'timer_requests'
type Out = Emission<OutTopic>

export const autoRenew = component({
  name: 'protection/auto-renew',
  version: 2,
  consumes: ['accepted_commands', 'command_results', 'coverages', 'protection_decisions', 'clock_tick'],
  produces: ['quote_requests', 'protection_decisions', 'command_results', 'timer_requests'],
  config: autoRenewConfig,
  initial: (): AutoRenewState => ({ covers: new Map(), asked: new Map(), schedules: new Map(), announced: new Set() }),
  step: (state: AutoRenewState, event: AnyEvent<In>, config: AutoRenewConfig): Step<AutoRenewState, OutTopic> => ({
    state,
    emit: handle(state, event, config),
  }),
})

function handle(state: AutoRenewState, event: AnyEvent<In>, config: AutoRenewConfig): readonly Out[] {
  switch (event.topic) {
    case 'accepted_commands':
      return command(state, event, config)
    case 'command_results':
      return keepAnswer(state, event)
    case 'coverages':
      return onCover(state, event.body, config)
    case 'protection_decisions':
      return onDecision(state, event.body)
    case 'clock_tick':
      if (state.schedules.size === 0 && state.asked.size === 0) return SILENT
      return event.body.name === 'minute' || event.body.name.startsWith('auto-renew:') ? onTick(state, event, config) : SILENT
  }
}

function command(state: AutoRenewState, event: EventOf<'accepted_commands'>, config: AutoRenewConfig): readonly Out[] {
  const { type, commandId, account } = event.body
  if (type !== 'auto_renew' && type !== 'auto_renew_schedule') return SILENT
  const inputs = { state, command: event.body, at: event.at, config }
  const admitted = type === 'auto_renew' ? admitRenewal(inputs) : admitSchedule(inputs)
  if (!admitted.ok) return [refused(commandId, account, explain('protection/auto-renew', event.seq, admitted.refusal))]
  const { cover, schedule, notBefore } = admitted.value
  if (notBefore !== undefined && event.at < notBefore) return [tooEarly(commandId, cover, notBefore, event)]
  state.asked.set(commandId, admitted.value)
  if (schedule !== undefined) return scheduled(commandId, cover, schedule)
  const follower = followerOf(state, cover.coverageId)
  if (follower === undefined) return [request(cover, admitted.value.tenorDays, event.seq), pending(commandId, account)]
  return [isInForce(follower) ? renewed(commandId, follower, windowOf(state, follower, config)) : pending(commandId, account)]
}

function tooEarly(
  commandId: CommandId,
  { account, coverageId }: Coverage,
  notBefore: EpochMs,
  { at, seq }: { readonly at: EpochMs; readonly seq: number },
): Out {
  const renewsAt = isoFromEpochMs(notBefore)
  const refusal = { code: 'too_early', field: 'at', seen: isoFromEpochMs(at), limit: renewsAt, flip: { field: 'at', to: renewsAt } }
  const explanation = explanationJson(explain('protection/auto-renew', seq, refusal))
  return answered(commandId, account, {
    status: 'too_early',
    reason: 'too_early',
    coverageId,
    previousCoverageId: null,
    renewsAt,
    explanation,
  })
}

function scheduled(commandId: CommandId, cover: Coverage, { enabled, windowMs }: NonNullable<Admitted['schedule']>): readonly Out[] {
  const at = later(cover.expiry, -windowMs)
  const scheduleId = `schedule-${cover.coverageId}`
  const answer = { status: 'ok', scheduleId, enabled, coverageId: cover.coverageId, nextRenewalAt: enabled ? isoFromEpochMs(at) : null }
  return [...(enabled ? [wakeAt(cover.coverageId, at)] : []), answered(commandId, cover.account, answer)]
}

function wakeAt(coverageId: CoverageId, at: EpochMs): Out {
  const name = `auto-renew:${coverageId}`
  return { topic: 'timer_requests', key: name, body: { name, at } }
}

function keepAnswer(state: AutoRenewState, { body: { commandId, final, answer } }: EventOf<'command_results'>): readonly never[] {
  const asked = state.asked.get(commandId)
  if (asked === undefined) return SILENT
  if (!final) return SILENT
  const { cover, tenorDays, schedule } = asked
  state.asked.delete(commandId)
  if (schedule === undefined || (answer as { readonly status?: unknown }).status !== 'ok') return SILENT
  if (!schedule.enabled) state.schedules.delete(cover.coverageId)
  else {
    const { windowMs } = schedule
    state.schedules.set(cover.coverageId, { scheduleId: `schedule-${cover.coverageId}`, account: cover.account, windowMs, tenorDays })
  }
  return SILENT
}

function onCover(state: AutoRenewState, cover: Coverage, config: AutoRenewConfig): readonly Out[] {
  const { coverageId, previousCoverageId } = cover
  if (cover.state === 'active' || cover.state === 'pending') state.covers.set(coverageId, cover)
  else {
    state.covers.delete(coverageId)
    state.schedules.delete(coverageId)
    for (const { kind } of STAGES) state.announced.delete(`${kind}:${coverageId}`)
  }
  if (previousCoverageId === undefined || !isInForce(cover)) return SILENT
  const answers = waitingFor(state, previousCoverageId).map(([commandId]) => renewed(commandId, cover, windowOf(state, cover, config)))
  const schedule = state.schedules.get(previousCoverageId)
  if (schedule === undefined) return answers
  state.schedules.delete(previousCoverageId)
  state.schedules.set(coverageId, schedule)
  return [...answers, wakeAt(coverageId, later(cover.expiry, -schedule.windowMs))]
}

/** Bought, and, where the old cover had to be sold for it, that done as well. */
function isInForce({ state, roll }: Coverage): boolean {
  return state === 'active' && roll === undefined
}

function onDecision(state: AutoRenewState, { kind, coverageId, explanation }: EventOf<'protection_decisions'>['body']): readonly Out[] {
  if (coverageId === undefined) return SILENT
  if (isStage(kind)) state.announced.add(`${kind}:${coverageId}`)
  if (kind !== 'renewal_refused') return SILENT
  return waitingFor(state, coverageId).map(([commandId, account]) => refused(commandId, account, explanation))
}

function onTick(state: AutoRenewState, { at, seq }: EventOf<'clock_tick'>, config: AutoRenewConfig): readonly Out[] {
  const due = new Map<CoverageId, number | undefined>()
  for (const { cover, schedule, tenorDays } of state.asked.values()) if (schedule === undefined) due.set(cover.coverageId, tenorDays)
  for (const [coverageId, { windowMs, tenorDays }] of state.schedules) {
    const cover = state.covers.get(coverageId)
    if (cover !== undefined && at >= cover.expiry - windowMs) due.set(coverageId, tenorDays)
  }
  return [...due].flatMap(([coverageId, tenorDays]) => tryAgain(state, { coverageId, tenorDays, at, seq }, config))
}

interface Due {
  readonly coverageId: CoverageId
  readonly tenorDays: number | undefined
  readonly at: EpochMs
  readonly seq: number
}
function tryAgain(state: AutoRenewState, { coverageId, tenorDays, at, seq }: Due, config: AutoRenewConfig): readonly Out[] {
  const cover = state.covers.get(coverageId)
  if (cover === undefined || at >= cover.expiry) {
    const ended = explain('protection/auto-renew', seq, {
      code: 'cover_ended',
      field: 'coverageId',
      seen: coverageId,
      limit: 'a cover that stands',
    })
    return waitingFor(state, coverageId).map(([commandId, account]) => refused(commandId, account, ended))
  }
  const follower = followerOf(state, coverageId)
  if (follower?.state === 'active') return SILENT
  const late = escalations(state, cover, { at, seq }, config)
  return follower === undefined ? [request(cover, tenorDays, seq), ...late] : late
}

const STAGES = [
  { kind: 'renewal_escalated', limitOf: ({ escalateMs }: AutoRenewConfig) => escalateMs },
  { kind: 'renewal_gap', limitOf: ({ gapNoticeMs }: AutoRenewConfig) => gapNoticeMs },
] as const

function isStage(kind: string): boolean {
  return STAGES.some((stage) => stage.kind === kind)
}

/** Each stage once, for covers that nobody but their schedule renews; also while an order is out that nobody answers. */
function escalations(
  state: AutoRenewState,
  { account, coverageId, expiry, terms }: Coverage,
  { at, seq }: { readonly at: EpochMs; readonly seq: number },
  config: AutoRenewConfig,
): readonly Out[] {
  if (terms.renewal !== 'none' || !state.schedules.has(coverageId)) return SILENT
  const left = expiry - at
  return STAGES.flatMap(({ kind, limitOf }) => {
    const limit = limitOf(config)
    if (left > limit || state.announced.has(`${kind}:${coverageId}`)) return []
    const explanation = explain('protection/auto-renew', seq, { code: 'no_cover_in_time', field: 'expiresInMs', seen: left, limit })
    const detail = { expiresInMs: String(left), policy: 'schedule' }
    return [{ topic: 'protection_decisions', key: account, body: { account, kind, coverageId, explanation, detail } }] as const
  })
}

/** A follower never lets the limit fall, but where the policy is to roll on from the index. */
function request(cover: Coverage, tenorDays: number | undefined, seq: number): Out {
  const { account, coverageId, terms, drawdownLimit } = cover
  const limit = terms.renewal === 'rolling' ? {} : { drawdownLimit }
  const body = {
    requestId: `auto-renew-${coverageId}-${seq}`,
    cause: 'renewal',
    renews: coverageId,
    ...limit,
    terms: termsToRenew(cover, tenorDays),
  } as const
  return { topic: 'quote_requests', key: account, body }
}

function renewed(commandId: CommandId, follower: Coverage, windowMs: number): Out {
  const { account, coverageId, previousCoverageId, expiry } = follower
  const renewsAt = isoFromEpochMs(later(expiry, -windowMs))
  return answered(commandId, account, { status: 'ok', coverageId, previousCoverageId: previousCoverageId ?? null, renewsAt })
}

function followerOf({ covers }: AutoRenewState, id: CoverageId): Coverage | undefined {
  return covers.values().find(({ previousCoverageId }) => previousCoverageId === id)
}

/** Who asked for the renewal of a cover and has no final answer. */
function waitingFor({ asked }: AutoRenewState, id: CoverageId): readonly (readonly [CommandId, AccountId])[] {
  return [...asked].flatMap(([commandId, { cover, schedule }]) =>
    schedule === undefined && cover.coverageId === id ? [[commandId, cover.account] as const] : [],
  )
}
