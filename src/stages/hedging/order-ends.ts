/**
 * How an order of the loop ends: traded in full, in part or not at all, refused by risk, vetoed at the last check. Each frees the account for
 * the next look and answers whoever asked; the first leg of a roll, once filled, leads to the second.
 */
import { assert } from '#base/assert.ts'
import { SILENT } from '#engine/component.ts'
import type { AnyEvent, EventOf } from '#engine/component.ts'
import { explain } from '#domain/explanation.ts'
import type { HedgeDecision } from '#topics/hedging.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { Json } from '#topics/schema.ts'
import { answerTo, blocked, orderJson } from './answers.ts'
import { decided } from './decided.ts'
import type { Out } from './decided.ts'
import type { LoopConfig } from './loop-config.ts'
import type { LoopState } from './loop-state.ts'
import { releaseRoll } from './roll.ts'

type Fields = { readonly [key: string]: Json }

export function closeOrder(state: LoopState, { at, seq, body }: EventOf<'trade_confirmations'>, config: LoopConfig): readonly Out[] {
  const decision = state.open.get(body.intentId)
  if (decision === undefined) return SILENT
  state.open.delete(body.intentId)
  const { roll, commandId } = decision
  const order = orderJson(body)
  if (roll === undefined || body.filled.isZero()) return commandId === undefined ? SILENT : [ended(state, decision, body, order, seq)]
  if (roll.leg === 'cover') {
    state.rolled.set(roll.rollId, order)
    const { decision: next, intent } = releaseRoll(state, { ...decision, roll }, body.filled.units, { at, seq }, config)
    return decided(next, intent, [order])
  }
  const first = state.rolled.get(roll.rollId)
  state.rolled.delete(roll.rollId)
  return commandId === undefined ? SILENT : [answerTo(commandId, decision, first === undefined ? [order] : [first, order])]
}

function ended(state: LoopState, decision: HedgeDecision, { filled, quantity }: TradeConfirmation, order: Fields, seq: number): Out {
  const { commandId, account, roll } = decision
  const first = roll === undefined ? undefined : state.rolled.get(roll.rollId)
  if (roll !== undefined) state.rolled.delete(roll.rollId)
  assert(commandId !== undefined, 'only a command is answered')
  if (filled.isPositive()) return answerTo(commandId, decision, [order])
  const refusal = { code: 'not_filled', field: 'filled', seen: '0', limit: quantity.toString() }
  const explanation = explain('hedging/loop', seq, refusal)
  return first === undefined ? blocked(commandId, account, explanation) : answerTo(commandId, { ...decision, explanation }, [first, order])
}

/** Refused or vetoed: nothing was traded. A roll whose second leg is stopped leaves both hedges, which is more cover, not less. */
export function stopOrder(state: LoopState, { body }: AnyEvent<'order_refusals' | 'order_vetoes'>): readonly Out[] {
  const decision = state.open.get(body.intentId)
  if (decision === undefined) return SILENT
  state.open.delete(body.intentId)
  const { commandId, account, roll } = decision
  const first = roll === undefined ? undefined : state.rolled.get(roll.rollId)
  if (roll !== undefined) state.rolled.delete(roll.rollId)
  if (commandId === undefined) return SILENT
  const { explanation } = body
  return [first === undefined ? blocked(commandId, account, explanation) : answerTo(commandId, { ...decision, explanation }, [first])]
}
