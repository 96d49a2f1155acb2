/**
 * Skew by delta: the strike where the forward delta N(d1) of a call (N(-d1) of a put) is 25 %, on the smile itself, and from it the risk
 * reversal vol(25 delta call) - vol(25 delta put) and the butterfly (their mean - vol at the money, K = F). Forward delta of Black 1976,
 * not the premium-adjusted delta of a coin-settled option: the usual quotation and independent of settlement. Vols per sqrt(year).
 * The strike solves k = vol(k)^2 T / 2 -+ z vol(k) sqrt T with z = N^-1(0.75), by false position (Illinois) on the smile's own range:
 * a steep smile has no contraction to rely on. Edge: undefined where the range holds no such strike.
 */
import { volAt } from './smile-arbitrage.ts'
import type { SmileModel } from './smile-arbitrage.ts'

/** N^-1(0.75). */
const QUARTER = 0.6744897501960817
const ROUNDS = 60
/** In k: a thousandth of a vol point moves it by more. */
const GAP_MAX = 1e-14

export interface Skew {
  readonly riskReversal25: number
  readonly butterfly25: number
}
export interface Range {
  readonly low: number
  readonly high: number
}

export function skew25(model: SmileModel, range: Range): Skew | undefined {
  const call = quarterDelta(model, range, 1)
  const put = quarterDelta(model, range, -1)
  if (call === undefined || put === undefined) return undefined
  const [high, low] = [volAt(model, call), volAt(model, put)]
  return { riskReversal25: high - low, butterfly25: (high + low) / 2 - volAt(model, 0) }
}

/** ln(K/F) of the 25 delta call (`side` 1) or put (-1). */
export function quarterDelta(model: SmileModel, { low, high }: Range, side: 1 | -1): number | undefined {
  let [inner, outer] = [0, side === 1 ? high : low]
  let [atInner, atOuter] = [gapAt(model, inner, side), gapAt(model, outer, side)]
  if (!(atInner * atOuter < 0)) return undefined
  for (let round = 0; round < ROUNDS; round++) {
    const k = outer - (atOuter * (outer - inner)) / (atOuter - atInner)
    const gap = gapAt(model, k, side)
    if (Math.abs(gap) < GAP_MAX) return k
    if (gap * atOuter < 0) {
      inner = outer
      atInner = atOuter
    } else atInner /= 2
    outer = k
    atOuter = gap
  }
  return outer
}

function gapAt(model: SmileModel, k: number, side: 1 | -1): number {
  const deviation = volAt(model, k) * Math.sqrt(model.years)
  return k - (deviation * deviation) / 2 - side * QUARTER * deviation
}
