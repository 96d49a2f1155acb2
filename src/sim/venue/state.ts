/**
 * The venue's whole state: plain data (BigInt counts of 1e-18, Maps, strings), apart from `rules`, which follow from `config`. What a
 * step says collects in `outbox`. An order id, once seen, is kept for ever: that is what makes a repeat harmless (F-O06).
 */
import { instrumentOf } from '#domain/catalogue.ts'
import type { Instrument, InstrumentId, Side } from '#domain/instrument.ts'
import type { AccountId, ApprovedOrder, OrderId, OrderType, TimeInForce, TriggerSource } from '#domain/order.ts'
import type { Emission } from '#engine/component.ts'
import { present } from '#base/assert.ts'
import { parseMoney } from '#units/money.ts'
import { Price } from '#units/price.ts'
import type { EpochMs } from '#units/time.ts'
import type { MarketState } from '../market/state.ts'
import { createMarket } from '../market/state.ts'
import { emptyBook } from '../matching/book.ts'
import type { Book } from '../matching/book.ts'
import type { Stop } from '../matching/stops.ts'
import { move, openAccount } from './account.ts'
import type { Account } from './account.ts'
import { rulesOf, venueConfig } from './config.ts'
import type { Rules, VenueConfig, VenueConfigInput } from './config.ts'

export type VenueTopic =
  | 'order_updates'
  | 'venue_fills'
  | 'venue_funding'
  | 'venue_settlements'
  | 'venue_transfers'
  | 'account_raw'
  | 'raw_index'
  | 'raw_quotes'
  | 'raw_option_quotes'
export type VenueOutput = Emission<VenueTopic>

/** What a venue needs of an approved order. */
export type VenueOrder = Pick<
  ApprovedOrder,
  | 'orderId'
  | 'account'
  | 'instrument'
  | 'side'
  | 'quantity'
  | 'type'
  | 'timeInForce'
  | 'limitPrice'
  | 'trigger'
  | 'reduceOnly'
  | 'postOnly'
  | 'leverage'
>

export type RecordStatus = 'accepted' | 'triggered' | 'rejected' | 'cancelled' | 'filled' | 'expired'
export interface OrderRecord {
  readonly orderId: OrderId
  readonly venueOrderId: string
  readonly account: AccountId
  readonly instrument: InstrumentId
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity: bigint
  readonly limit: bigint
  readonly trigger: { readonly source: TriggerSource; readonly price: bigint } | null
  readonly reduceOnly: boolean
  readonly postOnly: boolean
  readonly arrivedAt: number
  /** What it works for: its quantity, or less where it may only reduce. */
  target: bigint
  status: RecordStatus
  filled: bigint
  reason: string | null
}
export interface Market {
  readonly instrument: Instrument
  readonly book: Book
  mark: bigint // 0n: never seen; likewise below
  last: bigint
  closeBid: bigint // as displayed
  fundingRate8h: number
}
export interface StandingStop extends Stop {
  readonly instrument: InstrumentId
}
export interface VenueState {
  readonly config: VenueConfig
  readonly rules: Rules
  at: number
  index: bigint // 0n: never seen
  readonly markets: Map<string, Market>
  readonly accounts: Map<string, Account>
  readonly orders: Map<string, OrderRecord>
  readonly stops: StandingStop[]
  readonly history: VenueOutput[]
  readonly insurance: { USDC: bigint; BTC: bigint }
  /** Of the seeded market, where there is one inside. */
  readonly generator: MarketState | null
  nextId: number
  outbox: VenueOutput[]
}

export function createVenue(input: VenueConfigInput): VenueState {
  const config = venueConfig.parse(input)
  const { market } = config
  const state: VenueState = {
    config,
    rules: rulesOf(config),
    at: market?.startAt ?? 0,
    index: 0n,
    markets: new Map(),
    accounts: new Map(),
    orders: new Map(),
    stops: [],
    history: [],
    insurance: { USDC: 0n, BTC: 0n },
    generator: market === undefined ? null : createMarket(market),
    nextId: 1,
    outbox: [],
  }
  for (const { account: id, holdsCoin, leverage, usdc, btc } of config.accounts) {
    const account = openAccount({ id, holdsCoin, leverage })
    state.accounts.set(id, account)
    move(account, 'transfer', 'USDC', exactly(usdc))
    if (btc !== '0') move(account, 'transfer', 'BTC', exactly(btc))
  }
  return state
}

/** The market of a known instrument, opened at its first use. */
export function marketOf(state: VenueState, name: string): Market {
  const known = state.markets.get(name)
  if (known !== undefined) return known
  const found = instrumentOf(name)
  const instrument = present(found.ok ? found.value : undefined, `only names of the catalogue reach a book, not ${name}`)
  const market: Market = { instrument, book: emptyBook(), mark: 0n, last: 0n, closeBid: 0n, fundingRate8h: 0 }
  state.markets.set(name, market)
  return market
}

export function newId(state: VenueState, prefix: string): string {
  const id = `${state.config.venue}-${prefix}${state.nextId}`
  state.nextId += 1
  return id
}

/** Says something about an account and keeps it for those who ask later. */
export function announce(state: VenueState, account: Account, id: string, output: VenueOutput): void {
  account.lastId = id
  state.outbox.push(output)
  state.history.push(output)
  if (state.history.length > 2 * state.config.historyMax) state.history.splice(0, state.history.length - state.config.historyMax)
}

export function venueAt(state: VenueState): EpochMs {
  return state.at as EpochMs
}

export function indexPrice(state: VenueState): Price<'BTC', 'USDC'> {
  return new Price<'BTC', 'USDC'>(state.index)
}

function exactly(text: string): bigint {
  return present(parseMoney(text), 'the configuration has checked its decimals').units
}
