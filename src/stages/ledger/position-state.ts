/** A position as the other stages see it: signed size, average entry for screens, realised result in the currency it fell due in. */
import { formatUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import { averageEntryOf, GUARD } from '#domain/position.ts'
import type { PositionState } from '#topics/account.ts'
import { contractOf, isPaidFor } from './account-books.ts'
import type { AccountBooks, Held } from './account-books.ts'

export function positionState(books: AccountBooks, held: Held): PositionState {
  return {
    account: books.account,
    book: held.book,
    instrument: held.instrument.id,
    quantity: new Quantity(held.quantity),
    averageEntry: averageEntry(held),
    realised: new Money(held.realised),
    currency: held.currency,
  }
}

export function averageEntry(held: Held): string | undefined {
  const units = held.unpriced
    ? undefined
    : averageEntryOf(contractOf(held.instrument), held.quantity, isPaidFor(held.instrument) ? held.cost * GUARD : held.guardedCost)
  return units === undefined ? undefined : formatUnits(units)
}
