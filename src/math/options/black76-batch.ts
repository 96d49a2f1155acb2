/**
 * Black-76 prices and greeks of many options at once over typed arrays, nothing allocated; formulas, units and the meaning of each greek as
 * in black76-greeks.ts, with which it agrees to the last bits. One logarithm, one square root and two exponentials per option, greeks
 * included: the price gives N(d1), N(d2) and n(d1), the greeks are products of them. Blocks pass through three loops, each small enough to
 * be compiled whole; no branch depends on which side or strike comes next.
 * Arrays of one length, results written into the caller's arrays. Edges: no time or no vol gives the discounted intrinsic value, as for
 * one option; an option that is none (forward or strike not positive, time or vol negative, NaN) gets NaN in every field, never a number.
 */
import { assert } from '#base/assert.ts'
import { shareDensity } from './black-share.ts'
import { greeksBlack76 } from './black76-greeks.ts'
import type { Greeks } from './vanilla.ts'
import { exp } from './exp.ts'
import { logMoneyness } from './log-moneyness.ts'
import { lastFarMills, mills, MILLS_FROM, millsDrop } from './mills.ts'

export interface Black76Batch {
  /** 1 for a call, 0 for a put; nothing else, it is calculated with. */
  readonly isCall: Uint8Array
  readonly forward: Float64Array
  readonly strike: Float64Array
  readonly years: Float64Array
  /** Continuously compounded, per year. */
  readonly rate: Float64Array
  readonly ivAnnual: Float64Array
}

export type GreekArrays = { readonly [field in keyof Greeks]: Float64Array }

const BLOCK = 256
const A = new Float64Array(BLOCK)
const HALF = new Float64Array(BLOCK)
const SHARE = new Float64Array(BLOCK)
const DENSITY = new Float64Array(BLOCK)
const FAR = new Float64Array(BLOCK)
const BEYOND = new Int32Array(BLOCK)
const EDGES = new Int32Array(BLOCK)

export function priceBlack76Batch(batch: Black76Batch, price: Float64Array): void {
  const count = checkedLength(batch, [price])
  for (let from = 0; from < count; from += BLOCK) {
    const to = Math.min(count, from + BLOCK)
    const edges = placeOptions(batch, from, to)
    findShares(to - from)
    writePrices(batch, price, from, to)
    for (let n = 0; n < edges; n += 1) writeEdge(batch, { price }, EDGES[n] as number)
  }
}

export function greeksBlack76Batch(batch: Black76Batch, out: GreekArrays): void {
  const count = checkedLength(batch, Object.values(out))
  for (let from = 0; from < count; from += BLOCK) {
    const to = Math.min(count, from + BLOCK)
    const edges = placeOptions(batch, from, to)
    findShares(to - from)
    writePricesAndDeltas(batch, out, from, to)
    writeOtherGreeks(batch, out, from, to)
    for (let n = 0; n < edges; n += 1) writeEdge(batch, out, EDGES[n] as number)
  }
}

function checkedLength({ isCall, forward, strike, years, rate, ivAnnual }: Black76Batch, outputs: readonly Float64Array[]): number {
  for (const array of [isCall, strike, years, rate, ivAnnual, ...outputs]) {
    assert(array.length === forward.length, 'arrays of a batch have one length')
  }
  return forward.length
}

/** a and t of each option; what has no deviation goes to the list of edges and gets harmless numbers meanwhile. */
function placeOptions({ forward, strike, years, ivAnnual }: Black76Batch, from: number, to: number): number {
  let edges = 0
  for (let i = from, n = 0; i < to; i += 1, n += 1) {
    const f = forward[i] as number
    const k = strike[i] as number
    const s = (ivAnnual[i] as number) * Math.sqrt(years[i] as number)
    const x = Math.abs(logMoneyness(f, k))
    if (s > 0 && s < Infinity && x < Infinity) {
      A[n] = x / s
      HALF[n] = 0.5 * s
    } else {
      A[n] = 1
      HALF[n] = 0.5
      EDGES[edges] = i
      edges += 1
    }
  }
  return edges
}

function findShares(count: number): void {
  for (let n = 0; n < count; n += 1) DENSITY[n] = shareDensity(A[n] as number, HALF[n] as number)
  const beyond = findNearShares(count)
  if (beyond > 0) findSharesBeyond(beyond)
}

