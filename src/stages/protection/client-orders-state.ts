/**
 * What the order endpoint keeps (`client-orders.ts`): the quotes that may be bought, the covers that stand, which name a client gave to which, and
 * what its open commands wait for. Changed by the events that record it, never where something is emitted.
 */
import { z } from 'zod'
import { forgetOldest } from '#base/horizon.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { STUB_BID_SHARE } from '#domain/plausible-bid.ts'
import type { AccountId, CommandId, CoverageId, IntentId, OrderId, QuoteId } from '#domain/order.ts'
import type { Money } from '#units/money.ts'
import { HOUR_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { zRatio } from '#topics/schema.ts'
import type { AccountValue } from '#topics/account.ts'
import type { OptionQuote } from '#topics/market.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import { deadlineOf } from '#topics/quote-deadline.ts'
import type { Coverage, PutQuote } from '#topics/protection.ts'
import { noHedgeRoom } from './hedge-room.ts'
import type { HedgeRoom } from './hedge-room.ts'

const LAPSED_MAX = 10_000

export const clientOrdersConfig = z
  .strictObject({
    /** Furthest from the index a perpetual hedge may trade, as a share of it. */
    slippageMax: z.number().positive().max(0.2).default(0.01),
    valueMaxAgeMs: z.number().positive().default(30_000),
    optionMaxAgeMs: z.number().positive().default(30_000),
    /** Of what an option is worth, its mark or its intrinsic value, whichever is more: a lower bid is a stub, and no cover is closed at it. */
    stubBidShare: zRatio.default(STUB_BID_SHARE),
    /** Where perpetual hedges go; a cover goes where its quote says. */
    venue: z.string().default('deribit'),
    retainMs: z
      .number()
      .positive()
      .default(30 * 86_400_000),
  })
  .prefault({})
export type ClientOrdersConfig = z.output<typeof clientOrdersConfig>

/** A purchase on its way or done, under the client's own name for it. */
export interface Named {
  readonly account: AccountId
  readonly name: string
  readonly quoteId: QuoteId
  readonly coverageId: CoverageId | undefined
  readonly at: EpochMs
}
/** Of a close that takes several orders: what the ones before brought. */
export interface SoldSoFar {
  readonly count: number
  /** Of the last of them. */
  readonly orderId: OrderId | undefined
  /** Size and coin. */
  readonly filled: bigint
  readonly notional: bigint
  readonly proceeds: Money<'USDC'>
  readonly fee: Money<'USDC'>
}
export interface AskedOrder {
  readonly kind: 'open' | 'close' | 'hedge' | 'adopt'
  readonly account: AccountId
  readonly name: string
  readonly quoteId?: QuoteId | undefined
  readonly coverageId?: CoverageId | undefined
  readonly intentId?: IntentId | undefined
  readonly acceptStubBid?: boolean | undefined
  readonly sold?: SoldSoFar | undefined
  /** A limit order that rests is answered once the venue has it, any other once it has ended. */
  readonly rests?: boolean
}
/** What the orders of a cover's purchase did together. */
export interface Bought {
  readonly orderId: OrderId
  readonly filled: bigint
  readonly notional: bigint
}
/** What is kept of a quote that nobody can buy any more. */
interface LapsedOffer {
  readonly account: AccountId
  readonly instrument: string
  readonly size: bigint
  readonly until: EpochMs
}
export interface ClientOrdersState {
  readonly quotes: Map<QuoteId, PutQuote>
  /** Ended in the last hour, oldest first. */
  readonly lapsed: Map<QuoteId, LapsedOffer>
  /** Not ended. */
  readonly covers: Map<CoverageId, Coverage>
  /** `<account>|<name>`. */
  readonly named: Map<string, Named>
  readonly bought: Map<CoverageId, Bought>
  readonly asked: Map<CommandId, AskedOrder>
  /** Orders of the platform itself that sell a cover and have not ended: two may not sell the same option. */
  readonly selling: Map<IntentId, CoverageId>
  readonly values: Map<AccountId, { readonly value: AccountValue; readonly at: EpochMs }>
  /** Quotes of the options that covers hold: what a close would get; undefined before the first. */
  readonly options: Map<InstrumentId, OptionQuote | undefined>
  /** What is held and what is hedged of it: a hedge beyond that is none. */
  readonly hedgeRoom: HedgeRoom
  mode: string
}

export function initialClientOrders(): ClientOrdersState {
  return {
    quotes: new Map(),
    lapsed: new Map(),
    covers: new Map(),
    named: new Map(),
    bought: new Map(),
    asked: new Map(),
    selling: new Map(),
    values: new Map(),
    options: new Map(),
    hedgeRoom: noHedgeRoom(),
    mode: 'sim',
  }
}

export function nameKey(account: AccountId, name: string): string {
  return `${account}|${name}`
}

/** The cover a client means: by its own name, by the platform's, or by the quote it came from. */
export function coverNamed(state: ClientOrdersState, account: AccountId, name: string): Coverage | undefined {
  const named = state.named.get(nameKey(account, name))
  const own = named?.coverageId === undefined ? undefined : state.covers.get(named.coverageId)
  const found = own ?? state.covers.get(name as CoverageId) ?? state.covers.values().find(({ quoteId }) => quoteId === name)
  return found?.account === account ? found : undefined
}

/** The purchase of a quote by an order, for who then exports it. */
export function purchaseOf(state: ClientOrdersState, account: AccountId, quoteOrName: string): Named | undefined {
  const named = state.named.get(nameKey(account, quoteOrName))
  return (
    named ?? state.named.values().find((one) => one.account === account && (one.quoteId === quoteOrName || one.coverageId === quoteOrName))
  )
}

interface Wanted {
  readonly name: string
  readonly instrument: string
  readonly size: bigint
}
/** The quote an opening order means: the one this name was bought with, the one it names, else the newest that fits. */
export function quoteMeant(state: ClientOrdersState, account: AccountId, { name, instrument, size }: Wanted): QuoteId | undefined {
  const bought = state.named.get(nameKey(account, name))?.quoteId
  if (bought !== undefined) return bought
  const own = [...state.quotes.values()].filter(({ terms }) => terms.account === account)
  const named = own.find(({ quoteId }) => quoteId === name)
  return (named ?? own.findLast(({ selected, terms }) => selected?.instrument === instrument && terms.size.units === size))?.quoteId
}

export function noteBought(state: ClientOrdersState, { coverageId, orderId, filled, notional }: TradeConfirmation): void {
  if (coverageId === undefined) return
  const was = state.bought.get(coverageId)
  state.bought.set(coverageId, { orderId, filled: (was?.filled ?? 0n) + filled.units, notional: (was?.notional ?? 0n) + notional.units })
}

/** When the quote ended that a late order means, by its name or by what it was for: it is expired, not unknown. */
export function endOfLapsed({ lapsed }: ClientOrdersState, account: AccountId, { name, instrument, size }: Wanted): EpochMs | undefined {
  const own = [...lapsed].filter(([, quote]) => quote.account === account)
  const meant = own.find(([id]) => id === name) ?? own.findLast(([, quote]) => quote.instrument === instrument && quote.size === size)
  return meant?.[1].until
}

/** Once a minute: of quotes that ended a summary is kept for an hour more, names of covers that ended long ago are forgotten. */
export function pruneClientOrders(state: ClientOrdersState, at: EpochMs, { retainMs }: ClientOrdersConfig): void {
  for (const [id, quote] of state.quotes) {
    const until = deadlineOf(quote) ?? (0 as EpochMs)
    if (until >= at) continue
    state.quotes.delete(id)
    const { selected, terms } = quote
    forgetOldest(state.lapsed, LAPSED_MAX - 1)
    state.lapsed.set(id, { account: terms.account, instrument: selected?.instrument ?? '', size: terms.size.units, until })
  }
  for (const [id, { until }] of state.lapsed) if (until + HOUR_MS < at) state.lapsed.delete(id)
  for (const [key, named] of state.named) {
    if (named.at + retainMs >= at || (named.coverageId !== undefined && state.covers.has(named.coverageId))) continue
    state.named.delete(key)
  }
}
