/**
 * Admission of market data: the only door through which prices enter. Each datum must be well formed, fresh by the venue's own stamp and
 * plausible; what passes leaves with the instant it was true and a finite maximum age, what does not is a `market_refusals` event and is
 * used nowhere. This runs for every tick: the admitted path allocates nothing but what it emits. Options have no jump rule, because a
 * premium may double for good reason; they are held to shape, freshness and order. A venue that only prices passes the same door and
 * leaves by another topic. The funding rate in a quote has a door of its own (`funding-rate.ts`) and is told by the minute.
 */
import { z } from 'zod'
import type { Refusal } from '#base/result.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import { explain } from '#domain/explanation.ts'
import { component, SILENT } from '#engine/component.ts'
import type { Emission, EventOf, Step } from '#engine/component.ts'
import { maxAgeFor, whyNotFresh } from './freshness.ts'
import { isBelieved, isFundingDue, takeInterval, wildRate } from './funding-rate.ts'
import { gapOf } from './venue-gap.ts'
import { whyImplausible } from './plausibility.ts'
import { levelOf, whyMalformedIndex, whyMalformedOptionQuote, whyMalformedQuote, whyMarkOff } from './shape.ts'
import { quoteTrack, venueTracks } from './track.ts'
import type { FundingTrack, Tracks } from './track.ts'

/** Contracts expire and new ones come: beyond this many the memory of their stamps begins anew. */
const OPTIONS_MAX = 10_000

const ageMs = z.number().positive().finite()
const fraction = z.number().positive().max(1)
const marketConfig = z.strictObject({
  indexMaxAgeMs: ageMs.default(5_000),
  quoteMaxAgeMs: ageMs.default(5_000),
  optionMaxAgeMs: ageMs.default(60_000),
  /** Recordings state their own cadence; a live feed's word on its own age never widens the configured one. */
  acceptStatedAge: z.boolean().default(false),
  statedMaxAgeCapMs: ageMs.default(86_400_000),
  aheadToleranceMs: z.number().nonnegative().finite().default(1_000),
  jumpMax: fraction.default(0.1),
  jumpWindowMs: ageMs.default(60_000),
  confirmTicks: z.number().int().min(2).default(3),
  confirmSpanMs: ageMs.default(1_000),
  confirmBand: fraction.default(0.05),
  markGapMax: fraction.default(0.1),
  /** Venues whose prices are compared and never used: nothing is valued at them or bought there (C-39). */
  pricingOnly: z.array(z.string()).default([]),
  /** Share by which a pricing venue's index may differ from the one in use before the venues disagree (F-V20). */
  venueGapMax: fraction.default(0.01),
  /** Beyond the caps of the venues (0.4 % per 8 h recorded on the large ones, 0.7 % on a small one), short of a unit error. */
  fundingRateMax8h: fraction.default(0.03),
  fundingEveryMs: ageMs.default(60_000),
  /** Where the quote that carries the rate lasts longer, as long as that. */
  fundingMaxAgeMs: ageMs.default(180_000),
})
export type MarketConfig = z.output<typeof marketConfig>

interface State {
  readonly tracks: Tracks
}
type Out = 'index_prices' | 'quotes' | 'option_quotes' | 'pricing_quotes' | 'venue_gaps' | 'funding_rates' | 'market_refusals'

export const market = component({
  name: 'admission/market',
  version: 3,
  consumes: ['raw_index', 'raw_quotes', 'raw_option_quotes', 'venue_links'],
  produces: ['index_prices', 'quotes', 'option_quotes', 'pricing_quotes', 'venue_gaps', 'funding_rates', 'market_refusals'],
  config: marketConfig.prefault({}),
  initial: (): State => ({ tracks: new Map() }),
  step: (state, event, config): Step<State, Out> => {
    switch (event.topic) {
      case 'raw_quotes':
        return admitQuote(state, event, config)
      case 'raw_index':
        return admitIndex(state, event, config)
      case 'raw_option_quotes':
        return admitOptionQuote(state, event, config)
      case 'venue_links':
        if (event.body.clockOffsetMs !== undefined)
          venueTracks(state.tracks, event.body.venue).offsetMs = Math.round(event.body.clockOffsetMs)
        return { state, emit: SILENT }
    }
  },
})

function admitIndex(state: State, event: EventOf<'raw_index'>, config: MarketConfig): Step<State, Out> {
  const { body, at } = event
  const venue = venueTracks(state.tracks, body.venue)
  const track = venue.index
  const maxAgeMs = maxAgeFor(body.maxAgeMs, config.indexMaxAgeMs, config) as DurationMs
  const corrected = onOurClock(body.venueAt, venue.offsetMs)
  const refusal =
    whyMalformedIndex(body) ??
    whyNotFresh(corrected, venue.offsetMs, at, maxAgeMs, track.observedAt, config) ??
    whyImplausible(body.price.level, at, track, state.tracks, config)
  if (refusal !== undefined) return refused(state, event, body.asset, refusal)
  track.observedAt = corrected
  const admitted = { venue: body.venue, asset: body.asset, price: body.price, observedAt: noLaterThan(at, corrected), maxAgeMs }
  if (isPricingOnly(config, body.venue)) return { state, emit: gapOf(admitted, event, state.tracks, config) }
  return { state, emit: [{ topic: 'index_prices', key: event.key, body: admitted }] }
}

