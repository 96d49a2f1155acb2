/**
 * Answers to commands (spec/contract.md) as every stage that gives some emits them: the final one, the word that one is still to come, and the
 * refusal. What an `ok` answer holds is its stage's own.
 */
import { explanationJson } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import type { Json } from '#topics/schema.ts'
import type { Emission } from './component.ts'

type Answer = Emission<'command_results'>

export function answered(commandId: CommandId, account: AccountId, answer: Json, httpStatus = 200): Answer {
  return { topic: 'command_results', key: account, body: { commandId, final: true, httpStatus, answer } }
}

export function pending(commandId: CommandId, account: AccountId): Answer {
  return {
    topic: 'command_results',
    key: account,
    body: { commandId, final: false, httpStatus: 202, answer: { status: 'pending', commandId } },
  }
}

/**
 * Malformed is the caller's error (400), everything else a refusal of business (200, C-37). `retryUntil` (ISO 8601): the same wish may be sent once
 * more until then; such a refusal does not use up the key that the wish has by nature.
 */
export function refused(commandId: CommandId, account: AccountId, explanation: Explanation, retryUntil?: string): Answer {
  const malformed = explanation.code === 'invalid_payload'
  const told = { status: malformed ? 'error' : 'no_quote', reason: explanation.code, explanation: explanationJson(explanation) }
  const body = retryUntil === undefined ? told : { ...told, retryUntil }
  return answered(commandId, account, body, malformed ? 400 : 200)
}
