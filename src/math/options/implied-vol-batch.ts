/**
 * Implied volatility of many options at once: the arithmetic of `impliedVol` (same bits) over typed arrays, nothing allocated. A refused
 * option gets the vol NaN and its reason, so that a surface can drop it by name and never takes a number for it.
 * Units as in implied-vol.ts; `isCall` is 1 or 0; arrays of one length, results written into the caller's arrays.
 */
import { assert } from '#base/assert.ts'
import { BLOCK, solveDeviations, work } from './deviation.ts'
import { IMPLIED_VOL_REFUSALS, impliedVolRefusal, prepareDeviation, timeValue } from './implied-vol.ts'
import type { ImpliedVolRefusal } from './implied-vol.ts'

/** Which option of the batch stands at each place of the solver's block. */
const PLACE = new Int32Array(BLOCK)

export interface QuotedOptions {
  readonly isCall: Uint8Array
  readonly price: Float64Array
  readonly forward: Float64Array
  readonly strike: Float64Array
  readonly years: Float64Array
}

/** `reason` holds 0 for a vol, else what `refusalOfCode` names. */
export interface ImpliedVols {
  readonly vol: Float64Array
  readonly reason: Uint8Array
}

/** Returns how many were solved. */
export function impliedVolBatch(quoted: QuotedOptions, vols: ImpliedVols): number {
  const { isCall, price, forward, strike, years } = quoted
  const count = price.length
  for (const array of [isCall, forward, strike, years, vols.vol, vols.reason]) {
    assert(array.length === count, 'arrays of a batch have one length')
  }
  let solved = 0
  for (let from = 0; from < count; from += BLOCK) solved += solveBlock(quoted, vols, from, Math.min(count, from + BLOCK))
  return solved
}

function solveBlock(quoted: QuotedOptions, { vol, reason }: ImpliedVols, from: number, to: number): number {
  const { isCall, price, forward, strike, years } = quoted
  let filled = 0
  let solved = 0
  for (let i = from; i < to; i += 1) {
    const call = Number(isCall[i] !== 0)
    const p = price[i] as number
    const f = forward[i] as number
    const k = strike[i] as number
    const t = years[i] as number
    const inside = timeValue(call, p, f, k)
    const isAdmitted = inside >= 0 && p >= 0 && p < call * f + (1 - call) * k && f > 0 && k > 0 && f < Infinity && k < Infinity
    if (!(isAdmitted && t > 0 && t < Infinity)) {
      vol[i] = Number.NaN
      reason[i] = impliedVolRefusal(call === 1, p, f, k, t)
      continue
    }
    vol[i] = 0
    reason[i] = 0
    solved += 1
    if (inside === 0) continue
    prepareDeviation(filled, call, p, f, k, inside)
    PLACE[filled] = i
    filled += 1
  }
  solveDeviations(filled)
  writeVols(years, vol, filled)
  return solved
}

function writeVols(years: Float64Array, vol: Float64Array, filled: number): void {
  for (let n = 0; n < filled; n += 1) {
    const i = PLACE[n] as number
    vol[i] = (work.s[n] as number) / Math.sqrt(years[i] as number)
  }
}

export function refusalOfCode(code: number): ImpliedVolRefusal | undefined {
  return code === 0 ? undefined : IMPLIED_VOL_REFUSALS[code - 1]
}
