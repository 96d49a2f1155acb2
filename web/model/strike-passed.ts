/**
 * The one thing that happens without a decision: the index goes through the strike, and from there on the option carries the loss. Said with the instant
 * where the page has seen it (`points`, oldest first); where it was opened later the fact alone.
 */
import type { Overview } from '#api/contract-page.ts'
import { unitsOf, usdc } from '../format/decimal.ts'
import type { Point } from '../live/history.ts'
import { isoOf } from '../format/time.ts'
import { coverInForce } from './safety.ts'

export interface StrikePassed {
  readonly says: string
  readonly atIso: string | undefined
}

export function strikePassed(overview: Overview, points: readonly Point[]): StrikePassed | undefined {
  const cover = coverInForce(overview)
  const [index, strike] = [unitsOf(overview.price?.index), unitsOf(cover?.strike)]
  if (cover === undefined || cover.state !== 'active' || index === undefined || strike === undefined) return undefined
  const isPut = cover.optionType === 'put'
  const isBeyond = (at: bigint): boolean => (isPut ? at < strike : at > strike)
  if (!isBeyond(index)) return undefined
  const before = points.findLastIndex((point) => !isBeyond(unitsOf(point.index) ?? 0n))
  const first = before === -1 ? undefined : points[before + 1]
  const way = isPut ? 'under' : 'over'
  const verb = first === undefined ? 'is' : 'went'
  return {
    says: `The index ${verb} ${way} the strike of ${usdc(cover.strike)}: the ${cover.optionType} carries the loss`,
    atIso: first === undefined ? undefined : isoOf(first.at),
  }
}
