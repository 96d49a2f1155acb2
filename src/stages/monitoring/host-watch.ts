/**
 * Alarm about the host itself, by the code it gives (`journal_full`): raised while something the platform stands on is impaired, cleared when
 * it is in order or a new session has begun. Which alarms stand is known from the `alerts` consumed.
 */
import { z } from 'zod'
import { explain } from '#domain/explanation.ts'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, Step } from '#engine/component.ts'

const NAME = 'host_impaired'
type In = 'host_conditions' | 'session_started' | 'alerts'

export interface HostWatchState {
  readonly raised: Set<string>
}

export const hostWatch = component({
  name: 'monitoring/host-watch',
  version: 1,
  consumes: ['host_conditions', 'session_started', 'alerts'],
  produces: ['alerts'],
  config: z.strictObject({}).prefault({}),
  initial: (): HostWatchState => ({ raised: new Set() }),
  step: (state: HostWatchState, event: AnyEvent<In>): Step<HostWatchState, 'alerts'> => ({ state, emit: handle(state, event) }),
})

function handle({ raised }: HostWatchState, event: AnyEvent<In>): readonly Emission<'alerts'>[] {
  switch (event.topic) {
    case 'host_conditions': {
      const { subject, state, code, detail, advisory } = event.body
      const holds = state === 'impaired'
      return raised.has(subject) === holds
        ? SILENT
        : [told(subject, holds ? 'raised' : 'cleared', event.seq, `${code}: ${detail}`, advisory === true ? 'medium' : 'critical')]
    }
    case 'session_started':
      return [...raised].map((subject) => told(subject, 'cleared', event.seq, 'a session has begun'))
    case 'alerts':
      if (event.body.name !== NAME) return SILENT
      if (event.body.state === 'raised') raised.add(event.key)
      else raised.delete(event.key)
      return SILENT
  }
}

function told(
  subject: string,
  state: 'raised' | 'cleared',
  cause: number,
  seen: string,
  severity: 'medium' | 'critical' = 'critical',
): Emission<'alerts'> {
  const explanation = explain('monitoring/host-watch', cause, { code: NAME, field: subject, seen, limit: 'in order' })
  return { topic: 'alerts', key: subject, body: { name: NAME, severity, state, explanation } }
}
