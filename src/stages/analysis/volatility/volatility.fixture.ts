/** Option quotes as admission lets them through, of a chain made from one SABR smile: listed strikes, premiums in coin, 8 o'clock expiries. */
import { instrumentIdOf } from '#domain/instrument-name.ts'
import { T0 } from '#engine/harness.fixture.ts'
import { priceBlack76 } from '#math/options/black76.ts'
import { sabrVol } from '#math/options/sabr.ts'
import type { IndexPrice, OptionQuote } from '#topics/market.ts'
import { price } from '#units/price.ts'
import type { CoinPremium } from '#units/price.ts'
import { DAY_MS, durationMs, epochMs, HOUR_MS, later } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'

export const FORWARD = 90_000
export interface ChainShape {
  readonly venue?: string
  readonly offsetMs?: number
  readonly days?: readonly number[]
  readonly alpha?: number
  readonly maxAgeMs?: number
  readonly halfSpreadVol?: number
  /** Of the smile: below 0 puts are dear, above 0 calls. */
  readonly rho?: number
}

/** Expiries fall `days` days after the day of `T0`, at 08:00. */
export function expiryIn(days: number): EpochMs {
  return later(T0, days * DAY_MS + 8 * HOUR_MS)
}

export function chainQuotes(shape: ChainShape = {}): readonly OptionQuote[] {
  const { days = [1, 8, 29, 57], offsetMs = 0 } = shape
  return days.flatMap((ahead) => {
    const expiry = expiryIn(ahead)
    const years = (expiry - T0 - offsetMs) / (365 * DAY_MS)
    const step = Math.max(500, Math.round((FORWARD * 0.12 * Math.sqrt(years)) / 500) * 500)
    return Array.from({ length: 17 }, (_, i) => FORWARD + (i - 8) * step)
      .filter((strike) => strike > 10_000)
      .flatMap((strike) => [quoteOf(strike, expiry, years, true, shape), quoteOf(strike, expiry, years, false, shape)])
  })
}

function quoteOf(strike: number, expiry: EpochMs, years: number, isCall: boolean, shape: ChainShape): OptionQuote {
  const { venue = 'deribit', offsetMs = 0, alpha = 0.55, maxAgeMs = 60_000, halfSpreadVol = 0.01, rho = -0.25 } = shape
  const vol = sabrVol({ forward: FORWARD, strike, years }, { alpha, beta: 1, nu: 0.55 / Math.sqrt(years), rho })
  const premium = (ivAnnual: number): CoinPremium => {
    const { price: value } = priceBlack76({ right: isCall ? 'call' : 'put', forward: FORWARD, strike, years, rate: 0, ivAnnual })
    return price<'BTC', 'BTC'>((value / FORWARD).toFixed(10))
  }
  const named = instrumentIdOf({ kind: 'option', settlement: 'coin', optionType: isCall ? 'call' : 'put', strike: String(strike), expiry })
  if (!named.ok) throw new Error(JSON.stringify(named.refusal))
  return {
    venue,
    instrument: named.value,
    bid: premium(vol - halfSpreadVol),
    ask: premium(vol + halfSpreadVol),
    bidSize: undefined,
    askSize: undefined,
    mark: undefined,
    markIv: undefined,
    delta: undefined,
    underlyingPrice: price<'BTC', 'USDC'>(String(FORWARD)),
    sizeBasis: 'quoted',
    observedAt: epochMs(T0 + offsetMs),
    maxAgeMs: durationMs(maxAgeMs),
  }
}

export function indexPrice(level: string, offsetMs: number, venue = 'deribit'): IndexPrice {
  return { venue, asset: 'BTC', price: price<'BTC', 'USDC'>(level), observedAt: epochMs(T0 + offsetMs), maxAgeMs: durationMs(90_000) }
}
