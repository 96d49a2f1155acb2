/**
 * Two venues' word on one index (F-V20): gap = |price - reference| / reference, a fraction. The reference is the freshest index among the
 * venues whose prices are used; without one younger than its limit there is nothing to compare with and nothing is said. Which of
 * the two is right cannot be known from two: whoever reads the gap does less while it is above `gapMax`.
 */
import { SILENT } from '#engine/component.ts'
import type { Emission, EventOf } from '#engine/component.ts'
import type { IndexPrice } from '#topics/market.ts'
import type { Tracks } from './track.ts'

export interface GapRules {
  readonly pricingOnly: readonly string[]
  readonly venueGapMax: number
  readonly indexMaxAgeMs: number
}

export function gapOf(
  admitted: IndexPrice,
  { at, key }: EventOf<'raw_index'>,
  tracks: Tracks,
  rules: GapRules,
): readonly Emission<'venue_gaps'>[] {
  const reference = referencePrice(tracks, at, rules)
  if (reference === undefined) return SILENT
  const gap = Math.abs(admitted.price.toNumber() - reference) / reference
  return [{ topic: 'venue_gaps', key, body: { ...admitted, reference, gap, gapMax: rules.venueGapMax } }]
}

function referencePrice(tracks: Tracks, at: number, { pricingOnly, indexMaxAgeMs }: GapRules): number | undefined {
  let price: number | undefined
  let observedAt = at - indexMaxAgeMs
  for (const [venue, { index }] of tracks) {
    if (pricingOnly.includes(venue) || index.price === 0 || index.observedAt < observedAt) continue
    price = index.price / 1e18
    observedAt = index.observedAt
  }
  return price
}
