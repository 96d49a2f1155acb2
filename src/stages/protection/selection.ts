/**
 * Which option protects best (P-02): of all candidates that pass all gates the highest score wins, the runner-up says why it lost. Where
 * none passes, the nearest miss explains: the candidate that came furthest, then the one least beyond its limit, then by name. A first look
 * in floats (first-look.ts) tells for which candidates the exact gates can matter; the answer is that of gating them all.
 */
import type { Refusal } from '#base/result.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { findCandidates } from './candidates.ts'
import type { Listed } from './candidates.ts'
import { firstLook } from './first-look.ts'
import type { Look } from './first-look.ts'
import { gate } from './gates.ts'
import type { GateInputs, Miss } from './gates.ts'
import type { OptionChain } from './listing.ts'
import { compareScored, scoreOf } from './score.ts'
import type { Scored } from './score.ts'

export interface SelectionInputs extends GateInputs {
  readonly chains: readonly OptionChain[]
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
  const found = findCandidates(inputs.chains, {
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
  const looks = found.value.map(firstLook(inputs))
  const { ranked, misses } = judgeBest(looks, inputs)
  const [winner, runnerUp] = ranked
  const considered = looks.length
  if (winner !== undefined) return { ok: true, winner, runnerUp, byVenue: bestByVenue(ranked), considered }
  const nearest = judgeNearest(looks, misses, inputs).toSorted(compareMisses)[0]
  if (nearest === undefined)
    return { ok: false, refusal: { code: 'no_listed_option', field: 'asset', seen: 0, limit: 1 }, rank: 0, considered: 0 }
  return { ok: false, refusal: nearest.refusal, rank: nearest.rank, considered }
}

/** The gates, exactly, for those that may be winner, runner-up or the best of their venue; in the order of what they may score. */
function judgeBest(
  looks: readonly Look[],
  inputs: SelectionInputs,
): { readonly ranked: readonly Scored[]; readonly misses: ReadonlyMap<Listed, Miss> } {
  const { at, terms, index, config } = inputs
  const passed: Scored[] = []
  const misses = new Map<Listed, Miss>()
  const bestOf = new Map(looks.map(({ listed }) => [listed.quote.venue, -Infinity]))
  let [first, second] = [-Infinity, -Infinity]
  for (const { listed, scoreMax } of inTurn(looks)) {
    const { venue } = listed.quote
    const best = bestOf.get(venue) ?? -Infinity
    if (scoreMax < second && scoreMax < best) {
      if (scoreMax < leastOf(bestOf)) break // and so are all after it
      continue
    }
    const gated = gate(listed, inputs)
    if (!gated.ok) {
      misses.set(listed, gated.miss)
      continue
    }
    const scored = scoreOf(gated.priced, terms, index, at, config.weights)
    passed.push(scored)
    bestOf.set(venue, Math.max(scored.score, best))
    if (scored.score > first) [first, second] = [scored.score, first]
    else second = Math.max(scored.score, second)
  }
  return { ranked: passed.sort(compareScored), misses }
}

/** Those that may pass, the highest bound first, of equal ones in their order. Mostly a handful is looked at: to sort all of them costs more. */
function* inTurn(looks: readonly Look[]): Generator<Look> {
  const left = looks.filter(({ rank }) => rank === 0)
  while (left.length > 0) {
    let best = 0
    for (let i = 1; i < left.length; i++) if ((left[i] as Look).scoreMax > (left[best] as Look).scoreMax) best = i
    const [next] = left.splice(best, 1) as [Look]
    yield next
  }
}

function leastOf(scores: ReadonlyMap<string, number>): number {
  let least = Infinity
  for (const score of scores.values()) least = Math.min(least, score)
  return least
}

/**
 * Where none passed, the misses of which one is the nearest: those judged already, and of the surely refused those of the highest rank
 * there is that are no further away than the nearest. In the order of the candidates, which decides between venues that miss alike.
 */
function judgeNearest(looks: readonly Look[], known: ReadonlyMap<Listed, Miss>, inputs: SelectionInputs): readonly Miss[] {
  const rank = looks.reduce((most, look) => Math.max(most, look.rank, known.get(look.listed)?.rank ?? 0), 0)
  const distanceMax = looks.reduce((least, look) => (look.rank === rank ? Math.min(least, look.distance.most) : least), Infinity)
  return looks.flatMap(({ listed, rank: own, distance }) => {
    const miss = known.get(listed)
    if (miss !== undefined) return [miss]
    if (own !== rank || distance.least > distanceMax) return []
    const gated = gate(listed, inputs)
    return gated.ok ? [] : [gated.miss]
  })
}

/**
 * Within the fixed price where that can be done; only where it cannot, and the client may pay more, a price that is passed on (C-32). The
 * first look's refusal stands where passing on was not asked for.
 */
export function selectAffordable(inputs: SelectionInputs): Selection {
  const within = selectCover(inputs)
  const passing = within.ok ? undefined : passingOn(inputs, within.refusal)
  return passing === undefined ? within : selectCover(passing)
}

/** The inputs under which a price over the fixed one is passed on; undefined where that is not what it was refused for, or not allowed. */
export function passingOn(inputs: SelectionInputs, { code }: Refusal): SelectionInputs | undefined {
  const { charging, terms } = inputs
  if (charging === undefined || !OVER_PRICE.has(code)) return undefined
  const { enable_premium_pass_through: enabled, require_user_opt_in_for_pass_through: asks } = charging.controls
  if (terms.passThrough !== true && !(enabled && !asks)) return undefined
  return { ...inputs, charging: { ...charging, mayPass: true } }
}
const OVER_PRICE: ReadonlySet<string> = new Set(['premium_above_limit', 'premium_floor'])

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
