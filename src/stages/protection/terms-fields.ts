/**
 * Fields of a request, from JSON. A number is read through its shortest decimal text (0.1 is exactly 0.1), a text must be a plain decimal;
 * whatever is neither (1e-7, NaN as text, "1,000") is refused as malformed. Unknown fields are refused by name.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { parseUnits } from '#units/exact.ts'

export type Fields = Readonly<Record<string, unknown>>
type Malformed = Result<never, 'invalid_payload'>

export function parseFields(params: unknown, known: ReadonlySet<string>): Result<Fields, 'invalid_payload'> {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return refuse('invalid_payload', 'body', params, 'an object')
  const fields = params as Fields
  const unknown = Object.keys(fields).find((name) => !known.has(name))
  if (unknown !== undefined) return refuse('invalid_payload', unknown, fields[unknown], 'a field this request knows')
  return ok(fields)
}

/** Units of 1e-18 of a number or a plain decimal text. */
export function parseDecimal(fields: Fields, name: string): Result<bigint, 'invalid_payload'> {
  const value = fields[name]
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value
  const units = typeof text === 'string' ? parseUnits(text) : undefined
  return units === undefined ? refuse('invalid_payload', name, value, 'a plain decimal') : ok(units)
}

export function parseOptionalDecimal(fields: Fields, name: string): Result<bigint | undefined, 'invalid_payload'> {
  return fields[name] === undefined ? ok(undefined) : parseDecimal(fields, name)
}

export function parseText(fields: Fields, name: string): Result<string, 'invalid_payload'> {
  const value = fields[name]
  return typeof value === 'string' && value.length > 0 && value.length <= 120
    ? ok(value)
    : refuse('invalid_payload', name, value, 'a text of 1 to 120 characters')
}

export function parseOneOf<T extends string>(fields: Fields, name: string, allowed: readonly T[]): Result<T, 'invalid_payload'> {
  const value = fields[name]
  const found = allowed.find((option) => option === value)
  return found === undefined ? refuse('invalid_payload', name, value, allowed.join(' or ')) : ok(found)
}

/** `{passThrough: true}`: the client has seen its own cost, the subsidy and the cap, and agrees. Absent is no consent. */
export function parseConsent(fields: Fields): Result<boolean, 'invalid_payload'> {
  const { consent } = fields
  if (consent === undefined) return ok(false)
  const given = typeof consent === 'object' && consent !== null && Object.keys(consent).every((key) => key === 'passThrough')
  const passThrough = given ? (consent as Fields)['passThrough'] : undefined
  return typeof passThrough === 'boolean' ? ok(passThrough) : refuse('invalid_payload', 'consent', consent, '{"passThrough": true}')
}

/** The one of two names of a field that is there; both at once contradict each other. */
export function eitherName(fields: Fields, first: string, second: string): Result<string | undefined, 'invalid_payload'> {
  if (fields[first] !== undefined && fields[second] !== undefined) return bothGiven(fields, first, second)
  return ok(fields[first] !== undefined ? first : fields[second] !== undefined ? second : undefined)
}

function bothGiven(fields: Fields, first: string, second: string): Malformed {
  return refuse('invalid_payload', second, fields[second], `absent where ${first} is given`)
}
