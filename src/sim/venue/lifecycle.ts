/**
 * The venue's word on orders. Every change of a record says one `order_updates`; a record that has ended never changes again, and a
 * repeated id, a query or a cancel of an ended order is answered from the record. Nothing here trades.
 */
import type { Refusal } from '#base/result.ts'
import type { OrderId } from '#domain/order.ts'
import { noQuantity, Quantity } from '#units/quantity.ts'
import { removeResting } from '../matching/book.ts'
import { removeStop } from '../matching/stops.ts'
import { newId, venueAt } from './state.ts'
import type { OrderRecord, RecordStatus, VenueOrder, VenueState } from './state.ts'

const ENDED: ReadonlySet<RecordStatus> = new Set(['rejected', 'cancelled', 'filled', 'expired'])

export function isEnded({ status }: OrderRecord): boolean {
  return ENDED.has(status)
}

export function recordOf(state: VenueState, order: VenueOrder): OrderRecord {
  const { orderId, account, instrument, side, type, timeInForce, quantity, limitPrice, trigger, reduceOnly, postOnly } = order
  const record: OrderRecord = {
    orderId,
    account,
    instrument,
    side,
    type,
    timeInForce,
    reduceOnly,
    postOnly,
    venueOrderId: newId(state, 'o'),
    quantity: quantity.units,
    limit: limitPrice.units,
    trigger: trigger === undefined ? null : { source: trigger.source, price: trigger.price.units },
    arrivedAt: state.at,
    target: quantity.units,
    status: 'accepted',
    filled: 0n,
    reason: null,
  }
  state.orders.set(orderId, record)
  return record
}

export function enter(state: VenueState, record: OrderRecord, status: RecordStatus, reason: string | null = null): void {
  record.status = status
  record.reason = reason
  tell(state, record)
}

/** The record as it stands. */
export function tell(state: VenueState, record: OrderRecord, note: string | null = record.reason): void {
  const body = {
    venue: state.config.venue,
    orderId: record.orderId,
    venueOrderId: record.venueOrderId,
    status: record.status,
    filled: new Quantity(record.filled),
    venueAt: venueAt(state),
  }
  state.outbox.push({ topic: 'order_updates', key: record.account, body: note === null ? body : { ...body, reason: note } })
}

export function tellNotFound(state: VenueState, orderId: OrderId, key: string): void {
  state.outbox.push({
    topic: 'order_updates',
    key,
    body: { venue: state.config.venue, orderId, status: 'not_found', filled: noQuantity(), venueAt: venueAt(state) },
  })
}

/** All that could still be traded has been, or the rest is given up. */
export function finish(state: VenueState, record: OrderRecord, reason: string): void {
  if (record.filled === record.quantity) enter(state, record, 'filled')
  else enter(state, record, 'cancelled', reason)
}

export function cancelOrder(state: VenueState, record: OrderRecord, status: 'cancelled' | 'expired', reason: string): void {
  const market = state.markets.get(record.instrument)
  if (market !== undefined) removeResting(market.book, record.orderId)
  removeStop(state.stops, record.orderId)
  enter(state, record, status, reason)
}

/** Everything of an account that still stands; with an instrument, there alone. */
export function standingOrders(state: VenueState, account: string, instrument?: string): readonly OrderRecord[] {
  const standing: OrderRecord[] = []
  const add = (order: { readonly orderId: string; readonly account: string }): void => {
    const record = state.orders.get(order.orderId)
    if (record !== undefined && order.account === account) standing.push(record)
  }
  for (const [name, { book }] of state.markets) {
    if (instrument !== undefined && name !== instrument) continue
    book.bids.resting.forEach(add)
    book.asks.resting.forEach(add)
  }
  for (const stop of state.stops) if (instrument === undefined || stop.instrument === instrument) add(stop)
  return standing
}

export function reasonOf({ code, field, seen, limit }: Refusal): string {
  return `${code}: ${field} ${String(seen)}, limit ${String(limit)}`
}
