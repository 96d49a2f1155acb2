/** Ratio: an exact fraction (0.05, never "5 percent"): fee rates, floors, caps, leverage. Counts of 1e-18 in a BigInt. */
import { assert } from '#base/assert.ts'
import { divideUnits, floatFromUnits, formatUnits, multiplyUnits, ONE, parseBounded, unitsFromFloat } from './exact.ts'
import type { Rounding } from './exact.ts'

export class Ratio {
  declare private readonly kind: 'ratio'
  readonly units: bigint

  constructor(units: bigint) {
    this.units = units
  }

  plus(other: Ratio): Ratio {
    return new Ratio(this.units + other.units)
  }

  minus(other: Ratio): Ratio {
    return new Ratio(this.units - other.units)
  }

  negated(): Ratio {
    return new Ratio(-this.units)
  }

  times(other: Ratio, rounding: Rounding = 'half-even'): Ratio {
    return new Ratio(multiplyUnits(this.units, other.units, rounding))
  }

  inverse(rounding: Rounding = 'half-even'): Ratio {
    return new Ratio(divideUnits(ONE, this.units, rounding))
  }

  compare(other: Ratio): -1 | 0 | 1 {
    return this.units < other.units ? -1 : this.units > other.units ? 1 : 0
  }

  isNegative(): boolean {
    return this.units < 0n
  }

  toNumber(): number {
    return floatFromUnits(this.units)
  }

  toString(): string {
    return formatUnits(this.units)
  }

  toJSON(): string {
    return formatUnits(this.units)
  }
}

export const RATIO_ONE = new Ratio(ONE)
export const RATIO_ZERO = new Ratio(0n)

export function parseRatio(text: string): Ratio | undefined {
  const units = parseBounded(text)
  return units === undefined ? undefined : new Ratio(units)
}

export function ratio(text: string): Ratio {
  const value = parseRatio(text)
  assert(value !== undefined, `a plain decimal, not "${text}"`)
  return value
}

export function ratioFromFloat(value: number, places: number): Ratio {
  return new Ratio(unitsFromFloat(value, places))
}
