/**
 * The life of an order as a table, and the events that tell of a step in it. An order ends once: the step into an end state carries its
 * one confirmation; a veto speaks for itself, because nothing was traded. From an end only a correction is possible: a fill the venue
 * delivers after it had called the order over is booked and the state told again, without a second confirmation.
 */
import { assert } from '#base/assert.ts'
import { Money } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import { TERMINAL_STATES } from '#domain/order.ts'
import type { OrderState } from '#domain/order.ts'
import type { Emission } from '#engine/component.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import { hasEnded } from './order-record.ts'
import type { OrderRecord } from './order-record.ts'

const LIVE = ['accepted', 'partially_filled', 'filled', 'cancelled', 'rejected', 'expired'] as const
export const NEXT: Readonly<Record<OrderState, readonly OrderState[]>> = {
  approved: ['sent', 'vetoed', 'unknown', 'partially_filled', 'filled'],
  sent: ['unknown', ...LIVE],
  unknown: ['unknown', 'sent', 'vetoed', ...LIVE],
  accepted: ['unknown', ...LIVE],
  partially_filled: ['unknown', 'partially_filled', 'filled', 'cancelled', 'expired'],
  vetoed: [],
  filled: [],
  cancelled: [],
  rejected: [],
  expired: [],
}
export type LifeEvent = 'order_states' | 'trade_confirmations' | 'command_results'

/** The step into `to`; with it the confirmation, and the answer to whoever waits for the end, where it is one. */
export function moveTo(record: OrderRecord, to: OrderState, reason?: string): readonly Emission<LifeEvent>[] {
  assert(NEXT[record.state].includes(to), `an order does not go from ${record.state} to ${to}`)
  const told = tell(record, to, reason)
  if (!TERMINAL_STATES.has(to)) return [told]
  return to === 'vetoed' ? [told, ...answerCancel(record, to)] : [told, confirmation(record, to), ...answerCancel(record, to)]
}

/** The state as it stands, or corrected by a late fill. */
export function tell(record: OrderRecord, state: OrderState, reason?: string): Emission<LifeEvent> {
  const { orderId, intentId, account, book, instrument, side, quantity } = record.order
  const open = new Quantity(TERMINAL_STATES.has(state) ? 0n : quantity.units - record.filled)
  const body = { orderId, intentId, account, book, instrument, side, state, quantity, filled: new Quantity(record.filled), open }
  return { topic: 'order_states', key: account, body: reason === undefined ? body : { ...body, reason } }
}

function confirmation(record: OrderRecord, state: OrderState): Emission<LifeEvent> {
  const { orderId, intentId, account, book, purpose, instrument, side, quantity, coverageId, quoteId, commandId } = record.order
  const filled = new Quantity(record.filled)
  const notional = new Money(record.notional)
  const fees = record.fees.map(({ currency, units }) => ({ currency, amount: new Money(units) }))
  const sums = inUsdc(record)
  const body =
    sums === undefined
      ? {
          orderId,
          intentId,
          account,
          book,
          purpose,
          instrument,
          side,
          state,
          quantity,
          filled,
          notional,
          fees,
          coverageId,
          quoteId,
          commandId,
        }
      : {
          orderId,
          intentId,
          account,
          book,
          purpose,
          instrument,
          side,
          state,
          quantity,
          filled,
          notional,
          fees,
          ...sums,
          coverageId,
          quoteId,
          commandId,
        }
  return { topic: 'trade_confirmations', key: account, body }
}

/** What a coin-quoted option cost in USDC; the quote currency of everything else says it already. */
function inUsdc({ order, notionalUsdc, feesUsdc }: OrderRecord): Pick<TradeConfirmation, 'notionalUsdc' | 'feesUsdc'> | undefined {
  const found = instrumentOf(order.instrument)
  if (!found.ok || found.value.kind !== 'option' || found.value.settlement !== 'BTC') return undefined
  return { notionalUsdc: new Money<'USDC'>(notionalUsdc), feesUsdc: new Money<'USDC'>(feesUsdc) }
}

function answerCancel({ cancelCommand, order, filled }: OrderRecord, state: OrderState): readonly Emission<LifeEvent>[] {
  if (cancelCommand === undefined) return []
  const answer = { status: 'ok', orderId: order.orderId, state, filled: new Quantity(filled).toString() }
  return [{ topic: 'command_results', key: order.account, body: { commandId: cancelCommand, final: true, httpStatus: 200, answer } }]
}

/** The state of a live order as its fills tell it. */
export function liveState({ filled }: OrderRecord): 'accepted' | 'partially_filled' {
  return filled > 0n ? 'partially_filled' : 'accepted'
}

export function isLive(record: OrderRecord): boolean {
  return !hasEnded(record) && record.state !== 'approved'
}
