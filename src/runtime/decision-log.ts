/**
 * The last decisions with their reasons, for screens: what was refused, vetoed, quoted, covered, renewed, tripped, and by which gate. Fed from
 * the steps of the driver and of a replay. It begins with the protection stage's own memory, or with what a snapshot kept. Bounded; what was
 * let go is known, so that a reader who asks for more is told so.
 */
import type { StepReport } from '#engine/engine.ts'
import type { RecentDecision } from '#stages/protection/coverage-state.ts'
import { BOOKKEEPING, decisionOf, sentence } from './decision-of.ts'
import type { Told } from './decision-of.ts'
import type { DecisionView } from './view-models.ts'

const KEPT_MAX = 1_000

/** Plain JSON; an absent account stands for every account. */
export interface SavedDecisions {
  readonly kept: readonly Told[]
  readonly completeAfter: number
}

export class DecisionLog {
  readonly #kept: Told[] = []
  /** Every decision with a greater seq is here. */
  #completeAfter: number

  constructor(recent: readonly RecentDecision[], seq: number) {
    this.#completeAfter = seq
    for (const { seq: made, at, decision } of recent) {
      const { account, kind, explanation } = decision
      if (BOOKKEEPING.has(kind)) continue
      this.#kept.push({ seq: made, at, account, kind, explanation, text: sentence(kind, explanation) })
    }
  }

  static from({ kept, completeAfter }: SavedDecisions): DecisionLog {
    const log = new DecisionLog([], completeAfter)
    log.#kept.push(...kept.map((one) => ({ ...one, account: one.account })))
    return log
  }

  save(): SavedDecisions {
    return { kept: this.#kept, completeAfter: this.#completeAfter }
  }

  observe({ decisions }: StepReport): void {
    for (const event of decisions) {
      const told = decisionOf(event)
      if (told !== undefined) this.#kept.push(told)
    }
    while (this.#kept.length > KEPT_MAX) this.#completeAfter = Math.max(this.#completeAfter, this.#kept.shift()?.seq ?? 0)
  }

  newest(account: string, limit: number): readonly DecisionView[] {
    return this.#of(account).slice(-limit).reverse()
  }

  after(account: string, seq: number): { readonly decisions: readonly DecisionView[]; readonly complete: boolean } {
    return { decisions: this.#of(account).filter((decision) => decision.seq > seq), complete: seq >= this.#completeAfter }
  }

  #of(account: string): readonly Told[] {
    return this.#kept.filter((decision) => decision.account === undefined || decision.account === account)
  }
}
