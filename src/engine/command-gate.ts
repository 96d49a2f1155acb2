/**
 * Commands and idempotency (design, section 4). First of all components: it lets a command through once per account, route and key, and
 * keeps each command's answers for 30 days. A repeat with the same body is pointed at the first command; with another body it is a
 * conflict. The state is the journal's, so a repeat after a crash gets the first answer.
 */
import { z } from 'zod'
import { DAY_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { CommandId } from '#domain/order.ts'
import type { Json } from '#topics/schema.ts'
import { component, SILENT } from './component.ts'

export interface StoredAnswer {
  readonly seq: number
  readonly httpStatus: number
  readonly answer: Json
}
interface Entry {
  readonly scope: string
  readonly commandId: CommandId
  readonly bodyHash: string
  readonly at: EpochMs
  readonly seq: number
  pending?: StoredAnswer
  final?: StoredAnswer
}
export interface CommandGateState {
  readonly byScope: Map<string, CommandId>
  readonly byId: Map<CommandId, Entry>
}

const KEPT_MS = 30 * DAY_MS

export const commandGate = component({
  name: 'engine/command-gate',
  version: 1,
  consumes: ['commands', 'command_results', 'clock_tick'],
  produces: ['accepted_commands', 'command_repeats'],
  config: z.strictObject({}).prefault({}),
  initial: (): CommandGateState => ({ byScope: new Map(), byId: new Map() }),
  step: (state, event) => {
    if (event.topic === 'clock_tick') return forgetOld(state, event.at)
    if (event.topic === 'command_results') {
      const { commandId, final, httpStatus, answer } = event.body
      const entry = state.byId.get(commandId)
      const stored = { seq: event.seq, httpStatus, answer }
      if (entry === undefined || entry.final !== undefined) return { state, emit: SILENT }
      if (final) entry.final = stored
      else entry.pending ??= stored
      return { state, emit: SILENT }
    }
    const { commandId, account, route, key, bodyHash } = event.body
    const scope = JSON.stringify([account, route, key])
    const firstId = state.byScope.get(scope)
    const first = firstId === undefined ? undefined : state.byId.get(firstId)
    if (first !== undefined) {
      const body = { commandId, firstCommandId: first.commandId, conflict: first.bodyHash !== bodyHash }
      return { state, emit: [{ topic: 'command_repeats', key: account, body }] }
    }
    state.byScope.set(scope, commandId)
    state.byId.set(commandId, { scope, commandId, bodyHash, at: event.at, seq: event.seq })
    return { state, emit: [{ topic: 'accepted_commands', key: account, body: event.body }] }
  },
})

/** Entries lie in the order of their age, so the scan stops at the first young one. */
function forgetOld(state: CommandGateState, at: EpochMs) {
  for (const [commandId, entry] of state.byId) {
    if (at - entry.at < KEPT_MS) break
    state.byId.delete(commandId)
    if (state.byScope.get(entry.scope) === commandId) state.byScope.delete(entry.scope)
  }
  return { state, emit: SILENT }
}

/** What `GET /commands/:id` shows: the final answer, else the pending one, else that it was taken. */
export function answerOf(
  state: CommandGateState,
  commandId: CommandId,
): { readonly known: boolean; readonly final: boolean; readonly stored?: StoredAnswer } {
  const entry = state.byId.get(commandId)
  if (entry === undefined) return { known: false, final: false }
  if (entry.final !== undefined) return { known: true, final: true, stored: entry.final }
  return entry.pending === undefined ? { known: true, final: false } : { known: true, final: false, stored: entry.pending }
}
