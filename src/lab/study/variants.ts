/**
 * What the recording lacks and what an account may be, varied: the same snapshots with half the size available, with twice the spread; the same
 * account with no more cash than its margin; a position ten times as large. Each says how much of the result hangs on that assumption.
 *   spread doubled: ask + (ask - bid) / 2 up to the tick, bid - (ask - bid) / 2 down to the tick; a bid that falls to nothing is absent
 * Units: prices and sizes in coin; sizes rounded down to the lot (0.1). Edges: an absent bid counts as 0, so its ask rises by half of itself.
 */
import { premiumTick } from '#domain/catalogue.ts'
import type { Offer } from '#engine/driver.ts'
import { roundUnits } from '#units/exact.ts'
import { Price } from '#units/price.ts'
import type { CoinPremium } from '#units/price.ts'
import { Quantity, quantity } from '#units/quantity.ts'
import type { RawOptionQuote } from '#topics/market.ts'
import type { Observation } from '../backtest/recording.ts'
import type { StudyRequest } from './request.ts'

export interface Variant {
  readonly name: 'recorded' | 'size halved' | 'spread doubled' | 'cash at margin' | 'position x10' | 'pairs allowed'
  readonly market: (quote: RawOptionQuote) => RawOptionQuote
  /** Of the position asked for. */
  readonly sizeFactor: 1n | 10n
  readonly isCashAtMargin: boolean
  /** Two options may be sold as one cover. */
  readonly allowsPairs?: true
}
const LOT = quantity<'BTC'>('0.1')
const asRecorded = (quote: RawOptionQuote): RawOptionQuote => quote
const SAME = { market: asRecorded, sizeFactor: 1n, isCashAtMargin: false } as const

export const RECORDED: Variant = { ...SAME, name: 'recorded' }
/** Those of one entry see the same market, and one engine asks for all of them. */
type Markets = readonly (readonly [Variant, ...Variant[]])[]
export const VARIANTS: Markets = [
  [RECORDED, { ...SAME, name: 'cash at margin', isCashAtMargin: true }, { ...SAME, name: 'position x10', sizeFactor: 10n }],
  [{ ...SAME, name: 'size halved', market: sizeHalved }],
  [{ ...SAME, name: 'spread doubled', market: spreadDoubled }],
]

/** The question of a study that allows pairs, beside the same one answered with one option. */
export const PAIRS: Variant = { ...SAME, name: 'pairs allowed', allowsPairs: true }

export function variantsOf({ combinations }: Pick<StudyRequest, 'combinations'>): Markets {
  if (combinations === undefined) return VARIANTS
  return VARIANTS.map((market) => (market[0] === RECORDED ? [...market, PAIRS] : market))
}

export function varied(observation: Observation, { market }: Variant): Observation {
  if (market === asRecorded) return observation
  const offers = observation.offers.map((offer): Offer =>
    offer.topic === 'raw_option_quotes' ? { ...offer, body: market(offer.body) } : offer,
  )
  return { ...observation, offers, quotes: optionQuotesOf({ offers }) }
}

/** The recorded options of an observation, with what the engine is told of them. */
export function optionQuotesOf({ offers }: Pick<Observation, 'offers'>): readonly RawOptionQuote[] {
  return offers.flatMap((offer) => (offer.topic === 'raw_option_quotes' ? [offer.body] : []))
}

function sizeHalved(quote: RawOptionQuote): RawOptionQuote {
  const { bidSize, askSize } = quote
  return {
    ...quote,
    ...(bidSize === undefined ? {} : { bidSize: half(bidSize) }),
    ...(askSize === undefined ? {} : { askSize: half(askSize) }),
  }
}

function half(size: Quantity<'BTC'>): Quantity<'BTC'> {
  return new Quantity<'BTC'>(roundUnits(size.units / 2n, LOT.units, 'floor'))
}

function spreadDoubled(quote: RawOptionQuote): RawOptionQuote {
  const { bid, bidSize, ask, ...rest } = quote
  if (ask === undefined) return quote
  const more = (ask.units - (bid?.units ?? 0n)) / 2n
  const wider = new Price<'BTC', 'BTC'>(ask.units + more)
  const low = bid === undefined ? undefined : toTick(new Price<'BTC', 'BTC'>(bid.units - more), 'floor')
  return {
    ...rest,
    ask: toTick(wider, 'ceil'),
    ...(low === undefined || low.units <= 0n ? {} : { bid: low, ...(bidSize === undefined ? {} : { bidSize }) }),
  }
}

function toTick(premium: CoinPremium, rounding: 'ceil' | 'floor'): CoinPremium {
  return premium.roundedTo(premiumTick(premium), rounding)
}
