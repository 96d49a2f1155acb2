/**
 * Freshness at the door (DV-08): age = at - venueAt - offset, where offset is our clock minus the venue's as measured. A datum without a
 * venue stamp has an unknown age and is stale; one from beyond `aheadToleranceMs` in the future is a broken stamp; one older than what
 * the same feed already gave is late. Ages are finite: configuration bounds every source, a source may only be stricter, and where
 * `acceptStatedAge` is set (recordings, whose rows stand hours apart) the source's own cadence counts up to `statedMaxAgeCapMs`.
 */
import { refuse } from '#base/result.ts'
import type { Refusal } from '#base/result.ts'

export interface AgeRules {
  readonly acceptStatedAge: boolean
  readonly statedMaxAgeCapMs: number
  readonly aheadToleranceMs: number
}

/** A source that states no age at all (the only row of a recording) is good at its own instant. */
const SHORTEST_MS = 1

export function maxAgeFor(stated: number | undefined, ownMaxAgeMs: number, { acceptStatedAge, statedMaxAgeCapMs }: AgeRules): number {
  if (stated === undefined) return ownMaxAgeMs
  if (!(stated >= SHORTEST_MS)) return SHORTEST_MS
  return Math.min(stated, acceptStatedAge ? statedMaxAgeCapMs : ownMaxAgeMs)
}

/** `corrected` is the venue's stamp on our clock (venueAt + offset), NaN where there is none; undefined when the datum is fresh. */
export function whyNotFresh(
  corrected: number,
  offsetMs: number,
  at: number,
  maxAgeMs: number,
  newest: number,
  rules: AgeRules,
): Refusal | undefined {
  const age = at - corrected
  if (!(age <= maxAgeMs)) return wrongStamp('stale_price', corrected - offsetMs, at - maxAgeMs - offsetMs)
  if (age < -rules.aheadToleranceMs) return wrongStamp('ahead_of_time', corrected - offsetMs, at + rules.aheadToleranceMs - offsetMs)
  if (corrected < newest) return wrongStamp('out_of_order', corrected - offsetMs, newest - offsetMs)
  return undefined
}

function wrongStamp(code: string, venueAt: number, limit: number): Refusal {
  return refuse(code, 'venueAt', Number.isNaN(venueAt) ? null : venueAt, limit, { field: 'venueAt', to: limit }).refusal
}