function admitQuote(state: State, event: EventOf<'raw_quotes'>, config: MarketConfig): Step<State, Out> {
  const { body, at } = event
  const venue = venueTracks(state.tracks, body.venue)
  const track = quoteTrack(venue.quotes, body.instrument)
  const maxAgeMs = maxAgeFor(body.maxAgeMs, config.quoteMaxAgeMs, config) as DurationMs
  const corrected = onOurClock(body.venueAt, venue.offsetMs)
  const { newest } = track
  if (newest !== undefined) {
    body.bid?.adoptLevel(newest.bid)
    body.ask?.adoptLevel(newest.ask)
    body.mark?.adoptLevel(newest.mark)
  }
  const level = levelOf(body)
  const refusal =
    whyMalformedQuote(body) ??
    whyNotFresh(corrected, venue.offsetMs, at, maxAgeMs, track.observedAt, config) ??
    whyMarkOff(body, level, config.markGapMax) ??
    whyImplausible(level, at, track, state.tracks, config)
  if (refusal !== undefined) return refused(state, event, body.instrument, refusal)
  track.observedAt = corrected
  track.newest = body
  if (isPricingOnly(config, body.venue)) return { state, emit: SILENT }
  const { instrument, bid, ask, bidSize, askSize, mark, fundingRate8h } = body
  const told = isFundingDue(track.funding, body, at) ? tellFunding(track.funding, event, { corrected, maxAgeMs }, config) : SILENT
  const admitted = {
    venue: body.venue,
    instrument,
    bid,
    ask,
    bidSize,
    askSize,
    mark,
    fundingRate8h: fundingRate8h !== undefined && isBelieved(fundingRate8h, config) ? fundingRate8h : undefined,
    fundingIntervalMs: track.funding.intervalMs,
    observedAt: noLaterThan(at, corrected),
    maxAgeMs,
  }
  const quote = { topic: 'quotes', key: event.key, body: admitted } as const
  return { state, emit: told.length === 0 ? [quote] : [quote, ...told] }
}

/** Once a minute; the rest of the quote has passed already. */
function tellFunding(
  track: FundingTrack,
  event: EventOf<'raw_quotes'>,
  { corrected, maxAgeMs }: { readonly corrected: number; readonly maxAgeMs: number },
  config: MarketConfig,
): readonly Emission<Out>[] {
  const { at, key, body } = event
  const { venue, instrument, fundingRate8h: rate, fundingIntervalMs } = body
  if (rate === undefined) return SILENT
  const told: Emission<Out>[] = []
  const refusal = takeInterval(track, fundingIntervalMs, at, config)
  if (refusal !== undefined) told.push(refusalOf(event, instrument, refusal))
  if (!isBelieved(rate, config)) return [...told, refusalOf(event, instrument, wildRate(rate, config))]
  const lasts = { observedAt: noLaterThan(at, corrected), maxAgeMs: Math.max(maxAgeMs, config.fundingMaxAgeMs) as DurationMs }
  const admitted = { venue, instrument, fundingRate8h: rate, fundingIntervalMs: track.intervalMs, ...lasts }
  return [...told, { topic: 'funding_rates', key, body: admitted }]
}

function admitOptionQuote(state: State, event: EventOf<'raw_option_quotes'>, config: MarketConfig): Step<State, Out> {
  const { body, at } = event
  const venue = venueTracks(state.tracks, body.venue)
  const maxAgeMs = maxAgeFor(body.maxAgeMs, config.optionMaxAgeMs, config) as DurationMs
  const corrected = onOurClock(body.venueAt, venue.offsetMs)
  const newest = venue.options.get(body.instrument) ?? -Infinity
  const refusal = whyMalformedOptionQuote(body) ?? whyNotFresh(corrected, venue.offsetMs, at, maxAgeMs, newest, config)
  if (refusal !== undefined) return refused(state, event, body.instrument, refusal)
  if (venue.options.size >= OPTIONS_MAX) venue.options.clear()
  venue.options.set(body.instrument, corrected)
  const { instrument, bid, ask, bidSize, askSize, mark, markIv, delta, underlyingPrice, sizeBasis } = body
  const observedAt = noLaterThan(at, corrected)
  const admitted = {
    venue: body.venue,
    instrument,
    bid,
    ask,
    bidSize,
    askSize,
    mark,
    markIv,
    delta,
    underlyingPrice,
    sizeBasis,
    observedAt,
    maxAgeMs,
  }
  const topic = isPricingOnly(config, body.venue) ? 'pricing_quotes' : 'option_quotes'
  return { state, emit: [{ topic, key: event.key, body: admitted }] }
}

function isPricingOnly({ pricingOnly }: MarketConfig, venue: string): boolean {
  return pricingOnly.length > 0 && pricingOnly.includes(venue)
}

function onOurClock(venueAt: number | undefined, offsetMs: number): number {
  return venueAt === undefined ? NaN : venueAt + offsetMs
}

/** A stamp slightly ahead of us must not live longer for it. */
function noLaterThan(at: EpochMs, corrected: number): EpochMs {
  return corrected < at ? (corrected as EpochMs) : at
}

type RawEvent = EventOf<'raw_index' | 'raw_quotes' | 'raw_option_quotes'>

function refused(state: State, event: RawEvent, subject: string, refusal: Refusal): Step<State, Out> {
  return { state, emit: [refusalOf(event, subject, refusal)] }
}

function refusalOf({ seq, key, body: { venue } }: RawEvent, subject: string, refusal: Refusal): Emission<'market_refusals'> {
  return { topic: 'market_refusals', key, body: { venue, subject, explanation: explain('admission', seq, refusal) } }
}
