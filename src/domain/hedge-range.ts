/**
 * How much hedge a position takes (H-01): signed sizes that perpetuals of the hedge book may have beside it before the rolling hedge takes them back as
 * `over_hedged`. A hedge stands against the position, and only what neither covers nor hedging options protect is left to it, in whole lots:
 *   room = ceil(|exposure| - covered) - options,  at least 0;   a long's hedge lies in [-room, 0], a short's in [0, room]
 * Units of 1e-18 coin. Edges: no position, no hedge; more covered than held counts as all of it.
 */
import { roundUnits } from '#units/exact.ts'

export interface Hedgeable {
  /** Signed. */
  readonly exposure: bigint
  /** Of it covers protect, and options that were bought as hedges; positive. */
  readonly covered: bigint
  readonly options: bigint
  readonly lot: bigint
}
export interface HedgeRange {
  readonly low: bigint
  readonly high: bigint
}

export function hedgeRange({ exposure, covered, options, lot }: Hedgeable): HedgeRange {
  const whole = exposure < 0n ? -exposure : exposure
  const uncovered = covered < whole ? whole - covered : 0n
  const left = roundUnits(uncovered, lot, 'ceil') - options
  const room = left > 0n ? left : 0n
  return exposure < 0n ? { low: 0n, high: room } : { low: -room, high: 0n }
}
