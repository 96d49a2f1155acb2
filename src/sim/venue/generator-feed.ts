/**
 * The seeded market inside the venue: it moves on a grid of one second. Each second the index and the perpetual's ladder reach the
 * books, in a fixed order: market, index and perpetual, delivery at 08:00 UTC, funding at 00, 08 and 16 UTC, option quotes that are
 * due (held instruments more often than the rest). Index and perpetual are told every second; option quotes are conflated to the last
 * of each instrument in one advance. Floats become exact here, at the market's own ticks.
 */
import { assert, present } from '#base/assert.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { Price } from '#units/price.ts'
import type { BtcUsdc, CoinPremium } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { advanceMarket } from '../market/advance.ts'
import { indexPrice as indexOf } from '../market/index-price.ts'
import { allOptionQuotes, listedOptions, optionQuote } from '../market/options.ts'
import type { ListedOption, OptionQuote } from '../market/options.ts'
import { fundingRate8h, perpetualQuote } from '../market/perpetual.ts'
import type { PriceLevel } from '../market/perpetual.ts'
import { settlementPrice } from '../market/settlement.ts'
import type { MarketState } from '../market/state.ts'
import type { Level } from '../matching/book.ts'
import { payFunding, FUNDING_INTERVAL_MS } from './funding.ts'
import { afterPrices, takeQuote } from './quotes.ts'
import { settleOption } from './settle.ts'
import { venueAt } from './state.ts'
import type { VenueOutput, VenueState } from './state.ts'

const SECOND_MS = 1_000
const DAY_MS = 86_400_000
const EXPIRY_MS = 8 * 3_600_000

/** What is absent stays absent. */
interface Sides {
  readonly instrument: InstrumentId
  bid?: CoinPremium
  bidSize?: Quantity<'BTC'>
  ask?: CoinPremium
  askSize?: Quantity<'BTC'>
  mark?: CoinPremium
}
type Conflated = Map<string, VenueOutput>

export function advanceGenerator(state: VenueState, generator: MarketState, toMs: number): void {
  const config = present(state.config.market, 'a market inside has its configuration')
  const conflated: Conflated = new Map()
  if (state.index === 0n) {
    showPerpetual(state, generator)
    showAllOptions(state, generator, conflated)
  }
  for (let at = generator.at + SECOND_MS; at <= toMs; at += SECOND_MS) {
    advanceMarket(generator, at)
    state.at = at
    showPerpetual(state, generator)
    if (at % DAY_MS === EXPIRY_MS) deliverExpired(state, generator, conflated)
    if (at % FUNDING_INTERVAL_MS === 0) payFunding(state)
    if (at % config.optionQuoteMs === 0) showAllOptions(state, generator, conflated)
    else if (at % config.heldQuoteMs === 0) showHeld(state, generator, conflated)
    afterPrices(state)
  }
  state.at = Math.max(state.at, toMs)
  state.outbox.push(...conflated.values())
}

/** An option's quote is a function of the market's state: who orders meets the quote of this second, not of the last broadcast. */
export function refreshOption(state: VenueState, generator: MarketState, instrument: string): void {
  const market = state.markets.get(instrument)
  if (market === undefined || market.instrument.kind !== 'option' || market.book.refreshedAt >= generator.at) return
  const listed = listedOptions(generator).find(({ name }) => name === instrument)
  const quote = listed === undefined ? null : optionQuote(generator, listed)
  if (listed !== undefined && quote !== null) showOption(state, listed, quote, undefined)
}

