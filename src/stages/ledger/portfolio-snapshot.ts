/**
 * Point-in-time valuation of one account in the documents' shape (V-01, C-03, C-04, C-57). Names map one to one: totalEquity =
 * total_equity_usd, cash = cash_balance, positionsValue = positions_value, realised = realized_pnl, unrealised = unrealized_pnl,
 * fundingPnl = funding_pnl (account sign), fees = fees_paid, marginUsed, marginAvailable = cash - margin used, staleMarks,
 * missingPositions; per position notional = notional_value, fundingPaid positive when paid. `equityAvailable` is equity - margin used.
 * View `full` books a perpetual as if its whole notional were paid (cash + clearing), `margin` as the venue does; equity is the
 * same in both. Money as decimal strings; leverage and utilisation are ratios to equity, absent when equity is not positive.
 */
import { divideUnits, formatUnits, multiplyUnits } from '#units/exact.ts'
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { AccountId } from '#domain/order.ts'
import type { EpochMs } from '#units/time.ts'
import { accountValue, currentValue } from './account-value.ts'
import { isCoinSettled, isPaidFor } from './account-books.ts'
import type { Held, Valued } from './account-books.ts'
import type { BooksConfig } from './books.ts'
import type { BooksState } from './books-state.ts'
import { averageEntry } from './position-state.ts'
import { costInUsdc, notionalOf } from './valuation.ts'

export type CashView = 'full' | 'margin'
export interface SnapshotPosition {
  readonly instrument: string
  readonly book: string
  readonly side: 'long' | 'short'
  readonly quantity: string
  /** Of one unit, in USDC: of a coin-quoted option at the index. */
  readonly markPriceUsdc: string | null
  /** As the venue quotes it, where that is in coin. */
  readonly markPriceCoin: string | null
  readonly notional: string | null
  readonly unrealised: string
  readonly realised: string
  readonly fundingPaid: string
  /** What a unit cost, in USDC: a coin premium at the index it was paid at. */
  readonly averageEntryUsdc: string | null
  readonly isStale: boolean
}
export interface PortfolioSnapshot {
  readonly timestamp: string
  readonly totalEquity: string
  readonly equityClose: string
  readonly equityLow: string
  readonly equityHigh: string
  readonly cash: string
  readonly positionsValue: string
  readonly realised: string
  readonly unrealised: string
  readonly fundingPnl: string
  readonly fees: string
  readonly positions: readonly SnapshotPosition[]
  readonly leverage: string | null
  readonly marginUsed: string
  readonly marginAvailable: string
  readonly equityAvailable: string
  readonly marginUtilisation: string | null
  readonly staleMarks: readonly string[]
  readonly missingPositions: readonly string[]
}

export function snapshotOf(
  state: BooksState,
  { account, at, view }: { readonly account: AccountId; readonly at: EpochMs; readonly view: CashView },
  config: BooksConfig,
): PortfolioSnapshot | undefined {
  const books = state.accounts.get(account)
  const value = books === undefined ? undefined : accountValue(books, state.prices, at, config)
  const index = state.prices.index
  if (books === undefined || value === undefined || index === undefined) return undefined
  const rate = value.index.units
  const held = [...books.positions.values()].filter(({ quantity }) => quantity !== 0n)
  const equity = value.equityMark.units
  const cash = view === 'margin' ? value.cash.units : value.cash.units - unpaidCost(held, rate)
  const notional = held.reduce((sum, one) => sum + (notionalAtMark(state, one, rate) ?? 0n), 0n)
  const used = value.initialMargin.units
  return {
    timestamp: isoFromEpochMs(at),
    totalEquity: formatUnits(equity),
    equityClose: value.equityClose.toString(),
    equityLow: value.equityLow.toString(),
    equityHigh: value.equityHigh.toString(),
    cash: formatUnits(cash),
    positionsValue: formatUnits(equity - cash),
    realised: value.realised.toString(),
    unrealised: value.unrealised.toString(),
    fundingPnl: value.funding.toString(),
    fees: value.fees.toString(),
    positions: held.map((one) => position(state, one, rate, currentValue(one, state.prices, index, at, config))),
    leverage: equity > 0n ? formatUnits(divideUnits(notional, equity)) : null,
    marginUsed: formatUnits(used),
    marginAvailable: formatUnits(cash - used),
    equityAvailable: formatUnits(equity - used),
    marginUtilisation: equity > 0n ? formatUnits(divideUnits(used, equity)) : null,
    staleMarks: value.staleMarks,
    missingPositions: value.missingPositions,
  }
}

function unpaidCost(held: readonly Held[], rate: bigint): bigint {
  return held.reduce((sum, one) => (isPaidFor(one.instrument) ? sum : sum + costInUsdc(one, rate)), 0n)
}

function position(state: BooksState, held: Held, rate: bigint, valued: Valued): SnapshotPosition {
  const mark = state.prices.quoted.get(held.instrument.id)?.mark?.units
  const inCoin = isQuotedInCoin(held)
  const inUsdc = mark !== undefined && inCoin ? multiplyUnits(mark, rate) : mark
  const notional = notionalAtMark(state, held, rate)
  const { unrealised, stale } = valued
  return {
    instrument: held.instrument.id,
    book: held.book,
    side: held.quantity > 0n ? 'long' : 'short',
    quantity: formatUnits(held.quantity < 0n ? -held.quantity : held.quantity),
    markPriceUsdc: inUsdc === undefined ? null : formatUnits(inUsdc),
    markPriceCoin: mark === undefined || !inCoin ? null : formatUnits(mark),
    notional: notional === undefined ? null : formatUnits(notional),
    unrealised: formatUnits(unrealised),
    realised: formatUnits(held.realisedUsdc),
    fundingPaid: formatUnits(held.fundingPaid),
    averageEntryUsdc: averageEntry(held) ?? null,
    isStale: stale,
  }
}

/** At its own mark; an option counts its premium at the index. */
function notionalAtMark(state: BooksState, held: Held, rate: bigint): bigint | undefined {
  const mark = state.prices.quoted.get(held.instrument.id)?.mark?.units
  if (mark === undefined) return undefined
  const notional = notionalOf(held, mark)
  return isQuotedInCoin(held) ? multiplyUnits(notional, rate) : notional
}

function isQuotedInCoin({ instrument }: Held): boolean {
  return instrument.kind === 'option' && isCoinSettled(instrument)
}
