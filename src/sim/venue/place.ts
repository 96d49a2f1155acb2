/**
 * An order arrives: a known id is answered from its record and nothing else happens (F-O06); else it is admitted or rejected, and worked:
 * a stop waits, a fill-or-kill trades whole or not at all, anything else takes what its limit allows and, when good till cancelled with
 * a price of its own, rests with the remainder. A market order carries a bound as well and never rests. Reduce-only is cut to the position.
 */
import type { Result } from '#base/result.ts'
import type { OrderId } from '#domain/order.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { addResting } from '../matching/book.ts'
import { match } from '../matching/match.ts'
import { preview, wouldCross } from '../matching/preview.ts'
import { isTriggered } from '../matching/stops.ts'
import type { TriggerPrices } from '../matching/stops.ts'
import { admitFunds, admitOrder, reducible } from './admit-order.ts'
import { cancelOrder, enter, finish, isEnded, reasonOf, recordOf, tell, tellNotFound } from './lifecycle.ts'
import { markOf } from './margin.ts'
import { marketOf } from './state.ts'
import type { OrderRecord, StandingStop, VenueOrder, VenueState } from './state.ts'
import { accountOf, sinkFor } from './trade.ts'

export function placeOrder(state: VenueState, order: VenueOrder): void {
  const record = receiveOrder(state, order)
  if (record !== undefined) decideOrder(state, record, order)
}

/** The new order's record, or the answer to a repeat. */
export function receiveOrder(state: VenueState, order: VenueOrder): OrderRecord | undefined {
  const known = state.orders.get(order.orderId)
  if (known === undefined) return recordOf(state, order)
  tell(state, known, 'duplicate_order_id')
  return undefined
}

export function decideOrder(state: VenueState, record: OrderRecord, order: VenueOrder): void {
  const admitted = admitOrder(state, order)
  if (!admitted.ok) {
    enter(state, record, 'rejected', reasonOf(admitted.refusal))
    return
  }
  if (order.leverage !== undefined) admitted.value.account.leverage.set(order.instrument, order.leverage)
  if (record.trigger === null) work(state, record)
  else standBy(state, record, record.trigger)
  if (state.stops.length > 0) releaseStops(state)
}

function standBy(state: VenueState, record: OrderRecord, trigger: NonNullable<OrderRecord['trigger']>): void {
  enter(state, record, 'accepted')
  const { orderId, account, instrument, side } = record
  const stop: StandingStop = { orderId, account, instrument, side, source: trigger.source, trigger: trigger.price }
  if (isTriggered(stop, triggerPrices(state, instrument))) release(state, record)
  else state.stops.push(stop)
}

export function triggerPrices(state: VenueState, instrument: string): TriggerPrices {
  const market = marketOf(state, instrument)
  return { mark: market.instrument.kind === 'option' ? market.mark : markOf(state, market), index: state.index, last: market.last }
}

/** Releases the stops that the present prices trigger, and those that their own trades trigger in turn. */
export function releaseStops(state: VenueState): void {
  for (;;) {
    const place = state.stops.findIndex((stop) => isTriggered(stop, triggerPrices(state, stop.instrument)))
    if (place < 0) return
    const [stop] = state.stops.splice(place, 1)
    const record = stop === undefined ? undefined : state.orders.get(stop.orderId)
    if (record !== undefined) release(state, record)
  }
}

function release(state: VenueState, record: OrderRecord): void {
  enter(state, record, 'triggered')
  const affordable = funds(state, record)
  if (affordable.ok) work(state, record)
  else enter(state, record, 'cancelled', reasonOf(affordable.refusal))
}

function funds(state: VenueState, record: OrderRecord): Result<undefined> {
  const { instrument, side, reduceOnly } = record
  const at = { account: accountOf(state, record.account), market: marketOf(state, instrument) }
  return admitFunds(state, at, {
    instrument,
    side,
    quantity: new Quantity(record.quantity),
    limitPrice: new Price(record.limit),
    reduceOnly,
    leverage: undefined,
  })
}

function work(state: VenueState, record: OrderRecord): void {
  const market = marketOf(state, record.instrument)
  if (record.reduceOnly) record.target = smaller(record.target, reducible(accountOf(state, record.account), record.instrument, record.side))
  const { account, side, limit, target } = record
  const taker = { account, side, quantity: target, limit }
  if (record.timeInForce === 'FOK' && preview(market.book, taker).quantity < record.quantity) {
    enter(state, record, 'cancelled', 'fill_or_kill')
    return
  }
  if (record.postOnly && wouldCross(market.book, side, limit)) {
    enter(state, record, 'cancelled', 'post_only_would_cross')
    return
  }
  // one that cannot rest is answered by its end, in one word, as venues answer it
  if (record.status === 'accepted' && rests(record)) enter(state, record, 'accepted')
  const left = match(market.book, taker, sinkFor(state, market, record))
  if (left === 0n) finish(state, record, 'reduce_only')
  else if (rests(record))
    addResting(market.book, { orderId: record.orderId, account, side, price: limit, reduceOnly: record.reduceOnly, open: left })
  else finish(state, record, 'no_liquidity_within_limit')
}

function rests({ type, timeInForce }: OrderRecord): boolean {
  return (type === 'limit' || type === 'stop_limit') && timeInForce === 'GTC'
}

export function requestCancel(state: VenueState, orderId: OrderId, key: string): void {
  const record = state.orders.get(orderId)
  if (record === undefined) tellNotFound(state, orderId, key)
  else if (isEnded(record)) tell(state, record, 'already_ended')
  else cancelOrder(state, record, 'cancelled', 'requested')
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
