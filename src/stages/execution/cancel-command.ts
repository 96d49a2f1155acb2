/**
 * `cancel_order {orderId}`: takes an open order of the caller's account back. The cancel leaves at once, whatever brake or rate stands; the
 * answer is pending until the venue's word on the order's end, because the cancel may lose against a fill (fault O02). An order of another
 * account gets the same answer as one that does not exist.
 */
import { refuse } from '#base/result.ts'
import { explain } from '#domain/explanation.ts'
import type { OrderId } from '#domain/order.ts'
import type { Emission, EventOf } from '#engine/component.ts'
import type { Json } from '#topics/schema.ts'
import type { ExecutionConfig } from './execution-config.ts'
import { hasEnded } from './order-record.ts'
import type { ExecutionState } from './order-record.ts'
import { cancel } from './sending.ts'
import type { SendEvent } from './sending.ts'

export function cancelOnCommand(
  state: ExecutionState,
  { at, seq, body }: EventOf<'accepted_commands'>,
  config: ExecutionConfig,
): readonly Emission<SendEvent>[] {
  if (body.type !== 'cancel_order') return []
  const answered = (final: boolean, httpStatus: number, answer: Json): Emission<SendEvent> => ({
    topic: 'command_results',
    key: body.account,
    body: { commandId: body.commandId, final, httpStatus, answer },
  })
  const refused = (httpStatus: number, code: string, seen: unknown, limit: string): readonly Emission<SendEvent>[] => {
    const explanation = explain('cancel', seq, refuse(code, 'orderId', seen, limit).refusal)
    return [answered(true, httpStatus, { status: 'error', reason: code, explanation: { ...explanation } as unknown as Json })]
  }
  const orderId = orderIdIn(body.params)
  if (orderId === undefined) return refused(400, 'invalid_payload', body.params, 'an orderId')
  const record = state.orders.get(orderId)
  if (record === undefined || record.order.account !== body.account)
    return refused(200, 'unknown_order', orderId, 'an order of this account')
  if (hasEnded(record)) return refused(200, 'order_ended', record.state, 'an open order')
  if (record.state === 'approved') return refused(200, 'order_not_sent', orderId, 'an order that was sent')
  if (record.cancelCommand !== undefined) return refused(200, 'cancel_pending', orderId, 'an order whose cancel is not under way')
  record.cancelCommand = body.commandId
  return [...cancel(record, at, config), answered(false, 202, { status: 'pending', commandId: body.commandId })]
}

function orderIdIn(params: Json): OrderId | undefined {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return undefined
  const { orderId } = params as { readonly orderId?: unknown }
  return typeof orderId === 'string' ? (orderId as OrderId) : undefined
}
