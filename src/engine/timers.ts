/**
 * Timers as state: what was asked for and has not come yet, so that a recovered engine wakes up for everything it was waiting for. The
 * driver reads `nextDue` and delivers one `clock_tick` per request; equal requests (name and instant) are one.
 */
import { z } from 'zod'
import type { EpochMs } from '#units/time.ts'
import { component, SILENT } from './component.ts'

interface Timer {
  readonly name: string
  readonly at: EpochMs
}
export interface TimersState {
  /** Sorted by instant, then by request. */
  readonly pending: Timer[]
}

export const timers = component({
  name: 'engine/timers',
  version: 1,
  consumes: ['timer_requests', 'clock_tick'],
  produces: [],
  config: z.strictObject({}).prefault({}),
  initial: (): TimersState => ({ pending: [] }),
  step: (state, event) => {
    if (event.topic === 'clock_tick') {
      const { name, dueAt } = event.body
      const index = state.pending.findIndex((timer) => timer.name === name && timer.at === dueAt)
      if (index >= 0) state.pending.splice(index, 1)
      return { state, emit: SILENT }
    }
    const { name, at, isOver } = event.body
    if (isOver === true) {
      forget(state.pending, name)
      return { state, emit: SILENT }
    }
    if (state.pending.some((timer) => timer.name === name && timer.at === at)) return { state, emit: SILENT }
    let index = state.pending.length
    while (index > 0 && (state.pending[index - 1]?.at ?? 0) > at) index--
    state.pending.splice(index, 0, { name, at })
    return { state, emit: SILENT }
  },
})

function forget(pending: Timer[], name: string): void {
  for (let i = pending.length - 1; i >= 0; i--) if (pending[i]?.name === name) pending.splice(i, 1)
}

export function nextDue(state: TimersState): Timer | undefined {
  return state.pending[0]
}
