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
      if (index >= 0) remove(state.pending, index)
      return { state, emit: SILENT }
    }
    const { name, at, isOver } = event.body
    if (isOver === true) {
      forget(state.pending, name)
      return { state, emit: SILENT }
    }
    if (state.pending.some((timer) => timer.name === name && timer.at === at)) return { state, emit: SILENT }
    insert(state.pending, { name, at })
    return { state, emit: SILENT }
  },
})

function forget(pending: Timer[], name: string): void {
  for (let i = pending.length - 1; i >= 0; i--) if (pending[i]?.name === name) remove(pending, i)
}

/** Moved by hand: few wait at a time, and a splice makes an array of what it took out. */
function insert(pending: Timer[], timer: Timer): void {
  let index = pending.length
  pending.push(timer)
  for (; index > 0 && (pending[index - 1] as Timer).at > timer.at; index--) pending[index] = pending[index - 1] as Timer
  pending[index] = timer
}

function remove(pending: Timer[], index: number): void {
  for (let i = index + 1; i < pending.length; i++) pending[i - 1] = pending[i] as Timer
  pending.pop()
}

export function nextDue(state: TimersState): Timer | undefined {
  return state.pending[0]
}
