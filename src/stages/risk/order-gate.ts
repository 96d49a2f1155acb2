/**
 * The order gate: judges every intent by the ladder of `limits.ts` and is the only maker of approved orders. Counts in-flight orders from
 * the approvals and order states it consumes, sets reduce-only after a poisoned input and halts on a runaway (orders refused by rate
 * again and again). Ids come from the session's epoch and a counter, so none returns after a restart (`domain/order-id.ts`).
 */
import { isReducing } from '#domain/brakes.ts'
import { explain } from '#domain/explanation.ts'
import { orderIdOf } from '#domain/order-id.ts'
import type { Approved, ApprovedOrder, OrderIntent } from '#domain/order.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import { component, kept, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import { approveOrder } from './approve-order.ts'
import { lowersNet } from './exposure.ts'
import { admitOrder } from './limits.ts'
import { answerCommand, POISON_GUARD, RATE_GUARD } from './operator-commands.ts'
import { costPerUnit } from './order-cost.ts'
import { riskConfig } from './risk-config.ts'
import type { RiskConfig } from './risk-config.ts'
import * as fold from './risk-state.ts'
import type { RiskState } from './risk-state.ts'

type Out = 'hedge_trades' | 'order_refusals' | 'safety_triggers' | 'command_results'
const CONSUMES = [
  'protection_intents',
  'hedging_intents',
  'hedge_trades',
  'order_states',
  'order_refusals',
  'position_states',
  'account_values',
  'marks',
  'index_prices',
  'safety_triggers',
  'reconciliations',
  'session_started',
  'venue_links',
  'accepted_commands',
  'poisoned_inputs',
] as const
type In = (typeof CONSUMES)[number]

export const orderGate = component({
  name: 'risk/limits',
  version: 2,
  consumes: CONSUMES,
  produces: ['hedge_trades', 'order_refusals', 'safety_triggers', 'command_results'],
  config: riskConfig.prefault({}),
  initial: (): RiskState => fold.initialRiskState(),
  step: (state, event, config): Step<RiskState, Out> => kept(state, react(state, event, config)),
})

function react(state: RiskState, event: AnyEvent<In>, config: RiskConfig): readonly Emission<Out>[] {
  switch (event.topic) {
    case 'marks':
      state.marks.set(event.body.instrument, event.body)
      return SILENT
    case 'index_prices':
      state.index = event.body
      return SILENT
    case 'account_values':
      state.values.set(event.body.account, event.body)
      return SILENT
    case 'protection_intents':
    case 'hedging_intents':
      return judge(state, event, config)
    case 'order_refusals':
      return guardRate(state, event, config)
    case 'accepted_commands':
      return answerCommand(event, state.brakes)
    case 'poisoned_inputs':
      return [poisonTrigger(event)]
    default:
      note(state, event, config)
      return SILENT
  }
}

type Noted = Exclude<
  In,
  | 'marks'
  | 'index_prices'
  | 'account_values'
  | 'protection_intents'
  | 'hedging_intents'
  | 'order_refusals'
  | 'accepted_commands'
  | 'poisoned_inputs'
>

function note(state: RiskState, event: AnyEvent<Noted>, config: RiskConfig): void {
  switch (event.topic) {
    case 'hedge_trades':
      return fold.noteApproval(state, event.body, event.at, promisedPerUnit(state, event.body, config))
    case 'order_states':
      return fold.noteOrderState(state, event.body)
    case 'position_states':
      return fold.notePosition(state, event.body)
    case 'safety_triggers':
      return fold.noteTrigger(state, event.body)
    case 'reconciliations':
      state.reconciled.set(event.body.account, event.body.state)
      return
    case 'session_started':
      return fold.noteSession(state, { epoch: event.body.epoch, mode: event.body.mode })
    case 'venue_links': {
      const { venue, state: link, clockOffsetMs = state.links.get(venue)?.clockOffsetMs ?? 0 } = event.body
      state.links.set(venue, { state: link, clockOffsetMs })
    }
  }
}

type Judged = EventOf<'protection_intents'> | EventOf<'hedging_intents'>

function judge(state: RiskState, { at, seq, body }: Judged, config: RiskConfig): readonly Emission<Out>[] {
  const intent: OrderIntent = body.purpose === 'hedge' ? { ...body, lowersExposure: lowersNet(fold.netOf(state, body), body) } : body
  const admitted = admitOrder(intent, fold.viewOf(state, intent, at), config)
  const { account } = intent
  if (!admitted.ok) {
    const { intentId, book, purpose, instrument, coverageId, commandId } = intent
    const explanation = explain('risk', seq, admitted.refusal)
    return [
      { topic: 'order_refusals', key: account, body: { intentId, account, book, purpose, instrument, coverageId, commandId, explanation } },
    ]
  }
  const { session } = state
  if (session === undefined) return SILENT // the ladder's first rule
  const order = approveOrder(asSent(intent, state), orderIdOf({ ...session, counter: state.counter++ }))
  state.pending.set(intent.intentId, fold.flightOf(order, admitted.value.costPerUnit))
  return [{ topic: 'hedge_trades', key: account, body: order }]
}

/**
 * At the venue all books of a contract are one position: what closes one book may open that one, and a venue that takes reduce-only at its
 * word would cut or refuse it. Proven against the book above, the order leaves without the flag where another book has a part in the contract.
 */
function asSent(intent: OrderIntent, state: RiskState): OrderIntent {
  return intent.reduceOnly && fold.isShared(state, intent) ? { ...intent, reduceOnly: false } : intent
}

/** As the ladder counted it; recomputed from the order when the approval is a recorded one. */
function promisedPerUnit(state: RiskState, order: Approved<ApprovedOrder>, { takerRate }: RiskConfig): bigint {
  const pending = state.pending.get(order.intentId)
  if (pending !== undefined) return pending.costPerUnit
  const instrument = instrumentOf(order.instrument)
  const index = state.index?.price.units
  if (isReducing(order) || !instrument.ok || index === undefined) return 0n
  return costPerUnit(order, instrument.value, { index, mark: state.marks.get(order.instrument)?.mark.units ?? index }, takerRate)
}

function guardRate(
  state: RiskState,
  { at, seq, body }: EventOf<'order_refusals'>,
  { rateBreachesToHalt }: RiskConfig,
): readonly Emission<Out>[] {
  const breaches = fold.noteRefusal(state, body, at)
  const stands = Array.from(state.brakes.values()).some(({ source }) => source === RATE_GUARD)
  if (breaches < rateBreachesToHalt || stands) return SILENT
  const refusal = {
    code: 'runaway_orders',
    field: 'refusedByRate',
    seen: breaches,
    limit: rateBreachesToHalt,
    flip: { field: 'command', to: 'clear_halt' },
  }
  return [
    { topic: 'safety_triggers', key: 'all', body: { source: RATE_GUARD, action: 'halt', explanation: explain(RATE_GUARD, seq, refusal) } },
  ]
}

function poisonTrigger({ seq, body }: EventOf<'poisoned_inputs'>): Emission<Out> {
  const refusal = {
    code: 'poisoned_input',
    field: body.inputTopic,
    seen: body.inputSeq,
    limit: 'no failed step',
    flip: { field: 'command', to: 'clear_poison' },
  }
  return {
    topic: 'safety_triggers',
    key: 'all',
    body: { source: POISON_GUARD, action: 'reduce_only', explanation: explain(POISON_GUARD, seq, refusal) },
  }
}
