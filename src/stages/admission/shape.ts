/**
 * What a quote must be before it is compared with anything: at least one price, prices and sizes positive, floats finite, bid under ask
 * (a crossed or locked book is no market, fault V10), and a venue's mark near its own book (`markGapMax`, fraction). Returns the
 * first rule broken. A refused quote is dropped whole: half a quote would be a new one that nobody made.
 */
import { refuse } from '#base/result.ts'
import type { Refusal } from '#base/result.ts'
import type { Price } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import type { RawIndex, RawOptionQuote, RawQuote } from '#topics/market.ts'

interface TwoSided {
  readonly bid?: Price | undefined
  readonly ask?: Price | undefined
  readonly bidSize?: Quantity | undefined
  readonly askSize?: Quantity | undefined
  readonly mark?: Price | undefined
}

export function whyMalformedIndex({ price }: RawIndex): Refusal | undefined {
  return price.level > 0 ? undefined : refuse('invalid_price', 'price', price.toString(), 'above 0').refusal
}

export function whyMalformedQuote(quote: RawQuote): Refusal | undefined {
  const { fundingRate8h, fundingIntervalMs } = quote
  if (fundingRate8h !== undefined && !Number.isFinite(fundingRate8h))
    return refuse('invalid_number', 'fundingRate8h', fundingRate8h, 'a finite number').refusal
  if (fundingIntervalMs !== undefined && !Number.isFinite(fundingIntervalMs))
    return refuse('invalid_number', 'fundingIntervalMs', fundingIntervalMs, 'a finite number').refusal
  return whyMalformedSides(quote)
}

export function whyMalformedOptionQuote(quote: RawOptionQuote): Refusal | undefined {
  const { markIv, delta } = quote
  if (markIv !== undefined && !(markIv > 0 && markIv < Infinity))
    return refuse('invalid_number', 'markIv', markIv, 'a finite number above 0').refusal
  if (delta !== undefined && !(delta >= -1 && delta <= 1)) return refuse('invalid_number', 'delta', delta, 'between -1 and 1').refusal
  return whyMalformedSides(quote)
}

function whyMalformedSides({ bid, ask, bidSize, askSize, mark }: TwoSided): Refusal | undefined {
  if (bid === undefined && ask === undefined && mark === undefined)
    return refuse('empty_quote', 'bid', undefined, 'a bid, an ask or a mark').refusal
  if (bid !== undefined && !(bid.level > 0)) return refuse('invalid_price', 'bid', bid.toString(), 'above 0').refusal
  if (ask !== undefined && !(ask.level > 0)) return refuse('invalid_price', 'ask', ask.toString(), 'above 0').refusal
  if (mark !== undefined && !(mark.level > 0)) return refuse('invalid_price', 'mark', mark.toString(), 'above 0').refusal
  if (bidSize !== undefined && !(bidSize.units > 0n)) return refuse('invalid_size', 'bidSize', bidSize.toString(), 'above 0').refusal
  if (askSize !== undefined && !(askSize.units > 0n)) return refuse('invalid_size', 'askSize', askSize.toString(), 'above 0').refusal
  if (bid !== undefined && ask !== undefined && !(bid.level < ask.level) && !(bid.units < ask.units))
    return refuse('crossed_book', 'bid', bid.toString(), `under the ask of ${ask.toString()}`).refusal
  return undefined
}

/** The level a quote speaks for, in units of 1e-18 as a float: the middle, the one side there is, or the mark. NaN: none of them. */
export function levelOf({ bid, ask, mark }: TwoSided): number {
  if (bid !== undefined) return ask === undefined ? bid.level : (bid.level + ask.level) / 2
  const alone = ask ?? mark
  return alone === undefined ? NaN : alone.level
}

export function whyMarkOff({ bid, ask, mark }: TwoSided, level: number, markGapMax: number): Refusal | undefined {
  if (mark === undefined || (bid === undefined && ask === undefined)) return undefined
  const gap = Math.abs(mark.level - level) / level
  return gap <= markGapMax
    ? undefined
    : refuse('implausible_mark', 'mark', mark.toString(), `within ${markGapMax} of ${level / 1e18}`).refusal
}
