/**
 * One fact from the venue, booked once: claims its id, finds whose it is, posts it and says which positions it touched. An instrument
 * the catalogue does not know, or a fill without a size, cannot be booked; it stays out and reconciliation names the difference.
 */
import type { AnyEvent } from '#engine/component.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import type { Instrument } from '#domain/instrument.ts'
import { worthOf } from '#domain/position.ts'
import type { AccountRaw, DoubtfulSettlement, Posting, VenueSettlement } from '#topics/account.ts'
import type { VenueFill } from '#topics/orders.ts'
import { bookHolding, claim, contractOf, heldOf } from './account-books.ts'
import type { AccountBooks, Held } from './account-books.ts'
import { bookFunding, bookOpening, bookSettlement, bookTransfer } from './book-cash.ts'
import { holdIfSecond } from './doubtful-settlements.ts'
import { adoptCost, bookFill, carriedWorth } from './book-fill.ts'
import type { Attribution } from './book-fill.ts'
import { indexHolder, positionsIn } from './books-state.ts'
import type { BooksState, Orders } from './books-state.ts'

export type FactEvent = AnyEvent<'account_raw' | 'venue_fills' | 'venue_funding' | 'venue_settlements' | 'venue_transfers'>
export interface FactConfig {
  readonly idsMax: number
  readonly leverageDefault: bigint
}
export interface BookedFact {
  readonly touched: readonly Held[]
  readonly postings: readonly Posting[]
  /** Told under a second id: nothing is booked before the venue's statement says what it was. */
  readonly doubt?: DoubtfulSettlement
}

export function bookFact(state: BooksState, books: AccountBooks, event: FactEvent, config: FactConfig): BookedFact | undefined {
  switch (event.topic) {
    case 'account_raw':
      if (books.openedAt !== undefined) return undefined
      return { touched: [], postings: [bookOpening(books, event.body, state.prices.index?.lastKnown().value)] }
    case 'venue_transfers':
      if (!claim(books, { scope: '/transfers', id: event.body.transferId, venueAt: event.body.venueAt }, config.idsMax)) return undefined
      return { touched: [], postings: [bookTransfer(books, event.body, state.prices.index?.lastKnown().value)] }
    case 'venue_funding': {
      if (!claim(books, { scope: '/funding', id: event.body.fundingId, venueAt: event.body.venueAt }, config.idsMax)) return undefined
      const positions = positionsIn(books, event.body.instrument)
      return { touched: [], postings: bookFunding(books, event.body, positions) }
    }
    case 'venue_settlements':
      return factOfSettlement(state, books, event, config)
    default:
      return factOfFill(state, books, event.body, config)
  }
}

/** Whether the account's books hold this fill: told again, it says nothing new to anybody. */
export function isBooked(state: BooksState, fill: VenueFill): boolean {
  return state.accounts.get(fill.account)?.booked.get(fill.venue)?.has(fill.tradeId) ?? false
}

function factOfFill(state: BooksState, books: AccountBooks, fill: VenueFill, config: FactConfig): BookedFact | undefined {
  const instrument = instrumentOf(fill.instrument)
  if (!instrument.ok || !fill.quantity.isPositive()) return undefined
  if (!claim(books, { scope: fill.venue, id: fill.tradeId, venueAt: fill.venueAt }, config.idsMax)) return undefined
  const { held, postings } = bookFill(books, fill, instrument.value, attributionOf(state.orders, books, fill, config))
  indexHolder(state, books, held)
  return { touched: [held], postings }
}

/** Whose a fill is: its order's book, or, without an order of ours, the book that holds the instrument. */
export function attributionOf(orders: Orders, books: AccountBooks, fill: VenueFill, { leverageDefault }: FactConfig): Attribution {
  const origin = fill.orderId === undefined ? undefined : orders.get(fill.orderId)
  if (origin === undefined) return { book: bookHolding(books, fill.instrument), leverage: undefined, leverageDefault, external: true }
  return { book: origin.book, leverage: origin.leverage, leverageDefault, external: false }
}

function factOfSettlement(
  state: BooksState,
  books: AccountBooks,
  { body, seq }: AnyEvent<'venue_settlements'>,
  config: FactConfig,
): BookedFact | undefined {
  if (!claim(books, { scope: '/settlements', id: body.settlementId, venueAt: body.venueAt }, config.idsMax)) return undefined
  const doubt = holdIfSecond(books, body, positionsIn(books, body.instrument), seq)
  return doubt === undefined ? deliver(state, books, body) : { touched: [], postings: [], doubt }
}

/** Books a delivery, whatever is held of it. */
export function deliver(state: BooksState, books: AccountBooks, body: VenueSettlement): BookedFact {
  const touched = positionsIn(books, body.instrument)
  const postings = bookSettlement(books, body, touched)
  for (const held of touched) indexHolder(state, books, held)
  return { touched, postings }
}

/** Positions the opening statement names beyond what fills explain: taken over at the first price, as nobody says their cost. */
export function adoptPositions(state: BooksState, books: AccountBooks, statement: AccountRaw, config: FactConfig): BookedFact {
  const touched: Held[] = []
  for (const { instrument: name, quantity } of statement.positions) {
    const instrument = instrumentOf(name)
    const known = positionsIn(books, name).reduce((sum, held) => sum + held.quantity, 0n)
    if (!instrument.ok || quantity.units === known) continue
    touched.push(adopt(state, books, instrument.value, quantity.units - known, config))
  }
  return { touched, postings: priceOpening(state, books) }
}

function adopt(state: BooksState, books: AccountBooks, instrument: Instrument, quantity: bigint, config: FactConfig): Held {
  const held = heldOf(books, bookHolding(books, instrument.id), instrument, config.leverageDefault)
  held.unpriced = true
  held.quantity += quantity
  indexHolder(state, books, held)
  return held
}

/** Gives every position that came without a cost the cost of today's mark, where there is one. */
export function priceOpening(state: BooksState, books: AccountBooks): readonly Posting[] {
  const index = state.prices.index?.lastKnown().value
  if (index === undefined) return []
  return [...books.positions.values()].flatMap((held) => {
    const quoted = held.unpriced ? state.prices.quoted.get(held.instrument.id) : undefined
    const mark = quoted?.mark ?? quoted?.bid
    if (mark === undefined) return []
    held.valued = undefined
    return adoptCost(books, held, carriedWorth(held, worthOf(contractOf(held.instrument), held.quantity, mark.units), index), index)
  })
}
