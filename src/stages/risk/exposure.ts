/**
 * Worst case of a book (faults I3, I7): the position with every live and unknown order of one side filled and the other side not. Orders
 * on both sides therefore never offset each other, and an order without a definite answer counts as filled where that is worse and as
 * not filled where that is worse. Sizes as signed counts of 1e-18 of the instrument's unit; BTC and USDC sums as counts of 1e-18.
 * An inverse contract's size is USD of face: its worth in BTC is face / index, its notional the face.
 */
import { divideUnits, multiplyUnits } from '#units/exact.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import type { Instrument, InstrumentId, Side } from '#domain/instrument.ts'
import type { AccountId, Book, IntentId, OrderId, OrderIntent } from '#domain/order.ts'

/** An approved order that may still fill. */
export interface Flight {
  readonly orderId: OrderId
  readonly intentId: IntentId
  readonly account: AccountId
  readonly book: Book
  readonly instrument: InstrumentId
  readonly side: Side
  /** What may still fill, in units. */
  readonly open: bigint
  /** Must only reduce; a resting stop of that kind waits at the venue, which bounds it to the position when it triggers. */
  readonly reduces: boolean
  readonly rests: boolean
  /** Follows a standing cover: counts against the budget of renewals. */
  readonly renews: boolean
  /** USDC that its open part will take from the account: premium and fee, or initial margin and fee. Units per unit of size. */
  readonly costPerUnit: bigint
}
export interface Holding {
  readonly account: AccountId
  readonly book: Book
  readonly instrument: InstrumentId
  readonly quantity: bigint
}

export interface Reach {
  readonly long: bigint
  readonly short: bigint
}

/** How far one instrument of a book can go either way; `long` >= `short`, both signed. */
export function reachOf(
  position: bigint,
  flights: Iterable<Flight>,
  of: { account: AccountId; book: Book; instrument: InstrumentId },
): Reach {
  let long = position
  let short = position
  for (const flight of flights) {
    if (flight.instrument !== of.instrument || flight.account !== of.account || flight.book !== of.book) continue
    if (flight.reduces) continue // takes a position towards zero at most: not filled is its worst case
    if (flight.side === 'buy') long += flight.open
    else short -= flight.open
  }
  return { long, short }
}

/** What orders in flight may already take off a position on one side, so that a second close cannot flip it. */
export function reductionInFlight(
  flights: Iterable<Flight>,
  of: { account: AccountId; book: Book; instrument: InstrumentId; side: Side },
): bigint {
  let total = 0n
  for (const flight of flights) {
    if (flight.instrument !== of.instrument || flight.account !== of.account || flight.book !== of.book) continue
    if (flight.side === of.side && !(flight.reduces && flight.rests)) total += flight.open
  }
  return total
}

export function worstOf({ long, short }: Reach): bigint {
  return long > -short ? long : -short
}

/**
 * Does an order take the account's net position in a contract towards zero and not beyond, whatever of the orders in flight fills? `net` is
 * the reach over all books. Only contracts are netted by a venue; an option bought or sold never counts as this.
 */
export function lowersNet(
  { long, short }: Reach,
  { side, quantity, instrument }: Pick<OrderIntent, 'side' | 'quantity' | 'instrument'>,
): boolean {
  const found = instrumentOf(instrument)
  if (!found.ok || found.value.kind !== 'linear-perpetual') return false
  return side === 'sell' ? short - quantity.units >= 0n : long + quantity.units <= 0n
}

export interface Worth {
  readonly btc: bigint
  readonly notional: bigint
}

export function worthOf(instrument: Instrument, size: bigint, index: bigint): Worth {
  if (instrument.kind === 'inverse-perpetual') return { btc: divideUnits(size, index), notional: size }
  return { btc: size, notional: multiplyUnits(size, index) }
}

const NO_WORTH: Worth = { btc: 0n, notional: 0n }

/** Worst case of all other instruments of the book; the one in question is judged with the new order in it. */
export function worthOfOthers(
  holdings: Iterable<Holding>,
  flights: readonly Flight[],
  of: { account: AccountId; book: Book; instrument: InstrumentId },
  index: bigint,
): Worth {
  let positions: Map<InstrumentId, bigint> | undefined
  for (const { account, book, instrument, quantity } of holdings) {
    if (account === of.account && book === of.book && instrument !== of.instrument) (positions ??= new Map()).set(instrument, quantity)
  }
  for (const { account, book, instrument } of flights) {
    if (account === of.account && book === of.book && instrument !== of.instrument && positions?.has(instrument) !== true)
      (positions ??= new Map()).set(instrument, 0n)
  }
  if (positions === undefined) return NO_WORTH
  let btc = 0n
  let notional = 0n
  for (const [id, position] of positions) {
    const instrument = instrumentOf(id)
    if (!instrument.ok) continue
    const worst = worstOf(reachOf(position, flights, { ...of, instrument: id }))
    const worth = worthOf(instrument.value, worst, index)
    btc += worth.btc
    notional += worth.notional
  }
  return { btc, notional }
}
