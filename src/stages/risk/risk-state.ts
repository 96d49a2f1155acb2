/**
 * What the order gate knows, folded from events. Everything that follows from a recorded decision (orders in flight, brakes, rates, known
 * intents) changes when that decision is consumed, not when it is emitted, so that recovery under other code can take decisions as facts.
 * `pending` alone is kept at emission: intents of one step are judged before their approvals are consumed, and must see each other
 * (fault A10); each entry leaves in the same step with its approval or its refusal.
 */
import { forgetOldest } from '#base/horizon.ts'
import { Observed } from '#domain/observed.ts'
import { applyTrigger, brakeAgainst, isReducing } from '#domain/brakes.ts'
import type { Brakes } from '#domain/brakes.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import { counterOfOrder, epochOfOrder } from '#domain/order-id.ts'
import type { SessionMode } from '#domain/order-id.ts'
import { TERMINAL_STATES } from '#domain/order.ts'
import type { AccountId, Approved, ApprovedOrder, IntentId, OrderId, OrderIntent } from '#domain/order.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { multiplyUnits } from '#units/exact.ts'
import type { EpochMs } from '#units/time.ts'
import type { AccountValue, PositionState } from '#topics/account.ts'
import type { IndexPrice, Mark } from '#topics/market.ts'
import type { OrderRefusal, OrderStateChange } from '#topics/orders.ts'
import { reachOf, reductionInFlight, worthOfOthers } from './exposure.ts'
import type { Flight, Holding, Reach } from './exposure.ts'
import { note, rateWindow } from './rate-window.ts'
import type { RateWindow } from './rate-window.ts'
import type { RiskView } from './risk-view.ts'

/** Intents remembered against a second approval; older ones are long past their prices. */
const INTENTS_MAX = 5_000
const NOTHING: readonly never[] = []

export interface RiskState {
  session: { readonly epoch: string; readonly mode: SessionMode } | undefined
  counter: number
  index: IndexPrice | undefined
  readonly brakes: Brakes
  readonly reconciled: Map<AccountId, 'matched' | 'differs'>
  readonly links: Map<string, { readonly state: 'up' | 'down'; readonly clockOffsetMs: number }>
  readonly marks: Map<InstrumentId, Mark>
  /** What an account holds, flat positions left out. */
  readonly holdings: Map<AccountId, readonly Holding[]>
  readonly values: Map<AccountId, AccountValue>
  readonly flights: Map<OrderId, Flight>
  readonly pending: Map<IntentId, Flight>
  readonly approved: Set<IntentId>
  readonly approvals: RateWindow
  readonly reductions: RateWindow
  readonly renewals: RateWindow
  /** Refusals by rate in the last minute. */
  readonly breaches: EpochMs[]
}

export function initialRiskState(): RiskState {
  return {
    session: undefined,
    counter: 0,
    index: undefined,
    brakes: new Map(),
    reconciled: new Map(),
    links: new Map(),
    marks: new Map(),
    holdings: new Map(),
    values: new Map(),
    flights: new Map(),
    pending: new Map(),
    approved: new Set(),
    approvals: rateWindow(),
    reductions: rateWindow(),
    renewals: rateWindow(),
    breaches: [],
  }
}

export function viewOf(state: RiskState, intent: OrderIntent, at: EpochMs): RiskView {
  const { account, book, instrument, venue } = intent
  const flights = flightsOf(state)
  const holdings = state.holdings.get(account) ?? NOTHING
  const position = holdings.find((held) => held.instrument === instrument && held.book === book)?.quantity ?? 0n
  const of = { account, book, instrument, side: intent.side }
  const mark = state.marks.get(instrument)
  const { index, pending } = state
  const link = state.links.get(venue)
  let pendingReductions = 0
  let pendingRenewals = 0
  for (const { reduces, renews } of pending.values()) {
    if (reduces) pendingReductions++
    if (renews) pendingRenewals++
  }
  return {
    at,
    hasSession: state.session !== undefined,
    isDuplicate: state.approved.has(intent.intentId) || pending.has(intent.intentId),
    brake: brakeAgainst(state.brakes, intent),
    reconciliation: state.reconciled.get(account) ?? 'none',
    linkState: link?.state ?? 'none',
    clockOffsetMs: link?.clockOffsetMs ?? 0,
    index: index === undefined ? undefined : new Observed(index.price, index.observedAt, index.maxAgeMs),
    mark: mark === undefined ? undefined : new Observed(mark.mark, mark.observedAt, mark.maxAgeMs),
    position,
    reach: reachOf(position, flights, of),
    reducing: reductionInFlight(flights, of),
    others: worthOfOthers(holdings, flights, of, index?.price.units ?? 1n),
    committed: committedBy(account, flights),
    value: state.values.get(account),
    approvals: state.approvals,
    reductions: state.reductions,
    renewals: state.renewals,
    pending: pending.size - pendingReductions - pendingRenewals,
    pendingReductions,
    pendingRenewals,
  }
}

