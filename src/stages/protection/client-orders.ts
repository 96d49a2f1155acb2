/**
 * `POST /deribit/order` inside the platform (API-02, C-40): `order` opens, closes or hedges, `adopt` is the export of a cover that an order already
 * bought. An opening order is an activation like any other, so the cover is pending with its order in one step and active only when filled; a
 * close passes the drawdown rule first and turns the cover `settling` while its option is sold, back to `active` where it was not. Each command
 * gets one final answer. Prices come from what was admitted; a market tick costs this component nothing but for options that covers hold.
 */
import { answered, pending } from '#engine/command-answers.ts'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import type { CommandId } from '#domain/order.ts'
import type { OrderStateChange } from '#topics/orders.ts'
import { legOf, legsOf } from '#topics/coverage-legs.ts'
import { retryUntilOf } from '#topics/quote-deadline.ts'
import type { Coverage } from '#topics/protection.ts'
import { pricedAgain } from './activation.ts'
import { coverageJson } from './answers.ts'
import { because, blocked, endedAnswer, openedAnswer, restingAnswer } from './client-order-answers.ts'
import { parseOrder } from './client-order-request.ts'
import type { OrderWish } from './client-order-request.ts'
import { closeOf, hedgeOf, quoteToOpen } from './client-order-rules.ts'
import type { OrderInputs } from './client-order-rules.ts'
import { adopt } from './client-order-adoption.ts'
import { closeEnded, closeStopped, notFilled } from './client-close-orders.ts'
import { closeRefused, stubForced } from './client-close-records.ts'
import { clientOrdersConfig, initialClientOrders, nameKey, noteBought, pruneClientOrders } from './client-orders-state.ts'
import type { AskedOrder, ClientOrdersConfig, ClientOrdersState } from './client-orders-state.ts'
import { keepFilled, keepFlight, keepHedgeTrade, keepPosition, keepStatedNet } from './hedge-room.ts'

const CONSUMES = [
  'accepted_commands',
  'command_results',
  'put_quotes',
  'coverages',
  'protection_decisions',
  'protection_intents',
  'order_states',
  'trade_confirmations',
  'order_refusals',
  'order_vetoes',
  'account_values',
  'position_states',
  'hedge_decisions',
  'option_quotes',
  'session_started',
  'clock_tick',
] as const
type In = (typeof CONSUMES)[number]
type OutTopic = 'quote_requests' | 'coverages' | 'protection_intents' | 'protection_decisions' | 'command_results'
type Out = Emission<OutTopic>

export const clientOrders = component({
  name: 'protection/client-orders',
  version: 5,
  consumes: CONSUMES,
  produces: ['quote_requests', 'coverages', 'protection_intents', 'protection_decisions', 'command_results'],
  config: clientOrdersConfig,
  initial: initialClientOrders,
  step: (state: ClientOrdersState, event: AnyEvent<In>, config: ClientOrdersConfig): Step<ClientOrdersState, OutTopic> => ({
    state,
    emit: handle(state, event, config),
  }),
})

function handle(state: ClientOrdersState, event: AnyEvent<In>, config: ClientOrdersConfig): readonly Out[] {
  switch (event.topic) {
    case 'option_quotes':
      if (state.options.has(event.body.instrument)) state.options.set(event.body.instrument, event.body)
      return SILENT
    case 'account_values':
      state.values.set(event.body.account, { value: event.body, at: event.at })
      return SILENT
    case 'clock_tick':
      if (event.body.name === 'minute') pruneClientOrders(state, event.at, config)
      return SILENT
    case 'position_states':
      keepPosition(state.hedgeRoom, event.body)
      return SILENT
    case 'hedge_decisions':
      keepStatedNet(state.hedgeRoom, event.body)
      return SILENT
    case 'session_started':
      state.mode = event.body.mode
      return SILENT
    case 'put_quotes':
      if (event.body.status === 'ok' && event.body.cause === 'command' && event.body.quoteId !== undefined)
        state.quotes.set(event.body.quoteId, event.body)
      return SILENT
    default:
      return onCommandOrOutcome(state, event, config)
  }
}

type Kept = 'option_quotes' | 'account_values' | 'clock_tick' | 'position_states' | 'hedge_decisions' | 'session_started' | 'put_quotes'
type Rest = Exclude<In, Kept>

