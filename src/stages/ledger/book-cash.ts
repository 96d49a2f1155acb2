/**
 * The venue's other words on money: opening statement, transfer, funding, delivery of an option. Signs as the venue gives them: funding
 * paid and fees positive, transfers and payouts positive when received. Funding names no index, so coin is exchanged at its mark.
 * A payout is cash and is booked whole; of the position only what we hold is closed, and what then differs is reconciliation's to name.
 */
import { multiplyUnits, scaleUnits } from '#units/exact.ts'
import type { Currency } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { AccountRaw, Posting, VenueFunding, VenueSettlement, VenueTransfer } from '#topics/account.ts'
import type { AccountBooks, Held } from './account-books.ts'
import { bookFee, countCoin, countRealised, usdcOrCarried } from './book-fill.ts'
import { balanceOf, CASH, entry, EXTERNAL, FUNDING, post, postingOf, RESULTS, transferOf } from './chart.ts'
import type { Entry } from './chart.ts'
import { bookFlow, carriedIn, usdcWorth } from './flow.ts'

/** Balances as stated, less what was booked before the statement: fills told earlier are in it. Always posted, also when empty. */
export function bookOpening(books: AccountBooks, statement: AccountRaw, index: BtcUsdc | undefined): Posting {
  const entries: Entry[] = []
  for (const { currency, amount } of statement.balances) {
    const units = amount.units - balanceOf(books.balances, CASH, currency)
    entries.push(...transferOf(CASH, EXTERNAL, currency, units))
    contribute(books, currency, units, index)
  }
  post(books.balances, entries)
  books.openedAt = statement.venueAt
  return postingOf(books.account, 'opening', statement.statementId, entries)
}

export function bookTransfer(books: AccountBooks, transfer: VenueTransfer, index: BtcUsdc | undefined): Posting {
  const entries = transferOf(CASH, EXTERNAL, transfer.currency, transfer.amount.units)
  post(books.balances, entries)
  contribute(books, transfer.currency, transfer.amount.units, index)
  return postingOf(books.account, 'transfer', transfer.transferId, entries)
}

function contribute(books: AccountBooks, currency: Currency, units: bigint, index: BtcUsdc | undefined): void {
  if (currency === 'USDC') books.totals.contributed += units
  if (currency !== 'BTC') return
  books.coinUncarried += units
  if (index !== undefined) carryCoin(books, index)
}

/** Coin given before an index was known enters at the first one. */
export function carryCoin(books: AccountBooks, index: BtcUsdc): void {
  const worth = multiplyUnits(books.coinUncarried, index.units)
  books.totals.contributed += worth
  books.totals.coinCarried += worth
  books.coinUncarried = 0n
}

/** Positions in the same instrument share a payment by size; the last takes what rounding leaves. */
export function bookFunding(books: AccountBooks, funding: VenueFunding, positions: readonly Held[]): readonly Posting[] {
  const { currency, mark, amount } = funding
  const flow = { kind: 'funding', reference: funding.fundingId, currency, units: -amount.units, rate: mark, at: funding.venueAt } as const
  const paid = usdcWorth(currency, amount.units, mark)
  books.totals.fundingPaid += paid
  countCoin(books, currency, -paid)
  const shares = sharesOf(paid, positions)
  positions.forEach((held, i) => (held.fundingPaid += shares[i] ?? 0n))
  const cost = entry(FUNDING, carriedIn(books, currency), usdcOrCarried(books, flow, amount.units))
  return bookFlow(books, flow, [cost]).map((posting) =>
    posting.kind === 'funding' ? { ...posting, instrument: funding.instrument } : posting,
  )
}

export function bookSettlement(books: AccountBooks, told: VenueSettlement, positions: readonly Held[]): readonly Posting[] {
  const { currency, settlementIndex: rate } = told
  const flow = { kind: 'payout', reference: told.settlementId, currency, units: told.payout.units, rate, at: told.venueAt } as const
  const received = usdcOrCarried(books, flow, told.payout.units)
  const carried = carriedIn(books, currency)
  const shares = sharesOf(received, positions)
  let unassigned = received
  const against: Entry[] = []
  positions.forEach((held, i) => {
    const share = shares[i] ?? 0n
    unassigned -= share
    against.push(...close(books, held, share, told))
  })
  if (unassigned !== 0n) {
    against.push(entry(RESULTS, carried, -unassigned))
    books.totals.realised += usdcWorth(carried, unassigned, rate)
    countCoin(books, currency, usdcWorth(carried, unassigned, rate))
  }
  const payout = bookFlow(books, flow, against)
  books.totals.payout += usdcWorth(currency, told.payout.units, rate)
  return [...payout, ...bookFee(books, positions[0], { ...flow, kind: 'fee', units: -told.fee.units })]
}

/** Closes what is held against its share of the payout. */
function close(books: AccountBooks, held: Held, share: bigint, told: VenueSettlement): readonly Entry[] {
  const told_ = told.quantity.units
  const covers = told_ > 0n === held.quantity > 0n ? smallerSize(told_, held.quantity) : 0n
  const released = covers === held.quantity ? held.cost : scaleUnits(held.cost, covers, held.quantity)
  held.quantity -= covers
  held.cost -= released
  const realised = share - released
  countRealised(books, held, realised, usdcWorth(held.currency, realised, told.settlementIndex))
  return [entry(held.ledgerAccount, held.currency, -released), entry(RESULTS, held.currency, -realised)]
}

function smallerSize(a: bigint, b: bigint): bigint {
  return (a < 0n ? -a : a) < (b < 0n ? -b : b) ? a : b
}

function sharesOf(amount: bigint, positions: readonly Held[]): readonly bigint[] {
  const whole = positions.reduce((sum, { quantity }) => sum + quantity, 0n)
  if (whole === 0n) return positions.map(() => 0n)
  let left = amount
  return positions.map(({ quantity }, i) => {
    const share = i === positions.length - 1 ? left : scaleUnits(amount, quantity, whole)
    left -= share
    return share
  })
}
