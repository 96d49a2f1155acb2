/**
 * Funding at the door (DV-06). A rate is believed up to `fundingRateMax8h` on either side, an interval when it divides a day into whole
 * milliseconds and lasts a minute at least, for payments fall due on that grid from midnight UTC. What is not believed is refused alone:
 * prices must not go dark over a rate, least of all when it is wild. Rate and interval are told together, a first time at once, then
 * every `fundingEveryMs`, and at once when a new interval is stated. On any other tick this is a comparison of numbers.
 * Units: the rate is a fraction of eight hours whatever the interval. An interval that was never stated is unknown, not eight hours.
 */
import { refuse } from '#base/result.ts'
import type { Refusal } from '#base/result.ts'
import type { RawQuote } from '#topics/market.ts'
import { DAY_MS, durationMs, MINUTE_MS } from '#units/time.ts'
import type { FundingTrack } from './track.ts'

/** Not even an interval that flickers is told more often. */
const QUIET_MS = 1_000

export interface FundingRules {
  readonly fundingRateMax8h: number
  readonly fundingEveryMs: number
}

export function isFundingDue({ tellAt, quietUntil, statedMs }: FundingTrack, quote: RawQuote, at: number): boolean {
  if (quote.fundingRate8h === undefined) return false
  if (at >= tellAt) return true
  const { fundingIntervalMs } = quote
  return fundingIntervalMs !== undefined && fundingIntervalMs !== statedMs && at >= quietUntil
}

/** Keeps the interval stated; why it is not believed, where it is not: the last one that was stays. */
export function takeInterval(
  track: FundingTrack,
  stated: number | undefined,
  at: number,
  { fundingEveryMs }: FundingRules,
): Refusal | undefined {
  track.tellAt = at + fundingEveryMs
  track.quietUntil = at + QUIET_MS
  if (stated === undefined) return undefined
  track.statedMs = stated
  const refusal = whyNoInterval(stated)
  if (refusal === undefined) track.intervalMs = durationMs(stated)
  return refusal
}

function whyNoInterval(stated: number): Refusal | undefined {
  if (Number.isSafeInteger(stated) && stated >= MINUTE_MS && DAY_MS % stated === 0) return undefined
  return refuse('invalid_funding_interval', 'fundingIntervalMs', stated, 'a whole part of a day, 60000 or more').refusal
}

export function isBelieved(rate: number, { fundingRateMax8h }: FundingRules): boolean {
  return rate <= fundingRateMax8h && rate >= -fundingRateMax8h
}

export function wildRate(rate: number, { fundingRateMax8h }: FundingRules): Refusal {
  const limit = rate > 0 ? fundingRateMax8h : -fundingRateMax8h
  const field = 'fundingRate8h'
  return refuse('implausible_funding', field, rate, `within ${fundingRateMax8h} of 0`, { field, to: limit }).refusal
}
