/**
 * Refusals are values: the business said no, and says which field, what it saw and where the limit stands. `flip` is the smallest
 * change that would have passed, where one exists. `seen` and `limit` are plain JSON (exact amounts as decimal strings).
 */
export type Scalar = string | number | boolean | null

export interface Refusal<Code extends string = string> {
  readonly code: Code
  readonly field: string
  readonly seen: Scalar
  readonly limit: Scalar
  readonly flip?: Flip
}

/** Set `field` to `to` and the gate passes. */
export interface Flip {
  readonly field: string
  readonly to: Scalar
}

export type Result<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal<Code> }

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function refuse<Code extends string>(
  code: Code,
  field: string,
  seen: unknown,
  limit: unknown,
  flip?: Flip,
): { readonly ok: false; readonly refusal: Refusal<Code> } {
  const refusal = { code, field, seen: scalar(seen), limit: scalar(limit) }
  return { ok: false, refusal: flip === undefined ? refusal : { ...refusal, flip } }
}

/** What a refusal shows of a value: scalars as they are, NaN and infinities by name, anything else as short JSON. */
export function scalar(value: unknown): Scalar {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return value.length > 120 ? `${value.slice(0, 117)}...` : value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value === undefined) return 'missing'
  const text = typeof value === 'bigint' ? value.toString() : (JSON.stringify(value) ?? typeof value)
  return text.length > 120 ? `${text.slice(0, 117)}...` : text
}
