/** A decision on its way out: the event, the intent it leads to, and the word to whoever asked. */
import { pending } from '#engine/command-answers.ts'
import type { Emission } from '#engine/component.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { HedgeDecision } from '#topics/hedging.ts'
import type { Json } from '#topics/schema.ts'
import { answerTo } from './answers.ts'

export type Out = Emission<
  'hedge_rounds' | 'hedge_decisions' | 'hedge_evaluations' | 'hedging_intents' | 'command_results' | 'timer_requests'
>

/** Final where nothing is to be waited for; `orders` are those that are done already. */
export function decided(
  decision: HedgeDecision,
  intent: OrderIntent | undefined,
  orders: readonly { readonly [key: string]: Json }[] = [],
): readonly Out[] {
  const { account, commandId } = decision
  const told: Out[] = [{ topic: 'hedge_decisions', key: account, body: decision }]
  if (intent !== undefined) told.push({ topic: 'hedging_intents', key: account, body: { ...intent } })
  if (commandId === undefined) return told
  if (intent === undefined) told.push(answerTo(commandId, decision, orders))
  else if (orders.length === 0) told.push(pending(commandId, account))
  return told
}
