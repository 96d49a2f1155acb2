/**
 * Age of the index in market time (ms), against its own age and the configured one, the stricter of the two. An index that was never seen has no age
 * and is not fresh.
 */
import type { IndexPrice } from '#topics/market.ts'
import type { EpochMs } from '#units/time.ts'

export interface FeedAge {
  readonly fresh: boolean
  readonly ageMs: number | undefined
  readonly limitMs: number
}

export function feedAge(
  { index }: { readonly index: IndexPrice | undefined },
  at: EpochMs,
  { feedMaxAgeMs }: { readonly feedMaxAgeMs: number },
): FeedAge {
  const limitMs = Math.min(index?.maxAgeMs ?? feedMaxAgeMs, feedMaxAgeMs)
  const ageMs = index === undefined ? undefined : Math.max(0, at - index.observedAt)
  return { fresh: ageMs !== undefined && ageMs <= limitMs, ageMs, limitMs }
}
