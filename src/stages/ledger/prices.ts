/**
 * The last prices the ledger values with, each with its instant and the age it may reach: the events' own bodies, because a tick that
 * values nothing must cost no more than a reference. A price of an expired option is dropped when the table grows: it can value
 * nothing any more.
 */
import { Observed } from '#domain/observed.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { IndexPrice, Mark, OptionQuote } from '#topics/market.ts'
import type { BtcUsdc, Price } from '#units/price.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'

/** For valuation, where staleness is said beside the number (`freshUntil`); a mark and an option's quote are both of this shape. */
export interface Quoted {
  readonly bid: Price | undefined
  readonly ask: Price | undefined
  readonly mark: Price | undefined
  readonly observedAt: EpochMs
  readonly maxAgeMs: DurationMs
}
export interface Prices {
  index: Observed<BtcUsdc> | undefined
  readonly quoted: Map<InstrumentId, Quoted>
}

const QUOTED_MAX = 4096

export function noPrices(): Prices {
  return { index: undefined, quoted: new Map() }
}

export function takeIndex(prices: Prices, { price, observedAt, maxAgeMs }: IndexPrice): void {
  prices.index = new Observed(price, observedAt, maxAgeMs)
}

export function takeQuote(prices: Prices, quote: Mark | OptionQuote, at: EpochMs): void {
  if (prices.quoted.size >= QUOTED_MAX && !prices.quoted.has(quote.instrument)) dropExpired(prices, at)
  prices.quoted.set(quote.instrument, quote)
}

/** Last instant at which it is fresh for a reader with its own age limit. */
export function freshUntil(observed: { readonly observedAt: EpochMs; readonly maxAgeMs: DurationMs }, readerMaxAgeMs: number): number {
  return observed.observedAt + Math.min(observed.maxAgeMs, readerMaxAgeMs)
}

function dropExpired(prices: Prices, at: EpochMs): void {
  for (const name of prices.quoted.keys()) {
    const instrument = instrumentOf(name)
    if (instrument.ok && instrument.value.kind === 'option' && instrument.value.expiry <= at) prices.quoted.delete(name)
  }
}
