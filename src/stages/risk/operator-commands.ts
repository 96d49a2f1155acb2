/**
 * What an operator may tell the order gate: `halt {reason?}`, `clear_halt` (lifts the operator's own halt and the runaway guard's) and
 * `clear_poison` (lifts reduce-only after a poisoned input). Each is answered once; a clear with the cause still present trips again on
 * the next event. Other commands are not for this stage.
 */
import { explain } from '#domain/explanation.ts'
import type { Brakes } from '#domain/brakes.ts'
import type { Emission, EventOf } from '#engine/component.ts'
import type { Json } from '#topics/schema.ts'

export const RATE_GUARD = 'order-rate'
export const POISON_GUARD = 'poisoned-input'
const OPERATOR = 'operator'
const CLEARS: Readonly<Record<string, readonly string[]>> = { clear_halt: [OPERATOR, RATE_GUARD], clear_poison: [POISON_GUARD] }

type Answer = Emission<'safety_triggers' | 'command_results'>

export function answerCommand({ seq, at, body }: EventOf<'accepted_commands'>, brakes: Brakes): readonly Answer[] {
  const { commandId, type, params, account } = body
  const clears = CLEARS[type]
  if (type !== 'halt' && clears === undefined) return []
  const answered = (httpStatus: number, answer: Json): Answer => ({
    topic: 'command_results',
    key: account,
    body: { commandId, final: true, httpStatus, answer },
  })
  const given = givenIn(params)
  const reason = given === undefined ? undefined : reasonIn(given)
  const by = typeof given?.by === 'string' ? { by: given.by } : {}
  if (reason === undefined) {
    const explanation = {
      ...explain('command', seq, {
        code: 'invalid_payload',
        field: 'reason',
        seen: 'another type',
        limit: 'a text of at most 200 characters',
      }),
    }
    return [answered(400, { status: 'error', reason: 'invalid_payload', explanation: { ...explanation } as unknown as Json })]
  }
  const explanation = explain(type === 'halt' ? 'operator-halt' : 'operator-clear', seq, {
    code: type,
    field: 'reason',
    seen: reason === '' ? 'no reason given' : reason,
    limit: 'an operator decides',
  })
  if (clears === undefined) {
    return [
      { topic: 'safety_triggers', key: 'all', body: { source: OPERATOR, action: 'halt', ...by, since: at, explanation } },
      answered(200, { status: 'ok', mode: 'halted' }),
    ]
  }
  const standing = clears.filter((source) => Array.from(brakes.values()).some((brake) => brake.source === source))
  const triggers = standing.map((source): Answer => ({
    topic: 'safety_triggers',
    key: 'all',
    body: { source, action: 'clear', ...by, explanation },
  }))
  return [...triggers, answered(200, { status: 'ok', cleared: standing })]
}

interface Given {
  readonly reason?: unknown
  /** The API adds who gave the command; one from elsewhere has no name. */
  readonly by?: unknown
}

/** Undefined: malformed. */
function givenIn(params: Json): Given | undefined {
  if (params === null) return {}
  return typeof params === 'object' && !Array.isArray(params) ? (params as Given) : undefined
}

/** '' without one, undefined when it is malformed. */
function reasonIn({ reason = '' }: Given): string | undefined {
  return typeof reason === 'string' && reason.length <= 200 ? reason : undefined
}
