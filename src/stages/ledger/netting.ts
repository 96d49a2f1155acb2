/**
 * Two books in one contract are one position at the venue: a hedge's short against the client's long is, there, a sale of the long, whose
 * result is paid at once. Our books keep both sides with their own cost, so that a hedge's result is the hedge's and a client's entry
 * stays what it was. What ties the two is kept here, exact: the venue's own position of the contract, by the same average-cost rule and
 * the same order of trades. Then, with all costs in the settlement currency,
 *   paid at the venue - realised in the books = cost of the venue's position - sum of the books' costs = the advance,
 * which is money in cash that no book has earned yet (or the reverse): it is posted to `netting:<instrument>`, left out of the account's worth,
 * and zero again when all books are flat. Margin is the venue's, on the net size. Only contracts settled in USDC are netted; two books in
 * an inverse contract stay gross, and reconciliation would name the difference. One book alone needs none of this and has no entry here.
 */
import { divideUnits, multiplyUnits } from '#units/exact.ts'
import type { Ratio } from '#units/ratio.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { unguarded } from '#domain/position.ts'
import type { AccountBooks, Held, Valued } from './account-books.ts'
import { NETTING } from './chart.ts'
import { applyInOrder } from './trade-order.ts'
import type { RecentTrade, TimedTrade } from './trade-order.ts'

export interface NetPosition {
  quantity: bigint
  guardedCost: bigint
  readonly recent: RecentTrade[]
}

/** Where the venue pays a result before the books earn it. */
export function nettingAccount(instrument: InstrumentId): string {
  return NETTING + instrument
}

/** The venue's position, where another book holds the contract as well: begun when the second book first trades in it. */
export function netPositionOf(books: AccountBooks, held: Held): NetPosition | undefined {
  const { id, kind } = held.instrument
  if (kind !== 'linear-perpetual') return undefined
  const known = books.netted?.get(id)
  if (known !== undefined) return known
  const other = otherHolding(books, held)
  if (other === undefined) return undefined
  const fresh: NetPosition = {
    quantity: other.quantity + held.quantity,
    guardedCost: other.guardedCost + held.guardedCost,
    recent: other.recent.map((trade) => ({ ...trade })),
  }
  books.netted ??= new Map()
  books.netted.set(id, fresh)
  return fresh
}

function otherHolding(books: AccountBooks, held: Held): Held | undefined {
  for (const one of books.positions.values())
    if (one !== held && one.quantity !== 0n && one.instrument.id === held.instrument.id) return one
  return undefined
}

/** What the venue pays for a trade: the realised result of its one position. `worth` is unguarded. */
export function payNet(net: NetPosition, trade: TimedTrade, worth: bigint): bigint {
  const before = unguarded(net.guardedCost)
  const { quantity, cost } = applyInOrder(net.recent, { quantity: net.quantity, cost: net.guardedCost }, trade)
  net.quantity = quantity
  net.guardedCost = cost
  return unguarded(cost) - before - worth
}

/** A position whose cost was not known and now is. */
export function adoptNetCost(books: AccountBooks, { instrument }: Held, changeGuarded: bigint): void {
  const net = books.netted?.get(instrument.id)
  if (net === undefined) return
  net.guardedCost += changeGuarded
  net.recent.length = 0
}

/** All books flat: nothing is owed between them. */
export function endNetting(books: AccountBooks, instrument: InstrumentId): void {
  if (books.netted === undefined || heldIn(books, instrument).some(({ quantity }) => quantity !== 0n)) return
  books.netted.delete(instrument)
  if (books.netted.size === 0) books.netted = undefined
}

/** Paid at the venue and not earned in any book, USDC units. */
export function advanceOf(books: AccountBooks): bigint {
  let advance = 0n
  for (const [id, { guardedCost }] of books.netted ?? []) {
    advance += unguarded(guardedCost)
    for (const { cost } of heldIn(books, id)) advance -= cost
  }
  return advance
}

export interface MarginSums {
  initial: bigint
  maintenance: bigint
}

/** Puts the margin of the venue's position in the place of the books' own; at the strictest leverage among them. */
export function netMargin(books: AccountBooks, sums: MarginSums, valueOf: (held: Held) => Valued, maintenanceMarginRate: Ratio): void {
  for (const id of books.netted?.keys() ?? []) {
    const holders = heldIn(books, id).filter(({ quantity }) => quantity !== 0n)
    let worth = 0n
    let leverage: bigint | undefined
    for (const held of holders) {
      const { mark, initial, maintenance, missing } = valueOf(held)
      if (missing) return
      sums.initial -= initial
      sums.maintenance -= maintenance
      worth += mark + held.cost
      if (leverage === undefined || held.leverage < leverage) leverage = held.leverage
    }
    const notional = worth < 0n ? -worth : worth
    if (leverage !== undefined) sums.initial += divideUnits(notional, leverage)
    sums.maintenance += multiplyUnits(notional, maintenanceMarginRate.units)
  }
}

function heldIn(books: AccountBooks, instrument: InstrumentId): readonly Held[] {
  return [...books.positions.values()].filter((held) => held.instrument.id === instrument)
}
