/**
 * The option quotes of one venue as they last came, O(1) each, and the same grouped by expiry when a surface is fitted. Only coin-settled
 * options take part: their premium over the forward is what `math/options/smile-quotes.ts` reads. What is stale by its own age is
 * counted and forgotten, as is what has expired or is so near to it (`tenorMinMs`) that a tick of the premium is many vol points.
 * Units: premiums in coin, strikes in USD, time in years of 365 days.
 */
import { coinOption } from '#domain/catalogue.ts'
import type { InstrumentId, Option } from '#domain/instrument.ts'
import type { ExpiryQuotes } from '#math/options/smile-slice.ts'
import type { OptionTouch } from '#math/options/smile-quotes.ts'
import type { OptionQuote } from '#topics/market.ts'
import { DAY_MS } from '#units/time.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'

export const YEAR_MS = 365 * DAY_MS

export interface Chain {
  readonly pricingOnly: boolean
  readonly quotes: Map<InstrumentId, OptionQuote>
  /** A quote came since the last fit. */
  isNew: boolean
}
export interface FreshQuotes {
  readonly expiries: readonly ExpiryQuotes[]
  readonly observedAt: EpochMs | undefined
  readonly maxAgeMs: DurationMs | undefined
  readonly stale: number
}

export function takeFresh({ quotes }: Chain, at: EpochMs, tenorMinMs: number): FreshQuotes {
  const byExpiry = new Map<EpochMs, OptionTouch[]>()
  let [observedAt, maxAgeMs, stale] = [Infinity, Infinity, 0]
  for (const [name, quote] of quotes) {
    const option = coinOption(name)
    const isStale = at - quote.observedAt > quote.maxAgeMs
    if (option === undefined || option.expiry - at < tenorMinMs || isStale) {
      quotes.delete(name)
      if (isStale) stale += 1
      continue
    }
    observedAt = Math.min(observedAt, quote.observedAt)
    maxAgeMs = Math.min(maxAgeMs, quote.maxAgeMs)
    const touch = touchOf(option, quote)
    const group = byExpiry.get(option.expiry)
    if (group === undefined) byExpiry.set(option.expiry, [touch])
    else group.push(touch)
  }
  const expiries = Array.from(byExpiry, ([expiry, touches]) => ({ expiry, years: (expiry - at) / YEAR_MS, touches }))
  if (expiries.length === 0) return { expiries, observedAt: undefined, maxAgeMs: undefined, stale }
  return { expiries, observedAt: observedAt as EpochMs, maxAgeMs: maxAgeMs as DurationMs, stale }
}

export function touchOf({ optionType, strike }: Option, { bid, ask, underlyingPrice }: OptionQuote): OptionTouch {
  return {
    isCall: optionType === 'call',
    strike: strike.toNumber(),
    bid: bid?.toNumber(),
    ask: ask?.toNumber(),
    underlying: underlyingPrice?.toNumber(),
  }
}
