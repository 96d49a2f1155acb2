/**
 * Exact decimal arithmetic under Money, Price, Quantity and Ratio: BigInt counts of 1e-18. Sums and differences are exact; a product
 * or quotient is exact or rounded at 1e-18 by the rounding named in the call (half-even unless said otherwise).
 * Edges: `parseUnits` takes plain decimals only (no exponent, no sign but a leading minus, no spaces) and at most 18 places.
 */
import { assert } from '#base/assert.ts'

export type Rounding = 'half-even' | 'up' | 'down' | 'ceil' | 'floor'

export const PLACES = 18
export const ONE = 10n ** 18n
const POWERS: readonly bigint[] = Array.from({ length: PLACES + 1 }, (_, i) => 10n ** BigInt(i))
/** No amount of this business is larger; a larger one is a unit error and must not enter. 1e15 in units. */
export const UNITS_MAX = 10n ** 33n
const PLAIN = /^-?\d{1,16}(?:\.\d{1,18})?$/

/** Quotient of n / d (d not 0), rounded: up and down are away from and towards zero, ceil and floor along the line. */
export function divide(n: bigint, d: bigint, rounding: Rounding): bigint {
  const q = n / d
  const r = n - q * d
  if (r === 0n) return q
  const negative = n < 0n !== d < 0n
  return roundsAway(q, r, d, negative, rounding) ? (negative ? q - 1n : q + 1n) : q
}

function roundsAway(q: bigint, r: bigint, d: bigint, negative: boolean, rounding: Rounding): boolean {
  if (rounding === 'up') return true
  if (rounding === 'down') return false
  if (rounding === 'ceil') return !negative
  if (rounding === 'floor') return negative
  const twice = (r < 0n ? -r : r) * 2n
  const base = d < 0n ? -d : d
  return twice === base ? (q & 1n) === 1n : twice > base
}

/**
 * The remainder of a division by 1e18 is below 2^63, so its low 64 bits are all of it; taken in machine words it costs a third less
 * than n - q x 1e18. The wrap is wanted here and safe nowhere else.
 */
export function multiplyUnits(a: bigint, b: bigint, rounding: Rounding = 'half-even'): bigint {
  const n = a * b
  const q = n / ONE
  const r = BigInt.asIntN(64, BigInt.asIntN(64, n) - BigInt.asIntN(64, BigInt.asIntN(64, q) * ONE))
  if (r === 0n) return q
  return roundsAway(q, r, ONE, n < 0n, rounding) ? (n < 0n ? q - 1n : q + 1n) : q
}

export function divideUnits(a: bigint, b: bigint, rounding: Rounding = 'half-even'): bigint {
  assert(b !== 0n, 'no division by zero')
  return divide(a * ONE, b, rounding)
}

/** a x b / c in one step, so that only one rounding happens. */
export function scaleUnits(a: bigint, b: bigint, c: bigint, rounding: Rounding = 'half-even'): bigint {
  assert(c !== 0n, 'no division by zero')
  return divide(a * b, c, rounding)
}

/** Rounds to a multiple of `step` (a tick, a lot, a cent). */
export function roundUnits(a: bigint, step: bigint, rounding: Rounding): bigint {
  assert(step > 0n, 'a step is positive')
  return divide(a, step, rounding) * step
}

/** Units of a plain decimal, or undefined when the text is not one. */
export function parseUnits(text: string): bigint | undefined {
  const dot = text.indexOf('.')
  if (text.length <= 15) {
    const fast = parseShort(text, dot)
    if (fast !== undefined) return fast
  }
  if (!PLAIN.test(text)) return undefined
  const places = dot < 0 ? 0 : text.length - dot - 1
  const units = BigInt(text.replace('.', '')) * (POWERS[PLACES - places] ?? 1n)
  return units === 0n && text.startsWith('-') ? undefined : units
}

