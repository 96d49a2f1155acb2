/** Shorthands for what the cover's life emits. */
import type { Refusal } from '#base/result.ts'
import { explain } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { AccountId, CoverageId, OrderIntent } from '#domain/order.ts'
import type { EpochMs } from '#units/time.ts'
import type { Emission } from '#engine/component.ts'
import type { Coverage, ProtectionDecision } from '#topics/protection.ts'

export type CoverageOut =
  | 'quote_requests'
  | 'coverages'
  | 'protection_decisions'
  | 'protection_intents'
  | 'command_results'
  | 'timer_requests'
export type Out = Emission<CoverageOut>
export interface Now {
  readonly at: EpochMs
  readonly seq: number
}

export function covered(body: Coverage): Out {
  return { topic: 'coverages', key: body.account, body }
}

export function intended(body: OrderIntent): Out {
  return { topic: 'protection_intents', key: body.account, body: { ...body } }
}

interface Said {
  readonly account: AccountId
  readonly coverageId?: CoverageId | undefined
  readonly detail?: Readonly<Record<string, string>>
}
export function decided(kind: ProtectionDecision['kind'], { account, coverageId, detail = {} }: Said, explanation: Explanation): Out {
  const about = coverageId === undefined ? {} : { coverageId }
  return { topic: 'protection_decisions', key: account, body: { account, kind, ...about, explanation, detail: { ...detail } } }
}

export function because(seq: number, refusal: Refusal): Explanation {
  return explain('protection/coverage', seq, refusal)
}

export function timer(name: string, at: EpochMs): Out {
  return { topic: 'timer_requests', key: name, body: { name, at } }
}
