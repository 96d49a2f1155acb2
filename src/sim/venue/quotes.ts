/**
 * The market as the venue sees it: quotes replace the background of a book, fill what they cross, trigger stops; index and mark move
 * the margin of accounts. The hot path (no orders, no accounts concerned) stores a few values and nothing more.
 * Edges: a side without size cannot be traded with, but its price still values what is held; a missing side is no quote.
 */
import type { InstrumentId } from '#domain/instrument.ts'
import type { Price } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import { hasResting, refreshBook } from '../matching/book.ts'
import type { BookSide, Level, Print } from '../matching/book.ts'
import { applyPrint, fillCrossed } from '../matching/match.ts'
import { liquidateWhereDue } from './liquidate.ts'
import { releaseStops } from './place.ts'
import { marketOf } from './state.ts'
import type { VenueState } from './state.ts'
import { sinkFor } from './trade.ts'

/** The bodies of `raw_quotes` and `raw_option_quotes` fit; a ladder, where there is one, replaces the touch. */
export interface VenueQuote {
  readonly instrument: InstrumentId
  readonly bid?: Price | undefined
  readonly ask?: Price | undefined
  readonly bidSize?: Quantity | undefined
  readonly askSize?: Quantity | undefined
  readonly bids?: readonly Level[] | undefined
  readonly asks?: readonly Level[] | undefined
  readonly mark?: Price | undefined
  readonly fundingRate8h?: number | undefined
}

const NO_LEVELS: readonly Level[] = []

/** Index first: what trades on the new quotes converts at it. */
export function takeQuotes(state: VenueState, index: Price | undefined, quotes: readonly VenueQuote[]): void {
  if (index !== undefined) state.index = index.units
  for (let i = 0; i < quotes.length; i++) takeQuote(state, quotes[i] as VenueQuote)
  afterPrices(state)
}

/** One quote without the checks that concern all accounts; follow with `afterPrices`. */
export function takeQuote(state: VenueState, quote: VenueQuote): void {
  const market = marketOf(state, quote.instrument)
  const { bid, ask, mark, fundingRate8h } = quote
  const bids = quote.bids ?? touch(market.book.bids, bid, quote.bidSize)
  const asks = quote.asks ?? touch(market.book.asks, ask, quote.askSize)
  market.closeBid = bid?.units ?? bids[0]?.price ?? 0n
  if (mark !== undefined) market.mark = mark.units
  if (fundingRate8h !== undefined) market.fundingRate8h = fundingRate8h
  refreshBook(market.book, bids, asks, state.at, state.rules.refillMs)
  if (hasResting(market.book) && state.index !== 0n) fillCrossed(market.book, sinkFor(state, market, undefined))
}

export function afterPrices(state: VenueState): void {
  if (state.stops.length > 0) releaseStops(state)
  liquidateWhereDue(state)
}

/** A trade of others. */
export function takePrint(state: VenueState, instrument: InstrumentId, print: Print): void {
  const market = marketOf(state, instrument)
  market.last = print.price
  if (hasResting(market.book) && state.index !== 0n) applyPrint(market.book, print, sinkFor(state, market, undefined))
  afterPrices(state)
}

/** A ladder of one level; the one that stands where the tick leaves this side as it was, since most ticks move one side alone. */
function touch({ ladder }: BookSide, price: Price | undefined, size: Quantity | undefined): readonly Level[] {
  if (price === undefined || size === undefined) return NO_LEVELS
  const level = ladder[0]
  if (ladder.length === 1 && level !== undefined && level.price === price.units && level.size === size.units) return ladder
  return size.units > 0n ? [{ price: price.units, size: size.units }] : NO_LEVELS
}
