/**
 * Decimal strings as a trader reads them: 1234.5 -> `1,234.50`, with a true minus. Exact through `#units/exact.ts`; money never becomes a float.
 * Rounding is half-even at the places shown. Edges: what is unknown (null) or not a plain decimal is a dash, never zero; what rounds to zero has no sign.
 */
import { ONE, divideUnits, formatFixed, formatUnits, parseUnits } from '#units/exact.ts'

export type Amount = string | null | undefined
export const UNKNOWN = '–'
const NBSP = '\u00a0'

export function unitsOf(amount: Amount): bigint | undefined {
  return amount === null || amount === undefined ? undefined : parseUnits(amount.replace(/^-0$/, '0'))
}

export function usdc(amount: Amount): string {
  return fixed(amount, 2)
}

/** With its currency: `84.63 USDC`. */
export function usdcNamed(amount: Amount): string {
  return amount === null || amount === undefined ? UNKNOWN : `${usdc(amount)}${NBSP}USDC`
}

/** A gain has its plus. */
export function signed(amount: Amount): string {
  const shown = usdc(amount)
  return /^[1-9]|^0\.\d*[1-9]/.test(shown) ? `+${shown}` : shown
}

/** `0.5 BTC`, without idle zeros. */
export function btc(amount: Amount): string {
  const units = unitsOf(amount)
  return units === undefined ? UNKNOWN : `${grouped(formatUnits(units))}${NBSP}BTC`
}

/** 0.0998 -> `9.98 %`, 0.1 -> `10 %`. */
export function percent(fraction: Amount): string {
  const units = unitsOf(fraction)
  return units === undefined ? UNKNOWN : `${grouped(formatFixed(units * 100n, 2, 'half-even').replace(/\.?0+$/, ''))}${NBSP}%`
}

/** What a gate saw or allows: decimals grouped, everything else as it came. */
export function plain(value: string | number | boolean | null): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  const text = value === null ? '' : String(value)
  const units = unitsOf(text)
  return units === undefined ? text : grouped(formatUnits(units))
}

/** -1, 0 or 1; unknown amounts are not compared. */
export function compare(a: Amount, b: Amount): number {
  const [left, right] = [unitsOf(a), unitsOf(b)]
  if (left === undefined || right === undefined) return 0
  return left < right ? -1 : left > right ? 1 : 0
}

/** What a person typed, as a plain decimal: spaces and grouping commas go, a decimal comma becomes a point. Undefined where it is no amount. */
export function typed(text: string): string | undefined {
  const squeezed = text.replace(/[\s\u00a0%]/g, '')
  const point = /^\d+,\d{1,2}$/.test(squeezed) ? squeezed.replace(',', '.') : squeezed.replace(/,(?=\d{3}(\D|$))/g, '')
  const units = /^\d*\.?\d+$/.test(point) ? parseUnits(point.startsWith('.') ? `0${point}` : point) : undefined
  return units === undefined ? undefined : formatUnits(units)
}

/** `10` per hundred -> `0.1`. */
export function fractionOf(perHundred: Amount): string | undefined {
  const units = unitsOf(perHundred)
  return units === undefined ? undefined : formatUnits(divideUnits(units, 100n * ONE))
}

function fixed(amount: Amount, places: number): string {
  const units = unitsOf(amount)
  return units === undefined ? UNKNOWN : grouped(formatFixed(units, places, 'half-even'))
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.')
  const isZero = !/[1-9]/.test(digits)
  const sign = whole.startsWith('-') && !isZero ? '−' : ''
  const groups = whole.replace('-', '').replace(/\B(?=(\d{3})+$)/g, ',')
  return `${sign}${groups}${fraction === undefined ? '' : `.${fraction}`}`
}
