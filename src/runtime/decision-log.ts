/**
 * The last decisions with their reasons, for screens: what was refused, vetoed, quoted, covered, renewed, tripped, and by which gate. Fed from
 * the steps of the driver and of a replay. It begins with the protection stage's own memory, or with what a snapshot kept. Bounded; what was
 * let go is known, so that a reader who asks for more is told so.
 */
import type { Explanation } from '#domain/explanation.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { StepReport } from '#engine/engine.ts'
import type { RecentDecision } from '#stages/protection/coverage-state.ts'
import type { HedgeDecision } from '#topics/hedging.ts'
import type { Coverage, PutQuote } from '#topics/protection.ts'
import type { DecisionView } from './view-models.ts'

const KEPT_MAX = 1_000
/** What every quote leaves in the audit trail and decides nothing by itself. */
const BOOKKEEPING: ReadonlySet<string> = new Set(['liquidity_update', 'risk_budget_update'])

interface Kept extends DecisionView {
  /** Absent: concerns every account. */
  readonly account: string | undefined
}

/** Plain JSON; an absent account stands for every account. */
export interface SavedDecisions {
  readonly kept: readonly Kept[]
  readonly completeAfter: number
}

export class DecisionLog {
  readonly #kept: Kept[] = []
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
      if (told === undefined) continue
      this.#kept.push({ seq: event.seq, at: event.at, ...told, text: sentence(told.kind, told.explanation) })
    }
    while (this.#kept.length > KEPT_MAX) this.#completeAfter = Math.max(this.#completeAfter, this.#kept.shift()?.seq ?? 0)
  }

  newest(account: string, limit: number): readonly DecisionView[] {
    return this.#of(account).slice(-limit).reverse()
  }

  after(account: string, seq: number): { readonly decisions: readonly DecisionView[]; readonly complete: boolean } {
    return { decisions: this.#of(account).filter((decision) => decision.seq > seq), complete: seq >= this.#completeAfter }
  }

  #of(account: string): readonly Kept[] {
    return this.#kept.filter((decision) => decision.account === undefined || decision.account === account)
  }
}

function decisionOf(event: AnyEvent): Pick<Kept, 'account' | 'kind' | 'explanation' | 'subject'> | undefined {
  switch (event.topic) {
    case 'protection_decisions':
      if (BOOKKEEPING.has(event.body.kind)) return undefined
      return { account: event.body.account, kind: event.body.kind, explanation: event.body.explanation }
    case 'order_refusals':
      return { account: event.body.account, kind: 'order_refused', explanation: event.body.explanation }
    case 'order_vetoes':
      return { account: event.body.account, kind: 'order_vetoed', explanation: event.body.explanation }
    case 'safety_triggers':
      return { account: event.body.account, kind: `safety_${event.body.action}`, explanation: event.body.explanation }
    case 'alerts':
      return { account: undefined, subject: event.key, kind: `alert_${event.body.state}`, explanation: event.body.explanation }
    case 'put_quotes':
      return {
        account: event.body.terms.account,
        kind: event.body.status === 'ok' ? 'quoted' : 'not_quoted',
        explanation: quoteReason(event.body, event.cause),
      }
    case 'hedge_decisions':
      return { account: event.body.account, kind: hedgeKind(event.body), explanation: event.body.explanation }
    case 'coverages':
      return { account: event.body.account, kind: `cover_${event.body.state}`, explanation: coverReason(event.body, event.cause) }
    default:
      return undefined
  }
}

function hedgeKind({ action, skipped }: HedgeDecision): string {
  if (skipped !== undefined) return 'hedge_skipped'
  return action === 'none' ? 'hedge_unchanged' : `hedge_${action}`
}

/** A quote that came about has no refusal to show: it shows what was chosen, and over what. */
function quoteReason(quote: PutQuote, cause: number): Explanation {
  const { explanation, selected, runnerUp, considered } = quote
  if (explanation !== undefined) return explanation
  const over = runnerUp === undefined ? `none of ${considered} others` : `${runnerUp.instrument}: ${runnerUp.lostBecause ?? 'lower score'}`
  return { gate: 'protection/selection', code: 'selected', field: 'instrument', seen: selected?.instrument ?? null, limit: over, cause }
}

function coverReason(cover: Coverage, cause: number): Explanation {
  const { explanation, floorEquity, drawdownLimit, state } = cover
  if (explanation !== undefined) return explanation
  return {
    gate: 'protection/floor',
    code: `cover_${state}`,
    field: 'floorEquity',
    seen: floorEquity.toString(),
    limit: drawdownLimit.toString(),
    cause,
  }
}

function sentence(kind: string, { gate, field, seen, limit, flip }: Explanation): string {
  const words = kind.replaceAll('_', ' ')
  const change = flip === undefined ? '' : `; it would pass with ${flip.field} at ${String(flip.to)}`
  return `${words}: ${gate} saw ${field} ${String(seen)}, limit ${String(limit)}${change}`
}
