/**
 * State of `ledger/books`: the accounts, the last prices, whose order each fill belongs to, and which accounts hold an instrument, so
 * that a tick touches only those. Orders are remembered to a horizon (`ordersMax`), the oldest forgotten first; a fill of a forgotten
 * order is adopted like one without an order.
 */
import { forgetOldest } from '#base/horizon.ts'
import { unitsFromFloat } from '#units/exact.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId, ApprovedOrder, Book, OrderId } from '#domain/order.ts'
import { newBooks } from './account-books.ts'
import type { AccountBooks, Held } from './account-books.ts'
import { noPrices } from './prices.ts'
import type { Prices } from './prices.ts'

export interface OrderOrigin {
  readonly book: Book
  readonly leverage: bigint | undefined
}
export type Orders = Map<OrderId, OrderOrigin>

export interface BooksState {
  readonly accounts: Map<AccountId, AccountBooks>
  readonly prices: Prices
  readonly orders: Orders
  readonly holders: Map<InstrumentId, Set<AccountId>>
}

export function newBooksState(): BooksState {
  return { accounts: new Map(), prices: noPrices(), orders: new Map(), holders: new Map() }
}

export function booksOf(state: BooksState, account: AccountId, coinAccounts: readonly string[]): AccountBooks {
  const known = state.accounts.get(account)
  if (known !== undefined) return known
  const fresh = newBooks(account, coinAccounts.includes(account))
  state.accounts.set(account, fresh)
  return fresh
}

export function rememberOrder(orders: Orders, { orderId, book, leverage }: ApprovedOrder, ordersMax: number): void {
  orders.set(orderId, { book, leverage: leverage === undefined ? undefined : unitsFromFloat(leverage, 6) })
  forgetOldest(orders, ordersMax)
}

/** All positions of an account in one instrument, in the order of their books' first trade. */
export function positionsIn(books: AccountBooks, instrument: InstrumentId): readonly Held[] {
  const found: Held[] = []
  for (const held of books.positions.values()) if (held.instrument.id === instrument && held.quantity !== 0n) found.push(held)
  return found
}

/** Keeps the holders in step with the positions and forgets options that are gone: they never come back under the same cost. */
export function indexHolder(state: BooksState, books: AccountBooks, held: Held): void {
  const { id, kind } = held.instrument
  held.valued = undefined
  if (held.quantity === 0n && kind === 'option') books.positions.delete(`${held.book}:${id}`)
  const holders = state.holders.get(id)
  if (isHeld(books, id)) {
    if (holders === undefined) state.holders.set(id, new Set([books.account]))
    else holders.add(books.account)
  } else if (holders?.delete(books.account) === true && holders.size === 0) state.holders.delete(id)
}

function isHeld(books: AccountBooks, instrument: InstrumentId): boolean {
  for (const held of books.positions.values()) if (held.instrument.id === instrument && held.quantity !== 0n) return true
  return false
}
