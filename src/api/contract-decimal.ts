/**
 * Decimals on the wire (C-41): numbers or decimal strings come in, decimal strings go out. A decimal is exact: at most 16 digits before
 * the point and 18 after it. `plainDecimal` writes a JSON number without its exponent and without rounding.
 */
import { z } from 'zod'

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/
const EXPONENT_MAX = 40
const PLAIN = /^-?\d{1,16}(?:\.\d{1,18})?$/

/** Shortest plain decimal of a JSON number's text; undefined where it is none or its exponent is beyond any amount. */
export function plainDecimal(text: string): string | undefined {
  const match = NUMBER.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const power = Number(exponent)
  if (!(Math.abs(power) <= EXPONENT_MAX)) return undefined
  const digits = whole + fraction
  const point = whole.length + power
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0')
  const at = Math.max(point, 1)
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '')
  const rest = padded.slice(at).replace(/0+$/, '')
  const unsigned = rest === '' ? integer : `${integer}.${rest}`
  return unsigned === '0' ? '0' : sign + unsigned
}

/** JavaScript writes a number without an exponent in just that form. */
function decimalOf(value: number): string | undefined {
  const text = String(value)
  return text.includes('e') ? plainDecimal(text) : text
}

/** A number or a decimal string on input; a plain decimal string afterwards. */
export const zDecimalIn = z
  .union([z.number(), z.string().max(64)], { error: 'a decimal, as a number or a string' })
  .transform((value, context): string => {
    const text = typeof value === 'number' ? decimalOf(value) : PLAIN.test(value) ? plainDecimal(value) : undefined
    if (text !== undefined && PLAIN.test(text)) return text
    context.addIssue({ code: 'custom', message: 'a plain decimal with at most 16 digits before the point and 18 after it', input: value })
    return z.NEVER
  })

/** A decimal string as every answer has it. */
export const zDecimal = z.string().regex(PLAIN)
