/**
 * `public/ticker` of the simulated Deribit: an option or the linear perpetual as it stands. Greeks are those of Black (1976) on the expiry's
 * forward at the mark volatility, rate 0, in Deribit's units: gamma per USD, vega in USD per volatility point, theta in USD per day; rho is 0
 * because the simulation has no rate. Volatilities are percent. What the simulation does not know (24-hour statistics, volatilities of bid
 * and ask) is absent.
 */
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { greeksBlack76 } from '#math/options/black76-greeks.ts'
import { fundingRate8h, perpetualQuote } from '#sim/market/perpetual.ts'
import { findOption, optionQuote } from '#sim/market/options.ts'
import type { ListedOption, OptionQuote } from '#sim/market/options.ts'
import type { MarketState } from '#sim/market/state.ts'
import { expirySlice } from '#sim/market/surface.ts'
import type { VenueState } from '#sim/venue/state.ts'
import type { Json } from '#topics/schema.ts'
import { formatUnits } from '#units/exact.ts'

const DAYS_PER_YEAR = 365

export function tickerOf(state: VenueState, instrument: string): Json | undefined {
  const { generator } = state
  if (generator === null) return undefined
  if (instrument === LINEAR_PERPETUAL) return perpetualTicker(state, generator)
  const option = findOption(generator, instrument)
  const quote = option === null ? null : optionQuote(generator, option)
  return option === null || quote === null ? undefined : optionTicker(state, generator, option, quote)
}

function optionTicker(state: VenueState, generator: MarketState, option: ListedOption, quote: OptionQuote): Json {
  const { code, years } = expirySlice(generator, option.expiry)
  return {
    timestamp: state.at,
    state: 'open',
    instrument_name: option.name,
    index_price: indexOf(state),
    estimated_delivery_price: indexOf(state),
    underlying_price: quote.underlyingPrice,
    underlying_index: `SYN.BTC-${code}`,
    mark_price: quote.markCoin,
    mark_iv: Math.round(quote.markIv * 1e4) / 100,
    best_bid_price: quote.bidCoin ?? 0,
    best_bid_amount: quote.bidSize,
    best_ask_price: quote.askCoin ?? 0,
    best_ask_amount: quote.askSize,
    open_interest: quote.openInterest,
    interest_rate: 0,
    greeks: greeksOf(option, quote, years),
  }
}

function greeksOf({ right, strike }: ListedOption, { underlyingPrice: forward, markIv }: OptionQuote, years: number): Json {
  const { delta, gamma, vega, theta } = greeksBlack76({ right, forward, strike, years, rate: 0, ivAnnual: markIv })
  return {
    delta: rounded(delta, 5),
    gamma: rounded(gamma, 8),
    vega: rounded(vega / 100, 5),
    theta: rounded(theta / DAYS_PER_YEAR, 5),
    rho: 0,
  }
}

function perpetualTicker(state: VenueState, generator: MarketState): Json {
  const { bid, ask, bidSize, askSize, mark } = perpetualQuote(generator)
  return {
    timestamp: state.at,
    state: 'open',
    instrument_name: LINEAR_PERPETUAL,
    index_price: indexOf(state),
    estimated_delivery_price: indexOf(state),
    mark_price: mark,
    best_bid_price: bid,
    best_bid_amount: bidSize,
    best_ask_price: ask,
    best_ask_amount: askSize,
    funding_8h: fundingRate8h(generator),
  }
}

function indexOf({ index }: VenueState): number {
  return Number(formatUnits(index))
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
