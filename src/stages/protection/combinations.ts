/**
 * Two options instead of one (P-02): lots n and N - n of two puts (calls for a short), where together they keep what was asked for and cost less.
 * With v = dir x strike, dir = +1 long, -1 short, per coin of position the pair is worth at settlement S at least the mean of its strikes, because
 *   S + n/N (K1 - S)+ + (1 - n/N) (K2 - S)+  is least at or under both strikes (long; a short is its mirror),
 * so a strike on the wrong side of the floor price may take part as long as the mean holds it:  n v1 + (N - n) v2 >= N v_floor. The demanded floor
 * equity is a second line in n, the offered sizes bound it; the cost is linear in n, so each pair's best n is an end of its range. Leaving costs
 * what the dearer strike would for the whole size. Pairs are found in floats and then held, exactly, to the same rules. An option that another one
 * beats in strike and price with the whole size on offer takes part in no best pair of its kind and is left out first.
 * Edges: two expiries keep the floor until the earlier one, the later leg counted at its intrinsic value. What of it can be bought, and when, is
 * decided elsewhere (combination-choice.ts).
 */
import { exactPair } from './combination-terms.ts'
import type { Leg, PairWanted, Split } from './combination-terms.ts'

export type Kind = 'two_strikes' | 'two_expiries'

/** The cheapest pair of a kind; undefined where no pair keeps what was asked for. */
export function cheapestPair(legs: readonly Leg[], kind: Kind, wanted: PairWanted): Split | undefined {
  const left = legs.filter((leg) => !legs.some((other) => beats(other, leg, wanted)))
  let best: Split | undefined
  for (let i = 0; i < left.length; i++) {
    for (let j = i + 1; j < left.length; j++) {
      const [a, b] = [left[i] as Leg, left[j] as Leg]
      if (!isOfKind(a, b, kind)) continue
      const split = bestSplit(a, b, wanted)
      if (split !== undefined && (best === undefined || split.cost.isBelow(best.cost))) best = split
    }
  }
  return best
}

export function isOfKind(a: Leg, b: Leg, kind: Kind): boolean {
  return (a.listed.option.expiry === b.listed.option.expiry) === (kind === 'two_strikes')
}

/** No pair is worse for taking `other` in the place of `leg`, and a pair of the two is worse than `other` alone. Of equals the first by name stays. */
function beats(other: Leg, leg: Leg, { lots }: PairWanted): boolean {
  if (other === leg || other.lots < lots || other.listed.option.expiry !== leg.listed.option.expiry) return false
  if (other.value < leg.value || other.cost > leg.cost) return false
  return other.value > leg.value || other.cost < leg.cost || other.name < leg.name
}

interface Range {
  readonly least: number
  readonly most: number
}

/** n lots of `a`, the rest of `b`: the end of the range at which it costs least, then exactly. */
function bestSplit(a: Leg, b: Leg, wanted: PairWanted): Split | undefined {
  const { lots, meanValue, floorSlack } = wanted
  let range: Range = { least: Math.max(1, lots - b.lots), most: Math.min(lots - 1, a.lots) }
  if (meanValue !== undefined) range = where(range, a.value - b.value, lots * (meanValue - b.value))
  if (floorSlack !== undefined) {
    const needed = floorSlack(a, b)
    range = where(range, a.value - a.cost - (b.value - b.cost), needed - lots * (b.value - b.cost))
  }
  if (!(range.least <= range.most)) return undefined
  const cheapFirst = a.cost < b.cost
  const start = cheapFirst ? range.most : range.least
  const towards = cheapFirst ? -1 : 1
  // floats may be a lot off at the end of the range
  for (let step = -1; step <= 1; step++) {
    const n = start + step * towards
    if (n < 1 || n > lots - 1 || n > a.lots || lots - n > b.lots) continue
    const split = exactPair(a, n, b, wanted)
    if (split !== undefined) return split
  }
  return undefined
}

/** The part of the range in which slope x n >= needed. */
function where({ least, most }: Range, slope: number, needed: number): Range {
  if (slope === 0) return needed <= 0 ? { least, most } : { least: 1, most: 0 }
  const at = needed / slope
  return slope > 0 ? { least: Math.max(least, Math.ceil(at - 1e-9)), most } : { least, most: Math.min(most, Math.floor(at + 1e-9)) }
}
