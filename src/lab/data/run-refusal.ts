/**
 * A run over recorded data was not begun, or could not go on: no report is written. `field` is what was asked for, `seen` its value, `limit`
 * what it had to be, in the words of the command line. Each kind of run has its own name for it, by which its callers know it.
 */
import { scalar } from '#base/result.ts'
import type { Scalar } from '#base/result.ts'

export class RunRefusal extends Error {
  readonly code: string
  readonly field: string
  readonly seen: Scalar
  readonly limit: Scalar

  constructor(field: string, seen: unknown, limit: Scalar, code = 'invalid_request') {
    super(`${field}: ${String(scalar(seen))} — ${String(limit)}`)
    this.code = code
    this.field = field
    this.seen = scalar(seen)
    this.limit = limit
  }
}
