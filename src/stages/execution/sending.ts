/**
 * The last point before the wire. An approved order waits until its approval is durable; then price age, brakes, link and fence are
 * checked as of that instant, and it is sent as approved or vetoed, never re-priced (design: persist before send). A retry repeats the
 * order under its own id with the attempt counted up. Cancels pass no gate and no rate: they only take risk away.
 */
import { refuse } from '#base/result.ts'
import type { Refusal } from '#base/result.ts'
import { later } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { brakeAgainst, isRiskReducing } from '#domain/brakes.ts'
import type { Brakes } from '#domain/brakes.ts'
import { explain } from '#domain/explanation.ts'
import { epochOfOrder } from '#domain/order-id.ts'
import { SILENT } from '#engine/component.ts'
import type { Emission, EventOf } from '#engine/component.ts'
import type { ExecutionConfig } from './execution-config.ts'
import type { ExecutionState, OrderRecord } from './order-record.ts'
import { moveTo } from './transitions.ts'
import type { LifeEvent } from './transitions.ts'
import { wakeIn } from './watch.ts'

export type SendEvent = LifeEvent | 'order_sends' | 'order_vetoes' | 'timer_requests'

export function whyVeto({ order }: OrderRecord, { epoch, brakes, links }: ExecutionState, at: EpochMs): Refusal | undefined {
  const own = epochOfOrder(order.orderId)
  if (epoch === undefined || own !== epoch) return refuse('stale_epoch', 'epoch', own, epoch ?? null).refusal
  const brake = brakeAgainst(brakes, order)
  if (brake !== undefined)
    return refuse('halted', 'brake', brake.source, 'no brake but for risk-reducing orders', { field: 'brake', to: null }).refusal
  if (!(at <= order.goodUntil)) return refuse('price_too_old', 'at', at, order.goodUntil, { field: 'at', to: order.goodUntil }).refusal
  if (links.get(order.venue) === 'down' && !isRiskReducing(order))
    return refuse('venue_link_down', 'link', 'down', 'up', { field: 'link', to: 'up' }).refusal
  return undefined
}

export function sendDurable(
  state: ExecutionState,
  { at, seq, body }: EventOf<'journal_synced'>,
  config: ExecutionConfig,
): readonly Emission<SendEvent>[] {
  const out: Emission<SendEvent>[] = []
  for (const [orderId, approvedSeq] of state.waiting) {
    if (approvedSeq > body.uptoSeq) break
    const record = state.orders.get(orderId)
    state.waiting.delete(orderId)
    if (record === undefined || record.state !== 'approved') continue
    const refusal = whyVeto(record, state, at)
    if (refusal === undefined) out.push(...send(record, at, config))
    else out.push(...veto(record, refusal, seq))
  }
  return out
}

export function send(record: OrderRecord, at: EpochMs, config: ExecutionConfig): readonly Emission<SendEvent>[] {
  const { order, sends } = record
  const { orderId, venue, account } = order
  return [
    { topic: 'order_sends', key: account, body: { action: 'place', orderId, venue, attempt: sends + 1, order } },
    wakeIn(record, at, config.ackTimeoutMs),
  ]
}

export function veto(record: OrderRecord, refusal: Refusal, cause: number): readonly Emission<SendEvent>[] {
  const { orderId, intentId, account } = record.order
  const explanation = explain('send', cause, refusal)
  return [{ topic: 'order_vetoes', key: account, body: { orderId, intentId, account, explanation } }]
}

export function cancel(record: OrderRecord, at: EpochMs, config: ExecutionConfig): readonly Emission<SendEvent>[] {
  const { orderId, venue, account } = record.order
  const body = { action: 'cancel', orderId, venue, attempt: record.cancels + 1 } as const
  return [{ topic: 'order_sends', key: account, body }, wakeIn(record, at, config.ackTimeoutMs)]
}

/** A recorded send: from here on the venue may have the order. */
export function noteSend(
  state: ExecutionState,
  { at, body }: EventOf<'order_sends'>,
  { visibilityDelayMs }: ExecutionConfig,
): readonly Emission<SendEvent>[] {
  const record = state.orders.get(body.orderId)
  if (record === undefined) return SILENT
  if (body.action === 'cancel') {
    record.cancels = body.attempt
    return SILENT
  }
  record.sends = body.attempt
  record.visibleBy = later(at, visibilityDelayMs)
  return moveTo(record, 'sent')
}

/** A recorded veto: nothing leaves any more. */
export function noteVeto(state: ExecutionState, { body }: EventOf<'order_vetoes'>): readonly Emission<SendEvent>[] {
  const record = state.orders.get(body.orderId)
  return record === undefined ? SILENT : moveTo(record, 'vetoed', body.explanation.code)
}

/** A halt takes back what would add risk and may still fill; `halt` holds the one brake that has just been set. */
export function cancelBraked(state: ExecutionState, halt: Brakes, at: EpochMs, config: ExecutionConfig): readonly Emission<SendEvent>[] {
  const out: Emission<SendEvent>[] = []
  for (const record of state.orders.values()) {
    if (isOut(record) && record.cancels === 0 && brakeAgainst(halt, record.order) !== undefined) out.push(...cancel(record, at, config))
  }
  return out
}

function isOut({ state }: OrderRecord): boolean {
  return state === 'sent' || state === 'unknown' || state === 'accepted' || state === 'partially_filled'
}
