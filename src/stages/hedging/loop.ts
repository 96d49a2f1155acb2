/**
 * Component `hedging/loop`: the hedge control loop (S1 4.2, 7.5). It looks at an account when told (`loop_tick`, `hedge_roll`), by its timer
 * (`loopIntervalMs`), and when a client's position shrinks under its hedge; decides by `look.ts`, and turns the decision into an intent of the
 * hedge book that risk judges like any other. A look by timer waits as `hedge_rounds` behind the facts of its step, so that it sees
 * them. What follows from a decision (orders under way, exposures, scores) changes when the decision is consumed. A look that finds nothing
 * new is told once. Timer instants that passed without a look are told as missed.
 */
import { refused } from '#engine/command-answers.ts'
import { component, kept, SILENT } from '#engine/component.ts'
import type { AnyEvent, EventOf, Step } from '#engine/component.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { explain } from '#domain/explanation.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import { decided } from './decided.ts'
import type { Out } from './decided.ts'
import { evaluate } from './evaluate.ts'
import type { Occasion } from './find.ts'
import { lookAt } from './look.ts'
import { intermittentFrom, loopConfig } from './loop-config.ts'
import type { LoopConfig } from './loop-config.ts'
import * as fold from './loop-state.ts'
import type { AccountView, LoopState } from './loop-state.ts'
import { closeOrder, stopOrder } from './order-ends.ts'
import { admitRoll, admitTick, BARE_REQUEST } from './request.ts'
import type { TickRequest } from './request.ts'
import { beginRoll } from './roll.ts'
import { missedLook, scheduleLoop } from './rounds.ts'

const CONSUMES = [
  'session_started',
  'config_changed',
  'clock_tick',
  'marks',
  'option_quotes',
  'position_states',
  'account_values',
  'coverages',
  'accepted_commands',
  'hedge_rounds',
  'hedge_decisions',
  'hedge_evaluations',
  'hedge_trades',
  'trade_confirmations',
  'order_refusals',
  'order_vetoes',
] as const
type In = (typeof CONSUMES)[number]
export const hedgeLoop = component({
  name: 'hedging/loop',
  version: 1,
  consumes: CONSUMES,
  produces: ['hedge_rounds', 'hedge_decisions', 'hedge_evaluations', 'hedging_intents', 'command_results', 'timer_requests'],
  config: loopConfig,
  initial: (): LoopState => fold.initialLoopState(),
  step: (state: LoopState, event: AnyEvent<In>, config: LoopConfig): Step<LoopState, Out['topic']> =>
    kept(state, react(state, event, config)),
})

function react(state: LoopState, event: AnyEvent<In>, config: LoopConfig): readonly Out[] {
  switch (event.topic) {
    case 'marks':
      if (event.body.instrument === LINEAR_PERPETUAL) state.mark = event.body
      return SILENT
    case 'account_values':
      fold.viewOf(state, event.body.account).value = event.body
      return SILENT
    case 'position_states':
      fold.keepPosition(state, event.body)
      return afterPosition(state, event)
    case 'session_started':
      state.intermittent = undefined
      return scheduleLoop(state, event, config)
    case 'config_changed':
      state.intermittent = intermittentFrom(event.body) ?? state.intermittent
      return SILENT
    case 'clock_tick':
      return scheduleLoop(state, event, config)
    case 'hedge_rounds':
      return round(state, event, config)
    case 'accepted_commands':
      return command(state, event, config)
    case 'trade_confirmations':
      fold.keepTrade(state, event.body)
      return closeOrder(state, event, config)
    case 'order_refusals':
    case 'order_vetoes':
      return stopOrder(state, event)
    default:
      return note(state, event)
  }
}

type Noted = 'option_quotes' | 'coverages' | 'hedge_decisions' | 'hedge_evaluations' | 'hedge_trades'

