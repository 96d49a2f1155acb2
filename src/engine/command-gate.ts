/**
 * Commands and idempotency (design, section 4). First of all components: it lets a command through once per account, route and key, and
 * keeps each command's answers: 30 days under a key, one day where none was sent. A repeat with the same body is pointed at the first command;
 * with another body it is a conflict. The state is the journal's, so a repeat after a crash gets the first answer.
 */
import { z } from 'zod'
import { DAY_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { CommandId } from '#domain/order.ts'
import type { Json } from '#topics/schema.ts'
import { answerText } from './answer-text.ts'
import { component, SILENT } from './component.ts'
import { keep, readShelf, shelfText, takeOld } from './kept-commands.ts'
import type { KeptAnswer, KeptCommand, Shelf } from './kept-commands.ts'

export interface StoredAnswer {
  readonly seq: number
  readonly httpStatus: number
  readonly answer: Json
}
export interface CommandGateState {
  /** By account and route: key to the first command under it. */
  readonly byKey: Map<string, Map<string, Map<string, CommandId>>>
  readonly byId: Map<CommandId, KeptCommand>
  /** The same commands by age: those sent under a key, and those without, which nobody can repeat. */
  readonly keyed: Shelf
  readonly keyless: Shelf
}

const KEPT_MS = 30 * DAY_MS
/** Without a key there is nothing to recognise: its answer is kept for whoever was told `pending`. */
const KEYLESS_KEPT_MS = DAY_MS

export const commandGate = component({
  name: 'engine/command-gate',
  version: 3,
  consumes: ['commands', 'command_results', 'clock_tick'],
  produces: ['accepted_commands', 'command_repeats'],
  config: z.strictObject({}).prefault({}),
  initial: (): CommandGateState => stateOf({ pages: [] }, { pages: [] }),
  saveText: ({ keyed, keyless }) => `{"keyed":${shelfText(keyed)},"keyless":${shelfText(keyless)}}`,
  load: (saved) => {
    const { keyed, keyless } = saved as { readonly keyed: unknown; readonly keyless: unknown }
    return stateOf(readShelf(keyed), readShelf(keyless))
  },
  step: (state, event) => {
    if (event.topic === 'clock_tick') return forgetOld(state, event.at)
    if (event.topic === 'command_results') {
      const { commandId, final, httpStatus, answer } = event.body
      const entry = state.byId.get(commandId)
      if (entry === undefined || entry.final !== undefined) return { state, emit: SILENT }
      const stored = { seq: event.seq, httpStatus, text: answerText(answer) }
      if (final) {
        entry.final = stored
        entry.pending = undefined // nobody is shown it any more
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
    const { at, seq } = event
    const command = { account, route, key, commandId, bodyHash, at, seq, pending: undefined, final: undefined }
    keep(key === commandId ? state.keyless : state.keyed, command)
    note(state, command)
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

function stateOf(keyed: Shelf, keyless: Shelf): CommandGateState {
  const state: CommandGateState = { byKey: new Map(), byId: new Map(), keyed, keyless }
  for (const { pages } of [keyed, keyless]) for (const { commands } of pages) for (const command of commands) note(state, command)
  return state
}

function note(state: CommandGateState, command: KeptCommand): void {
  const { account, route, key, commandId } = command
  state.byId.set(commandId, command)
  if (key !== commandId) keysOf(state, account, route).set(key, commandId)
}

function forgetOld(state: CommandGateState, at: EpochMs) {
  const forget = ({ commandId, account, route, key }: KeptCommand): void => {
    state.byId.delete(commandId)
    const keys = keysOf(state, account, route)
    if (keys.get(key) === commandId) keys.delete(key)
  }
  takeOld(state.keyed, { at, keptMs: KEPT_MS }, forget)
  takeOld(state.keyless, { at, keptMs: KEYLESS_KEPT_MS }, forget)
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

function read({ seq, httpStatus, text }: KeptAnswer): StoredAnswer {
  return { seq, httpStatus, answer: JSON.parse(text) as Json }
}
