/**
 * Position arithmetic by average cost, kept as cost (never as an average): `quantity` and `cost` are exact counts of 1e-18, signed, long
 * positive. `worth` of a quantity at a price is price x quantity for linear contracts, spot and options, and - face / price in coin for
 * inverse contracts, so that profit is worth - cost for both. Adding adds the worth to the cost; closing releases
 * cost x closed / held; a trade through zero closes the old side first and opens the rest at the trade's own price. Realised is the
 * price difference alone: fees and funding never enter the cost. Rounding: half-even at 1e-18, one per trade at most. The cost of an
 * inverse position is a small coin amount, so it is kept with twelve guard digits (`GUARD`): its average holds to 1e-12 of a dollar.
 */
import { assert } from '#base/assert.ts'
import { divide, divideUnits, multiplyUnits, ONE, scaleUnits } from '#units/exact.ts'

export type Contract = 'linear' | 'inverse'

export interface CostPosition {
  readonly quantity: bigint
  readonly cost: bigint
}
export interface TradeEffect {
  readonly quantity: bigint
  readonly cost: bigint
  /** On the closed part only, without fees. */
  readonly realised: bigint
}

export const FLAT: CostPosition = { quantity: 0n, cost: 0n }

export function worthOf(contract: Contract, quantity: bigint, price: bigint): bigint {
  return contract === 'linear' ? multiplyUnits(quantity, price) : -divideUnits(quantity, price)
}

export const GUARD = 10n ** 12n

/** Worth of a quantity in units of 1e-18 / GUARD. */
export function guardedWorth(contract: Contract, quantity: bigint, price: bigint): bigint {
  return contract === 'linear' ? multiplyUnits(quantity * GUARD, price) : -divide(quantity * ONE * GUARD, price, 'half-even')
}

export function unguarded(units: bigint): bigint {
  return divide(units, GUARD, 'half-even')
}

/** `quantity` signed (a sale is negative), `worth` that of the whole trade. */
export function applyTrade(held: CostPosition, quantity: bigint, worth: bigint): TradeEffect {
  assert(quantity !== 0n, 'a trade has a size')
  const before = held.quantity
  const after = before + quantity
  if (before === 0n || before > 0n === quantity > 0n) return { quantity: after, cost: held.cost + worth, realised: 0n }
  if (after === 0n) return { quantity: 0n, cost: 0n, realised: -worth - held.cost }
  if (after > 0n === before > 0n) {
    const released = scaleUnits(held.cost, -quantity, before)
    return { quantity: after, cost: held.cost - released, realised: -worth - released }
  }
  const closing = scaleUnits(worth, -before, quantity)
  return { quantity: after, cost: worth - closing, realised: -closing - held.cost }
}

/** For screens: the price at which the whole guarded cost would have been paid; undefined when flat. */
export function averageEntryOf(contract: Contract, quantity: bigint, guardedCost: bigint): bigint | undefined {
  if (quantity === 0n || guardedCost === 0n) return undefined
  if (contract === 'linear') return divideUnits(guardedCost, quantity * GUARD)
  return divideUnits(-quantity * GUARD, guardedCost)
}