function note(state: LoopState, event: AnyEvent<Noted>): readonly Out[] {
  switch (event.topic) {
    case 'option_quotes':
      fold.keepQuote(state, event.body)
      break
    case 'coverages':
      fold.keepCover(state, event.body)
      break
    case 'hedge_decisions':
      fold.keepDecision(state, event.body)
      break
    case 'hedge_evaluations':
      fold.keepEvaluation(state, event.body)
      break
    case 'hedge_trades': {
      const { account, book, leverage } = event.body
      if (book === 'client' && leverage !== undefined) fold.viewOf(state, account).leverage = leverage
    }
  }
  return SILENT
}

/** A client who closes leaves the hedge without what it hedged: looked at in the same step, whatever the timer. */
function afterPosition(state: LoopState, { at, key, body }: EventOf<'position_states'>): readonly Out[] {
  if (body.book !== 'client' || body.instrument !== LINEAR_PERPETUAL) return SILENT
  const view = fold.viewOf(state, body.account)
  return fold.freeHedge(view, LINEAR_PERPETUAL) === 0n || view.stated !== undefined
    ? SILENT
    : [{ topic: 'hedge_rounds', key, body: { dueAt: at, missed: 0, account: body.account, isStray: true } }]
}

function round(state: LoopState, { at, seq, body }: EventOf<'hedge_rounds'>, config: LoopConfig): readonly Out[] {
  const accounts = body.account === undefined ? [...state.accounts.keys()] : [body.account]
  return accounts.flatMap((account): readonly Out[] => {
    const occasion: Occasion = { account, at, seq, trigger: 'timer', commandId: undefined }
    if (body.isStray)
      return lookAt(state, occasion, BARE_REQUEST, config).decision.reason === 'over_hedged'
        ? look(state, occasion, BARE_REQUEST, config)
        : SILENT
    if (!isMinded(fold.viewOf(state, account), config, account)) return SILENT
    const missed = body.missed === 0 ? SILENT : [missedLook(state, occasion, body, config)]
    return [...missed, ...look(state, occasion, BARE_REQUEST, config)]
  })
}

/** Something is at stake, and a limit or an exposure says how much. */
function isMinded({ client, hedges, covers, stated, value }: AccountView, { accounts }: LoopConfig, account: AccountId): boolean {
  if (value === undefined || (client === 0n && hedges.size === 0 && stated === undefined)) return false
  return stated !== undefined || hedges.has(LINEAR_PERPETUAL) || covers.size > 0 || accounts[account] !== undefined
}

function look(state: LoopState, occasion: Occasion, request: TickRequest, config: LoopConfig): readonly Out[] {
  const intermittent = state.intermittent ?? config.intermittent
  const { look: looked, evaluation } = evaluate(state, lookAt(state, occasion, request, config), { ...config, intermittent })
  const { decision, intent } = looked
  const isNew = occasion.commandId !== undefined || intent !== undefined || evaluation !== undefined
  if (!isNew && fold.viewOf(state, occasion.account).lastTold === fold.toldOf(decision)) return SILENT
  const told = decided(decision, intent)
  return evaluation === undefined ? told : [...told, { topic: 'hedge_evaluations', key: occasion.account, body: evaluation }]
}

function command(state: LoopState, { at, seq, body }: EventOf<'accepted_commands'>, config: LoopConfig): readonly Out[] {
  const { type, commandId, account, params } = body
  const occasion: Occasion = { account, at, seq, trigger: 'command', commandId }
  if (type === 'loop_tick') {
    const request = admitTick(params, account)
    return request.ok ? look(state, occasion, request.value, config) : [malformed(commandId, account, seq, request.refusal)]
  }
  if (type !== 'hedge_roll') return SILENT
  const request = admitRoll(params, account)
  if (!request.ok) return [malformed(commandId, account, seq, request.refusal)]
  const { decision, intent } = beginRoll(state, { ...occasion, trigger: 'roll' }, request.value, config)
  return decided(decision, intent)
}

function malformed(commandId: CommandId, account: AccountId, seq: number, refusal: Parameters<typeof explain>[2]): Out {
  return refused(commandId, account, explain('hedging/loop', seq, refusal))
}