function onCommandOrOutcome(state: ClientOrdersState, event: AnyEvent<Rest>, config: ClientOrdersConfig): readonly Out[] {
  switch (event.topic) {
    case 'accepted_commands':
      return command(state, event, config)
    case 'command_results':
      if (event.body.final) state.asked.delete(event.body.commandId)
      return SILENT
    case 'coverages':
      return onCover(state, event)
    case 'protection_decisions':
      return onDecision(state, event)
    case 'protection_intents':
      keepFlight(state.hedgeRoom, event.body)
      if (event.body.purpose === 'unwind_cover' && event.body.commandId === undefined && event.body.coverageId !== undefined)
        state.selling.set(event.body.intentId, event.body.coverageId)
      return SILENT
    case 'order_states':
      return onState(state, event.body)
    case 'trade_confirmations':
      return onEnded(state, event, config)
    case 'order_refusals':
    case 'order_vetoes':
      return onStopped(state, event)
  }
}

function command(state: ClientOrdersState, event: EventOf<'accepted_commands'>, config: ClientOrdersConfig): readonly Out[] {
  const { type, commandId, account, params } = event.body
  if (type === 'adopt') return adopt(state, event)
  if (type !== 'order') return SILENT
  const wish = parseOrder(params, account)
  if (!wish.ok) return [blocked(commandId, account, because(event.seq, wish.refusal))]
  const inputs = { state, config, account, commandId, at: event.at }
  const name = wish.value.coverageId ?? ''
  if (wish.value.intent === 'open') return open(inputs, wish.value, name, event.seq)
  return wish.value.intent === 'close' ? close(inputs, wish.value, name, event.seq) : hedge(inputs, wish.value, event.seq)
}

function open(inputs: OrderInputs, wish: OrderWish, name: string, seq: number): readonly Out[] {
  const { state, account, commandId, at } = inputs
  const found = quoteToOpen(inputs, wish, name)
  if (!found.ok) return [blocked(commandId, account, because(seq, found.refusal))]
  const { quoteId, selected, terms } = found.value
  if (quoteId === undefined || selected === undefined) return SILENT // an `ok` quote has both
  state.asked.set(commandId, { kind: 'open', account, name, quoteId })
  state.named.set(nameKey(account, name), { account, name, quoteId, coverageId: undefined, at })
  const body = {
    requestId: `order-${commandId}`,
    cause: 'activation',
    activates: quoteId,
    ...pricedAgain(found.value.legs, selected),
    terms: wish.consent ? { ...terms, consent: true } : terms,
  } as const
  return [{ topic: 'quote_requests', key: account, body }, pending(commandId, account)]
}

function close(inputs: OrderInputs, wish: OrderWish, name: string, seq: number): readonly Out[] {
  const { state, account, commandId } = inputs
  const found = closeOf(inputs, wish, name)
  if (!found.ok) return closeRefused(inputs, wish, found.refusal, seq)
  const { cover, intent, stub } = found.value
  const { acceptStubBid } = wish
  state.asked.set(commandId, { kind: 'close', account, name, coverageId: cover.coverageId, intentId: intent.intentId, acceptStubBid })
  return [
    ...(stub === undefined ? [] : [stubForced(cover, because(seq, stub), intent)]),
    { topic: 'coverages', key: account, body: { ...cover, state: 'settling' } },
    { topic: 'protection_intents', key: account, body: { ...intent } },
    pending(commandId, account),
  ]
}

function hedge(inputs: OrderInputs, wish: OrderWish, seq: number): readonly Out[] {
  const { state, account, commandId } = inputs
  const intent = hedgeOf(inputs, wish)
  if (!intent.ok) return [blocked(commandId, account, because(seq, intent.refusal))]
  const rests = intent.value.timeInForce === 'GTC'
  state.asked.set(commandId, { kind: 'hedge', account, name: '', intentId: intent.value.intentId, rests })
  return [{ topic: 'protection_intents', key: account, body: { ...intent.value } }, pending(commandId, account)]
}

