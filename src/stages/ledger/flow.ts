/**
 * A flow of money between the venue's cash and the books: posted as it fell due, or, for coin in an account without coin, exchanged at
 * the rate of its own instant, both amounts and the rate kept (DV-03). `units` has the sign of cash (received positive);
 * `against` are the other entries, which sum to what `worth` says. Rounding of an exchange: half-even at 1e-18.
 */
import { multiplyUnits } from '#units/exact.ts'
import type { Currency } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { EpochMs } from '#units/time.ts'
import type { Posting } from '#topics/account.ts'
import type { AccountBooks } from './account-books.ts'
import { CASH, CONVERSION, entry, post, transferOf } from './chart.ts'
import type { Entry, PostingKind } from './chart.ts'

export interface Flow {
  readonly kind: PostingKind
  readonly reference: string
  readonly currency: Currency
  readonly units: bigint
  /** USDC for one coin at the instant of the flow. */
  readonly rate: BtcUsdc
  readonly at: EpochMs
  readonly external?: boolean | undefined
}

export function isExchanged(books: AccountBooks, currency: Currency): boolean {
  return currency === 'BTC' && !books.holdsCoin
}

/** In which currency the books carry what falls due in `currency`. */
export function carriedIn(books: AccountBooks, currency: Currency): Currency {
  return isExchanged(books, currency) ? 'USDC' : currency
}

/** USDC worth at the rate; a third currency has none here and is reported as missing. */
export function usdcWorth(currency: Currency, units: bigint, rate: BtcUsdc): bigint {
  if (currency === 'BTC') return multiplyUnits(units, rate.units)
  return currency === 'USDC' ? units : 0n
}

export function bookFlow(books: AccountBooks, flow: Flow, against: readonly Entry[]): readonly Posting[] {
  const { kind, reference, currency, units } = flow
  if (!isExchanged(books, currency)) return [record(books, flow, kind, reference, [entry(CASH, currency, units), ...against])]
  const worth = usdcWorth(currency, units, flow.rate)
  const exchange = [...transferOf(CASH, CONVERSION, 'USDC', worth), ...transferOf(CONVERSION, CASH, 'BTC', units)]
  const settled = [...transferOf(CASH, CONVERSION, 'BTC', units), entry(CONVERSION, 'USDC', worth), ...against]
  if (units === 0n) return [record(books, flow, kind, reference, settled)]
  return [record(books, flow, 'conversion', reference, exchange), record(books, flow, kind, reference, settled)]
}

function record(books: AccountBooks, flow: Flow, kind: PostingKind, reference: string, entries: readonly Entry[]): Posting {
  const kept = entries.filter(({ amount }) => !amount.isZero())
  post(books.balances, kept)
  const posting = { account: books.account, kind, reference, entries: kept, rate: { price: flow.rate, at: flow.at } }
  return flow.external === true ? { ...posting, external: true } : posting
}
