/** One explain shape for every refusal, skip, size-down, trip and rollback: which gate, what it saw, its limit, what would flip it, the cause. */
import type { Flip, Refusal, Scalar } from '#base/result.ts'

export interface Explanation {
  readonly gate: string
  readonly code: string
  readonly field: string
  readonly seen: Scalar
  readonly limit: Scalar
  readonly flip?: Flip | undefined
  /** seq of the event that led here. */
  readonly cause: number
}

export function explain(gate: string, cause: number, refusal: Refusal): Explanation {
  const { code, field, seen, limit, flip } = refusal
  return flip === undefined ? { gate, code, field, seen, limit, cause } : { gate, code, field, seen, limit, flip, cause }
}

type Fields = { readonly [name: string]: Scalar }

/** As answers and audit records carry it. */
export function explanationJson({ gate, code, field, seen, limit, flip, cause }: Explanation): {
  readonly [name: string]: Scalar | Fields
} {
  const base = { gate, code, field, seen, limit, cause }
  return flip === undefined ? base : { ...base, flip: { field: flip.field, to: flip.to } }
}
