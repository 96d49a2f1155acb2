/**
 * The jump rule (fault M03). A price that moved more than `jumpMax` (fraction) from the feed's last admitted one within `jumpWindowMs` is
 * held back until it is confirmed: by another feed of the same asset that shows about the same price (all feeds together must pass), or
 * by `confirmTicks` consecutive ticks of its own that agree within `confirmBand` over at least `confirmSpanMs`. One wild tick therefore
 * has no effect, and a true crash passes with the second feed. Without a recent price of its own a feed is held against the others;
 * with none at all (start, recordings hours apart) there is nothing to jump from. Prices as floats in any one unit.
 */
import { refuse } from '#base/result.ts'
import type { Refusal } from '#base/result.ts'
import type { Track, Tracks } from './track.ts'

export interface JumpRules {
  readonly jumpMax: number
  readonly jumpWindowMs: number
  readonly confirmTicks: number
  readonly confirmSpanMs: number
  readonly confirmBand: number
}

/** Judges a price and, when it passes, makes it the feed's last one. */
export function whyImplausible(price: number, at: number, track: Track, tracks: Tracks, rules: JumpRules): Refusal | undefined {
  const isRecent = at - track.admittedAt <= rules.jumpWindowMs
  const reference = isRecent ? track.price : freshestOther(track, tracks, at, rules.jumpWindowMs)
  if (reference !== 0 && !(Math.abs(price - reference) <= rules.jumpMax * reference)) {
    noteSuspect(track, price, at, rules)
    if (!isConfirmed(track, tracks, at, rules))
      return refuse('implausible_jump', 'price', price / 1e18, bound(price, reference, rules.jumpMax)).refusal
  }
  track.price = price
  track.admittedAt = at
  track.suspectTicks = 0
  return undefined
}

function bound(price: number, reference: number, jumpMax: number): string {
  const from = reference / 1e18
  return `${price > reference ? `<= ${from * (1 + jumpMax)}` : `>= ${from * (1 - jumpMax)}`} without confirmation`
}

function noteSuspect(track: Track, price: number, at: number, { confirmBand, jumpWindowMs }: JumpRules): void {
  const agrees = track.suspectTicks > 0 && at - track.suspectAt <= jumpWindowMs && isNear(price, track.suspect, confirmBand)
  track.suspectTicks = agrees ? track.suspectTicks + 1 : 1
  if (!agrees) track.suspectSince = at
  track.suspect = price
  track.suspectAt = at
}

function isConfirmed(
  track: Track,
  tracks: Tracks,
  at: number,
  { confirmTicks, confirmSpanMs, confirmBand, jumpWindowMs }: JumpRules,
): boolean {
  if (track.suspectTicks >= confirmTicks && at - track.suspectSince >= confirmSpanMs) return true
  for (const other of feeds(tracks)) {
    if (other === track) continue
    if (other.suspectTicks > 0 && at - other.suspectAt <= jumpWindowMs && isNear(track.suspect, other.suspect, confirmBand)) return true
    if (at - other.admittedAt <= jumpWindowMs && isNear(track.suspect, other.price, confirmBand)) return true
  }
  return false
}

function freshestOther(track: Track, tracks: Tracks, at: number, windowMs: number): number {
  let newest: Track | undefined
  for (const other of feeds(tracks)) {
    if (other !== track && at - other.admittedAt <= windowMs && (newest === undefined || other.admittedAt > newest.admittedAt))
      newest = other
  }
  return newest?.price ?? 0
}

function isNear(price: number, other: number, band: number): boolean {
  return Math.abs(price - other) <= band * other
}

/** The index and every perpetual and spot quote of the asset: prices of one thing, each from its own channel. */
function* feeds(tracks: Tracks): Generator<Track> {
  for (const { index, quotes } of tracks.values()) {
    yield index
    yield* quotes.values()
  }
}
