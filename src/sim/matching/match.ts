/**
 * Matching by price, then time: an incoming order takes the best price first; at one price the background size that stood before a
 * resting order goes before it, the rest of the background after it. A resting order trades at its own price.
 * Each trade is told to the `Sink` at once, so that its `capacityOf` already counts it: a resting reduce-only order never trades more
 * than the position it reduces. An order without capacity, or of the taker's own account (self-trade), is withdrawn, not traded.
 * Units as in `book.ts`. Edges: a print or a crossing quote fills resting orders only up to its own size.
 */
import type { Side } from '#domain/instrument.ts'
import { against, bestLevel, isBetter, removeResting } from './book.ts'
import type { Book, BookSide, Execution, Level, Print, RestingOrder } from './book.ts'

export interface Sink {
  /** What a reduce-only order may still trade. */
  capacityOf(order: RestingOrder): bigint
  traded(execution: Execution): void
  withdrawn(order: RestingOrder, reason: 'self_trade' | 'reduce_only'): void
}
export interface Taker {
  readonly account: string
  readonly side: Side
  readonly quantity: bigint
  /** Worst price it accepts. */
  readonly limit: bigint
}

/** Trades what can be traded within the limit; what is returned as left is the caller's to rest or to cancel. */
export function match(book: Book, { account, side, quantity, limit }: Taker, sink: Sink): bigint {
  const other = against(book, side)
  let left = quantity
  while (left > 0n) {
    const offer = nextOffer(other)
    if (offer === undefined || isBetter(other.side, limit, offer.price)) break
    const { order, price } = offer
    if (order === undefined) {
      const part = smaller(offer.size, left)
      takeBackground(other, price, part)
      sink.traded({ maker: null, price, quantity: part })
      left -= part
    } else if (order.account === account) {
      other.resting.shift()
      sink.withdrawn(order, 'self_trade')
    } else left -= fillResting(book, order, left, sink)
  }
  return left
}

/** Fills of resting orders that a new background crosses, at their own price, up to the size that crosses. */
export function fillCrossed(book: Book, sink: Sink): void {
  for (const own of [book.bids, book.asks]) {
    const other = against(book, own.side)
    for (const order of own.resting.slice()) {
      for (let level = crossing(other, order); level !== undefined; level = crossing(other, order)) {
        const part = fillResting(book, order, level.size, sink)
        if (part === 0n) break
        takeBackground(other, level.price, part)
      }
    }
  }
}

/** A trade of others on the tape: it uses up the queue ahead at its price, and fills what stands better than it. */
export function applyPrint(book: Book, { aggressor, price, quantity }: Print, sink: Sink): void {
  const own = against(book, aggressor)
  let left = quantity
  for (const order of own.resting.slice()) {
    if (left === 0n || isBetter(own.side, price, order.price)) break
    const ahead = order.price === price ? smaller(order.queueAhead, left) : 0n
    if (ahead > 0n) passQueue(own, price, ahead)
    left -= ahead
    if (left > 0n) left -= fillResting(book, order, left, sink)
  }
}

/** Trades up to `available` of a resting order; 0n when it was withdrawn instead. */
function fillResting(book: Book, order: RestingOrder, available: bigint, sink: Sink): bigint {
  const capacity = order.reduceOnly ? smaller(order.open, sink.capacityOf(order)) : order.open
  if (capacity === 0n) {
    removeResting(book, order.orderId)
    sink.withdrawn(order, 'reduce_only')
    return 0n
  }
  const part = smaller(capacity, available)
  order.open -= part
  if (order.open === 0n) removeResting(book, order.orderId)
  sink.traded({ maker: order, price: order.price, quantity: part })
  return part
}

/** The background level that trades with an order, less what queues before the order at an equal price. */
function crossing(other: BookSide, order: RestingOrder): Level | undefined {
  const level = order.open > 0n ? bestLevel(other) : undefined
  if (level === undefined || isBetter(other.side, order.price, level.price)) return undefined
  const size = level.size - (level.price === order.price ? order.queueAhead : 0n)
  return size > 0n ? { price: level.price, size } : undefined
}

function takeBackground(side: BookSide, price: bigint, part: bigint): void {
  side.taken += part
  if (side.resting.length > 0) passQueue(side, price, part)
}

function passQueue(side: BookSide, price: bigint, part: bigint): void {
  for (const order of side.resting) {
    if (order.price === price) order.queueAhead = order.queueAhead > part ? order.queueAhead - part : 0n
  }
}

interface Offer {
  readonly price: bigint
  readonly size: bigint
  readonly order: RestingOrder | undefined
}

function nextOffer(side: BookSide): Offer | undefined {
  const level = bestLevel(side)
  const order = side.resting[0]
  if (order === undefined) return level === undefined ? undefined : { price: level.price, size: level.size, order }
  const own = { price: order.price, size: order.open, order }
  if (level === undefined || isBetter(side.side, order.price, level.price)) return own
  if (level.price !== order.price) return { price: level.price, size: level.size, order: undefined }
  return order.queueAhead > 0n ? { price: level.price, size: smaller(level.size, order.queueAhead), order: undefined } : own
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
