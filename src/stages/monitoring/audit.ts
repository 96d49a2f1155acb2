/**
 * The audit trail (OP-01): decisions and their outcome as the documented events, two views. One record per transition; the mark-to-market of
 * a standing cover and what is credited of it as the ledger tells them (`mtm_records`).
 */
import { z } from 'zod'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import type { AccountId, CoverageId, OrderId } from '#domain/order.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { explanationJson } from '#domain/explanation.ts'
import type { Quantity } from '#units/quantity.ts'
import type { MtmRecord } from '#topics/proof.ts'
import type { Coverage } from '#topics/protection.ts'
import type { HedgeDecision } from '#topics/hedging.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import { AUDIT_VIEWS } from '#topics/audit-events.ts'
import type { AuditName } from '#topics/audit-events.ts'
import {
  coveragePayload,
  creditPayload,
  expiryPayload,
  intentPayload,
  mtmPayload,
  orderPayload,
  qualityPayload,
  quotePayload,
} from './audit-payloads.ts'
import type { Payload } from './audit-payloads.ts'
import { evaluationPayload, hedgeActionPayload, hedgeSkipPayload } from './hedging-payloads.ts'

type In =
  | 'put_quotes'
  | 'coverages'
  | 'protection_decisions'
  | 'protection_intents'
  | 'hedge_trades'
  | 'trade_confirmations'
  | 'order_refusals'
  | 'order_vetoes'
  | 'mtm_records'
  | 'position_states'
  | 'hedge_decisions'
  | 'hedge_evaluations'
type Record = Emission<'audit_events'>

export interface AuditState {
  readonly covers: Map<CoverageId, Coverage>
  readonly held: Map<AccountId, Quantity>
  readonly limits: Map<OrderId, bigint>
}

export const audit = component({
  name: 'monitoring/audit',
  version: 2,
  consumes: [
    'put_quotes',
    'coverages',
    'protection_decisions',
    'protection_intents',
    'hedge_trades',
    'trade_confirmations',
    'order_refusals',
    'order_vetoes',
    'mtm_records',
    'position_states',
    'hedge_decisions',
    'hedge_evaluations',
  ],
  produces: ['audit_events'],
  config: z.strictObject({}).prefault({}),
  initial: (): AuditState => ({ covers: new Map(), held: new Map(), limits: new Map() }),
  step: (state: AuditState, event: AnyEvent<In>): Step<AuditState, 'audit_events'> => ({ state, emit: handle(state, event) }),
})

function handle(state: AuditState, event: AnyEvent<In>): readonly Record[] {
  switch (event.topic) {
    case 'mtm_records':
      return marked(event.body)
    case 'position_states':
      if (event.body.book === 'client' && event.body.instrument === LINEAR_PERPETUAL)
        state.held.set(event.body.account, event.body.quantity)
      return SILENT
    case 'hedge_trades':
      state.limits.set(event.body.orderId, event.body.limitPrice.units)
      return SILENT
    default:
      return transition(state, event)
  }
}

function transition(
  state: AuditState,
  event: AnyEvent<Exclude<In, 'mtm_records' | 'position_states' | 'hedge_trades'>>,
): readonly Record[] {
  switch (event.topic) {
    case 'put_quotes':
      return [record('put_quote', event.body.terms.account, quotePayload(event.body))]
    case 'coverages':
      return coverChanged(state, event.body)
    case 'protection_decisions':
      return decision(event)
    case 'protection_intents':
      return event.body.book === 'hedge' ? [record('hedge_action', event.body.account, intentPayload(event.body))] : SILENT
    case 'trade_confirmations':
      return confirmed(state, event.body)
    case 'order_refusals':
      return event.body.book === 'hedge' ? [skipped(event.body.account, event.body)] : SILENT
    case 'order_vetoes':
      return [skipped(event.body.account, event.body)]
    case 'hedge_decisions':
      return hedgeDecided(event.body)
    case 'hedge_evaluations':
      return [record('intermittent_hedge_eval', event.body.account, evaluationPayload(event.body))]
  }
}

function record(event: AuditName, account: AccountId, payload: Payload): Record {
  return { topic: 'audit_events', key: account, body: { event, view: AUDIT_VIEWS[event], account, payload } }
}