/** How far an account's net position in a contract, over all books, can go either way. What only reduces its own book moves the net as well. */
export function netOf(state: RiskState, { account, instrument }: Pick<OrderIntent, 'account' | 'instrument'>): Reach {
  let long = 0n
  for (const held of state.holdings.get(account) ?? NOTHING) if (held.instrument === instrument) long += held.quantity
  let short = long
  for (const flight of flightsOf(state)) {
    if (flight.account !== account || flight.instrument !== instrument) continue
    if (flight.side === 'buy') long += flight.open
    else short -= flight.open
  }
  return { long, short }
}

/** Another book of the account holds the contract or may come to. */
export function isShared(state: RiskState, { account, book, instrument }: OrderIntent): boolean {
  const isOthers = (one: Pick<Flight, 'account' | 'book' | 'instrument'>): boolean =>
    one.account === account && one.instrument === instrument && one.book !== book
  const found = instrumentOf(instrument)
  if (!found.ok || found.value.kind === 'option') return false
  return (state.holdings.get(account) ?? NOTHING).some(isOthers) || flightsOf(state).some(isOthers)
}

function flightsOf({ flights, pending }: RiskState): readonly Flight[] {
  return flights.size === 0 && pending.size === 0 ? NOTHING : [...flights.values(), ...pending.values()]
}

function committedBy(account: AccountId, flights: readonly Flight[]): bigint {
  let total = 0n
  for (const flight of flights) if (flight.account === account) total += multiplyUnits(flight.open, flight.costPerUnit, 'ceil')
  return total
}

export function flightOf(order: OrderIntent & { readonly orderId: OrderId }, costPerUnit: bigint): Flight {
  const { orderId, intentId, account, book, instrument, side, type } = order
  const rests = type === 'stop' || type === 'stop_limit'
  const [open, reduces, renews] = [order.quantity.units, isReducing(order), order.renewsCover === true]
  return { orderId, intentId, account, book, instrument, side, open, reduces, renews, rests, costPerUnit }
}

export function noteApproval(state: RiskState, order: Approved<ApprovedOrder>, at: EpochMs, costPerUnit: bigint): void {
  state.pending.delete(order.intentId)
  state.flights.set(order.orderId, flightOf(order, costPerUnit))
  state.approved.add(order.intentId)
  forgetOldest(state.approved, INTENTS_MAX)
  note(isReducing(order) ? state.reductions : order.renewsCover === true ? state.renewals : state.approvals, at)
  if (epochOfOrder(order.orderId) === state.session?.epoch)
    state.counter = Math.max(state.counter, (counterOfOrder(order.orderId) ?? 0) + 1)
}

export function noteOrderState(state: RiskState, { orderId, state: now, open }: OrderStateChange): void {
  const flight = state.flights.get(orderId)
  if (flight === undefined) return
  if (TERMINAL_STATES.has(now)) state.flights.delete(orderId)
  else if (open.units !== flight.open) state.flights.set(orderId, { ...flight, open: open.units })
}

/**
 * Counts the refusals by rate within the last minute, this one included if it is one. Closes are no runaway: a halt would not stop them, and
 * covers that end at the same hour close their positions together.
 */
export function noteRefusal(state: RiskState, { intentId, purpose, explanation }: OrderRefusal, at: EpochMs): number {
  state.pending.delete(intentId)
  if (explanation.code !== 'order_rate' || purpose === 'close_position' || purpose === 'unwind_cover') return 0
  while (state.breaches.length > 0 && (state.breaches[0] ?? 0) <= at - 60_000) state.breaches.shift()
  state.breaches.push(at)
  return state.breaches.length
}

export function notePosition(state: RiskState, { account, book, instrument, quantity }: PositionState): void {
  const others = (state.holdings.get(account) ?? NOTHING).filter((held) => held.instrument !== instrument || held.book !== book)
  const holdings = quantity.isZero() ? others : [...others, { account, book, instrument, quantity: quantity.units }]
  if (holdings.length === 0) state.holdings.delete(account)
  else state.holdings.set(account, holdings)
}

export function noteTrigger(state: RiskState, trigger: Parameters<typeof applyTrigger>[1]): void {
  applyTrigger(state.brakes, trigger)
  if (trigger.action === 'clear') state.breaches.length = 0
}

/** A start knows nothing of the venue until its statement has been matched, and no link until its port has spoken. */
export function noteSession(state: RiskState, session: { readonly epoch: string; readonly mode: SessionMode }): void {
  state.session = session
  state.reconciled.clear()
  state.links.clear()
  state.counter = 0
}