/** Up to 14 digits fit a float64 exactly; that path is five times faster and covers every price on a wire. */
function parseShort(text: string, dot: number): bigint | undefined {
  const negative = text.charCodeAt(0) === 45
  const start = negative ? 1 : 0
  if (dot === start || dot === text.length - 1 || text.length === start) return undefined
  let value = 0
  for (let i = start; i < text.length; i++) {
    if (i === dot) continue
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return undefined
    value = value * 10 + digit
  }
  if (negative && value === 0) return undefined
  const places = dot < 0 ? 0 : text.length - dot - 1
  return BigInt(negative ? -value : value) * (POWERS[PLACES - places] ?? 1n)
}

/** One text of all digits, cut: dividing whole from fraction first costs nearly twice as much. */
export function formatUnits(units: bigint): string {
  if (units === 0n) return '0'
  const text = units.toString()
  const first = text.charCodeAt(0) === MINUS ? 1 : 0
  const point = text.length - PLACES
  const begin = point > first ? point : first
  let end = text.length
  while (end > begin && text.charCodeAt(end - 1) === ZERO) end--
  if (point <= first) return `${first === 1 ? '-0.' : '0.'}${ZEROS.slice(text.length - first)}${text.slice(first, end)}`
  return end === point ? text.slice(0, point) : `${text.slice(0, point)}.${text.slice(point, end)}`
}

const ZEROS = '0'.repeat(PLACES)
const MINUS = 45
const ZERO = 48

/** Exactly `places` decimals, rounded as said. */
export function formatFixed(units: bigint, places: number, rounding: Rounding): string {
  const rounded = divide(units, POWERS[PLACES - places] ?? 1n, rounding)
  const negative = rounded < 0n
  const digits = (negative ? -rounded : rounded).toString().padStart(places + 1, '0')
  if (places === 0) return `${negative ? '-' : ''}${digits}`
  return `${negative ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** Forty decimals tell every float from the nearest tie at 1e-18 or above, so that the rounding below is of the float itself. */
const FLOAT_PLACES = 40
const FLOAT_SCALE = 10n ** BigInt(FLOAT_PLACES)

/** Units of a float, rounded half-even at `places` decimals: the one way from a model's number to an exact value. */
export function unitsFromFloat(value: number, places: number): bigint {
  assert(Number.isFinite(value) && Math.abs(value) < 1e15, `a finite number below 1e15, not ${value}`)
  const power = POWERS[places]
  assert(power !== undefined, `0 to ${PLACES} decimals, not ${places}`)
  const short = unitsOfShort(value, places)
  if (short !== undefined) return short
  const step = ONE / power
  return divide(BigInt(value.toFixed(FLOAT_PLACES).replace('.', '')), FLOAT_SCALE / power, 'half-even') * step
}

/**
 * Most floats are a short decimal (0.01, 91020.5). Where that has no more than `places` decimals and the float's own spacing is finer than a
 * step, the decimal is what the float rounds to; this costs a tenth of the long way.
 */
function unitsOfShort(value: number, places: number): bigint | undefined {
  if (Math.abs(value) * (POWERS_FLOAT[places] ?? Infinity) >= EXACT_MAX) return undefined
  if (Number.isInteger(value)) return BigInt(value) * ONE
  const text = String(value)
  const dot = text.indexOf('.')
  return dot >= 0 && text.length - dot - 1 > places ? undefined : parseUnits(text)
}

const EXACT_MAX = 2 ** 52
const POWERS_FLOAT = POWERS.map((power) => floatFromUnits(power * ONE))

/** The units as the nearest float, off by at most 2^-53 of itself: for bounds with room and for models that do not mind the scale. */
export function floatOfUnits(units: bigint): number {
  return Number(units)
}

export function floatFromUnits(units: bigint): number {
  return Number(units) / 1e18
}

/** Bounded units of a plain decimal from outside, or undefined: an amount of 1e15 or more is refused like any other bad text. */
export function parseBounded(text: string): bigint | undefined {
  const units = parseUnits(text)
  return units === undefined || units >= UNITS_MAX || units <= -UNITS_MAX ? undefined : units
}