function onCover(state: ClientOrdersState, { seq, body: cover }: EventOf<'coverages'>): readonly Out[] {
  const { coverageId, account, quoteId } = cover
  const hasEnded = cover.state === 'failed' || cover.state === 'expired' || cover.state === 'closed'
  if (hasEnded) {
    state.covers.delete(coverageId)
    state.bought.delete(coverageId)
  } else state.covers.set(coverageId, cover)
  state.quotes.delete(quoteId)
  for (const { instrument } of legsOf(cover)) keepOption(state, instrument)
  for (const [key, named] of state.named) {
    if (named.account !== account || named.quoteId !== quoteId) continue
    if (cover.state === 'failed') state.named.delete(key)
    else if (named.coverageId === undefined) state.named.set(key, { ...named, coverageId })
  }
  if (cover.state !== 'active' && cover.state !== 'failed') return SILENT
  return askers(state, ({ kind, quoteId: wanted }) => (kind === 'open' || kind === 'adopt') && wanted === quoteId).map(
    ([commandId, asked]) => answerCover(state, commandId, asked, { cover, seq }),
  )
}

interface Outcome {
  readonly cover: Coverage
  readonly seq: number
}
function answerCover(state: ClientOrdersState, commandId: CommandId, { kind, name }: AskedOrder, { cover, seq }: Outcome): Out {
  const { account, explanation } = cover
  if (cover.state === 'active')
    return kind === 'open' ? openedAnswer(state, commandId, name, cover) : answered(commandId, account, coverageJson(cover))
  const why =
    explanation ?? because(seq, { code: 'not_filled', field: 'filled', seen: cover.filled.toString(), limit: cover.size.toString() })
  return blocked(commandId, account, why)
}

/** Only what a cover holds is ever sold. */
function keepOption(state: ClientOrdersState, instrument: Coverage['instrument']): void {
  const isHeld = state.covers.values().some((cover) => legOf(cover, instrument) !== undefined)
  if (!isHeld) state.options.delete(instrument)
  else if (!state.options.has(instrument)) state.options.set(instrument, undefined)
}

/** The fresh price of an opening order was refused: no cover, no order, and the name is free again. */
function onDecision(state: ClientOrdersState, { at, body }: EventOf<'protection_decisions'>): readonly Out[] {
  if (body.kind !== 'activation_refused') return SILENT
  const { requestId } = body.detail
  return askers(state, ({ kind }) => kind === 'open').flatMap(([commandId, { account, name, quoteId }]) => {
    if (requestId !== `order-${commandId}`) return []
    state.named.delete(nameKey(account, name))
    const open = quoteId === undefined ? undefined : state.quotes.get(quoteId)
    return [blocked(commandId, account, body.explanation, retryUntilOf(open, at))]
  })
}

function onEnded(state: ClientOrdersState, event: EventOf<'trade_confirmations'>, config: ClientOrdersConfig): readonly Out[] {
  const { seq, body } = event
  state.selling.delete(body.intentId)
  keepHedgeTrade(state.hedgeRoom, body)
  if (body.purpose === 'cover' && body.coverageId !== undefined && state.covers.has(body.coverageId)) noteBought(state, body)
  const found = askers(state, ({ intentId }) => intentId === body.intentId)[0]
  if (found === undefined) return SILENT
  const [commandId, asked] = found
  if (asked.kind === 'close') return closeEnded(state, event, { commandId, asked }, config)
  if (body.filled.isPositive()) return [endedAnswer(state, commandId, body, asked.sold)]
  return [blocked(commandId, asked.account, because(seq, notFilled(body)))]
}

function onStopped(state: ClientOrdersState, { seq, at, body }: EventOf<'order_refusals' | 'order_vetoes'>): readonly Out[] {
  state.selling.delete(body.intentId)
  state.hedgeRoom.flights.delete(body.intentId)
  const found = askers(state, (asked) => asked.intentId === body.intentId)[0]
  if (found === undefined) return SILENT
  const [commandId, asked] = found
  if (asked.kind === 'close') return closeStopped(state, { commandId, asked }, body.explanation, { seq, at })
  return [blocked(commandId, asked.account, body.explanation)]
}

function onState(state: ClientOrdersState, order: OrderStateChange): readonly Out[] {
  keepFilled(state.hedgeRoom, order)
  if (order.state !== 'accepted') return SILENT
  return askers(state, ({ rests, intentId }) => rests === true && intentId === order.intentId).map(([id]) =>
    restingAnswer(state, id, order),
  )
}

function askers({ asked }: ClientOrdersState, which: (one: AskedOrder) => boolean): readonly (readonly [CommandId, AskedOrder])[] {
  return [...asked].filter(([, one]) => which(one))
}
