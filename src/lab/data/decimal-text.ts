/**
 * Decimal numbers in files, kept as text so that no amount passes through a float. Taken: plain decimals in ASCII digits without
 * leading zeros, and scientific notation where it names such a decimal exactly (2.6e-05 is 0.000026), which is then written out.
 * Edges: at most 16 digits before the point and 18 after it, the range of exact values; everything else (NaN, null, 1,000, ' 1',
 * full-width digits, .5, +1, 0x10) is no decimal. Minus zero is refused: it is a sign error on its way to becoming a bug.
 */
import { assert, present } from '#base/assert.ts'
import { divide, formatUnits, parseUnits } from '#units/exact.ts'

const PLAIN = /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,18})?$/
const SCIENTIFIC = /^(-?)(\d)(?:\.(\d{1,20}))?[eE]([+-]?\d{1,4})$/
const UNBOUNDED = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/
const PLACES = 18
const DIGITS_MAX = 16

export type DecimalFault = 'not_a_decimal' | 'negative_zero' | 'out_of_range' | 'too_precise'

/** The plain decimal a text stands for, or undefined; `decimalFault` says why. */
export function plainDecimal(text: string): string | undefined {
  const plain = PLAIN.test(text) ? text : expandScientific(text)
  return plain === undefined || !PLAIN.test(plain) || (plain.startsWith('-') && isZeroDecimal(plain)) ? undefined : plain
}

/** Why `plainDecimal` refuses this text. */
export function decimalFault(text: string): DecimalFault {
  const plain = UNBOUNDED.test(text) ? text : expandScientific(text)
  if (plain === undefined) return isScientific(text) ? 'out_of_range' : 'not_a_decimal'
  if (plain.startsWith('-') && isZeroDecimal(plain)) return 'negative_zero'
  const [whole = '', fraction = ''] = plain.split('.')
  return whole.replace('-', '').length > DIGITS_MAX || fraction.length <= PLACES ? 'out_of_range' : 'too_precise'
}

export function isZeroDecimal(plain: string): boolean {
  for (let i = 0; i < plain.length; i++) {
    const code = plain.charCodeAt(i)
    if (code >= 49 && code <= 57) return false
  }
  return true
}

/** Exact order of two plain decimals. Floats decide when they differ (the conversion is monotonic), integers when they do not. */
export function compareDecimals(a: string, b: string): -1 | 0 | 1 {
  const [x, y] = [Number(a), Number(b)]
  if (x !== y) return x < y ? -1 : 1
  const [m, n] = [unitsOf(a), unitsOf(b)]
  return m < n ? -1 : m > n ? 1 : 0
}

/**
 * Median of plain decimals: the middle one, or the mean of the two in the middle, exact up to 17 places (half-even at 18).
 * Shortest form, no trailing zeros.
 */
export function medianDecimal(sorted: readonly string[]): string {
  assert(sorted.length > 0, 'a median needs a value')
  const low = unitsOf(present(sorted[(sorted.length - 1) >> 1], 'the middle lies inside'))
  const high = unitsOf(present(sorted[sorted.length >> 1], 'the middle lies inside'))
  return formatUnits(low === high ? low : divide(low + high, 2n, 'half-even'))
}

function unitsOf(plain: string): bigint {
  return present(parseUnits(plain), `a plain decimal, not "${plain}"`)
}

function isScientific(text: string): boolean {
  return SCIENTIFIC.test(text)
}

/** Undefined when not scientific, or so far out of range that writing it out would be an attack on memory. */
function expandScientific(text: string): string | undefined {
  const match = SCIENTIFIC.exec(text)
  if (match === null) return undefined
  const [, sign = '', lead = '', rest = '', exponentText = ''] = match
  const exponent = Number(exponentText)
  if (Math.abs(exponent) > 40) return undefined
  const point = 1 + exponent
  const digits = (lead + rest).padEnd(point, '0')
  const whole = point > 0 ? digits.slice(0, point) : '0'
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits
  const trimmed = whole.replace(/^0+(?=\d)/, '')
  return `${sign}${trimmed}${fraction === '' ? '' : `.${fraction}`}`
}
