/** The sessions of a journal: the newest epoch (order ids begin with it) and mode. An epoch not greater than the last is a bug of the host. */
import { z } from 'zod'
import { assert } from '#base/assert.ts'
import { component, SILENT } from './component.ts'

export interface SessionState {
  epoch: string
  mode: string
  count: number
}

export const session = component({
  name: 'engine/session',
  version: 1,
  consumes: ['session_started'],
  produces: [],
  config: z.strictObject({}).prefault({}),
  initial: (): SessionState => ({ epoch: '', mode: '', count: 0 }),
  step: (state, { body: { epoch, mode } }) => {
    assert(epochNumber(epoch) > epochNumber(state.epoch), `an epoch greater than ${state.epoch}, not ${epoch}`)
    return { state: { epoch, mode, count: state.count + 1 }, emit: SILENT }
  },
})

/** Seconds x 2^20 plus 20 random bits, written in base 36; fits a safe integer until the year 2242. */
export function epochNumber(epoch: string): number {
  return epoch === '' ? 0 : Number.parseInt(epoch, 36)
}

export function epochOf(seconds: number, random20: number, after: string): string {
  const wanted = seconds * 2 ** 20 + random20
  return Math.max(wanted, epochNumber(after) + 1).toString(36)
}
