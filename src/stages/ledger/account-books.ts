/**
 * State of the books of one account. Totals are USDC units (1e-18): what fell due in coin counts at the index of its own instant.
 * An account with `holdsCoin` settles coin in coin and revalues its balance; any other exchanges coin at the index the moment it
 * falls due, so its cash never holds coin that it was not given. Ids of what was booked are kept to a horizon (`idsMax`), the
 * oldest forgotten first; what the venue dates no later than a forgotten id, or before the opening statement, is not booked again.
 */
import { forgetOldest } from '#base/horizon.ts'
import type { Instrument, InstrumentId } from '#domain/instrument.ts'
import type { AccountId, Book } from '#domain/order.ts'
import type { Contract } from '#domain/position.ts'
import type { EpochMs } from '#units/time.ts'
import type { Calm } from './calm.ts'
import { POSITION } from './chart.ts'
import type { Balances } from './chart.ts'
import type { Doubt } from './doubtful-settlements.ts'
import type { NetPosition } from './netting.ts'
import type { RecentTrade } from './trade-order.ts'

export type ResultCurrency = 'USDC' | 'BTC'

export interface Held {
  readonly book: Book
  readonly instrument: Instrument
  /** Name of the ledger account that carries the cost. */
  readonly ledgerAccount: string
  /** Of cost and realised result. */
  readonly currency: ResultCurrency
  quantity: bigint
  /** Units of 1e-18: what the ledger account carries. */
  cost: bigint
  /** The cost of a contract with its guard digits, from which `cost` is rounded. */
  guardedCost: bigint
  /** The last trades of a contract, in the venue's order. */
  readonly recent: RecentTrade[]
  realised: bigint
  realisedUsdc: bigint
  fees: bigint
  fundingPaid: bigint
  /** Venue setting of the order that last said one, in units. */
  leverage: bigint
  /** From an opening statement, before any price was seen: its cost is not known yet. */
  unpriced: boolean
  /** As last told: kept from that price, fill or change of the index; undefined when it must be made anew. */
  valued: Valued | undefined
  /** A price came since, and was held back: `valued` is what was told, not what is. */
  hasMoved: boolean
}

/** A position in USDC units. `close` and `mark` are its share of equity: profit of a contract, worth of what is paid for. */
export interface Valued {
  readonly close: bigint
  readonly mark: bigint
  readonly unrealised: bigint
  readonly initial: bigint
  readonly maintenance: bigint
  readonly missing: boolean
  readonly stale: boolean
  /** Instant after which it must be made anew although no price came: a price ages, an option expires. */
  readonly validUntil: number
}

export interface Totals {
  /** Money that is no result: opening balance, deposits less withdrawals. */
  contributed: bigint
  realised: bigint
  fees: bigint
  fundingPaid: bigint
  premiumPaid: bigint
  payout: bigint
  /** USDC worth, at the index of their day, of the coin flows that made the coin balance. */
  coinCarried: bigint
}

export interface AccountBooks {
  readonly account: AccountId
  readonly holdsCoin: boolean
  /** Venue time of the opening statement; what happened before it is in it. */
  openedAt: EpochMs | undefined
  readonly balances: Balances
  readonly positions: Map<string, Held>
  readonly totals: Totals
  /** The venue's position of each contract that several books hold; absent where none does. */
  netted?: Map<InstrumentId, NetPosition> | undefined
  /** The delivery booked of each option, and those told again under another id; absent where there is none. */
  settled?: Map<InstrumentId, string> | undefined
  doubtful?: Map<string, Doubt> | undefined
  /** Coin that came before any index was known; carried at the first one. */
  coinUncarried: bigint
  /** Trades by venue, all else by kind: id to venue time, oldest first. Under the venue's own text, as a text made anew is dear to look up. */
  readonly booked: Map<string, Map<string, EpochMs>>
  /** Stale and missing names of the last value that was emitted. */
  lastDoubts: string
  /** Where ticks need not be told; none after a fact. */
  calm: Calm | undefined
  /** A tick was held back since the last word. */
  isUntold: boolean
  /** Nothing this old is booked any more: its id may have been forgotten. */
  forgottenUntil: EpochMs | undefined
}

