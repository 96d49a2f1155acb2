/**
 * Where a set of smiles would allow a free calendar spread: total variance w = vol^2 T must not fall with time at equal forward moneyness
 * k = ln(K/F) (Gatheral and Jacquier 2014, lemma 2.1; undiscounted, dividends in the forward). Checked between neighbours, on a grid
 * over the strikes quoted for both; `vol` is the tolerance, the amount by which the near vol may stand over the bound, for what
 * the spread of the quotes leaves undecided (0: none). Slices in order of time. Edge: neighbours without common strikes cannot be compared and pass.
 */
import { volAt } from './smile-arbitrage.ts'
import type { SmileModel } from './smile-arbitrage.ts'

export interface RangedSmile extends SmileModel {
  readonly expiry: number
  readonly quotedLow: number
  readonly quotedHigh: number
}
export interface CalendarFault {
  readonly near: number
  readonly far: number
  readonly logMoneyness: number
  readonly nearVariance: number
  readonly farVariance: number
}

const NODES = 21

/** The first pair of neighbours, and there the worst node, where variance falls by more than the tolerance. */
export function findCalendarArbitrage(slices: readonly RangedSmile[], toleranceVol = 0): CalendarFault | undefined {
  for (let i = 1; i < slices.length; i++) {
    const [near, far] = [slices[i - 1] as RangedSmile, slices[i] as RangedSmile]
    const fault = worstFall(near, far, toleranceVol)
    if (fault !== undefined) return fault
  }
  return undefined
}

function worstFall(near: RangedSmile, far: RangedSmile, toleranceVol: number): CalendarFault | undefined {
  const [low, high] = [Math.max(near.quotedLow, far.quotedLow), Math.min(near.quotedHigh, far.quotedHigh)]
  const stretch = Math.sqrt(far.years / near.years)
  let worst: CalendarFault | undefined
  let depth = 0
  for (let i = 0; i < NODES && low <= high; i++) {
    const logMoneyness = low + ((high - low) * i) / (NODES - 1)
    const nearVol = volAt(near, logMoneyness)
    const farVol = volAt(far, logMoneyness)
    const over = nearVol - toleranceVol - farVol * stretch
    if (!(over > depth)) continue
    depth = over
    worst = {
      near: near.expiry,
      far: far.expiry,
      logMoneyness,
      nearVariance: nearVol * nearVol * near.years,
      farVariance: farVol * farVol * far.years,
    }
  }
  return worst
}
