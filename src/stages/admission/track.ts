/**
 * What admission remembers of one feed (one venue's index, one venue's quotes of one instrument). `price` is a float: plausibility is a
 * model's judgement, the exact price travels on untouched. Units: USDC per BTC, instants in epoch ms on our clock.
 */
import type { RawQuote } from '#topics/market.ts'
import type { DurationMs } from '#units/time.ts'

export interface Track {
  /** Venue time (corrected by the venue's offset) of the newest admitted datum; -Infinity before the first. */
  observedAt: number
  /** The last admitted price and when; 0 before the first. */
  price: number
  admittedAt: number
  /** A price that jumped and waits for confirmation. */
  suspect: number
  suspectSince: number
  suspectAt: number
  suspectTicks: number
}

/** What admission remembers of a perpetual's funding. */
export interface FundingTrack {
  /** The interval as last stated, believed or not; 0 before the first. */
  statedMs: number
  /** The last one believed. */
  intervalMs: DurationMs | undefined
  /** When it is told next, and until when not even a new interval is: one that flickers with every tick stays a word a second. */
  tellAt: number
  quietUntil: number
}
export interface QuoteTrack extends Track {
  readonly funding: FundingTrack
  /** The last admitted one. */
  newest: RawQuote | undefined
}

export interface VenueTracks {
  /** Our clock minus the venue's, as its port measured it. */
  offsetMs: number
  readonly index: Track
  readonly quotes: Map<string, QuoteTrack>
  /** Corrected venue time of the newest admitted option quote, by instrument. */
  readonly options: Map<string, number>
}
export type Tracks = Map<string, VenueTracks>

export function newTrack(): Track {
  return { observedAt: -Infinity, price: 0, admittedAt: -Infinity, suspect: 0, suspectSince: 0, suspectAt: -Infinity, suspectTicks: 0 }
}

export function venueTracks(tracks: Tracks, venue: string): VenueTracks {
  const known = tracks.get(venue)
  if (known !== undefined) return known
  const fresh: VenueTracks = { offsetMs: 0, index: newTrack(), quotes: new Map(), options: new Map() }
  tracks.set(venue, fresh)
  return fresh
}

export function quoteTrack(quotes: Map<string, QuoteTrack>, instrument: string): QuoteTrack {
  const known = quotes.get(instrument)
  if (known !== undefined) return known
  const funding = { statedMs: 0, intervalMs: undefined, tellAt: -Infinity, quietUntil: -Infinity }
  const fresh: QuoteTrack = { ...newTrack(), funding, newest: undefined }
  quotes.set(instrument, fresh)
  return fresh
}
