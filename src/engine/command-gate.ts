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
/** As JSON text: thousands of answers are kept for a month, and a snapshot walks over every value there is. */
interface Kept {
  readonly seq: number
  readonly httpStatus: number
  readonly text: string
}
interface Entry {
  readonly account: string
  readonly route: string
  readonly key: string
  readonly commandId: CommandId
  readonly bodyHash: string
  readonly at: EpochMs
  readonly seq: number
  pending: Kept | undefined
  final: Kept | undefined
}
export interface CommandGateState {
  /** By account and route: key to the first command under it. */
  readonly byKey: Map<string, Map<string, Map<string, CommandId>>>
  readonly byId: Map<CommandId, Entry>
}

const KEPT_MS = 30 * DAY_MS

export const commandGate = component({
  name: 'engine/command-gate',
  version: 2,
  consumes: ['commands', 'command_results', 'clock_tick'],
  produces: ['accepted_commands', 'command_repeats'],
  config: z.strictObject({}).prefault({}),
  initial: (): CommandGateState => ({ byKey: new Map(), byId: new Map() }),
  step: (state, event) => {
    if (event.topic === 'clock_tick') return forgetOld(state, event.at)
    if (event.topic === 'command_results') {
      const { commandId, final, httpStatus, answer } = event.body
      const entry = state.byId.get(commandId)
      if (entry === undefined || entry.final !== undefined) return { state, emit: SILENT }
      const stored = { seq: event.seq, httpStatus, text: JSON.stringify(answer) }
      if (final) {
        entry.final = stored
        entry.pending = undefined // kept for 30 days, and nobody is shown it any more
      } else entry.pending ??= stored
      return { state, emit: SILENT }
    }
    const { commandId, account, route, key, bodyHash } = event.body
    const keys = keysOf(state, account, route)
    const firstId = keys.get(key)
    const first = firstId === undefined ? undefined : state.byId.get(firstId)
    if (first !== undefined) {
      const body = { commandId, firstCommandId: first.commandId, conflict: first.bodyHash !== bodyHash }
      return { state, emit: [{ topic: 'command_repeats', key: account, body }] }
    }
    keys.set(key, commandId)
    const { at, seq } = event
    state.byId.set(commandId, { account, route, key, commandId, bodyHash, at, seq, pending: undefined, final: undefined })
    return { state, emit: [{ topic: 'accepted_commands', key: account, body: event.body }] }
  },
})

function keysOf({ byKey }: CommandGateState, account: string, route: string): Map<string, CommandId> {
  let routes = byKey.get(account)
  if (routes === undefined) byKey.set(account, (routes = new Map<string, Map<string, CommandId>>()))
  let keys = routes.get(route)
  if (keys === undefined) routes.set(route, (keys = new Map<string, CommandId>()))
  return keys
}

/** Entries lie in the order of their age, so the scan stops at the first young one. */
function forgetOld(state: CommandGateState, at: EpochMs) {
  for (const [commandId, entry] of state.byId) {
    if (at - entry.at < KEPT_MS) break
    state.byId.delete(commandId)
    const keys = keysOf(state, entry.account, entry.route)
    if (keys.get(entry.key) === commandId) keys.delete(entry.key)
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
  if (entry.final !== undefined) return { known: true, final: true, stored: read(entry.final) }
  return entry.pending === undefined ? { known: true, final: false } : { known: true, final: false, stored: read(entry.pending) }
}

function read({ seq, httpStatus, text }: Kept): StoredAnswer {
  return { seq, httpStatus, answer: JSON.parse(text) as Json }
}
