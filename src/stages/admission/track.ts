/**
 * What admission remembers of one feed (one venue's index, one venue's quotes of one instrument). `price` is a float: plausibility is a
 * model's judgement, the exact price travels on untouched. Units: USDC per BTC, instants in epoch ms on our clock.
 */
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

export interface VenueTracks {
  /** Our clock minus the venue's, as its port measured it. */
  offsetMs: number
  readonly index: Track
  readonly quotes: Map<string, Track>
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

export function quoteTrack(quotes: Map<string, Track>, instrument: string): Track {
  const known = quotes.get(instrument)
  if (known !== undefined) return known
  const fresh = newTrack()
  quotes.set(instrument, fresh)
  return fresh
}
