/**
 * Order life cycle: approved, durable, sent or vetoed, then whatever the venue says until the order ends, once, with one confirmation of
 * exact sums. What is not known is `unknown` and asked for. The rules are in the files around: `sending` (the last check), `evidence`
 * (the venue's words, recovery), `fills`, `watch` (silence, questions), `transitions` (the table). This file joins topics to rules.
 */
import { applyTrigger } from '#domain/brakes.ts'
import type { Brakes } from '#domain/brakes.ts'
import { TERMINAL_STATES } from '#domain/order.ts'
import { component, kept, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import { cancelOnCommand } from './cancel-command.ts'
import { recover, takeStatement, takeUpdate } from './evidence.ts'
import type { EvidenceEvent } from './evidence.ts'
import { executionConfig } from './execution-config.ts'
import type { ExecutionConfig } from './execution-config.ts'
import { takeFill } from './fills.ts'
import { initialExecutionState, newRecord, noteAccount } from './order-record.ts'
import type { ExecutionState } from './order-record.ts'
import { cancel, cancelBraked, noteSend, noteVeto, sendDurable } from './sending.ts'
import { askAgain, askAll, askStatements, isStatementDue, scheduleStatement, sleep, wokenBy } from './watch.ts'

const CONSUMES = [
  'hedge_trades',
  'journal_synced',
  'order_updates',
  'venue_fills',
  'account_raw',
  'clock_tick',
  'safety_triggers',
  'session_started',
  'venue_links',
  'accepted_commands',
  'order_states',
  'order_sends',
  'order_vetoes',
] as const
type In = (typeof CONSUMES)[number]

export const orders = component({
  name: 'execution/orders',
  version: 2,
  consumes: CONSUMES,
  produces: ['order_sends', 'order_vetoes', 'order_states', 'trade_confirmations', 'venue_queries', 'timer_requests', 'command_results'],
  config: executionConfig.prefault({}),
  initial: (): ExecutionState => initialExecutionState(),
  step: (state, event, config): Step<ExecutionState, EvidenceEvent> => kept(state, react(state, event, config)),
})

function react(state: ExecutionState, event: AnyEvent<In>, config: ExecutionConfig): readonly Emission<EvidenceEvent>[] {
  switch (event.topic) {
    case 'hedge_trades':
      state.orders.set(event.body.orderId, newRecord(event.body, event.at))
      state.waiting.set(event.body.orderId, event.seq)
      noteAccount(state, event.body.venue, event.body.account)
      return SILENT
    case 'order_states':
      return noteState(state, event, config)
    case 'order_sends':
      return noteSend(state, event, config)
    case 'order_vetoes':
      return noteVeto(state, event)
    case 'journal_synced':
      return state.waiting.size === 0 ? SILENT : sendDurable(state, event, config)
    case 'order_updates':
      return takeUpdate(state, event, config)
    case 'venue_fills':
      return onFill(state, event)
    case 'account_raw':
      noteAccount(state, event.body.venue, event.body.account)
      return takeStatement(state, event, config)
    case 'clock_tick':
      return onTick(state, event, config)
    case 'safety_triggers':
      return onTrigger(state, event, config)
    case 'session_started':
      return [...recover(state, event, config), ...askStatements(state), scheduleStatement(state, event.at, config)]
    case 'venue_links':
      return onLink(state, event, config)
    case 'accepted_commands':
      return cancelOnCommand(state, event, config)
  }
}

/** An order that has ended is remembered for a while, the oldest first forgotten. */
function noteState(
  state: ExecutionState,
  { body }: EventOf<'order_states'>,
  { endedKept }: ExecutionConfig,
): readonly Emission<EvidenceEvent>[] {
  const record = state.orders.get(body.orderId)
  if (record === undefined) return SILENT
  const endsNow = TERMINAL_STATES.has(body.state) && !TERMINAL_STATES.has(record.state)
  record.state = body.state
  if (!endsNow) return SILENT
  state.waiting.delete(body.orderId)
  state.ended.push(body.orderId)
  const oldest = state.ended.length > endedKept ? state.ended.shift() : undefined
  if (oldest !== undefined) state.orders.delete(oldest)
  return sleep(record)
}

/** A fill without an order of ours is the venue's own doing (liquidation, delivery): the ledger adopts it. */
function onFill(state: ExecutionState, { body }: EventOf<'venue_fills'>): readonly Emission<EvidenceEvent>[] {
  const record = body.orderId === undefined ? undefined : state.orders.get(body.orderId)
  return record === undefined ? SILENT : takeFill(record, body)
}

function onTrigger(
  state: ExecutionState,
  { at, body }: EventOf<'safety_triggers'>,
  config: ExecutionConfig,
): readonly Emission<EvidenceEvent>[] {
  applyTrigger(state.brakes, body)
  if (body.action !== 'halt') return SILENT
  const halt: Brakes = new Map()
  applyTrigger(halt, body)
  return cancelBraked(state, halt, at, config)
}

function onTick(state: ExecutionState, event: EventOf<'clock_tick'>, config: ExecutionConfig): readonly Emission<EvidenceEvent>[] {
  if (isStatementDue(state, event)) return [...askStatements(state), scheduleStatement(state, event.at, config)]
  const record = wokenBy(state, event)
  if (record === undefined) return SILENT
  const repeat = record.cancels > 0 && record.cancels < config.cancelsMax && record.ending === undefined
  return [...(repeat ? cancel(record, event.at, config) : []), ...askAgain(state, record, event.at, config)]
}

function onLink(state: ExecutionState, { at, body }: EventOf<'venue_links'>, config: ExecutionConfig): readonly Emission<EvidenceEvent>[] {
  if (body.pricesOnly === true) return SILENT // it has no orders and no accounts to ask for
  const was = state.links.get(body.venue)
  state.links.set(body.venue, body.state)
  return body.state === 'up' && was !== 'up' ? askAll(state, body.venue, at, config) : SILENT
}
