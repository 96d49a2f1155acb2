/**
 * Price-time order book of one instrument. A side has two kinds of liquidity: a background ladder (the market's own quotes, replaced
 * whole at each refresh) and resting orders of accounts, best price first, then arrival. `taken` is what was bought or sold out of
 * the ladder since: size is never sold twice out of one snapshot, and with `refillMs` the hole closes linearly over that time instead
 * of at the next refresh, which is the lasting part of one's own impact. `queueAhead` is the displayed size that stood at a resting
 * order's price before it (price-time priority): it fills after that has traded, or once the price trades through.
 * Units: prices and sizes are counts of 1e-18 in BigInt, sizes positive. Edges: an empty ladder is a side without quote; the book may
 * be crossed against a resting order only until `fillCrossed` has filled it.
 */
import type { Side } from '#domain/instrument.ts'

export interface Level {
  readonly price: bigint
  readonly size: bigint
}
export interface RestingOrder {
  readonly orderId: string
  readonly account: string
  readonly side: Side
  readonly price: bigint
  readonly reduceOnly: boolean
  open: bigint
  queueAhead: bigint
}
export interface BookSide {
  readonly side: Side
  ladder: readonly Level[]
  taken: bigint
  readonly resting: RestingOrder[]
}
export interface Book {
  readonly bids: BookSide
  readonly asks: BookSide
  refreshedAt: number
}
/** Somebody else's aggressive trade, as the tape shows it. */
export interface Print {
  readonly aggressor: Side
  readonly price: bigint
  readonly quantity: bigint
}
/** One trade of a resting order or of background liquidity (`maker` null). */
export interface Execution {
  readonly maker: RestingOrder | null
  readonly price: bigint
  readonly quantity: bigint
}

const NOTHING: readonly never[] = []

export function emptyBook(): Book {
  const side = (name: Side): BookSide => ({ side: name, ladder: NOTHING, taken: 0n, resting: [] })
  return { bids: side('buy'), asks: side('sell'), refreshedAt: 0 }
}

export function sideOf(book: Book, side: Side): BookSide {
  return side === 'buy' ? book.bids : book.asks
}

/** What an order of this side trades against. */
export function against(book: Book, side: Side): BookSide {
  return side === 'buy' ? book.asks : book.bids
}

/** Whether price `a` stands before `b` on a side: the higher bid, the lower ask. */
export function isBetter(side: Side, a: bigint, b: bigint): boolean {
  return side === 'buy' ? a > b : a < b
}

/** The best background level that still has size. */
export function bestLevel({ ladder, taken }: BookSide): Level | undefined {
  let gone = taken
  for (const level of ladder) {
    if (level.size > gone) return gone === 0n ? level : { price: level.price, size: level.size - gone }
    gone -= level.size
  }
  return undefined
}

/** Displayed background size left at exactly this price. */
export function displayedAt({ ladder, taken }: BookSide, price: bigint): bigint {
  let gone = taken
  for (const level of ladder) {
    if (level.price === price) return level.size > gone ? level.size - gone : 0n
    gone = gone > level.size ? gone - level.size : 0n
  }
  return 0n
}

/** Puts an order behind everything that stands at its price. */
export function addResting(book: Book, order: Omit<RestingOrder, 'queueAhead'>): RestingOrder {
  const side = sideOf(book, order.side)
  const resting = { ...order, queueAhead: displayedAt(side, order.price) }
  let place = side.resting.length
  while (place > 0 && isBetter(order.side, order.price, side.resting[place - 1]?.price ?? order.price)) place -= 1
  side.resting.splice(place, 0, resting)
  return resting
}

export function removeResting(book: Book, orderId: string): RestingOrder | undefined {
  for (const { resting } of [book.bids, book.asks]) {
    const place = resting.findIndex((order) => order.orderId === orderId)
    if (place >= 0) return resting.splice(place, 1)[0]
  }
  return undefined
}

/** Replaces the background; ladders are kept, not copied. Resting orders that the new quotes cross are filled by `fillCrossed`. */
export function refreshBook(book: Book, bids: readonly Level[], asks: readonly Level[], at: number, refillMs: number): void {
  const { bids: buy, asks: sell } = book
  if (buy.taken !== 0n) buy.taken = refilled(buy.taken, at - book.refreshedAt, refillMs)
  if (sell.taken !== 0n) sell.taken = refilled(sell.taken, at - book.refreshedAt, refillMs)
  if (buy.ladder !== bids) buy.ladder = bids
  if (sell.ladder !== asks) sell.ladder = asks
  book.refreshedAt = at
  if (buy.resting.length > 0) shortenQueues(buy)
  if (sell.resting.length > 0) shortenQueues(sell)
}

export function hasResting(book: Book): boolean {
  return book.bids.resting.length > 0 || book.asks.resting.length > 0
}

function refilled(taken: bigint, elapsedMs: number, refillMs: number): bigint {
  if (refillMs <= 0 || elapsedMs >= refillMs) return 0n
  return taken - (taken * BigInt(Math.trunc(Math.max(0, elapsedMs)))) / BigInt(Math.trunc(refillMs))
}

/** No more can stand ahead than is displayed at all. */
function shortenQueues(side: BookSide): void {
  for (const order of side.resting) {
    if (order.queueAhead === 0n) continue
    const displayed = displayedAt(side, order.price)
    if (displayed < order.queueAhead) order.queueAhead = displayed
  }
}
