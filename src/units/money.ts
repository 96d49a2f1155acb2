/**
 * Money: an exact amount in one currency, known to the compiler (`Money<'USDC'>` plus `Money<'BTC'>` does not compile). Amounts are
 * counts of 1e-18 of the currency in a BigInt. JSON form: the shortest plain decimal, e.g. "-50.25".
 */
import { assert } from '#base/assert.ts'
import { formatFixed, formatUnits, multiplyUnits, parseBounded, roundUnits, scaleUnits, unitsFromFloat, floatFromUnits } from './exact.ts'
import type { Rounding } from './exact.ts'
import type { Price } from './price.ts'
import type { Ratio } from './ratio.ts'

export type Currency = 'USDC' | 'USD' | 'USDT' | 'BTC'

const CENT = 10n ** 16n

export class Money<C extends Currency = Currency> {
  declare private readonly currency: C
  readonly units: bigint

  constructor(units: bigint) {
    this.units = units
  }

  plus(other: Money<C>): Money<C> {
    return new Money(this.units + other.units)
  }

  minus(other: Money<C>): Money<C> {
    return new Money(this.units - other.units)
  }

  negated(): Money<C> {
    return new Money(-this.units)
  }

  abs(): Money<C> {
    return this.units < 0n ? new Money(-this.units) : this
  }

  /** Amount x fraction, rounded at 1e-18 as said. */
  times(ratio: Ratio, rounding: Rounding): Money<C> {
    return new Money(multiplyUnits(this.units, ratio.units, rounding))
  }

  /** Amount x part / whole in one rounding: the share of a cost that a partial close takes. */
  share(part: bigint, whole: bigint, rounding: Rounding = 'half-even'): Money<C> {
    return new Money(scaleUnits(this.units, part, whole, rounding))
  }

  /** The worth of this amount at a price of its currency in another. */
  convert<Q extends Currency>(price: Price<C, Q>, rounding: Rounding = 'half-even'): Money<Q> {
    return new Money(multiplyUnits(this.units, price.units, rounding))
  }

  roundedToCents(rounding: Rounding): Money<C> {
    return new Money(roundUnits(this.units, CENT, rounding))
  }

  compare(other: Money<C>): -1 | 0 | 1 {
    return this.units < other.units ? -1 : this.units > other.units ? 1 : 0
  }

  isAtLeast(other: Money<C>): boolean {
    return this.units >= other.units
  }

  isBelow(other: Money<C>): boolean {
    return this.units < other.units
  }

  isZero(): boolean {
    return this.units === 0n
  }

  isNegative(): boolean {
    return this.units < 0n
  }

  isPositive(): boolean {
    return this.units > 0n
  }

  /** For models, charts and logs only. */
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

const NOTHING = new Money(0n)

export function zero<C extends Currency>(): Money<C> {
  return NOTHING as unknown as Money<C>
}

export function parseMoney<C extends Currency>(text: string): Money<C> | undefined {
  const units = parseBounded(text)
  return units === undefined ? undefined : new Money<C>(units)
}

/** A literal in code or a value already validated; anything else goes through `parseMoney`. */
export function money<C extends Currency>(text: string): Money<C> {
  const value = parseMoney<C>(text)
  assert(value !== undefined, `a plain decimal, not "${text}"`)
  return value
}

export function usdc(text: string): Money<'USDC'> {
  return money<'USDC'>(text)
}

export function moneyFromFloat<C extends Currency>(value: number, places: number): Money<C> {
  return new Money<C>(unitsFromFloat(value, places))
}

export function sum<C extends Currency>(amounts: readonly Money<C>[]): Money<C> {
  return new Money<C>(amounts.reduce((total, amount) => total + amount.units, 0n))
}
