/**
 * `acknowledge_alert {name, subject, reason}`: an operator's word that ends an alert which nothing else ends. A delivery that is not what the contract says is
 * judged once (`payout_differs`, and the `coverage_alarm` of its cover, which is over): what the venue answers comes by other ways than an event. Every other
 * alert ends with its condition, and acknowledging it would only hide that it stands: refused. Recorded with who said it and why. Which alerts stand
 * is known from the `alerts` consumed.
 */
import { z } from 'zod'
import { explain, explanationJson } from '#domain/explanation.ts'
import { answered } from '#engine/command-answers.ts'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import type { Refusal } from '#base/result.ts'
import type { Alert } from '#topics/control.ts'

type In = 'accepted_commands' | 'alerts'
type Out = 'alerts' | 'command_results'

export interface AcknowledgementState {
  /** `<name> <subject>`. */
  readonly standing: Map<string, Alert>
}

const TYPE = 'acknowledge_alert'
const DELIVERY = 'payout_differs'
const paramsOf = z.strictObject({
  name: z.string().min(1),
  subject: z.string().min(1),
  reason: z.string().min(1).max(200),
  by: z.string().optional(),
})

export const acknowledgement = component({
  name: 'monitoring/acknowledgement',
  version: 1,
  consumes: ['accepted_commands', 'alerts'],
  produces: ['alerts', 'command_results'],
  config: z.strictObject({}).prefault({}),
  initial: (): AcknowledgementState => ({ standing: new Map() }),
  step: (state: AcknowledgementState, event: AnyEvent<In>): Step<AcknowledgementState, Out> => ({ state, emit: handle(state, event) }),
})

function handle({ standing }: AcknowledgementState, event: AnyEvent<In>): readonly Emission<Out>[] {
  if (event.topic === 'alerts') {
    const key = `${event.body.name} ${event.key}`
    if (event.body.state === 'raised') standing.set(key, event.body)
    else standing.delete(key)
    return SILENT
  }
  return event.body.type === TYPE ? acknowledge(standing, event) : SILENT
}

function acknowledge(standing: AcknowledgementState['standing'], { seq, body }: EventOf<'accepted_commands'>): readonly Emission<Out>[] {
  const { commandId, account, params } = body
  const refused = (refusal: Refusal, httpStatus = 200): readonly Emission<Out>[] => {
    const explanation = explanationJson(explain('monitoring/acknowledgement', seq, refusal))
    const { code } = refusal
    return [answered(commandId, account, { status: httpStatus === 200 ? 'blocked' : 'error', reason: code, explanation }, httpStatus)]
  }
  const found = paramsOf.safeParse(params)
  if (!found.success) {
    const [issue] = found.error.issues
    return refused({ code: 'invalid_payload', field: issue?.path.join('.') ?? 'body', seen: 'malformed', limit: issue?.message ?? '' }, 400)
  }
  const { name, subject, reason, by = 'operator' } = found.data
  const alert = standing.get(`${name} ${subject}`)
  if (alert === undefined)
    return refused({ code: 'unknown_alert', field: 'subject', seen: `${name} ${subject}`, limit: 'an alert that stands' })
  if (name !== DELIVERY && alert.explanation.seen !== DELIVERY)
    return refused({ code: 'alert_ends_itself', field: 'name', seen: name, limit: `${DELIVERY}: any other ends with its condition` })
  const why = { code: 'acknowledged', field: 'reason', seen: reason, limit: `${by} decides` }
  const explanation = explain('monitoring/acknowledgement', seq, why)
  return [
    { topic: 'alerts', key: subject, body: { name, severity: alert.severity, state: 'cleared', explanation } },
    answered(commandId, account, { status: 'ok', acknowledged: { name, subject } }),
  ]
}
