/**
 * The bridge from what was put in to what is there (V-02): equity change = realised + unrealised - fees - funding + currency result.
 * The two sides come from different books: equity from cash balances and prices, the terms from the results as they were booked. The
 * residual is exact and zero; anything else is a booking that is missing or wrong. Undefined before the first index.
 */
import { Money } from '#units/money.ts'
import type { AccountId } from '#domain/order.ts'
import type { EpochMs } from '#units/time.ts'
import { accountValue } from './account-value.ts'
import type { BooksConfig } from './books.ts'
import type { BooksState } from './books-state.ts'

export interface Bridge {
  /** Opening balance and transfers, coin at the index of its day. */
  readonly contributed: Money<'USDC'>
  readonly equityMark: Money<'USDC'>
  readonly change: Money<'USDC'>
  readonly realised: Money<'USDC'>
  readonly unrealised: Money<'USDC'>
  readonly fees: Money<'USDC'>
  /** Positive when paid (C-57). */
  readonly fundingPaid: Money<'USDC'>
  readonly currencyResult: Money<'USDC'>
  readonly residual: Money<'USDC'>
}

export function bridge(state: BooksState, account: AccountId, at: EpochMs, config: BooksConfig): Bridge | undefined {
  const books = state.accounts.get(account)
  const value = books === undefined ? undefined : accountValue(books, state.prices, at, config)
  if (books === undefined || value === undefined) return undefined
  const contributed = new Money<'USDC'>(books.totals.contributed)
  const change = value.equityMark.minus(contributed)
  const { realised, unrealised, fees } = value
  const fundingPaid = value.funding.negated()
  const currencyResult = value.currencyResult ?? new Money<'USDC'>(0n)
  const explained = realised.plus(unrealised).minus(fees).minus(fundingPaid).plus(currencyResult)
  return {
    contributed,
    equityMark: value.equityMark,
    change,
    realised,
    unrealised,
    fees,
    fundingPaid,
    currencyResult,
    residual: change.minus(explained),
  }
}
