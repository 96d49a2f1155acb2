/**
 * A small market to trade against: an index on a seeded random walk, a perpetual around it, puts and calls of two expiries by Black (1976)
 * at one volatility per expiry, on the venue's ticks. It is no claim about markets (`sim/market` is); it moves fast, thins out and comes
 * back, so that a quarter of an hour holds what else takes weeks. Sizes in BTC, premiums in coin.
 */
import type { Prng } from '#base/prng.ts'
import { isoFromEpochMs } from '#base/civil-date.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { priceBlack76 } from '#math/options/black76.ts'
import type { VenueQuote } from '#sim/venue/quotes.ts'
import type { RawOptionQuote, RawQuote } from '#topics/market.ts'
import { Price } from '#units/price.ts'
import type { BtcUsdc, CoinPremium } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { DAY_MS, HOUR_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { VENUE } from './wire.ts'

const YEAR_MS = 365 * DAY_MS
const STRIKE_STEP = 1_000
const STRIKES_EACH_SIDE = 3
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

interface Listed {
  readonly name: InstrumentId
  readonly expiry: number
  readonly strike: number
  readonly right: 'put' | 'call'
}

export class MarketFeed {
  readonly #prng: Prng
  readonly #listed: Listed[] = []
  #index = 80_000
  #fundingRate = 0.0001
  /** Fraction of the usual sizes; below one, orders fill in part (F-O01). */
  depth = 1

  constructor(prng: Prng, start: number) {
    this.#prng = prng
    const firstExpiry = Math.ceil((start - 8 * HOUR_MS) / DAY_MS) * DAY_MS + 8 * HOUR_MS
    for (const expiry of [firstExpiry, firstExpiry + DAY_MS])
      for (let step = -STRIKES_EACH_SIDE; step <= STRIKES_EACH_SIDE; step++)
        for (const right of ['put', 'call'] as const) this.#list(expiry, 80_000 + step * STRIKE_STEP, right)
    this.#fundingRate = (prng.uniform() - 0.4) * 0.002
  }

  /** A tick of the index, and the perpetual around it. */
  move(): void {
    const pull = (80_000 - this.#index) * 0.01 // stays among the strikes
    this.#index = Math.min(84_000, Math.max(76_000, this.#index * Math.exp(0.0006 * this.#prng.normal()) + pull))
  }

  get index(): BtcUsdc {
    return usdc(this.#index, 100)
  }

  perpetual(at: EpochMs): RawQuote {
    const half = 1 + this.#prng.int(8) / 2
    const size = (): Quantity => coins(this.depth * (0.5 + 4 * this.#prng.uniform()), 1_000)
    const middle = Math.round(this.#index * 2) / 2
    return {
      venue: VENUE,
      venueAt: at,
      instrument: LINEAR_PERPETUAL,
      mark: usdc(middle, 2),
      fundingRate8h: this.#fundingRate,
      bid: usdc(middle - half, 2),
      ask: usdc(middle + half, 2),
      bidSize: size(),
      askSize: size(),
    }
  }

  options(at: EpochMs): readonly RawOptionQuote[] {
    return this.#listed.filter(({ expiry }) => expiry > at).map((option) => this.#optionQuote(option, at))
  }

  /** Contracts that end at an instant. */
  expiring(after: number, upTo: number): readonly InstrumentId[] {
    return this.#listed.filter(({ expiry }) => expiry > after && expiry <= upTo).map(({ name }) => name)
  }

  #list(expiry: number, strike: number, right: 'put' | 'call'): void {
    const [year = '', month = '', day = ''] = isoFromEpochMs(expiry as EpochMs)
      .slice(0, 10)
      .split('-')
    const date = `${Number(day)}${MONTHS[Number(month) - 1]}${year.slice(2)}`
    this.#listed.push({ name: `BTC-${date}-${strike}-${right === 'put' ? 'P' : 'C'}` as InstrumentId, expiry, strike, right })
  }

  #optionQuote({ name, expiry, strike, right }: Listed, at: EpochMs): RawOptionQuote {
    const years = (expiry - at) / YEAR_MS
    const ivAnnual = years < 2 / 365 && expiry - at < HOUR_MS ? 3 : 0.8
    const { price, delta } = priceBlack76({ right, forward: this.#index, strike, years, rate: 0, ivAnnual })
    const markCoin = price / this.#index
    const bid = premium(markCoin * 0.985, 'down')
    const ask = premium(Math.max(markCoin * 1.015, 0.0001), 'up')
    const size = (): Quantity<'BTC'> => coins(Math.max(0.1, this.depth * (0.5 + 3 * this.#prng.uniform())), 10) as Quantity<'BTC'>
    return {
      venue: VENUE,
      venueAt: at,
      instrument: name,
      markIv: ivAnnual,
      delta,
      underlyingPrice: this.index,
      sizeBasis: 'quoted',
      ...(bid === undefined ? {} : { bid, bidSize: size() }),
      ...(ask === undefined ? {} : { ask, askSize: size() }),
      ...(markCoin > 1e-6 ? { mark: new Price<'BTC', 'BTC'>(units(markCoin, 1e6)) } : {}),
    }
  }
}

export function venueQuote(quote: RawQuote | RawOptionQuote): VenueQuote {
  const { instrument, bid, ask, bidSize, askSize, mark } = quote
  const sides = { instrument, bid, ask, bidSize, askSize, mark }
  return 'fundingRate8h' in quote ? { ...sides, fundingRate8h: quote.fundingRate8h } : sides
}

/** On the venue's premium ladder: steps of 0.0001 up to 0.005 coin, of 0.0005 above. */
function premium(coin: number, to: 'up' | 'down'): CoinPremium | undefined {
  const step = coin > 0.005 ? 5 : 1
  const count = coin / (step / 10_000)
  const ticks = (to === 'up' ? Math.ceil(count) : Math.floor(count)) * step
  return ticks > 0 ? new Price<'BTC', 'BTC'>(units(ticks, 1) / 10_000n) : undefined
}

function units(value: number, grid: number): bigint {
  return (BigInt(Math.round(value * grid)) * 10n ** 18n) / BigInt(grid)
}

function usdc(value: number, grid: number): BtcUsdc {
  return new Price<'BTC', 'USDC'>(units(value, grid))
}

function coins(value: number, grid: number): Quantity {
  return new Quantity(units(value, grid))
}
