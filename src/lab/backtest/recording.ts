/**
 * A recording as the market of a backtest: one observation per recorded snapshot (or bar), with the inputs the engine gets from it and the
 * quotes the venue trades at. What the recording lacks is said, never invented: chains carry no quote sizes, so a stated share of 24 h
 * volume and open interest stands in (Y-10: 10 % of volume + 1 % of open interest, rounded down to the lot). A value may be used until
 * the next observation (`maxAgeMs`). Bars give the index alone, at their close.
 */
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { Offer } from '#engine/driver.ts'
import { multiplyUnits, roundUnits } from '#units/exact.ts'
import { parsePrice, price } from '#units/price.ts'
import type { BtcUsdc, CoinPremium } from '#units/price.ts'
import { parseQuantity, Quantity, quantity } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { durationMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { VenueQuote } from '#sim/venue/quotes.ts'
import { findBarSeries } from '../data/bar-files.ts'
import { readBars } from '../data/bars.ts'
import { optionChainFiles, readOptionChains } from '../data/option-chains.ts'
import type { ChainSnapshot } from '../data/option-chains.ts'
import type { OptionRow } from '../data/option-row.ts'
import type { DataCollector } from '../data/refusals.ts'
import type { DataWindow } from '../data/window.ts'

export const RECORDED_VENUE = 'deribit-recorded'

const VOLUME_SHARE = ratio('0.1')
const INTEREST_SHARE = ratio('0.01')
const LOT = quantity<'BTC'>('0.1')

export interface Observation {
  readonly at: EpochMs
  readonly index: BtcUsdc
  readonly quotes: readonly VenueQuote[]
  /** Market data for the engine, in order; journaled by reference. */
  readonly offers: readonly Offer[]
  /** How long its values may be used: 0 at their own instant only. */
  readonly maxAgeMs: number
  /** What the reference in the journal says. */
  readonly source: { readonly file: string; readonly firstLine: number; readonly lastLine: number }
}
/** The reference itself: the inputs that an observation makes, from `first` on, unless another note of the observation goes on sooner. */
export interface DataNote {
  readonly file: string
  readonly firstLine: number
  readonly lastLine: number
  readonly sha256: string
  readonly at: EpochMs
  readonly maxAgeMs: number
  readonly first: number
  readonly count: number
}
export interface Recording {
  readonly files: readonly string[]
  observations(): AsyncIterable<Observation>
}

/** How long a value may be used, where a journal has said it already; else the recording's own look ahead decides. */
export type MaxAgeOf = (at: EpochMs) => number | undefined

export async function openRecording(
  data: { readonly kind: 'chains' | 'bars'; readonly path: string },
  window: DataWindow,
  collector: DataCollector,
  maxAgeOf: MaxAgeOf = () => undefined,
): Promise<Recording> {
  if (data.kind === 'chains') {
    const files = await optionChainFiles(data.path, window)
    return { files, observations: () => chainObservations(data.path, window, collector, maxAgeOf) }
  }
  const series = await findBarSeries(data.path)
  return { files: series.files.map(String), observations: () => barObservations(series, window, collector, maxAgeOf) }
}

async function* chainObservations(
  folder: string,
  window: DataWindow,
  collector: DataCollector,
  maxAgeOf: MaxAgeOf,
): AsyncGenerator<Observation> {
  for await (const snapshot of readOptionChains({ folder, window, currency: 'BTC', collector }))
    yield chainObservation({ ...snapshot, maxAgeMs: durationMs(maxAgeOf(snapshot.at) ?? snapshot.maxAgeMs) })
}

function chainObservation({ at, indexPrice, rows, source, maxAgeMs }: ChainSnapshot): Observation {
  const index = price<'BTC', 'USDC'>(indexPrice)
  const bodies = rows.map((row) => optionQuote(row, at, maxAgeMs))
  const offers: Offer[] = [indexOffer(index, at, maxAgeMs), perpetualOffer(index, at, maxAgeMs)]
  for (const body of bodies) offers.push({ topic: 'raw_option_quotes', key: body.instrument, source: 'recording', body, referenced: true })
  return { at, index, quotes: bodies, offers, maxAgeMs, source }
}

function optionQuote(row: OptionRow, at: EpochMs, maxAgeMs: number) {
  const { instrument, bidCoin, askCoin, markCoin, markIv, delta, underlyingPrice } = row
  const size = availableSize(row)
  const bid = coin(bidCoin)
  const ask = coin(askCoin)
  const mark = coin(markCoin)
  const underlying = underlyingPrice === undefined ? undefined : parsePrice<'BTC', 'USDC'>(underlyingPrice)
  return {
    venue: RECORDED_VENUE,
    venueAt: at,
    ...(maxAgeMs > 0 ? { maxAgeMs } : {}),
    instrument,
    ...(bid === undefined ? {} : { bid, bidSize: size }),
    ...(ask === undefined ? {} : { ask, askSize: size }),
    ...(mark === undefined ? {} : { mark }),
    ...(underlying === undefined ? {} : { underlyingPrice: underlying }),
    markIv,
    delta,
    sizeBasis: 'volume-share' as const,
  }
}

/** A level without any size stands for an option that nobody trades: a lot is the least that can be shown, so below it the size is zero. */
function availableSize({ volume24h, openInterest }: OptionRow): Quantity<'BTC'> {
  const volume = parseQuantity<'BTC'>(volume24h)?.units ?? 0n
  const interest = parseQuantity<'BTC'>(openInterest)?.units ?? 0n
  const share = multiplyUnits(volume, VOLUME_SHARE.units, 'floor') + multiplyUnits(interest, INTEREST_SHARE.units, 'floor')
  return new Quantity<'BTC'>(roundUnits(share, LOT.units, 'floor'))
}

function coin(text: string | undefined): CoinPremium | undefined {
  return text === undefined ? undefined : parsePrice<'BTC', 'BTC'>(text)
}

async function* barObservations(
  series: Awaited<ReturnType<typeof findBarSeries>>,
  window: DataWindow,
  collector: DataCollector,
  maxAgeOf: MaxAgeOf,
): AsyncGenerator<Observation> {
  for await (const { closeAt, close, file, line, ...bar } of readBars({ series, window, collector })) {
    const index = price<'BTC', 'USDC'>(close)
    const maxAgeMs = maxAgeOf(closeAt) ?? bar.maxAgeMs
    const offers = [indexOffer(index, closeAt, maxAgeMs), perpetualOffer(index, closeAt, maxAgeMs)]
    yield { at: closeAt, index, quotes: [], offers, maxAgeMs, source: { file, firstLine: line, lastLine: line } }
  }
}

function indexOffer(index: BtcUsdc, at: EpochMs, maxAgeMs: number): Offer {
  const body = { venue: RECORDED_VENUE, venueAt: at, ...(maxAgeMs > 0 ? { maxAgeMs } : {}), asset: 'BTC' as const, price: index }
  return { topic: 'raw_index', key: 'BTC', source: 'recording', body, referenced: true }
}

/** The perpetual's mark is the index: the recording has no other price for it at these instants. */
function perpetualOffer(index: BtcUsdc, at: EpochMs, maxAgeMs: number): Offer {
  const body = { venue: RECORDED_VENUE, venueAt: at, ...(maxAgeMs > 0 ? { maxAgeMs } : {}), instrument: LINEAR_PERPETUAL, mark: index }
  return { topic: 'raw_quotes', key: LINEAR_PERPETUAL, source: 'recording', body, referenced: true }
}
