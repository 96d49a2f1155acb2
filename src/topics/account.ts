/** What the venue says of an account (raw), and what the ledger makes of it. */
import { z } from 'zod'
import type { Currency, Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import type { EpochMs } from '#units/time.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId, Book } from '#domain/order.ts'
import { zAccountId, zBtcUsdc, zCurrency, zEpochMs, zInstrumentId, zMoney, zOrderId, zQuantity } from './schema.ts'

/** A venue's statement of one account. Fills it may not have told yet come as `venue_fills` before it. */
export const accountRaw = z.object({
  venue: z.string(),
  account: zAccountId,
  statementId: z.string(),
  queryId: z.string().optional(),
  balances: z.array(z.object({ currency: zCurrency, amount: zMoney })),
  positions: z.array(z.object({ instrument: zInstrumentId, quantity: zQuantity })),
  openOrders: z.array(z.object({ orderId: zOrderId, instrument: zInstrumentId, filled: zQuantity, quantity: zQuantity })),
  /** Ids of the last trade, funding and settlement included, so that the ledger knows what it must have booked. */
  lastTradeId: z.string().optional(),
  venueAt: zEpochMs,
})
/** Funding settled by the venue. `amount` > 0 is paid by the account. */
export const venueFunding = z.object({
  venue: z.string(),
  account: zAccountId,
  fundingId: z.string(),
  instrument: zInstrumentId,
  rate: z.string(),
  mark: zBtcUsdc,
  quantity: zQuantity,
  amount: zMoney,
  currency: zCurrency,
  venueAt: zEpochMs,
})
/** An option delivered at expiry. `payout` in the settlement currency, >= 0 for a long; `quantity` is what was held (signed). */
export const venueSettlement = z.object({
  venue: z.string(),
  account: zAccountId,
  settlementId: z.string(),
  instrument: zInstrumentId,
  quantity: zQuantity,
  settlementIndex: zBtcUsdc,
  payout: zMoney,
  fee: zMoney,
  currency: zCurrency,
  /** How the index came about: the venue's own, or linear between two recorded values. */
  basis: z.enum(['venue', 'interpolated']),
  venueAt: zEpochMs,
})
/** Money in or out that is no result: deposit, withdrawal, loan draw. */
export const venueTransfer = z.object({
  venue: z.string(),
  account: zAccountId,
  transferId: z.string(),
  currency: zCurrency,
  amount: zMoney,
  reason: z.string(),
  venueAt: zEpochMs,
})
export type AccountRaw = z.output<typeof accountRaw>
export type VenueFunding = z.output<typeof venueFunding>
export type VenueSettlement = z.output<typeof venueSettlement>
export type VenueTransfer = z.output<typeof venueTransfer>

/** One balanced booking: the entries' amounts sum to zero per currency. */
export interface Posting {
  readonly account: AccountId
  readonly kind: 'opening' | 'transfer' | 'trade' | 'fee' | 'funding' | 'premium' | 'payout' | 'conversion' | 'rounding'
  readonly reference: string
  readonly entries: readonly { readonly ledgerAccount: string; readonly currency: Currency; readonly amount: Money }[]
  /** The index the coin amounts were exchanged or carried at, and when it was true. */
  readonly rate?: { readonly price: BtcUsdc; readonly at: EpochMs } | undefined
  /** The perpetual a funding payment was for. */
  readonly instrument?: InstrumentId | undefined
  /** From a fill that no order of ours explains: adopted, for an alarm. */
  readonly external?: boolean | undefined
}
export interface PositionState {
  readonly account: AccountId
  readonly book: Book
  readonly instrument: InstrumentId
  /** Signed: long positive. */
  readonly quantity: Quantity
  /** Average entry in the instrument's quote, absent when flat. For screens; the cost is the truth. */
  readonly averageEntry: string | undefined
  readonly realised: Money
  readonly currency: Currency
}
export interface HedgeWorth {
  readonly instrument: InstrumentId
  readonly quantity: Quantity
  readonly close: Money<'USDC'>
}
/** What an account is worth now, in USDC. */
export interface AccountValue {
  readonly account: AccountId
  /** Bid for what is held, ask for what is owed. */
  readonly equityClose: Money<'USDC'>
  readonly equityMark: Money<'USDC'>
  /** Interval where marks are stale; equal to the close value otherwise. */
  readonly equityLow: Money<'USDC'>
  readonly equityHigh: Money<'USDC'>
  readonly cash: Money<'USDC'>
  /** Unrealised result of the client book at mark. */
  readonly positionPnl: Money<'USDC'>
  /** The same at the conservative close: equity at the close = cash + this + hedges at the close. Absent in values of older sessions. */
  readonly positionPnlClose?: Money<'USDC'> | undefined
  /** Hedges at conservative close and at mark. */
  readonly hedgeClose: Money<'USDC'>
  readonly hedgeMark: Money<'USDC'>
  /** Each hedge held, at conservative close; absent where none is held. What was never priced is left out. */
  readonly hedges?: readonly HedgeWorth[] | undefined
  readonly realised: Money<'USDC'>
  readonly unrealised: Money<'USDC'>
  readonly fees: Money<'USDC'>
  /** Account sign: negative when paid. */
  readonly funding: Money<'USDC'>
  readonly premiumPaid: Money<'USDC'>
  readonly payout: Money<'USDC'>
  /** What the coin held has gained or lost in USDC since it came in; equity change = realised + unrealised - fees + funding + this. */
  readonly currencyResult?: Money<'USDC'> | undefined
  readonly initialMargin: Money<'USDC'>
  readonly maintenanceMargin: Money<'USDC'>
  readonly index: BtcUsdc
  readonly staleMarks: readonly InstrumentId[]
  /** Held, but no price was ever seen: equity leaves it out and says so. */
  readonly missingPositions: readonly InstrumentId[]
}
/** The addend of equity at the close: PnL at the mark beside a hedge at its bid would count half a spread that nobody pays. */
export function closePnlOf({ positionPnlClose, positionPnl }: Pick<AccountValue, 'positionPnl' | 'positionPnlClose'>): Money<'USDC'> {
  return positionPnlClose ?? positionPnl
}

/** The same account without covers. */
export interface TwinValue {
  readonly account: AccountId
  readonly equity: Money<'USDC'>
  readonly liquidatedAt: EpochMs | undefined
}
/** A delivery told under a second id: not booked until the venue's statement says whether it was paid twice or told twice. */
export interface DoubtfulSettlement {
  readonly account: AccountId
  readonly venue: string
  readonly settlementId: string
  /** Of the delivery of the same option that is booked. */
  readonly firstId: string
  readonly instrument: InstrumentId
  readonly state: 'held' | 'booked' | 'dismissed'
  /** What booking it moves on the cash account: payout less fee. */
  readonly currency: Currency
  readonly amount: Money
  /** The statement that resolved it. */
  readonly statementId?: string | undefined
  readonly explanation: Explanation
}
/** Books against the venue's statement. */
export interface Reconciliation {
  readonly account: AccountId
  readonly statementId: string
  readonly state: 'matched' | 'differs'
  readonly differences: readonly { readonly what: string; readonly ours: string; readonly venues: string }[]
}
