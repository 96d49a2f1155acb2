/**
 * Orders from intent to end. An intent is a wish of a deciding stage; only `stages/risk` turns it into an `Approved<OrderIntent>`, and
 * execution takes nothing else. Prices are in the instrument's own quote (USDC for perpetuals and spot, coin for coin-settled options).
 */
import type { Brand } from '#base/brand.ts'
import type { EpochMs } from '#units/time.ts'
import type { Price } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import type { InstrumentId, Side } from './instrument.ts'

export type AccountId = Brand<string, 'AccountId'>
/** The client's order id at the venue: epoch, mode and counter; at most 36 characters of [0-9a-z-]. */
export type OrderId = Brand<string, 'OrderId'>
export type IntentId = Brand<string, 'IntentId'>
export type CoverageId = Brand<string, 'CoverageId'>
export type QuoteId = Brand<string, 'QuoteId'>
export type CommandId = Brand<string, 'CommandId'>

/** Limits belong to a book: the protected position, its hedges, the agent's own trading. */
export type Book = 'client' | 'hedge' | 'strategy'
export type OrderType = 'market' | 'limit' | 'stop' | 'stop_limit'
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTD'
export type TriggerSource = 'mark' | 'index' | 'last'
export type Purpose = 'open_position' | 'close_position' | 'cover' | 'unwind_cover' | 'hedge'

export interface OrderIntent {
  readonly intentId: IntentId
  readonly account: AccountId
  readonly book: Book
  readonly purpose: Purpose
  readonly venue: string
  readonly instrument: InstrumentId
  readonly side: Side
  readonly quantity: Quantity
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  /** Bound for market orders as well: no order leaves without one. */
  readonly limitPrice: Price
  readonly trigger?: { readonly source: TriggerSource; readonly price: Price } | undefined
  readonly reduceOnly: boolean
  readonly postOnly: boolean
  /** Prices behind this intent may be used until then; execution vetoes a send after it. */
  readonly goodUntil: EpochMs
  readonly coverageId?: CoverageId | undefined
  readonly quoteId?: QuoteId | undefined
  readonly commandId?: CommandId | undefined
  /** True for the renewal or replacement of a standing cover (faults I8). */
  readonly renewsCover?: boolean | undefined
  /** Venue leverage of the position, where the intent opens one. */
  readonly leverage?: number | undefined
  /** Risk's own finding about a hedge: it takes the account's net position in the contract towards zero, in every case. */
  readonly lowersExposure?: boolean | undefined
}

export type Approved<T> = Brand<T, 'Approved'>

export interface ApprovedOrder extends OrderIntent {
  readonly orderId: OrderId
}

export type OrderState =
  | 'approved' // durable soon, nothing sent
  | 'vetoed' // stopped at the last check, nothing sent
  | 'sent' // bytes left, no word yet
  | 'unknown' // no definite answer within the bound: filled and not filled both count
  | 'accepted' // on the venue's book
  | 'partially_filled'
  | 'filled'
  | 'cancelled'
  | 'rejected'
  | 'expired'

export const TERMINAL_STATES: ReadonlySet<OrderState> = new Set(['vetoed', 'filled', 'cancelled', 'rejected', 'expired'])
