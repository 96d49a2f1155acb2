/**
 * `POST /deribit/order` inside the platform (API-02, C-40): `order` opens, closes or hedges, `adopt` is the export of a cover that an order already
 * bought. An opening order is an activation like any other, so the cover is pending with its order in one step and active only when filled; a
 * close passes the drawdown rule first and turns the cover `settling` while its option is sold, back to `active` where it was not. Each command
 * gets one final answer. Prices come from what was admitted; a market tick costs this component nothing but for options that covers hold.
 */
import { answered, pending } from '#engine/command-answers.ts'
import { component, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { CommandId, IntentId } from '#domain/order.ts'
import { noQuantity } from '#units/quantity.ts'
import type { OrderStateChange } from '#topics/orders.ts'
import { legOf, legsOf, withFilled } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import { pricedAgain } from './activation.ts'
import { coverageJson } from './answers.ts'
import { because, blocked, endedAnswer, openedAnswer, restingAnswer } from './client-order-answers.ts'
import { parseOrder } from './client-order-request.ts'
import type { OrderWish } from './client-order-request.ts'
import { closeOf, hedgeOf, quoteToOpen } from './client-order-rules.ts'
import type { OrderInputs } from './client-order-rules.ts'
import { adopt } from './client-order-adoption.ts'
import { legSale, nextToClose, plusSold } from './client-close.ts'
import { closed, closeRefused, reopened, stubForced } from './client-close-records.ts'
import { clientOrdersConfig, initialClientOrders, nameKey, noteBought, pruneClientOrders } from './client-orders-state.ts'
import type { AskedOrder, ClientOrdersConfig, ClientOrdersState } from './client-orders-state.ts'

const CONSUMES = [
  'accepted_commands',
  'command_results',
  'put_quotes',
  'coverages',
  'protection_decisions',
  'order_states',
  'trade_confirmations',
  'order_refusals',
  'order_vetoes',
  'account_values',
  'option_quotes',
  'session_started',
  'clock_tick',
] as const
type In = (typeof CONSUMES)[number]
type OutTopic = 'quote_requests' | 'coverages' | 'protection_intents' | 'protection_decisions' | 'command_results'
type Out = Emission<OutTopic>

export const clientOrders = component({
  name: 'protection/client-orders',
  version: 3,
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

type Rest = Exclude<In, 'option_quotes' | 'account_values' | 'clock_tick' | 'session_started' | 'put_quotes'>

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
    case 'order_states':
      return onState(state, event.body)
    case 'trade_confirmations':
      return onEnded(state, event, config)
    case 'order_refusals':
    case 'order_vetoes':
      return onStopped(state, event.body.intentId, event.body.explanation)
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
function onDecision(state: ClientOrdersState, { body }: EventOf<'protection_decisions'>): readonly Out[] {
  if (body.kind !== 'activation_refused') return SILENT
  const { requestId } = body.detail
  return askers(state, ({ kind }) => kind === 'open').flatMap(([commandId, { account, name }]) => {
    if (requestId !== `order-${commandId}`) return []
    state.named.delete(nameKey(account, name))
    return [blocked(commandId, account, body.explanation)]
  })
}

function onEnded(state: ClientOrdersState, event: EventOf<'trade_confirmations'>, config: ClientOrdersConfig): readonly Out[] {
  const { seq, body } = event
  if (body.purpose === 'cover' && body.coverageId !== undefined && state.covers.has(body.coverageId)) noteBought(state, body)
  const found = askers(state, ({ intentId }) => intentId === body.intentId)[0]
  if (found === undefined) return SILENT
  const [commandId, asked] = found
  const limit = body.quantity.toString()
  const isDone = body.filled.isPositive()
  const why = because(seq, { code: 'not_filled', field: 'filled', seen: body.filled.toString(), limit })
  const answer = isDone ? endedAnswer(state, commandId, body, asked.sold) : blocked(commandId, asked.account, why)
  const cover = asked.coverageId === undefined ? undefined : state.covers.get(asked.coverageId)
  if (asked.kind !== 'close' || cover === undefined) return [answer]
  if (!isDone) return [...reopened(cover, asked, why), answer]
  const left = cover.legs === undefined ? undefined : withFilled(cover, body.instrument, noQuantity()) // its floor is restated where it ends so
  const leg = left === undefined ? undefined : nextToClose(left)
  return left === undefined || leg === undefined
    ? [...closed(cover, seq), answer]
    : closeNext(state, event, { commandId, asked, left, leg }, config)
}

interface Closing {
  readonly commandId: CommandId
  readonly asked: AskedOrder
  readonly left: Coverage
  readonly leg: CoverLeg
}
/** One option of a combination is sold: the next one, or what is left stands on. */
function closeNext(
  state: ClientOrdersState,
  { seq, at, body }: EventOf<'trade_confirmations'>,
  { commandId, asked, left, leg }: Closing,
  config: ClientOrdersConfig,
): readonly Out[] {
  const { account, acceptStubBid = false } = asked
  const sold = plusSold(asked.sold, body)
  const sale = legSale({ state, config, account, commandId, at }, left, leg, { acceptStubBid, sold: sold.count })
  if (!sale.ok) {
    const why = because(seq, sale.refusal)
    return [...reopened(left, { ...asked, sold }, why), blocked(commandId, account, why)]
  }
  const { intent, stub } = sale.value
  state.asked.set(commandId, { ...asked, intentId: intent.intentId, sold })
  return [
    ...(stub === undefined ? [] : [stubForced(left, because(seq, stub), intent)]),
    { topic: 'coverages', key: account, body: left },
    { topic: 'protection_intents', key: account, body: { ...intent } },
  ]
}

function onStopped(state: ClientOrdersState, intentId: IntentId, explanation: Explanation): readonly Out[] {
  const found = askers(state, (asked) => asked.intentId === intentId)[0]
  if (found === undefined) return SILENT
  const [commandId, asked] = found
  const cover = asked.kind === 'close' && asked.coverageId !== undefined ? state.covers.get(asked.coverageId) : undefined
  return [...(cover === undefined ? [] : reopened(cover, asked, explanation)), blocked(commandId, asked.account, explanation)]
}

function onState(state: ClientOrdersState, order: OrderStateChange): readonly Out[] {
  if (order.state !== 'accepted') return SILENT
  return askers(state, ({ rests, intentId }) => rests === true && intentId === order.intentId).map(([id]) =>
    restingAnswer(state, id, order),
  )
}

function askers({ asked }: ClientOrdersState, which: (one: AskedOrder) => boolean): readonly (readonly [CommandId, AskedOrder])[] {
  return [...asked].filter(([, one]) => which(one))
}
