/**
 * The protected position itself: commands `open_position` and `close_position`, and the close that follows a cover which could not be
 * renewed (`position_closing`). Orders go on the linear perpetual of the client book as marketable IOC limits, at most `slippageMax` from the
 * mark, rounded to the tick away from the touch. A close is reduce-only and, where protection demands it, tried each minute until the
 * position is flat. Each command gets `pending` and exactly one final answer.
 */
import { z } from 'zod'
import { answered, pending, refused } from '#engine/command-answers.ts'
import { component, kept, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import { explain } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { AccountId, CommandId, CoverageId, IntentId } from '#domain/order.ts'
import type { PositionSide } from '#domain/instrument.ts'
import { parseQuantity, Quantity, smaller } from '#units/quantity.ts'
import { isEpochMs } from '#units/time.ts'
import type { Mark } from '#topics/market.ts'
import type { OrderIntent } from '#domain/order.ts'
import { closeOrder, openOrder } from './position-orders.ts'
import { confirmedJson } from './position-orders.ts'

export const positionConfig = z
  .strictObject({
    /** Furthest from the mark an order may trade, as a share of it. */
    slippageMax: z.number().positive().max(0.2).default(0.01),
    markMaxAgeMs: z.number().positive().default(30_000),
    leverageMax: z.number().min(1).max(100).default(25),
    venue: z.string().default('deribit'),
  })
  .prefault({})
export type PositionConfig = z.output<typeof positionConfig>

/** A close that protection demands until the position is flat. */
export interface Closing {
  readonly coverageId: CoverageId
  readonly account: AccountId
  readonly side: PositionSide
  readonly left: Quantity<'BTC'>
  readonly tries: number
  readonly intentId: IntentId | undefined
}
export interface PositionState {
  mark: Mark | undefined
  /** Signed size of the client position by account. */
  readonly held: Map<AccountId, Quantity<'BTC'>>
  readonly waiting: Map<IntentId, { readonly commandId: CommandId; readonly account: AccountId }>
  /** By the cover that ended: several of an account may end at one instant. */
  readonly closing: Map<CoverageId, Closing>
}

type In =
  | 'marks'
  | 'position_states'
  | 'accepted_commands'
  | 'protection_decisions'
  | 'protection_intents'
  | 'trade_confirmations'
  | 'order_refusals'
  | 'order_vetoes'
  | 'clock_tick'
type Out = 'protection_intents' | 'command_results' | 'timer_requests'

export const position = component({
  name: 'protection/position',
  version: 2,
  consumes: [
    'marks',
    'position_states',
    'accepted_commands',
    'protection_decisions',
    'protection_intents',
    'trade_confirmations',
    'order_refusals',
    'order_vetoes',
    'clock_tick',
  ],
  produces: ['protection_intents', 'command_results', 'timer_requests'],
  config: positionConfig,
  initial: (): PositionState => ({ mark: undefined, held: new Map(), waiting: new Map(), closing: new Map() }),
  step: (state: PositionState, event: AnyEvent<In>, config: PositionConfig): Step<PositionState, Out> =>
    kept(state, handle(state, event, config)),
})

function handle(state: PositionState, event: AnyEvent<In>, config: PositionConfig): readonly Emission<Out>[] {
  switch (event.topic) {
    case 'marks':
      if (event.body.instrument === LINEAR_PERPETUAL) state.mark = event.body
      return SILENT
    case 'position_states':
      if (event.body.book === 'client' && event.body.instrument === LINEAR_PERPETUAL)
        state.held.set(event.body.account, new Quantity<'BTC'>(event.body.quantity.units))
      return SILENT
    case 'accepted_commands':
      return command(state, event, config)
    case 'protection_decisions':
      return startClosing(state, event, config)
    case 'protection_intents':
      keepIntent(state, event.body)
      return SILENT
    case 'trade_confirmations':
      return confirmed(state, event)
    case 'order_refusals':
    case 'order_vetoes':
      return stopped(state, event.body.intentId, event.body.explanation)
    case 'clock_tick':
      return [...state.closing.values()].flatMap((closing) => closeFor(state, closing, event, config))
  }
}

function command(state: PositionState, event: EventOf<'accepted_commands'>, config: PositionConfig): readonly Emission<Out>[] {
  const { type, commandId, account } = event.body
  if (type !== 'open_position' && type !== 'close_position') return SILENT
  const inputs = { at: event.at, command: event.body, mark: state.mark, held: state.held.get(account), config }
  const order = type === 'open_position' ? openOrder(inputs) : closeOrder(inputs)
  if (!order.ok) return [refused(commandId, account, explain('protection/position', event.seq, order.refusal))]
  return [{ topic: 'protection_intents', key: account, body: order.value }, pending(commandId, account)]
}

/** Who waits for which order: known once the intent is recorded. */
function keepIntent(state: PositionState, { intentId, commandId, account, purpose, coverageId }: OrderIntent): void {
  if (purpose !== 'open_position' && purpose !== 'close_position') return
  if (commandId !== undefined) state.waiting.set(intentId, { commandId, account })
  const closing = coverageId === undefined ? undefined : state.closing.get(coverageId)
  if (closing !== undefined) state.closing.set(closing.coverageId, { ...closing, intentId, tries: closing.tries + 1 })
}

function startClosing(state: PositionState, event: EventOf<'protection_decisions'>, config: PositionConfig): readonly Emission<Out>[] {
  const { kind, account, coverageId, detail } = event.body
  const size = parseQuantity<'BTC'>(detail['size'] ?? '')
  if (kind !== 'position_closing' || coverageId === undefined || size === undefined) return SILENT
  const side = detail['side'] === 'short' ? 'short' : 'long'
  const closing = { coverageId, account, side, left: size, tries: 0, intentId: undefined } as const
  state.closing.set(coverageId, closing)
  return closeFor(state, closing, event, config)
}

/** The next order of a close, unless one is under way; flat, it is done. Without a fresh mark it waits for the next minute. */
function closeFor(
  state: PositionState,
  closing: Closing,
  { at, seq }: { at: EventOf<'clock_tick'>['at']; seq: number },
  config: PositionConfig,
): readonly Emission<Out>[] {
  if (closing.intentId !== undefined) return SILENT
  const { account, coverageId } = closing
  const held = state.held.get(account) ?? new Quantity<'BTC'>(0n)
  const size = smaller(closing.left, held.abs())
  if (size.isZero() || held.isNegative() !== (closing.side === 'short')) {
    state.closing.delete(coverageId)
    return SILENT
  }
  const id = `${coverageId}-close-${closing.tries + 1}` as IntentId
  const order = closeOrder({ at, mark: state.mark, held, config, protection: { account, id, size, coverageId, seq } })
  return order.ok ? [{ topic: 'protection_intents', key: account, body: order.value }] : SILENT
}

function confirmed(state: PositionState, { seq, body }: EventOf<'trade_confirmations'>): readonly Emission<Out>[] {
  const closing = closingBy(state, body.intentId)
  if (closing !== undefined) {
    const left = closing.left.minus(new Quantity<'BTC'>(body.filled.units))
    state.closing.set(closing.coverageId, { ...closing, left, intentId: undefined })
  }
  const waits = state.waiting.get(body.intentId)
  if (waits === undefined) return SILENT
  state.waiting.delete(body.intentId)
  if (body.filled.isPositive()) return [answered(waits.commandId, waits.account, confirmedJson(body))]
  const refusal = { code: 'not_filled', field: 'filled', seen: '0', limit: body.quantity.toString() }
  return [refused(waits.commandId, waits.account, explain('protection/position', seq, refusal))]
}

function stopped(state: PositionState, intentId: IntentId, explanation: Explanation): readonly Emission<Out>[] {
  const closing = closingBy(state, intentId)
  if (closing !== undefined) state.closing.set(closing.coverageId, { ...closing, intentId: undefined })
  const soon = closing === undefined ? [] : whenRateAllows(closing, explanation)
  const waits = state.waiting.get(intentId)
  if (waits === undefined) return soon
  state.waiting.delete(intentId)
  return [...soon, refused(waits.commandId, waits.account, explanation)]
}

/** Many positions may close at one instant; who has to wait for the rate waits no longer than that, not for the next minute. */
function whenRateAllows({ coverageId }: Closing, { code, flip }: Explanation): readonly Emission<Out>[] {
  if (code !== 'order_rate' || flip?.field !== 'at' || !isEpochMs(flip.to)) return []
  const name = `close:${coverageId}`
  return [{ topic: 'timer_requests', key: name, body: { name, at: flip.to } }]
}

function closingBy({ closing }: PositionState, intentId: IntentId): Closing | undefined {
  for (const one of closing.values()) if (one.intentId === intentId) return one
  return undefined
}