function findNearShares(count: number): number {
  let beyond = 0
  for (let n = 0; n < count; n += 1) {
    const a = A[n] as number
    const t = HALF[n] as number
    if (a - t >= MILLS_FROM) {
      const density = DENSITY[n] as number
      SHARE[n] = density * millsDrop(a, t)
      FAR[n] = density * (lastFarMills[0] as number)
    } else {
      BEYOND[beyond] = n
      beyond += 1
    }
  }
  return beyond
}

function findSharesBeyond(count: number): void {
  for (let at = 0; at < count; at += 1) {
    const n = BEYOND[at] as number
    const a = A[n] as number
    const t = HALF[n] as number
    const density = DENSITY[n] as number
    const far = density * mills(a + t)
    FAR[n] = far
    SHARE[n] = 1 - density * mills(t - a) - far
  }
}

/** A comparison as 0 or 1, and products of it, cost a cycle; a branch that follows random strikes costs twenty. */
function writePrices({ isCall, forward, strike, years, rate }: Black76Batch, price: Float64Array, from: number, to: number): void {
  for (let i = from, n = 0; i < to; i += 1, n += 1) {
    const f = forward[i] as number
    const k = strike[i] as number
    const isAbove = Number(f > k)
    const low = isAbove * k + (1 - isAbove) * f
    const moneyness = (2 * (isCall[i] as number) - 1) * (f - k)
    const value = low * (SHARE[n] as number) + 0.5 * (moneyness + Math.abs(moneyness))
    price[i] = exp(-(rate[i] as number) * (years[i] as number)) * value
  }
}

/** The same prices, and what is at hand with them: deltas, d1 in place of a, the discounted F n(d1) in place of the density. */
function writePricesAndDeltas(batch: Black76Batch, { price, delta }: GreekArrays, from: number, to: number): void {
  const { isCall, forward, strike, years, rate } = batch
  for (let i = from, n = 0; i < to; i += 1, n += 1) {
    const f = forward[i] as number
    const k = strike[i] as number
    const call = isCall[i] as number
    const share = SHARE[n] as number
    const far = FAR[n] as number
    const isAbove = Number(f > k)
    const low = isAbove * k + (1 - isAbove) * f
    const moneyness = (2 * call - 1) * (f - k)
    const value = low * share + 0.5 * (moneyness + Math.abs(moneyness))
    const discount = exp(-(rate[i] as number) * (years[i] as number))
    price[i] = discount * value
    // N(d1) of a call out of the money is near = share + far; N(-d1) of a put out of the money is far K / F
    const callDelta = isAbove * (1 - (far * k) / f) + (1 - isAbove) * (share + far)
    delta[i] = discount * (callDelta - (1 - call))
    A[n] = (HALF[n] as number) + (2 * isAbove - 1) * (A[n] as number)
    DENSITY[n] = discount * low * (DENSITY[n] as number)
  }
}

function writeOtherGreeks({ forward, years, rate, ivAnnual }: Black76Batch, out: GreekArrays, from: number, to: number): void {
  const { price, gamma, vega, theta, rho, vanna, volga } = out
  for (let i = from, n = 0; i < to; i += 1, n += 1) {
    const time = years[i] as number
    const vol = ivAnnual[i] as number
    const value = price[i] as number
    const s = 2 * (HALF[n] as number)
    const d1 = A[n] as number
    const weight = DENSITY[n] as number
    const perForward = 1 / (forward[i] as number)
    const perVolDeviation = 1 / (vol * s)
    const perUnit = weight * perVolDeviation * perForward
    const slope = weight * s * s * perVolDeviation
    gamma[i] = perUnit * vol * perForward
    vega[i] = slope
    theta[i] = (rate[i] as number) * value - 0.5 * weight * vol * vol * vol * perVolDeviation
    rho[i] = -time * value
    vanna[i] = perUnit * s * (s - d1)
    volga[i] = slope * s * perVolDeviation * d1 * (d1 - s)
  }
}

function writeEdge({ isCall, forward, strike, years, rate, ivAnnual }: Black76Batch, out: Partial<GreekArrays>, i: number): void {
  const input = {
    right: isCall[i] === 0 ? ('put' as const) : ('call' as const),
    forward: forward[i] as number,
    strike: strike[i] as number,
    years: years[i] as number,
    rate: rate[i] as number,
    ivAnnual: ivAnnual[i] as number,
  }
  const isOption = input.forward > 0 && input.strike > 0 && input.years >= 0 && input.ivAnnual >= 0
  const greeks: Readonly<Record<string, number>> = isOption ? { ...greeksBlack76(input) } : {}
  for (const [field, array] of Object.entries(out)) array[i] = greeks[field] ?? Number.NaN
}
