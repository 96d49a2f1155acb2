/**
 * Decimal strings as people read them: 1234.5 -> `1,234.50`, with a true minus sign. Exact through `#units/exact.ts`: money never passes
 * through a float on its way to the screen. Rounding is half-even at the places shown. Edges: what is unknown (null) or not a plain
 * decimal is shown as a dash, never as zero; an amount that rounds to zero loses its sign.
 */
import { ONE, divideUnits, parseUnits, roundUnits } from '#units/exact.ts'

export const UNKNOWN = '–'
export type Amount = string | null | undefined
const MINUS = '−'
const PLACES = 18
const CENT = ONE / 100n

export interface Shown {
  /** Digits after the point; with `trim` at most so many. */
  readonly places: number
  readonly trim?: boolean
  /** A plus before what is above zero. */
  readonly signed?: boolean
}

export function usdc(amount: Amount, signed = false): string {
  return decimal(amount, { places: 2, signed })
}

/** From one level to the next as the cents on the screen differ, so that shown steps add up to shown levels to the last cent. */
export function stepUsdc(from: Amount, to: Amount): string {
  const [a, b] = [unitsOf(from), unitsOf(to)]
  if (a === undefined || b === undefined) return UNKNOWN
  return written(roundUnits(b, CENT, 'half-even') - roundUnits(a, CENT, 'half-even'), { places: 2, signed: true })
}

export function coin(amount: Amount): string {
  return decimal(amount, { places: 8, trim: true })
}

/** 0.0998 -> `9.98 %`, with a space that does not break. */
export function percent(fraction: Amount, signed = false): string {
  const units = unitsOf(fraction)
  return units === undefined ? UNKNOWN : `${written(units * 100n, { places: 2, signed })}\u00a0%`
}

/** 5 -> `5×`. */
export function times(ratio: Amount): string {
  const units = unitsOf(ratio)
  return units === undefined ? UNKNOWN : `${written(units, { places: 2, trim: true })}×`
}

export function decimal(amount: Amount, shown: Shown): string {
  const units = unitsOf(amount)
  return units === undefined ? UNKNOWN : written(units, shown)
}

/** What a gate saw or allows: decimals rounded for reading (whole ones without places), everything else as it came. */
export function scalar(value: string | number | boolean | null): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  const units = unitsOf(String(value))
  if (units === undefined) return String(value)
  if (units < ONE && units > -ONE) return written(units, { places: 6, trim: true })
  return written(units, { places: 2, trim: roundUnits(units, CENT, 'half-even') % ONE === 0n })
}

export function unitsOf(amount: Amount): bigint | undefined {
  return amount === null || amount === undefined ? undefined : parseUnits(amount)
}

export function isNegative(amount: Amount): boolean {
  return (unitsOf(amount) ?? 0n) < 0n
}

/** (to - from) / from as a decimal fraction; undefined where either is unknown or `from` is zero. */
export function relative(from: Amount, to: Amount): bigint | undefined {
  const a = unitsOf(from)
  const b = unitsOf(to)
  return a === undefined || b === undefined || a === 0n ? undefined : divideUnits(b - a, a)
}

/** Units of 1e-18 as text; the one place where digits are put together. */
export function written(units: bigint, { places, trim = false, signed = false }: Shown): string {
  const step = 10n ** BigInt(PLACES - places)
  const rounded = roundUnits(units, step, 'half-even')
  const digits = ((rounded < 0n ? -rounded : rounded) / step).toString().padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ',')
  const fraction = trim ? digits.slice(digits.length - places).replace(/0+$/, '') : digits.slice(digits.length - places)
  const sign = rounded < 0n ? MINUS : signed && rounded > 0n ? '+' : ''
  return sign + whole + (fraction === '' || places === 0 ? '' : `.${fraction}`)
}