export function newBooks(account: AccountId, holdsCoin: boolean): AccountBooks {
  const totals = { contributed: 0n, realised: 0n, fees: 0n, fundingPaid: 0n, premiumPaid: 0n, payout: 0n, coinCarried: 0n }
  const balances: Balances = new Map()
  const fresh = { openedAt: undefined, coinUncarried: 0n, lastDoubts: '', calm: undefined, isUntold: false, forgottenUntil: undefined }
  return { account, holdsCoin, balances, totals, positions: new Map(), booked: new Map(), ...fresh }
}

export function contractOf(instrument: Instrument): Contract {
  return instrument.kind === 'inverse-perpetual' ? 'inverse' : 'linear'
}

/** Bought and paid for, as against a contract whose profit alone is paid. */
export function isPaidFor(instrument: Instrument): boolean {
  return instrument.kind === 'option' || instrument.kind === 'spot'
}

/** The premium of a coin-settled option is quoted in coin; everything else pays in USDC or, inverse, results in coin. */
export function isCoinSettled(instrument: Instrument): boolean {
  return instrument.settlement === 'BTC'
}

/** An inverse contract's cost is coin by nature; an option's is USDC when its coin was bought at the index. */
function resultCurrencyOf(books: AccountBooks, instrument: Instrument): ResultCurrency {
  if (instrument.kind === 'inverse-perpetual') return 'BTC'
  return isCoinSettled(instrument) && books.holdsCoin ? 'BTC' : 'USDC'
}

export function heldOf(books: AccountBooks, book: Book, instrument: Instrument, leverageDefault: bigint): Held {
  // an account holds a handful: looking along them is quicker than making a name
  for (const known of books.positions.values()) if (known.instrument.id === instrument.id && known.book === book) return known
  const fresh: Held = {
    book,
    instrument,
    ledgerAccount: POSITION + instrument.id,
    currency: resultCurrencyOf(books, instrument),
    quantity: 0n,
    cost: 0n,
    guardedCost: 0n,
    recent: [],
    realised: 0n,
    realisedUsdc: 0n,
    fees: 0n,
    fundingPaid: 0n,
    leverage: leverageDefault,
    unpriced: false,
    valued: undefined,
    hasMoved: false,
  }
  books.positions.set(`${book}:${instrument.id}`, fresh)
  return fresh
}

/** A fill without an order of ours belongs to the book that holds the instrument, else to the client's. */
export function bookHolding(books: AccountBooks, instrument: InstrumentId): Book {
  const holding = [...books.positions.values()].filter((held) => held.instrument.id === instrument && held.quantity !== 0n)
  return holding.length === 1 && holding[0] !== undefined ? holding[0].book : 'client'
}

/** What a venue calls a fact, and within what it calls nothing else so. */
export interface Claim {
  readonly scope: string
  readonly id: string
  readonly venueAt: EpochMs
}

/** True the first time: what was booked, is in the opening statement or may have been forgotten is not claimed again. */
export function claim(books: AccountBooks, { scope, id, venueAt }: Claim, idsMax: number): boolean {
  let booked = books.booked.get(scope)
  if (booked === undefined) books.booked.set(scope, (booked = new Map<string, EpochMs>()))
  const kept = booked
  if (kept.has(id)) return false
  if (books.openedAt !== undefined && venueAt < books.openedAt) return false
  if (books.forgottenUntil !== undefined && venueAt <= books.forgottenUntil) return false
  kept.set(id, venueAt)
  forgetOldest(kept, idsMax, (oldest) => {
    books.forgottenUntil = kept.get(oldest)
  })
  return true
}