/** A cover writes its record when it becomes active and when it has expired, once each; a renewal when its floor is in force. */
function coverChanged(state: AuditState, cover: Coverage): readonly Record[] {
  const before = state.covers.get(cover.coverageId)
  const was = before?.state
  if (cover.state === 'failed' || cover.state === 'closed' || cover.state === 'expired') {
    state.covers.delete(cover.coverageId)
  } else state.covers.set(cover.coverageId, cover)
  if (cover.state === 'active') {
    const isRenewed = cover.previousCoverageId !== undefined && cover.roll === undefined
    // `settling` before `active`: a close by the client that found no buyer
    const isFirst = was !== 'active' && was !== 'settling'
    const payload = coveragePayload(cover, state.held.get(cover.account))
    const renewal = isRenewed && (isFirst || before?.roll !== undefined) ? [record('coverage_renewed', cover.account, payload)] : []
    return [...(isFirst ? [record('coverage_activated', cover.account, payload)] : []), ...renewal]
  }
  if (cover.state === was) return SILENT
  if (cover.state !== 'expired') return SILENT
  const payout = cover.payout?.isPositive() === true ? [record('option_payout', cover.account, expiryPayload(cover))] : []
  return [record('coverage_expired', cover.account, expiryPayload(cover)), ...payout]
}

const RENEWAL_KINDS: ReadonlySet<string> = new Set([
  'renewal_not_due',
  'renewal_due',
  'renewal_refused',
  'renewal_placed',
  'renewal_completed',
  'renewal_consent',
  'renewal_partial',
  'renewal_abandoned',
  'renewal_escalated',
  'renewal_gap',
  'floor_lowered',
  'position_closing',
  'unprotected',
  'roll_pending',
])
/** Decisions that are documented events under their own name; their detail is the payload. */
const NAMED_KINDS = new Map<string, AuditName>(
  (['pass_through_gate', 'premium_pass_through', 'risk_budget_update', 'liquidity_update', 'close_blocked'] as const).map((name) => [
    name,
    name,
  ]),
)
const ALARM_KINDS: ReadonlySet<string> = new Set(['stub_bid_forced', 'hedge_missing', 'hedge_gone', 'over_protected', 'floor_eroded'])

function decision({ body }: EventOf<'protection_decisions'>): readonly Record[] {
  const { account, kind, coverageId, explanation, detail } = body
  const payload = { decision: kind, accountId: account, coverageId: coverageId ?? null, explanation: explanationJson(explanation), detail }
  if (RENEWAL_KINDS.has(kind)) return [record('renewal_decision', account, payload)]
  if (ALARM_KINDS.has(kind)) return [record('coverage_alarm', account, payload)]
  const named = NAMED_KINDS.get(kind)
  if (named !== undefined)
    return [record(named, account, { accountId: account, coverageId: coverageId ?? null, ...detail, explanation: payload.explanation })]
  return kind === 'hedge_action_skipped' ? [record('hedge_action_skipped', account, payload)] : SILENT
}

/** A quiet look of the loop is no event. */
function hedgeDecided(body: HedgeDecision): readonly Record[] {
  if (body.skipped !== undefined) return [record('hedge_action_skipped', body.account, hedgeSkipPayload(body, body.skipped))]
  return body.order === undefined ? SILENT : [record('hedge_action', body.account, hedgeActionPayload(body, body.order))]
}

function confirmed(state: AuditState, confirmation: TradeConfirmation): readonly Record[] {
  const limit = state.limits.get(confirmation.orderId)
  state.limits.delete(confirmation.orderId)
  const quality = record('execution_quality', confirmation.account, qualityPayload(confirmation, limit))
  return confirmation.book === 'hedge' ? [record('hedge_order', confirmation.account, orderPayload(confirmation)), quality] : [quality]
}

function skipped(
  account: AccountId,
  { intentId, explanation }: EventOf<'order_vetoes'>['body'] | EventOf<'order_refusals'>['body'],
): Record {
  return record('hedge_action_skipped', account, { intentId, accountId: account, explanation: explanationJson(explanation) })
}

/** The mark of a standing cover; and what it changed of the credit, which in demo is shown as margin as well. */
function marked(mark: MtmRecord): readonly Record[] {
  const position = mark.isStanding ? [record('mtm_position', mark.account, mtmPayload(mark))] : []
  if (mark.change.isZero()) return position
  const credit = creditPayload(mark)
  const demo = mark.isDemo ? [record('demo_credit', mark.account, credit)] : []
  return [...position, record('mtm_credit', mark.account, credit), ...demo]
}
