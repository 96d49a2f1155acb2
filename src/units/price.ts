/**
 * Price: exact amount of `Quote` for one `Base` (USDC for one BTC; coin for one coin of option). Counts of 1e-18 in a BigInt. A price
 * from outside is positive; zero and negative ones are refused by `parsePrice` (an option's absent quote is absent, never 0).
 */
import { assert } from '#base/assert.ts'
import {
  divideUnits,
  floatFromUnits,
  floatOfUnits,
  formatFixed,
  formatUnits,
  multiplyUnits,
  parseBounded,
  roundUnits,
  unitsFromFloat,
} from './exact.ts'
import type { Rounding } from './exact.ts'
import { Money } from './money.ts'
import type { Currency } from './money.ts'
import type { Quantity } from './quantity.ts'
import { Ratio } from './ratio.ts'

export class Price<B extends Currency = Currency, Q extends Currency = Currency> {
  declare private readonly base: B
  declare private readonly quote: Q
  readonly units: bigint
  #level: number | undefined

  constructor(units: bigint) {
    this.units = units
  }

  /**
   * The units as the nearest float (relative error at most 2^-53), kept once asked for: the same price is looked at by several gates on
   * every tick, and the conversion costs more than the comparison. For models and for bounds with room; limits compare `units`.
   */
  get level(): number {
    return (this.#level ??= floatOfUnits(this.units))
  }

  /** Takes over the level of an equal price that was looked at before: most ticks move one side alone, and to compare is a fifth of the work. */
  adoptLevel(other: Price<B, Q> | undefined): void {
    if (other !== undefined && other.#level !== undefined && other.units === this.units) this.#level = other.#level
  }

  /** Notional: price x quantity, rounded half-even at 1e-18 (exact for every tick and lot on a venue). */
  times(quantity: Quantity<B>): Money<Q> {
    return new Money<Q>(multiplyUnits(this.units, quantity.units))
  }

  scaled(ratio: Ratio, rounding: Rounding): Price<B, Q> {
    return new Price(multiplyUnits(this.units, ratio.units, rounding))
  }

  plus(other: Price<B, Q>): Price<B, Q> {
    return new Price(this.units + other.units)
  }

  minus(other: Price<B, Q>): Price<B, Q> {
    return new Price(this.units - other.units)
  }

  ratioTo(other: Price<B, Q>): Ratio {
    return new Ratio(divideUnits(this.units, other.units))
  }

  roundedTo(tick: Price<B, Q>, rounding: Rounding): Price<B, Q> {
    return new Price(roundUnits(this.units, tick.units, rounding))
  }

  compare(other: Price<B, Q>): -1 | 0 | 1 {
    return this.units < other.units ? -1 : this.units > other.units ? 1 : 0
  }

  isAtLeast(other: Price<B, Q>): boolean {
    return this.units >= other.units
  }

  isBelow(other: Price<B, Q>): boolean {
    return this.units < other.units
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

/** A positive plain decimal, else undefined. */
export function parsePrice<B extends Currency, Q extends Currency>(text: string): Price<B, Q> | undefined {
  const units = parseBounded(text)
  return units === undefined || units <= 0n ? undefined : new Price<B, Q>(units)
}

export function price<B extends Currency, Q extends Currency>(text: string): Price<B, Q> {
  const value = parsePrice<B, Q>(text)
  assert(value !== undefined, `a positive plain decimal, not "${text}"`)
  return value
}

export function priceFromFloat<B extends Currency, Q extends Currency>(value: number, places: number): Price<B, Q> {
  return new Price<B, Q>(unitsFromFloat(value, places))
}

/** The index and every USDC-quoted BTC price. */
export type BtcUsdc = Price<'BTC', 'USDC'>
/** An option's price in coin for one coin of notional. */
export type CoinPremium = Price<'BTC', 'BTC'>
