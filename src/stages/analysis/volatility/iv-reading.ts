/**
 * Implied volatility as the API tells it (DV-07, document 1), from the executing venue's surface. `iv`: at the money (K = forward) at the tenor.
 * `ivHedge`: what protection costs there, the conservative one: the vol at the ask of the protective put, struck `protectiveFloor` under
 * the forward (10 % by default), or at the lowest strike the smiles around the tenor reach where that is nearer; never under `iv`.
 * Annual vols as fractions, tenors in days of 24 hours from now. A stale surface, a tenor beyond the last expiry, or no surface is a refusal.
 */
import { assert } from '#base/assert.ts'
import { ok, refuse } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import { ivAtMoneyness, reachAt } from '#math/options/surface-reading.ts'
import type { IvRefusal } from '#math/options/surface-reading.ts'
import type { VolSurface } from '#topics/analysis.ts'
import type { EpochMs } from '#units/time.ts'

export interface IvAnswer {
  readonly iv: number
  readonly ivHedge: number
  readonly ageMs: number
  readonly venue: string
}
export type IvAnswerRefusal = 'no_surface' | 'stale_surface' | 'beyond_last_expiry' | 'beyond_strikes' | 'calendar_arbitrage'

const DAYS_OF_YEAR = 365
export const PROTECTIVE_FLOOR = 0.1

/** Of the venues that execute, the one seen first: the same one from fit to fit. */
export function primarySurface(surfaces: ReadonlyMap<string, VolSurface>): VolSurface | undefined {
  for (const surface of surfaces.values()) if (!surface.pricingOnly) return surface
  return undefined
}

export function isFreshSurface({ observedAt, maxAgeMs }: VolSurface, at: EpochMs): boolean {
  return at - observedAt <= maxAgeMs
}

/** At the tenor, or at the last expiry where the venue lists none so late. */
export function atTheMoney({ slices }: VolSurface, tenorDays: number): number | undefined {
  const years = Math.min(tenorDays / DAYS_OF_YEAR, slices.at(-1)?.years ?? 0)
  const reading = ivAtMoneyness(slices, { years, logMoneyness: 0 })
  return reading.ok ? reading.value.vol : undefined
}

export function readIv(
  surfaces: ReadonlyMap<string, VolSurface>,
  {
    tenorDays,
    at,
    protectiveFloor = PROTECTIVE_FLOOR,
  }: { readonly tenorDays: number; readonly at: EpochMs; readonly protectiveFloor?: number },
): Result<IvAnswer, IvAnswerRefusal> {
  const surface = primarySurface(surfaces)
  if (surface === undefined) return refuse('no_surface', 'vol_surface', 'none yet', 'one fitted surface')
  const { slices, venue, observedAt, maxAgeMs } = surface
  const ageMs = Math.max(0, at - observedAt)
  if (!(ageMs <= maxAgeMs)) return refuse('stale_surface', 'ageMs', ageMs, maxAgeMs, { field: 'ageMs', to: maxAgeMs })
  const years = tenorDays / DAYS_OF_YEAR
  const money = ivAtMoneyness(slices, { years, logMoneyness: 0 })
  if (!money.ok) return inDays(money.refusal)
  const reach = reachAt(slices, years)
  const logMoneyness = Math.max(Math.log(1 - protectiveFloor), reach.ok ? reach.value.low : 0)
  const hedge = ivAtMoneyness(slices, { years, logMoneyness, ask: true })
  if (!hedge.ok) return inDays(hedge.refusal)
  return ok({ iv: money.value.vol, ivHedge: Math.max(money.value.vol, hedge.value.vol), ageMs, venue })
}

/** The surface speaks of years, whoever asks here of days. */
function inDays({ code, field, seen, limit }: Refusal<IvRefusal>) {
  assert(code !== 'invalid_point', 'a tenor is positive')
  if (code !== 'beyond_last_expiry' || typeof seen !== 'number' || typeof limit !== 'number') return refuse(code, field, seen, limit)
  const most = Math.floor(limit * DAYS_OF_YEAR * 1e4) / 1e4
  return refuse(code, 'tenorDays', seen * DAYS_OF_YEAR, most, { field: 'tenorDays', to: most })
}
