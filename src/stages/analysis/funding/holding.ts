/**
 * What one account holds of one perpetual, and when its next funding should be booked: at the first due instant after the last booking, the
 * start of the holding, or the last due instant at which nothing was owed, whichever is latest; as late after its hour as the last
 * booking was, so that a venue that books some seconds late is not chased. An instant that fell due under an old interval stays due when
 * the interval changes after it. Quantities in units of 1e-18, all books together: that is what the venue charges.
 */
import { nextFundingAt } from '#domain/funding.ts'
import type { FundingSide } from '#domain/funding.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId, Book } from '#domain/order.ts'
import type { FundingRate } from '#topics/market.ts'
import type { Currency, Money } from '#units/money.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'

export interface Holding {
  readonly account: AccountId
  readonly instrument: InstrumentId
  readonly books: Map<Book, bigint>
  quantity: bigint
  since: EpochMs | undefined
  lastAt: EpochMs | undefined
  /** How long after its due instant the last booking was stamped. */
  lateMs: number
  lastPaid: { readonly amount: Money; readonly currency: Currency } | undefined
  /** As told last. */
  side: FundingSide
  expectedAt: EpochMs | undefined
}
/** The rate of one perpetual and the intervals it was charged in. */
export interface Charged {
  readonly rate: FundingRate
  /** The interval before this one and when it ended; absent before the first change. */
  readonly before: { readonly intervalMs: DurationMs; readonly until: EpochMs } | undefined
  /** The last due instant beside which the rate was nothing: a venue books none then. */
  readonly nothingAt: EpochMs | undefined
}

/** Venues state a rate to eight places. */
const NOTHING = 5e-9

export function newHolding(account: AccountId, instrument: InstrumentId): Holding {
  return {
    account,
    instrument,
    books: new Map(),
    quantity: 0n,
    since: undefined,
    lastAt: undefined,
    lateMs: 0,
    lastPaid: undefined,
    side: 'none',
    expectedAt: undefined,
  }
}

export function hold(holding: Holding, book: Book, quantity: bigint, at: EpochMs): void {
  holding.books.set(book, quantity)
  let net = 0n
  for (const part of holding.books.values()) net += part
  if (net === 0n) holding.since = undefined
  else if (holding.quantity === 0n) holding.since = at
  holding.quantity = net
}

export function book(holding: Holding, at: EpochMs, paid: Holding['lastPaid'], charged: Charged | undefined): void {
  holding.lastAt = at
  holding.lastPaid = paid
  const before = charged?.before
  const intervalMs = before !== undefined && at < before.until ? before.intervalMs : charged?.rate.fundingIntervalMs
  holding.lateMs = intervalMs === undefined ? 0 : at % intervalMs
}

export function expectedAt({ quantity, since, lastAt, lateMs }: Holding, charged: Charged): EpochMs | undefined {
  const { fundingIntervalMs: intervalMs } = charged.rate
  if (quantity === 0n || since === undefined || intervalMs === undefined) return undefined
  const from = Math.max(since, lastAt ?? 0, charged.nothingAt ?? 0) as EpochMs
  const due = dueAfter(from, intervalMs, charged.before)
  return (from === lastAt ? due + lateMs : due) as EpochMs
}

function dueAfter(from: EpochMs, intervalMs: DurationMs, before: Charged['before']): EpochMs {
  if (before === undefined || from >= before.until) return nextFundingAt(from, intervalMs)
  const due = nextFundingAt(from, before.intervalMs)
  return due <= before.until ? due : nextFundingAt(before.until, intervalMs)
}

/** The next rate of an instrument, after what was known of it. */
export function chargedFrom(known: Charged | undefined, rate: FundingRate): Charged {
  if (known === undefined) return { rate, before: undefined, nothingAt: undefined }
  const was = known.rate.fundingIntervalMs
  const changed = was !== undefined && rate.fundingIntervalMs !== undefined && was !== rate.fundingIntervalMs
  return {
    rate,
    before: changed ? { intervalMs: was, until: rate.observedAt } : known.before,
    nothingAt: nothingSince(known.rate, rate) ?? known.nothingAt,
  }
}

/** The due instant between two rates, when either of them is nothing: which of the two was charged is not known. */
function nothingSince(before: FundingRate, now: FundingRate): EpochMs | undefined {
  const intervalMs = before.fundingIntervalMs
  if (intervalMs === undefined || !(isNothing(before) || isNothing(now))) return undefined
  const due = (Math.floor(now.observedAt / intervalMs) * intervalMs) as EpochMs
  return due > before.observedAt ? due : undefined
}

function isNothing({ fundingRate8h }: FundingRate): boolean {
  return Math.abs(fundingRate8h) < NOTHING
}
