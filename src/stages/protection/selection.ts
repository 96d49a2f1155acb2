/**
 * Which option protects best (P-02): all candidates through all gates, the highest score wins, the runner-up says why it lost. Where none
 * passes, the nearest miss explains: the candidate that came furthest, then the one least beyond its limit, then by name.
 */
import type { Refusal } from '#base/result.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { OptionQuote } from '#topics/market.ts'
import { findCandidates } from './candidates.ts'
import { gate } from './gates.ts'
import type { GateInputs, Miss } from './gates.ts'
import { compareScored, scoreOf } from './score.ts'
import type { Scored } from './score.ts'

export interface SelectionInputs extends GateInputs {
  readonly quotes: Iterable<OptionQuote>
  readonly floorPrice: BtcUsdc | undefined
  readonly only: InstrumentId | undefined
}
export type Selection =
  | {
      readonly ok: true
      readonly winner: Scored
      readonly runnerUp: Scored | undefined
      /** The best of each venue, best first. */
      readonly byVenue: readonly Scored[]
      readonly considered: number
    }
  /** `rank`: how far the nearest miss came. */
  | { readonly ok: false; readonly refusal: Refusal; readonly rank: number; readonly considered: number }

export function selectCover(inputs: SelectionInputs): Selection {
  const { at, terms, index, config } = inputs
  const found = findCandidates(inputs.quotes, {
    at,
    side: terms.side,
    tenorDays: terms.tenorDays,
    expirySlackMs: config.expirySlackMs,
    tenorMultipleMax: config.tenorMultipleMax,
    index,
    floorPrice: inputs.floorPrice,
    only: inputs.only,
  })
  if (!found.ok) return { ok: false, refusal: found.refusal, rank: 0, considered: found.listed }
  const gated = found.value.map((listed) => gate(listed, inputs))
  const scored = gated.flatMap((result) => (result.ok ? [scoreOf(result.priced, terms, index, at, config.weights)] : []))
  const ranked = scored.toSorted(compareScored)
  const [winner, runnerUp] = ranked
  if (winner !== undefined) return { ok: true, winner, runnerUp, byVenue: bestByVenue(ranked), considered: gated.length }
  const nearest = gated.flatMap((result) => (result.ok ? [] : [result.miss])).toSorted(compareMisses)[0]
  if (nearest === undefined)
    return { ok: false, refusal: { code: 'no_listed_option', field: 'asset', seen: 0, limit: 1 }, rank: 0, considered: 0 }
  return { ok: false, refusal: nearest.refusal, rank: nearest.rank, considered: gated.length }
}

function bestByVenue(ranked: readonly Scored[]): readonly Scored[] {
  const seen = new Set<string>()
  return ranked.filter(({ priced }) => {
    const isFirst = !seen.has(priced.listed.quote.venue)
    seen.add(priced.listed.quote.venue)
    return isFirst
  })
}

function compareMisses(a: Miss, b: Miss): number {
  if (a.rank !== b.rank) return b.rank - a.rank
  if (a.distance !== b.distance) return a.distance - b.distance
  return a.listed.option.id < b.listed.option.id ? -1 : 1
}
