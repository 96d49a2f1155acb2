/**
 * Prices as they would be: the index and every perpetual moved by one share, options repriced with Black (1976). Each side of an option's
 * market (bid, mark, ask) keeps the volatility it states now (sticky strike), times the move of volatility, so that a scenario in which nothing
 * moves gives today's prices to the last digit; a mark that states none takes the surface's volatility at its strike. The forward of an expiry
 * keeps its ratio to the index. A side that states no volatility (under intrinsic value) keeps its distance to the mark. Past its expiry an
 * option needs no price: valuation pays it its intrinsic value. Models are floats; what comes out is rounded to 1e-12 coin.
 */
import { impliedVol } from '#math/options/implied-vol.ts'
import { priceBlack76 } from '#math/options/black76.ts'
import { forwardAt, ivAt } from '#math/options/surface-reading.ts'
import type { SmileSlice } from '#math/options/smile-slice.ts'
import type { Instrument, InstrumentId, Option } from '#domain/instrument.ts'
import { Observed } from '#domain/observed.ts'
import type { Prices, Quoted } from '#stages/ledger/prices.ts'
import { unitsFromFloat } from '#units/exact.ts'
import { Price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { Ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'

export interface Shock {
  /** What the index is multiplied by. */
  readonly spot: Ratio
  /** What every volatility is multiplied by. */
  readonly iv: number
  readonly to: EpochMs
}
/** How an option was repriced; vols per sqrt(year). */
export interface OptionModel {
  readonly instrument: InstrumentId
  readonly ivFrom: 'mark' | 'surface' | 'none'
  readonly ivNow: number | undefined
  readonly ivThen: number | undefined
}
export interface ShockedPrices {
  readonly prices: Prices
  readonly models: readonly OptionModel[]
}

const YEAR_MS = 365 * 86_400_000
/** A price of the scenario is as fresh as its instant. */
const LASTING_MS = 86_400_000
const PLACES = 12

/** What an option's market states now, made once for many moves. */
interface Stated {
  readonly option: Option
  readonly quote: Quoted
  readonly forward: number
  /** Vol of each side, where it states one. */
  readonly bid: number | undefined
  readonly ask: number | undefined
  readonly mark: number | undefined
  readonly ivFrom: OptionModel['ivFrom']
}
export type StatedMarket = readonly (Stated | { readonly contract: InstrumentId; readonly quote: Quoted })[]

export function statedMarket(
  { index, quoted }: Prices,
  held: readonly Instrument[],
  slices: readonly SmileSlice[],
  at: EpochMs,
): StatedMarket {
  const spot = index?.lastKnown().value
  return held.flatMap((instrument): StatedMarket => {
    const quote = quoted.get(instrument.id)
    if (quote === undefined || spot === undefined) return []
    if (instrument.kind !== 'option') return [{ contract: instrument.id, quote }]
    return instrument.expiry > at ? [statedBy(instrument, quote, spot, slices, at)] : []
  })
}

export function shockedPrices({ index }: Prices, market: StatedMarket, shock: Shock): ShockedPrices {
  const spot = index?.lastKnown().value.scaled(shock.spot, 'half-even')
  const moved: Prices = { index: spot === undefined ? undefined : observed(spot, shock), quoted: new Map() }
  const models: OptionModel[] = []
  for (const stated of market) {
    if ('contract' in stated) moved.quoted.set(stated.contract, movedPerpetual(stated.quote, shock))
    else if (stated.option.expiry > shock.to) {
      moved.quoted.set(stated.option.id, repriced(stated, shock))
      models.push(modelOf(stated, shock))
    }
  }
  return { prices: moved, models }
}

function observed(price: BtcUsdc, { to }: Shock): Observed<BtcUsdc> {
  return new Observed(price, to, LASTING_MS as Quoted['maxAgeMs'])
}

function movedPerpetual({ bid, ask, mark }: Quoted, shock: Shock): Quoted {
  const move = (price: Price | undefined): Price | undefined => price?.scaled(shock.spot, 'half-even')
  return fresh({ bid: move(bid), ask: move(ask), mark: move(mark) }, shock)
}

function fresh(sides: Pick<Quoted, 'bid' | 'ask' | 'mark'>, { to }: Shock): Quoted {
  return { ...sides, observedAt: to, maxAgeMs: LASTING_MS as Quoted['maxAgeMs'] }
}

function statedBy(option: Option, quote: Quoted, spot: BtcUsdc, slices: readonly SmileSlice[], at: EpochMs): Stated {
  const years = (option.expiry - at) / YEAR_MS
  const reached = forwardAt(slices, years)
  const forward = reached.ok ? reached.value : spot.toNumber()
  const terms = termsOf(option, forward, years)
  const ofMark = volOf(quote.mark, terms)
  const surface = ivAt(slices, { strike: terms.strike, years })
  const mark = ofMark ?? (surface.ok ? surface.value.vol : undefined)
  const ivFrom = ofMark !== undefined ? 'mark' : mark === undefined ? 'none' : 'surface'
  return { option, quote, forward, bid: volOf(quote.bid, terms), ask: volOf(quote.ask, terms), mark, ivFrom }
}

function repriced({ option, quote, forward, ...vols }: Stated, shock: Shock): Quoted {
  const terms = termsOf(option, forward * shock.spot.toNumber(), (option.expiry - shock.to) / YEAR_MS)
  const mark = vols.mark === undefined ? quote.mark : priceAt(terms, vols.mark * shock.iv)
  const side = (stated: Price | undefined, vol: number | undefined): Price | undefined => {
    if (stated === undefined) return undefined
    return vol === undefined ? besideMark(stated, quote.mark, mark) : priceAt(terms, vol * shock.iv)
  }
  return fresh({ bid: side(quote.bid, vols.bid), ask: side(quote.ask, vols.ask), mark }, shock)
}

function modelOf({ option, mark, ivFrom }: Stated, { iv }: Shock): OptionModel {
  return { instrument: option.id, ivFrom, ivNow: mark, ivThen: mark === undefined ? undefined : mark * iv }
}

interface Terms {
  readonly right: Option['optionType']
  readonly strike: number
  readonly forward: number
  readonly years: number
  /** What one unit of the quote is worth in USD: the forward for a coin-settled option. */
  readonly unit: number
}

function termsOf({ optionType, strike, settlement }: Option, forward: number, years: number): Terms {
  return { right: optionType, strike: strike.toNumber(), forward, years, unit: settlement === 'BTC' ? forward : 1 }
}

function volOf(price: Price | undefined, { right, strike, forward, years, unit }: Terms): number | undefined {
  if (price === undefined) return undefined
  const solved = impliedVol({ isCall: right === 'call', price: price.toNumber() * unit, forward, strike, years })
  return solved.ok ? solved.vol : undefined
}

function priceAt({ right, strike, forward, years, unit }: Terms, ivAnnual: number): Price {
  return new Price(unitsFromFloat(priceBlack76({ right, forward, strike, years, rate: 0, ivAnnual }).price / unit, PLACES))
}

function besideMark(stated: Price, markNow: Price | undefined, markThen: Price | undefined): Price | undefined {
  if (markNow === undefined || markThen === undefined) return undefined
  const units = markThen.units + stated.units - markNow.units
  return units > 0n ? new Price(units) : undefined
}
