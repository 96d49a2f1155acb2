/**
 * Component `ledger/books`: the exact books of every account and what the account is worth (V-01 to V-03, DV-03). Each venue fact is
 * booked once, however often and by whatever way it is told (F-A01, F-V19). The first statement of an account opens its books; a
 * fill without an order of ours is adopted and marked external (F-O16). A tick values only the accounts that hold the instrument, and
 * only when it has something to tell (`calm.ts`): what is held back is told before anyone decides, on a command of the account and on
 * every timer. The minute's tick says what has gone stale meanwhile. A delivery told under a second id waits for the venue's statement
 * (`doubtful-settlements.ts`).
 */
import { z } from 'zod'
import { component, kept, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission } from '#engine/component.ts'
import { unitsFromFloat } from '#units/exact.ts'
import { ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { Posting } from '#topics/account.ts'
import type { Mark } from '#topics/market.ts'
import { zRatio } from '#topics/schema.ts'
import { accountValue, keepValues } from './account-value.ts'
import { isCoinSettled } from './account-books.ts'
import type { AccountBooks, Held } from './account-books.ts'
import { adoptPositions, bookFact, deliver, priceOpening } from './book-fact.ts'
import type { FactConfig, FactEvent } from './book-fact.ts'
import { carryCoin } from './book-cash.ts'
import { isWithin, tellingZone } from './calm.ts'
import { balanceOf, CASH } from './chart.ts'
import { booksOf, newBooksState, rememberOrder } from './books-state.ts'
import type { BooksState } from './books-state.ts'
import { resolve } from './doubtful-settlements.ts'
import { positionState } from './position-state.ts'
import { takeIndex, takeQuote } from './prices.ts'

const booksConfig = z.strictObject({
  /** A price older than this is stale, however old its source lets it get; a recording sets it beyond its own cadence. */
  markMaxAgeMs: z.number().positive().finite().default(30_000),
  /** How far the index may have moved behind a stale price. */
  staleMoveMax: zRatio.default(ratio('0.10')),
  leverageDefault: z.number().min(1).max(100).default(10),
  maintenanceMarginRate: zRatio.default(ratio('0.01')),
  /** A bid for a held option under this share of what it would settle at (at most its mark) counts as no bid. */
  stubBidShare: zRatio.default(ratio('0.5')),
  /** Within this time a tick that changes little is held back; 0 tells every tick. */
  valueEveryMs: z.number().nonnegative().finite().default(250),
  /** Little: this share of what lies between equity and maintenance margin. */
  valueMoveMax: zRatio.default(ratio('0.001')),
  idsMax: z.number().int().min(1000).default(100_000),
  ordersMax: z.number().int().min(1000).default(20_000),
  /** Accounts that keep coin as coin; the others exchange it at the index when it falls due. */
  coinAccounts: z.array(z.string()).default([]),
})
export type BooksConfig = z.output<typeof booksConfig>

const CONSUMES = [
  'account_raw',
  'venue_fills',
  'venue_funding',
  'venue_settlements',
  'venue_transfers',
  'hedge_trades',
  'marks',
  'option_quotes',
  'index_prices',
  'clock_tick',
  'commands',
  'reconciliations',
] as const
const PRODUCES = ['postings', 'position_states', 'account_values', 'doubtful_settlements'] as const
type Out = Emission<(typeof PRODUCES)[number]>

export const books = component({
  name: 'ledger/books',
  version: 3,
  consumes: CONSUMES,
  produces: PRODUCES,
  config: booksConfig.prefault({}),
  initial: (): BooksState => newBooksState(),
  step: (state, event, config) => kept(state, handle(state, event, config)),
})

function handle(state: BooksState, event: AnyEvent<(typeof CONSUMES)[number]>, config: BooksConfig): readonly Out[] {
  switch (event.topic) {
    case 'hedge_trades':
      rememberOrder(state.orders, event.body, config.ordersMax)
      return SILENT
    case 'index_prices':
      return onIndex(state, event, config)
    case 'marks':
      takeQuote(state.prices, event.body, event.at)
      return onMark(state, event, config)
    case 'option_quotes':
      takeQuote(state.prices, event.body, event.at)
      return onOptionQuote(state, event, config)
    case 'clock_tick':
      return onTick(state, event, config)
    case 'commands':
      return tellHeldBack(state, event, config)
    case 'reconciliations':
      return onReconciled(state, event, config)
    default:
      return onFact(state, event, config)
  }
}

function onFact(state: BooksState, event: FactEvent, config: BooksConfig): readonly Out[] {
  const account = booksOf(state, event.body.account, config.coinAccounts)
  account.calm = undefined
  const factConfig: FactConfig = { idsMax: config.idsMax, leverageDefault: unitsFromFloat(config.leverageDefault, 6) }
  const booked = bookFact(state, account, event, factConfig)
  if (booked === undefined) return SILENT
  const priced = event.topic === 'account_raw' ? adoptPositions(state, account, event.body, factConfig) : undefined
  const touched = priced === undefined ? booked.touched : new Set<Held>([...booked.touched, ...priced.touched])
  const emit: Out[] = []
  for (const held of touched) emit.push({ topic: 'position_states', key: account.account, body: positionState(account, held) })
  if (priced !== undefined) emit.push(...postingEvents(priced.postings))
  emit.push(...postingEvents(booked.postings), ...valueOf(state, account, event.at, config))
  if (booked.doubt !== undefined) emit.push({ topic: 'doubtful_settlements', key: account.account, body: booked.doubt })
  return emit
}

/** A statement says what the deliveries in doubt were. */
function onReconciled(state: BooksState, { seq, at, body }: AnyEvent<'reconciliations'>, config: BooksConfig): readonly Out[] {
  const account = state.accounts.get(body.account)
  const resolved = account === undefined ? undefined : resolve(account, body, seq)
  if (account === undefined || resolved === undefined) return SILENT
  const told = resolved.told.map((doubt): Out => ({ topic: 'doubtful_settlements', key: account.account, body: doubt }))
  if (resolved.paid.length === 0) return told
  account.calm = undefined
  const booked = resolved.paid.map((settlement) => deliver(state, account, settlement))
  const positions = booked.flatMap(({ touched }) =>
    touched.map((held): Out => ({ topic: 'position_states', key: account.account, body: positionState(account, held) })),
  )
  return [...positions, ...booked.flatMap(({ postings }) => postingEvents(postings)), ...valueOf(state, account, at, config), ...told]
}

function onIndex(state: BooksState, event: AnyEvent<'index_prices'>, config: BooksConfig): readonly Out[] {
  const isFirst = state.prices.index === undefined
  takeIndex(state.prices, event.body)
  const emit: Out[] = []
  for (const account of state.accounts.values()) {
    if (account.coinUncarried !== 0n) carryCoin(account, event.body.price)
    if (isFirst) emit.push(...priceAll(state, account))
    if (revalueCoin(account) || isFirst) emit.push(...valueOf(state, account, event.at, config))
  }
  return emit
}

function onMark(state: BooksState, { body, at }: AnyEvent<'marks'>, config: BooksConfig): readonly Out[] {
  const holders = state.holders.get(body.instrument)
  if (holders === undefined) return SILENT
  let emit: Out[] | undefined
  for (const id of holders) {
    const account = state.accounts.get(id)
    if (account === undefined || isHeldBack(account, body, at)) continue
    emit ??= []
    emit.push(...revalue(state, account, body.instrument, at, config))
    const value = emit.at(-1)
    if (value?.topic === 'account_values') {
      account.calm = tellingZone(account, { instrument: body.instrument, mark: body.mark.units }, value.body, at, config)
    }
  }
  return emit ?? SILENT
}

function isHeldBack(account: AccountBooks, quote: Mark, at: EpochMs): boolean {
  const { calm } = account
  if (calm === undefined || at >= calm.until || calm.instrument !== quote.instrument || !isWithin(calm, quote)) return false
  if (account.isUntold) return true
  account.isUntold = true
  for (const held of account.positions.values()) if (held.instrument.id === quote.instrument) held.hasMoved = true
  return true
}

/** Before a command is decided on it. No mark speaks of an account that holds only cash: it is told as of now, or it would count as stale. */
function tellHeldBack(state: BooksState, { body, at }: AnyEvent<'commands'>, config: BooksConfig): readonly Out[] {
  const account = state.accounts.get(body.account)
  if (account === undefined) return SILENT
  return account.isUntold || account.positions.size === 0 ? valueOf(state, account, at, config) : SILENT
}

function onOptionQuote(state: BooksState, { body, at }: AnyEvent<'option_quotes'>, config: BooksConfig): readonly Out[] {
  const holders = state.holders.get(body.instrument)
  if (holders === undefined) return SILENT
  const emit: Out[] = []
  for (const id of holders) {
    const account = state.accounts.get(id)
    if (account !== undefined) emit.push(...revalue(state, account, body.instrument, at, config))
  }
  return emit
}

function revalue(state: BooksState, account: AccountBooks, instrument: InstrumentId, at: EpochMs, config: BooksConfig): readonly Out[] {
  let isUnpriced = false
  for (const held of account.positions.values()) {
    if (held.instrument.id !== instrument) continue
    held.valued = undefined
    isUnpriced ||= held.unpriced
  }
  if (!isUnpriced) return valueOf(state, account, at, config)
  return [...priceAll(state, account), ...valueOf(state, account, at, config)]
}

/** Tells what was held back, and on the minute what a price that has aged or an option that has expired makes of an account. */
function onTick(state: BooksState, { body, at }: AnyEvent<'clock_tick'>, config: BooksConfig): readonly Out[] {
  const isMinute = body.name === 'minute'
  const emit: Out[] = []
  for (const account of state.accounts.values()) {
    const wasUntold = account.isUntold
    if (!wasUntold && (!isMinute || account.positions.size === 0)) continue
    const before = account.lastDoubts
    const value = valueOf(state, account, at, config)
    if (wasUntold || account.lastDoubts !== before) emit.push(...value)
  }
  return emit
}

function valueOf(state: BooksState, account: AccountBooks, at: EpochMs, config: BooksConfig): readonly Out[] {
  keepValues(account, state.prices, at, config)
  account.isUntold = false
  const body = accountValue(account, state.prices, at, config)
  if (body === undefined) return SILENT
  const doubts = body.staleMarks.length + body.missingPositions.length
  account.lastDoubts = doubts === 0 ? '' : [...body.staleMarks, '/', ...body.missingPositions].join(' ')
  return [{ topic: 'account_values', key: account.account, body }]
}

/** What an index moves: coin, inverse contracts, coin-settled options, and an expired option of any kind. True when there is any. */
function revalueCoin(account: AccountBooks): boolean {
  let any = balanceOf(account.balances, CASH, 'BTC') !== 0n
  for (const held of account.positions.values()) {
    if (held.quantity === 0n || !(isCoinSettled(held.instrument) || held.instrument.kind === 'option')) continue
    held.valued = undefined
    any = true
  }
  return any
}

function priceAll(state: BooksState, account: AccountBooks): readonly Out[] {
  return postingEvents(priceOpening(state, account))
}

function postingEvents(postings: readonly Posting[]): readonly Out[] {
  return postings.map((body) => ({ topic: 'postings', key: body.account, body }))
}
