/**
 * Funding in context (DV-06): what a rate costs per interval, per eight hours and as a simple APR, which side of it an account is on, when it
 * was last booked and when the next booking is due. Of an instrument with each of its rates (at most one a minute); of an account when its
 * holding, its bookings, its side or what is expected of it changes. Interval and rate are the venue's word at their time: without an
 * interval there is no due instant and nothing is expected. Bookings are the ledger's, so that a payment told and not booked stays due.
 */
import { z } from 'zod'
import { instrumentOf } from '#domain/catalogue.ts'
import { fundingApr8h, fundingRateInterval, fundingSide, nextFundingAt } from '#domain/funding.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId } from '#domain/order.ts'
import { component, kept, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf, Step } from '#engine/component.ts'
import type { Posting } from '#topics/account.ts'
import type { FundingContext, FundingHolder } from '#topics/analysis.ts'
import { Quantity } from '#units/quantity.ts'
import type { EpochMs } from '#units/time.ts'
import { book, chargedFrom, expectedAt, hold, newHolding } from './holding.ts'
import type { Charged, Holding } from './holding.ts'

type In = 'funding_rates' | 'position_states' | 'postings'
type Out = Emission<'funding_context'>

export interface FundingState {
  readonly charged: Map<InstrumentId, Charged>
  readonly holdings: Map<InstrumentId, Map<AccountId, Holding>>
}

export const funding = component({
  name: 'analysis/funding',
  version: 1,
  consumes: ['funding_rates', 'position_states', 'postings'],
  produces: ['funding_context'],
  config: z.strictObject({}).prefault({}),
  initial: (): FundingState => ({ charged: new Map(), holdings: new Map() }),
  step: (state: FundingState, event: AnyEvent<In>): Step<FundingState, 'funding_context'> => kept(state, handle(state, event)),
})

function handle(state: FundingState, event: AnyEvent<In>): readonly Out[] {
  switch (event.topic) {
    case 'funding_rates':
      return onRate(state, event)
    case 'position_states':
      return onPosition(state, event)
    case 'postings':
      return event.body.kind === 'funding' ? onBooking(state, event) : SILENT
  }
}

function onRate({ charged, holdings }: FundingState, { at, body }: EventOf<'funding_rates'>): readonly Out[] {
  const { instrument } = body
  const now = chargedFrom(charged.get(instrument), body)
  charged.set(instrument, now)
  const told: Out[] = [{ topic: 'funding_context', key: instrument, body: contextOf(now, at) }]
  for (const holding of holdings.get(instrument)?.values() ?? []) {
    if (sideOf(holding, now) !== holding.side || expectedAt(holding, now) !== holding.expectedAt) told.push(tell(holding, now, at))
  }
  return told
}

function onPosition(state: FundingState, { at, body }: EventOf<'position_states'>): readonly Out[] {
  const { account, instrument, book, quantity } = body
  if (!isPerpetual(instrument)) return SILENT
  const holding = holdingOf(state, account, instrument)
  hold(holding, book, quantity.units, at)
  return tellKnown(state, holding, at)
}

function onBooking(state: FundingState, { at, body }: EventOf<'postings'>): readonly Out[] {
  const { account, instrument, rate } = body
  if (instrument === undefined || rate === undefined) return SILENT
  const holding = holdingOf(state, account, instrument)
  if (holding.lastAt !== undefined && rate.at < holding.lastAt) return SILENT
  book(holding, rate.at, paidBy(body), state.charged.get(instrument))
  return tellKnown(state, holding, at)
}

/** The cost account of funding: a debit is what was paid. */
function paidBy({ entries }: Posting): Holding['lastPaid'] {
  const cost = entries.find(({ ledgerAccount }) => ledgerAccount === 'funding')
  return cost === undefined ? undefined : { amount: cost.amount, currency: cost.currency }
}

function isPerpetual(name: InstrumentId): boolean {
  const found = instrumentOf(name)
  return found.ok && (found.value.kind === 'linear-perpetual' || found.value.kind === 'inverse-perpetual')
}

function holdingOf({ holdings }: FundingState, account: AccountId, instrument: InstrumentId): Holding {
  let of = holdings.get(instrument)
  if (of === undefined) holdings.set(instrument, (of = new Map<AccountId, Holding>()))
  let holding = of.get(account)
  if (holding === undefined) of.set(account, (holding = newHolding(account, instrument)))
  return holding
}

function tellKnown({ charged }: FundingState, holding: Holding, at: EpochMs): readonly Out[] {
  const now = charged.get(holding.instrument)
  return now === undefined ? SILENT : [tell(holding, now, at)]
}

function tell(holding: Holding, charged: Charged, at: EpochMs): Out {
  holding.side = sideOf(holding, charged)
  holding.expectedAt = expectedAt(holding, charged)
  return { topic: 'funding_context', key: holding.account, body: { ...contextOf(charged, at), holder: holderOf(holding) } }
}

function sideOf({ quantity }: Holding, { rate }: Charged): FundingHolder['side'] {
  return fundingSide(quantity, rate.fundingRate8h)
}

export function contextOf({ rate }: Charged, at: EpochMs): FundingContext {
  const { venue, instrument, fundingRate8h, fundingIntervalMs, observedAt, maxAgeMs } = rate
  return {
    venue,
    instrument,
    fundingRate8h,
    fundingIntervalMs,
    fundingRateInterval: fundingIntervalMs === undefined ? undefined : fundingRateInterval(fundingRate8h, fundingIntervalMs),
    fundingApr: fundingApr8h(fundingRate8h),
    nextDueAt: fundingIntervalMs === undefined ? undefined : nextFundingAt(at, fundingIntervalMs),
    observedAt,
    maxAgeMs,
  }
}

export function holderOf({ account, quantity, side, since, lastAt, lastPaid, expectedAt: expected }: Holding): FundingHolder {
  return { account, quantity: new Quantity(quantity), side, heldSince: since, lastFundingAt: lastAt, lastPaid, expectedAt: expected }
}
