/**
 * The surface as cells: each smile read at the same moneyness (strike over forward), so that expiries can be compared. A cell beyond what the
 * smile may be read at is empty, one beyond the outermost strike that was fitted is marked: nothing is made up at the edges.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { volAt } from '#math/options/smile-arbitrage.ts'
import type { VolSurface } from '#topics/analysis.ts'
import { epochMs } from '#units/time.ts'
import type { SurfaceAnswer } from './contract-market.ts'

export const MONEYNESS: readonly number[] = [0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3]

export function sliceGrid(slices: VolSurface['slices']): SurfaceAnswer['grid'] {
  const rows = slices.map((slice) => ({
    expiryIso: isoFromEpochMs(epochMs(slice.expiry)),
    cells: MONEYNESS.map((moneyness) => cellAt(slice, Math.log(moneyness))),
  }))
  return { moneyness: [...MONEYNESS], rows }
}

function cellAt(slice: VolSurface['slices'][number], k: number): { readonly vol: number | null; readonly isBeyond: boolean } {
  const { low, high, quotedLow, quotedHigh } = slice
  if (!(k >= low && k <= high)) return { vol: null, isBeyond: true }
  return { vol: volAt(slice, k), isBeyond: k < quotedLow || k > quotedHigh }
}
