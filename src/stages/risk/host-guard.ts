/**
 * Halts while something the platform stands on is impaired (F-D01: a journal without space keeps nothing, so nothing new may be risked on it),
 * and lifts its own halt when the host says that it is in order, or when a new session has begun on it. Which halts stand is known from
 * the `safety_triggers` consumed, so a recovery folds them.
 */
import { z } from 'zod'
import { explain } from '#domain/explanation.ts'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'

const PREFIX = 'host '
type In = 'host_conditions' | 'session_started' | 'safety_triggers'
type Out = Emission<'safety_triggers'>

export interface HostGuardState {
  /** Sources of the halts in force. */
  readonly halts: Set<string>
}

export const hostGuard = component({
  name: 'risk/host-guard',
  version: 1,
  consumes: ['host_conditions', 'session_started', 'safety_triggers'],
  produces: ['safety_triggers'],
  config: z.strictObject({}).prefault({}),
  initial: (): HostGuardState => ({ halts: new Set() }),
  step: (state: HostGuardState, event: AnyEvent<In>): Step<HostGuardState, 'safety_triggers'> => ({ state, emit: handle(state, event) }),
})

function handle(state: HostGuardState, event: AnyEvent<In>): readonly Out[] {
  switch (event.topic) {
    case 'host_conditions':
      return condition(state, event)
    case 'session_started':
      return [...state.halts].map((source) =>
        trigger('clear', source, event.seq, { code: 'session_started', detail: 'a session has begun' }),
      )
    case 'safety_triggers': {
      const { source, action } = event.body
      if (!source.startsWith(PREFIX)) return SILENT
      if (action === 'clear') state.halts.delete(source)
      else state.halts.add(source)
      return SILENT
    }
  }
}

function condition({ halts }: HostGuardState, { seq, body }: EventOf<'host_conditions'>): readonly Out[] {
  if (body.advisory === true) return SILENT
  const source = `${PREFIX}${body.subject}`
  const holds = body.state === 'impaired'
  return halts.has(source) === holds ? SILENT : [trigger(holds ? 'halt' : 'clear', source, seq, body)]
}

function trigger(
  action: 'halt' | 'clear',
  source: string,
  cause: number,
  { code, detail }: { readonly code: string; readonly detail: string },
): Out {
  const field = source.slice(PREFIX.length)
  const explanation = explain('risk/host-guard', cause, { code, field, seen: detail, limit: 'in order', flip: { field, to: 'in order' } })
  return { topic: 'safety_triggers', key: 'all', body: { source, action, explanation } }
}
