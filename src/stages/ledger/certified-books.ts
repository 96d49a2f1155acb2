/**
 * The books of an account as a certificate reads them, kept from postings and position states alone: cash (with what the venue paid in advance
 * of the books taken out), coin, the contracts and what they cost, and how much funding and how many transfers came in so far. Nothing is taken
 * from a valuation: no price enters here. Units: counts of 1e-18.
 */
import { instrumentOf } from '#domain/catalogue.ts'
import type { CertificateInputs } from '#domain/certificate-record.ts'
import { statedBeyond } from '#domain/stated-positions.ts'
import type { StatedPart } from '#domain/stated-positions.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { Book, CoverageId } from '#domain/order.ts'
import { multiplyUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import type { PositionState, Posting } from '#topics/account.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import { CASH, FEES, FUNDING, NETTING, POSITION, RESULTS } from './chart.ts'

/** Of one option of a cover. */
interface CoverFlow {
  readonly coverageId: CoverageId
  readonly option: InstrumentId
  readonly flow: bigint
}
export interface CertifiedBooks {
  usdc: bigint
  coin: bigint
  /** Third currencies that are there: named, never valued. */
  readonly others: Map<string, bigint>
  /** Cost by ledger account (`position:<instrument>`), USDC. */
  readonly costs: Map<string, bigint>
  readonly held: Map<InstrumentId, Map<Book, bigint>>
  /** Account sign: negative when paid. */
  funding: bigint
  transferred: bigint
  transferredCoin: bigint
  /** Results less cost of the trades in contracts, fees included: with the change of their size at the index, what trading did to equity. */
  traded: bigint
  /** Premiums, payouts and fees of each option, in account sign. */
  readonly options: Map<InstrumentId, bigint>
  /** What the orders of each cover paid and brought, as their ends told it: two covers may be of one option, and postings do not know which. */
  readonly byCover: Map<string, CoverFlow>
  /** Whose fee comes next: it follows its fact under the same reference. */
  last: { readonly reference: string; readonly option: InstrumentId | undefined } | undefined
}
/** The books at the moment a floor was quoted from them. */
export interface QuotedBooks {
  /** Cash less the cost of the contracts. */
  readonly usdc: bigint
  /** Contracts and coin: what moves with the index. */
  readonly moving: bigint
  readonly funding: bigint
  readonly transferred: bigint
  readonly transferredCoin: bigint
  readonly contracts: bigint
  readonly protectable: bigint
  readonly traded: bigint
  readonly options: ReadonlyMap<InstrumentId, bigint>
  readonly byCover: CertifiedBooks['byCover']
  /** What is stated beyond them had lost, at the index of the promise. */
  readonly stated: bigint
}

export function noBooks(): CertifiedBooks {
  const sums = { usdc: 0n, coin: 0n, funding: 0n, transferred: 0n, transferredCoin: 0n, traded: 0n }
  return { ...sums, others: new Map(), costs: new Map(), held: new Map(), options: new Map(), byCover: new Map(), last: undefined }
}

export function takePosting(books: CertifiedBooks, posting: Posting): void {
  const { kind, entries } = posting
  takePurpose(books, posting)
  for (const { ledgerAccount, currency, amount } of entries) {
    const { units } = amount
    if (ledgerAccount === CASH) takeCash(books, kind, currency, units)
    else if (ledgerAccount === FUNDING && currency === 'USDC') books.funding -= units
    else if (ledgerAccount.startsWith(NETTING) && currency === 'USDC') books.usdc += units
    else if (ledgerAccount.startsWith(POSITION) && currency === 'USDC')
      books.costs.set(ledgerAccount, (books.costs.get(ledgerAccount) ?? 0n) + units)
  }
}

/** What a posting was for; the entries that carry cost and result say its amount, whatever way the cash went. */
function takePurpose(books: CertifiedBooks, { kind, reference, entries }: Posting): void {
  let flow = 0n
  for (const { ledgerAccount, currency, amount } of entries) if (currency === 'USDC' && isOutcome(ledgerAccount)) flow -= amount.units
  if (kind === 'trade') {
    books.traded += flow
    books.last = { reference, option: undefined }
  } else if (kind === 'premium' || kind === 'payout') {
    const position = entries.find(({ ledgerAccount }) => ledgerAccount.startsWith(POSITION))
    const option = (position?.ledgerAccount.slice(POSITION.length) ?? '') as InstrumentId
    books.options.set(option, (books.options.get(option) ?? 0n) + flow)
    books.last = { reference, option }
  } else if (kind === 'fee' && books.last?.reference === reference) {
    const { option } = books.last
    if (option === undefined) books.traded += flow
    else books.options.set(option, (books.options.get(option) ?? 0n) + flow)
  }
}

/** Nobody's but the cover's own: what else was booked in its option stays unexplained. */
export function takeConfirmation({ byCover }: CertifiedBooks, confirmation: TradeConfirmation): void {
  const { coverageId, instrument, side, notionalUsdc, feesUsdc } = confirmation
  if (coverageId === undefined || notionalUsdc === undefined) return
  const paid = side === 'buy' ? -notionalUsdc.units : notionalUsdc.units
  const key = `${coverageId} ${instrument}`
  const flow = (byCover.get(key)?.flow ?? 0n) + paid - (feesUsdc?.units ?? 0n)
  byCover.set(key, { coverageId, option: instrument, flow })
}

/** No floor refers to them any more. */
export function forgetFlows({ options, byCover }: CertifiedBooks): void {
  options.clear()
  byCover.clear()
}

function isOutcome(ledgerAccount: string): boolean {
  return ledgerAccount === RESULTS || ledgerAccount === FEES || ledgerAccount.startsWith(POSITION)
}

function takeCash(books: CertifiedBooks, kind: Posting['kind'], currency: string, units: bigint): void {
  if (currency === 'USDC') books.usdc += units
  else if (currency === 'BTC') books.coin += units
  else books.others.set(currency, (books.others.get(currency) ?? 0n) + units)
  if (kind !== 'transfer') return
  if (currency === 'USDC') books.transferred += units
  if (currency === 'BTC') books.transferredCoin += units
}

export function takePosition(books: CertifiedBooks, { book, instrument, quantity }: PositionState): void {
  const sizes = books.held.get(instrument) ?? new Map<Book, bigint>()
  if (quantity.isZero()) sizes.delete(book)
  else sizes.set(book, quantity.units)
  if (sizes.size === 0) books.held.delete(instrument)
  else books.held.set(instrument, sizes)
}

/** What a certificate lists of them. Spot counts as the coin it is; its cost is spent and no part of any worth to come. */
export function booksRead(books: CertifiedBooks, legs: ReadonlySet<InstrumentId>): CertificateInputs['books'] {
  let [contracts, cost, coin, protectable] = [0n, 0n, books.coin, 0n]
  const leftOut: string[] = [...books.others].filter(([, units]) => units !== 0n).map(([currency]) => currency)
  for (const [id, sizes] of books.held) {
    const found = instrumentOf(id)
    const size = [...sizes.values()].reduce((sum, units) => sum + units, 0n)
    const kind = found.ok ? found.value.kind : undefined
    if (kind === 'linear-perpetual') {
      contracts += size
      cost += books.costs.get(POSITION + id) ?? 0n
      protectable += sizes.get('client') ?? 0n
    } else if (kind === 'spot') coin += size
    else if (!legs.has(id)) leftOut.push(id)
  }
  return {
    cash: new Money<'USDC'>(books.usdc),
    coin: new Money<'BTC'>(coin),
    contracts: new Quantity<'BTC'>(contracts),
    cost: new Money<'USDC'>(cost),
    protectable: new Quantity<'BTC'>(protectable),
    leftOut,
  }
}

export function quotedBooks(books: CertifiedBooks, stated: readonly StatedPart[], index: BtcUsdc): QuotedBooks {
  const { cash, coin, contracts, cost, protectable } = booksRead(books, new Set())
  const { funding, transferred, transferredCoin, traded } = books
  return {
    usdc: cash.units - cost.units,
    moving: contracts.units + coin.units,
    funding,
    transferred,
    transferredCoin,
    contracts: contracts.units,
    protectable: protectable.units,
    traded,
    options: new Map(books.options),
    byCover: new Map(books.byCover),
    stated: statedBeyond(stated, protectable.units, index).result.units,
  }
}

/** Equity the floor rests on less these books, and what is stated beyond them, at the index it was quoted at: closing prices away from the index, doubtful marks, other hedges. */
export function basisOf({ usdc, moving, stated }: QuotedBooks, index: BtcUsdc, equityBefore: Money<'USDC'>): Money<'USDC'> {
  return new Money<'USDC'>(equityBefore.units - stated - usdc - multiplyUnits(moving, index.units, 'floor'))
}

/** `own`: the cover's options, and those whose sale its floor counts, with those two covers; others of the same options are others. */
export function flowsSince(
  books: CertifiedBooks,
  quoted: QuotedBooks,
  index: BtcUsdc,
  own: { readonly options: ReadonlySet<InstrumentId>; readonly covers: ReadonlySet<CoverageId> },
): Omit<CertificateInputs['since'], 'basis'> {
  const coin = multiplyUnits(books.transferredCoin - quoted.transferredCoin, index.units, 'floor')
  const { contracts } = booksRead(books, own.options)
  const resized = multiplyUnits(contracts.units - quoted.contracts, index.units, 'floor')
  let otherCovers = 0n
  for (const [option, flow] of books.options) if (!own.options.has(option)) otherCovers += flow - (quoted.options.get(option) ?? 0n)
  for (const [key, { coverageId, option, flow }] of books.byCover)
    if (own.options.has(option) && !own.covers.has(coverageId)) otherCovers += flow - (quoted.byCover.get(key)?.flow ?? 0n)
  return {
    funding: new Money<'USDC'>(books.funding - quoted.funding),
    transfers: new Money<'USDC'>(books.transferred - quoted.transferred + coin),
    trading: new Money<'USDC'>(books.traded - quoted.traded + resized),
    otherCovers: new Money<'USDC'>(otherCovers),
  }
}
