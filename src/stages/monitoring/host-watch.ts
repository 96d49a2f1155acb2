/**
 * Alarm about the host itself, by the code it gives (`journal_full`): raised while something the platform stands on is impaired, cleared when
 * it is in order or a new session has begun. Which alarms stand is known from the `alerts` consumed.
 */
import { z } from 'zod'
import { explain } from '#domain/explanation.ts'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, Step } from '#engine/component.ts'
import type { Alert } from '#topics/control.ts'

const NAME = 'host_impaired'
type In = 'host_conditions' | 'session_started' | 'alerts'

export interface HostWatchState {
  /** By subject, as severe as it was raised: it is cleared to those who were told. */
  readonly raised: Map<string, Alert['severity']>
}

export const hostWatch = component({
  name: 'monitoring/host-watch',
  version: 2,
  consumes: ['host_conditions', 'session_started', 'alerts'],
  produces: ['alerts'],
  config: z.strictObject({}).prefault({}),
  initial: (): HostWatchState => ({ raised: new Map() }),
  step: (state: HostWatchState, event: AnyEvent<In>): Step<HostWatchState, 'alerts'> => ({ state, emit: handle(state, event) }),
})

function handle({ raised }: HostWatchState, event: AnyEvent<In>): readonly Emission<'alerts'>[] {
  switch (event.topic) {
    case 'host_conditions': {
      const { subject, state, code, detail, advisory } = event.body
      const holds = state === 'impaired'
      if (raised.has(subject) === holds) return SILENT
      const severity = raised.get(subject) ?? (advisory === true ? 'medium' : 'critical')
      return [told(subject, holds ? 'raised' : 'cleared', event.seq, `${code}: ${detail}`, severity)]
    }
    case 'session_started':
      return [...raised].map(([subject, severity]) => told(subject, 'cleared', event.seq, 'a session has begun', severity))
    case 'alerts':
      if (event.body.name !== NAME) return SILENT
      if (event.body.state === 'raised') raised.set(event.key, event.body.severity)
      else raised.delete(event.key)
      return SILENT
  }
}

function told(subject: string, state: 'raised' | 'cleared', cause: number, seen: string, severity: Alert['severity']): Emission<'alerts'> {
  const explanation = explain('monitoring/host-watch', cause, { code: NAME, field: subject, seen, limit: 'in order' })
  return { topic: 'alerts', key: subject, body: { name: NAME, severity, state, explanation } }
}