function showPerpetual(state: VenueState, generator: MarketState): void {
  const quote = perpetualQuote(generator)
  const rate = fundingRate8h(generator)
  const price = usdc(indexOf(generator), 2)
  const mark = usdc(quote.mark, 2)
  const stamp = { venue: state.config.venue, venueAt: venueAt(state) }
  state.index = price.units
  const bids = levels(quote.bids)
  const asks = levels(quote.asks)
  state.outbox.push({ topic: 'raw_index', key: 'BTC', body: { ...stamp, asset: 'BTC', price } })
  takeQuote(state, { instrument: LINEAR_PERPETUAL, bids, asks, mark, fundingRate8h: rate })
  const body = {
    ...stamp,
    instrument: LINEAR_PERPETUAL,
    bid: usdc(quote.bid, 1),
    ask: usdc(quote.ask, 1),
    bidSize: coins(quote.bidSize, 3),
    askSize: coins(quote.askSize, 3),
    mark,
    fundingRate8h: rate,
    fundingIntervalMs: FUNDING_INTERVAL_MS,
  }
  state.outbox.push({ topic: 'raw_quotes', key: LINEAR_PERPETUAL, body })
}

function levels(ladder: readonly PriceLevel[]): readonly Level[] {
  return ladder.map(({ price, size }) => ({ price: gridUnits(price, 1), size: gridUnits(size, 3) }))
}

function showAllOptions(state: VenueState, generator: MarketState, conflated: Conflated): void {
  for (const [listed, quote] of allOptionQuotes(generator)) showOption(state, listed, quote, conflated)
}

function showHeld(state: VenueState, generator: MarketState, conflated: Conflated): void {
  const held = new Set<string>()
  for (const { positions } of state.accounts.values()) for (const name of positions.keys()) held.add(name)
  if (held.size === 0) return
  for (const listed of listedOptions(generator)) {
    const quote = held.has(listed.name) ? optionQuote(generator, listed) : null
    if (quote !== null) showOption(state, listed, quote, conflated)
  }
}

function showOption(state: VenueState, { name }: ListedOption, quote: OptionQuote, conflated: Conflated | undefined): void {
  const instrument = name as InstrumentId
  const coin = (value: number | null, places: number): CoinPremium | undefined =>
    value === null || !(value > 0) ? undefined : new Price<'BTC', 'BTC'>(gridUnits(value, places))
  const bid = coin(quote.bidCoin, 4)
  const ask = coin(quote.askCoin, 4)
  const mark = coin(quote.markCoin, 8)
  const sides: Sides = { instrument }
  if (bid !== undefined) [sides.bid, sides.bidSize] = [bid, coins(quote.bidSize, 1)]
  if (ask !== undefined) [sides.ask, sides.askSize] = [ask, coins(quote.askSize, 1)]
  if (mark !== undefined) sides.mark = mark
  takeQuote(state, sides)
  if (conflated === undefined) return
  const { markIv, delta } = quote
  const underlyingPrice = usdc(quote.underlyingPrice, 4)
  const body = {
    venue: state.config.venue,
    venueAt: venueAt(state),
    ...sides,
    markIv,
    delta,
    underlyingPrice,
    sizeBasis: 'quoted' as const,
  }
  conflated.set(name, { topic: 'raw_option_quotes', key: name, body })
}

const GRID = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8] as const
const GRID_UNITS = GRID.map((_, places) => 10n ** BigInt(18 - places))

/** The market rounds to its own ticks: its numbers are whole counts of a decimal place, and below 2^53 of them a float is exact. */
function gridUnits(value: number, places: number): bigint {
  const count = Math.round(value * (GRID[places] ?? NaN))
  assert(Number.isSafeInteger(count), `a price or size on the grid of ${places} places, not ${value}`)
  return BigInt(count) * (GRID_UNITS[places] ?? 1n)
}

function usdc(value: number, places: number): BtcUsdc {
  return new Price<'BTC', 'USDC'>(gridUnits(value, places))
}

function coins(value: number, places: number): Quantity<'BTC'> {
  return new Quantity<'BTC'>(gridUnits(value, places))
}

function deliverExpired(state: VenueState, generator: MarketState, conflated: Conflated): void {
  const settlement = settlementPrice(generator, state.at)
  for (const [name, { instrument }] of state.markets) {
    if (instrument.kind !== 'option' || instrument.expiry > state.at) continue
    conflated.delete(name)
    const price = instrument.expiry === settlement?.expiry ? settlement.price : indexOf(generator)
    settleOption(state, { instrument: instrument.id, index: gridUnits(price, 2), basis: 'venue' })
  }
}
