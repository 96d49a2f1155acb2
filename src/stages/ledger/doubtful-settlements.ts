/**
 * A delivery told under a second id (F-A01, F-V19, P-14). An option is delivered once; a venue that tells it again under another id either paid twice
 * or named one payment twice, and the message alone does not say which. So the second is held: not booked, alarmed, and resolved by the venue's own
 * statement as reconciliation judges it:
 *   the books agree with it as they are                           told twice: `dismissed`
 *   they differ by exactly what the held would have moved         paid twice: `booked`
 * Anything else leaves it held, and the difference is reconciliation's to name. What was dismissed may still be booked by a later statement, since
 * a venue may pay late. A delivery is a second one where one of the same option is booked already and what is still held does not carry it; two
 * deliveries of two parts of a position are none. Units 1e-18 of the settlement currency, as the books carry it; agreement within a cent or
 * 1e-8 coin, which is what reconciliation has where it is not configured otherwise.
 */
import { forgetOldest } from '#base/horizon.ts'
import { explain } from '#domain/explanation.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { parseUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import type { DoubtfulSettlement, Reconciliation, VenueSettlement } from '#topics/account.ts'
import type { AccountBooks, Held } from './account-books.ts'
import { carriedIn, isExchanged, usdcWorth } from './flow.ts'

export interface Doubt {
  readonly told: VenueSettlement
  /** Of the delivery that is booked. */
  readonly firstId: string
  state: 'held' | 'dismissed'
}
/** Of each: options delivered long ago are not told again. */
const KEPT_MAX = 1000
const CENT = 10n ** 16n
const SATOSHI = 10n ** 10n

/** Held where it is a second one; undefined where it is to be booked, which is remembered. */
export function holdIfSecond(
  books: AccountBooks,
  told: VenueSettlement,
  positions: readonly Held[],
  seq: number,
): DoubtfulSettlement | undefined {
  const settled = (books.settled ??= new Map<InstrumentId, string>())
  const firstId = settled.get(told.instrument)
  if (firstId === undefined || carries(positions, told.quantity.units)) {
    settled.set(told.instrument, firstId ?? told.settlementId)
    forgetOldest(settled, KEPT_MAX)
    return undefined
  }
  const doubt: Doubt = { told, firstId, state: 'held' }
  const doubtful = (books.doubtful ??= new Map<string, Doubt>())
  doubtful.set(told.settlementId, doubt)
  forgetOldest(doubtful, KEPT_MAX)
  return telling(books, doubt, 'held', undefined, seq)
}

function carries(positions: readonly Held[], told: bigint): boolean {
  const held = positions.reduce((sum, { quantity }) => sum + quantity, 0n)
  return told > 0n ? held >= told : told < 0n && held <= told
}

export interface Resolved {
  readonly told: readonly DoubtfulSettlement[]
  /** To be booked now. */
  readonly paid: readonly VenueSettlement[]
}

/** What a statement, as reconciliation judged it, says of the deliveries in doubt: all of them, or one. */
export function resolve(books: AccountBooks, verdict: Reconciliation, seq: number): Resolved | undefined {
  const { doubtful } = books
  if (doubtful === undefined || doubtful.size === 0) return undefined
  const doubts = [...doubtful.values()]
  if (verdict.state === 'matched') {
    const held = doubts.filter(({ state }) => state === 'held')
    for (const doubt of held) doubt.state = 'dismissed'
    return { told: held.map((doubt) => telling(books, doubt, 'dismissed', verdict, seq)), paid: [] }
  }
  const held = doubts.filter(({ state }) => state === 'held')
  const paid = [held, ...doubts.map((doubt) => [doubt])].find((some) => some.length > 0 && explains(books, some, verdict))
  if (paid === undefined) return undefined
  for (const { told } of paid) doubtful.delete(told.settlementId)
  return { told: paid.map((doubt) => telling(books, doubt, 'booked', verdict, seq)), paid: paid.map(({ told }) => told) }
}

/** The one difference of money is theirs, and no other is named but that their entries are missing. */
function explains(books: AccountBooks, doubts: readonly Doubt[], { differences }: Reconciliation): boolean {
  const [currency] = doubts.map(({ told }) => carriedIn(books, told.currency))
  const ids = new Set(doubts.map(({ told }) => `entry ${told.settlementId}`))
  const rest = differences.filter(({ what }) => !ids.has(what))
  const [only] = rest
  if (currency === undefined || only?.what !== `balance ${currency}` || rest.length > 1) return false
  const [ours, venues] = [parseUnits(only.ours), parseUnits(only.venues)]
  if (ours === undefined || venues === undefined) return false
  const off = venues - ours - doubts.reduce((sum, { told }) => sum + movedBy(books, told), 0n)
  return (off < 0n ? -off : off) <= (currency === 'BTC' ? SATOSHI : CENT)
}

/** What booking it would move on the cash account, payout less fee. */
function movedBy(books: AccountBooks, { currency, payout, fee, settlementIndex }: VenueSettlement): bigint {
  const net = payout.units - fee.units
  return isExchanged(books, currency) ? usdcWorth(currency, net, settlementIndex) : net
}

function telling(
  books: AccountBooks,
  { told, firstId }: Doubt,
  state: DoubtfulSettlement['state'],
  verdict: Reconciliation | undefined,
  seq: number,
): DoubtfulSettlement {
  const { venue, settlementId, instrument } = told
  const currency = carriedIn(books, told.currency)
  const amount = new Money(movedBy(books, told))
  const refusal = {
    code: `settlement_${state}`,
    field: 'settlementId',
    seen: settlementId,
    limit: `one delivery of ${instrument}: ${firstId}`,
  }
  return {
    account: books.account,
    venue,
    settlementId,
    firstId,
    instrument,
    state,
    currency,
    amount,
    ...(verdict === undefined ? {} : { statementId: verdict.statementId }),
    explanation: explain('ledger/books', seq, refusal),
  }
}
