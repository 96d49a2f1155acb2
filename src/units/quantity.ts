/**
 * Quantity: exact size in units of `U` (BTC for linear contracts, options and spot; USD of face for inverse contracts). Signed where it
 * is a position (long positive); orders and fills carry a side and a positive size. Counts of 1e-18 in a BigInt.
 */
import { assert } from '#base/assert.ts'
import { divideUnits, floatFromUnits, formatFixed, formatUnits, multiplyUnits, parseBounded, roundUnits, unitsFromFloat } from './exact.ts'
import type { Rounding } from './exact.ts'
import type { Currency } from './money.ts'
import { Ratio } from './ratio.ts'

export class Quantity<U extends Currency = Currency> {
  declare private readonly unit: U
  readonly units: bigint

  constructor(units: bigint) {
    this.units = units
  }

  plus(other: Quantity<U>): Quantity<U> {
    return new Quantity(this.units + other.units)
  }

  minus(other: Quantity<U>): Quantity<U> {
    return new Quantity(this.units - other.units)
  }

  negated(): Quantity<U> {
    return new Quantity(-this.units)
  }

  abs(): Quantity<U> {
    return this.units < 0n ? new Quantity(-this.units) : this
  }

  times(ratio: Ratio, rounding: Rounding): Quantity<U> {
    return new Quantity(multiplyUnits(this.units, ratio.units, rounding))
  }

  ratioTo(other: Quantity<U>): Ratio {
    return new Ratio(divideUnits(this.units, other.units))
  }

  roundedTo(lot: Quantity<U>, rounding: Rounding): Quantity<U> {
    return new Quantity(roundUnits(this.units, lot.units, rounding))
  }

  compare(other: Quantity<U>): -1 | 0 | 1 {
    return this.units < other.units ? -1 : this.units > other.units ? 1 : 0
  }

  isZero(): boolean {
    return this.units === 0n
  }

  isPositive(): boolean {
    return this.units > 0n
  }

  isNegative(): boolean {
    return this.units < 0n
  }

  toNumber(): number {
    return floatFromUnits(this.units)
  }

  toFixed(places: number, rounding: Rounding = 'half-even'): string {
    return formatFixed(this.units, places, rounding)
  }

  toString(): string {
    return formatUnits(this.units)
  }

  toJSON(): string {
    return formatUnits(this.units)
  }
}

const NONE = new Quantity(0n)

export function noQuantity<U extends Currency>(): Quantity<U> {
  return NONE as unknown as Quantity<U>
}

/** Any plain decimal (signed), else undefined. */
export function parseQuantity<U extends Currency>(text: string): Quantity<U> | undefined {
  const units = parseBounded(text)
  return units === undefined ? undefined : new Quantity<U>(units)
}

export function quantity<U extends Currency>(text: string): Quantity<U> {
  const value = parseQuantity<U>(text)
  assert(value !== undefined, `a plain decimal, not "${text}"`)
  return value
}

export function btc(text: string): Quantity<'BTC'> {
  return quantity<'BTC'>(text)
}

export function quantityFromFloat<U extends Currency>(value: number, places: number): Quantity<U> {
  return new Quantity<U>(unitsFromFloat(value, places))
}

export function smaller<U extends Currency>(a: Quantity<U>, b: Quantity<U>): Quantity<U> {
  return a.units < b.units ? a : b
}
