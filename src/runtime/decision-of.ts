/**
 * Which events are decisions that a reader wants to see, and how each is told: its kind, its outcome, and the explanation with gate, value and
 * limit. The live log (`decision-log.ts`) and the index over the journal (`decision-index.ts`) tell them by the same words.
 */
import type { Explanation } from '#domain/explanation.ts'
import type { ApprovedOrder } from '#domain/order.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { Poisoned } from '#topics/control.ts'
import type { HedgeDecision } from '#topics/hedging.ts'
import type { TopicName } from '#topics/registry.ts'
import type { Coverage, PutQuote } from '#topics/protection.ts'
import type { DecisionView } from './view-models.ts'

export interface Told extends DecisionView {
  /** Absent: concerns every account. */
  readonly account: string | undefined
}
export type Outcome = 'done' | 'refused' | 'skipped' | 'alarm'

/** Topics that can hold a decision: an index need not parse the others. */
export const DECISION_TOPICS: ReadonlySet<TopicName> = new Set([
  'protection_decisions',
  'order_refusals',
  'order_vetoes',
  'hedge_trades',
  'safety_triggers',
  'poisoned_inputs',
  'alerts',
  'put_quotes',
  'hedge_decisions',
  'coverages',
] as const)
/** What every quote leaves in the audit trail and decides nothing by itself. */
export const BOOKKEEPING: ReadonlySet<string> = new Set(['liquidity_update', 'risk_budget_update'])

const SKIPPED: ReadonlySet<string> = new Set(['renewal_not_due', 'hedge_action_skipped', 'hedge_skipped', 'hedge_unchanged'])
const REFUSED: ReadonlySet<string> = new Set([
  'activation_refused',
  'activation_failed',
  'close_blocked',
  'renewal_refused',
  'not_quoted',
  'order_refused',
  'order_vetoed',
])
const ALARMS: ReadonlySet<string> = new Set([
  'alert_raised',
  'cover_failed',
  'floor_eroded',
  'floor_lowered',
  'hedge_gone',
  'hedge_missing',
  'input_poisoned',
  'late_fill',
  'over_protected',
  'partly_covered',
  'renewal_escalated',
  'renewal_gap',
  'safety_freeze',
  'safety_halt',
  'safety_reduce_only',
  'unprotected',
])

export function decisionOf(event: AnyEvent): Told | undefined {
  const parts = partsOf(event)
  return parts === undefined ? undefined : { seq: event.seq, at: event.at, ...parts, text: sentence(parts.kind, parts.explanation) }
}

export function outcomeOf(kind: string): Outcome {
  if (ALARMS.has(kind)) return 'alarm'
  if (REFUSED.has(kind)) return 'refused'
  return SKIPPED.has(kind) ? 'skipped' : 'done'
}

function partsOf(event: AnyEvent): Pick<Told, 'account' | 'kind' | 'explanation' | 'subject'> | undefined {
  switch (event.topic) {
    case 'protection_decisions':
      if (BOOKKEEPING.has(event.body.kind)) return undefined
      return { account: event.body.account, kind: event.body.kind, explanation: event.body.explanation }
    case 'order_refusals':
      return { account: event.body.account, kind: 'order_refused', explanation: event.body.explanation }
    case 'hedge_trades':
      return { account: event.body.account, kind: 'order_approved', explanation: approvalOf(event.body, event.cause) }
    case 'poisoned_inputs':
      return { account: undefined, kind: 'input_poisoned', explanation: poisonOf(event.body, event.cause) }
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

/** What passed every gate of risk, and the worst price it may get. */
function approvalOf({ side, quantity, instrument, limitPrice }: ApprovedOrder, cause: number): Explanation {
  const seen = `${side} ${quantity.toString()} ${instrument}`
  const limit = `${side === 'buy' ? 'at most' : 'at least'} ${limitPrice.toString()}`
  return { gate: 'risk/approval', code: 'approved', field: 'order', seen, limit, cause }
}

function poisonOf({ inputTopic, error }: Poisoned, cause: number): Explanation {
  return { gate: 'engine/step', code: 'input_poisoned', field: inputTopic, seen: error, limit: 'a step without a failure', cause }
}

/** A quote that came about has no refusal to show: it shows what was chosen, and over what. */
function quoteReason(quote: PutQuote, cause: number): Explanation {
  const { explanation, selected, legs, runnerUp, considered } = quote
  if (explanation !== undefined) return explanation
  const over = runnerUp === undefined ? `none of ${considered} others` : `${runnerUp.instrument}: ${runnerUp.lostBecause ?? 'lower score'}`
  const bought =
    legs === undefined ? (selected?.instrument ?? null) : legs.map(({ instrument, size }) => `${size.toString()} ${instrument}`).join(' + ')
  return { gate: 'protection/selection', code: 'selected', field: 'instrument', seen: bought, limit: over, cause }
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

export function sentence(kind: string, { gate, field, seen, limit, flip }: Explanation): string {
  const words = kind.replaceAll('_', ' ')
  const change = flip === undefined ? '' : `; it would pass with ${flip.field} at ${String(flip.to)}`
  return `${words}: ${gate} saw ${field} ${String(seen)}, limit ${String(limit)}${change}`
}
