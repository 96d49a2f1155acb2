/**
 * Freshness as a type (DV-08): a value from outside together with the instant it was true and how long it may be used. The value can be
 * read only by stating the reader's instant and its own maximum age; the stricter of the two ages decides. An age is finite by
 * construction. A value without a venue stamp has an unknown age and cannot be observed at all.
 */
import { assert } from '#base/assert.ts'
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'

export class Observed<T> {
  readonly #value: T
  readonly observedAt: EpochMs
  readonly maxAgeMs: DurationMs

  constructor(value: T, observedAt: EpochMs, maxAgeMs: DurationMs) {
    assert(Number.isFinite(maxAgeMs) && maxAgeMs > 0, 'a maximum age is finite and positive')
    this.#value = value
    this.observedAt = observedAt
    this.maxAgeMs = maxAgeMs
  }

  /** The value when it is no older than both ages at `at`; a value from the future counts as age 0. */
  read(at: EpochMs, readerMaxAgeMs: DurationMs): Result<T, 'stale_price'> {
    const age = this.ageMs(at)
    const limit = Math.min(this.maxAgeMs, readerMaxAgeMs)
    if (!(age <= limit)) return refuse('stale_price', 'ageMs', age, limit, { field: 'ageMs', to: limit })
    return ok(this.#value)
  }

  /** For valuation and screens only, where the staleness is reported beside the number; never for a decision on new risk. */
  lastKnown(): { readonly value: T; readonly observedAt: EpochMs } {
    return { value: this.#value, observedAt: this.observedAt }
  }

  ageMs(at: EpochMs): number {
    return Math.max(0, at - this.observedAt)
  }

  isFresh(at: EpochMs, readerMaxAgeMs: DurationMs): boolean {
    return this.ageMs(at) <= Math.min(this.maxAgeMs, readerMaxAgeMs)
  }

  /** Form for snapshots; `Observed.load` is the inverse. */
  save(): { readonly value: T; readonly observedAt: EpochMs; readonly maxAgeMs: DurationMs } {
    return { value: this.#value, observedAt: this.observedAt, maxAgeMs: this.maxAgeMs }
  }

  static load<T>(saved: { readonly value: T; readonly observedAt: EpochMs; readonly maxAgeMs: DurationMs }): Observed<T> {
    return new Observed(saved.value, saved.observedAt, saved.maxAgeMs)
  }
}
