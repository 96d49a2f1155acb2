/**
 * I12: no NaN, infinity, negative zero or price that is not positive anywhere in an event or a message. Walks plain data, Maps and the exact
 * values; gives the path of the first number that is not sane.
 */
import { Price } from '#units/price.ts'

export function insaneNumberIn(value: unknown, path = ''): string | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0) ? undefined : `${path} = ${Object.is(value, -0) ? '-0' : String(value)}`
  if (typeof value !== 'object' || value === null) return undefined
  if (value instanceof Price) return value.units > 0n ? undefined : `${path} = price ${value.toString()}`
  if (Array.isArray(value)) return firstOf(value.entries(), path)
  if (value instanceof Map) return firstOf(value.entries(), path)
  return firstOf(Object.entries(value), path)
}

function firstOf(entries: Iterable<readonly [unknown, unknown]>, path: string): string | undefined {
  for (const [key, held] of entries) {
    if (typeof held === 'string' || typeof held === 'bigint') continue
    const found = insaneNumberIn(held, `${path}.${String(key)}`)
    if (found !== undefined) return found
  }
  return undefined
}
