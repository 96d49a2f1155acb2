/**
 * Which event a quote was and when: the quoting stage keeps the last quotes of an account, the event around each is remembered here by its
 * request. Fed by every step, replayed ones included; bounded, the oldest forgotten first. A read model.
 */
import { forgetOldest } from '#base/horizon.ts'
import type { StepReport } from '#engine/engine.ts'

export interface QuoteTime {
  readonly seq: number
  readonly at: number
}
const KEPT_MAX = 2_000

export class QuoteTimes {
  readonly #times: Map<string, QuoteTime>

  constructor(saved: readonly (readonly [string, QuoteTime])[] = []) {
    this.#times = new Map(saved)
  }

  save(): readonly (readonly [string, QuoteTime])[] {
    return [...this.#times]
  }

  of(requestId: string): QuoteTime | undefined {
    return this.#times.get(requestId)
  }

  observe({ decisions }: StepReport): void {
    for (const { topic, seq, at, body } of decisions) {
      if (topic !== 'put_quotes') continue
      this.#times.set(body.requestId, { seq, at })
      forgetOldest(this.#times, KEPT_MAX)
    }
  }
}
