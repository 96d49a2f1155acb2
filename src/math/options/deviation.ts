/**
 * Total deviation s = vol sqrt(years) that gives a Black price: the root of p(x, s) = share (black-share.ts), to the last bits on
 * the whole attainable domain. After the guess (deviation-guess.ts) mostly two steps of Householder's method of order 4 (Householder 1970;
 * the choice of objectives follows Jaeckel 2013): 1/ln p below s_l, where p underflows and 1/ln p is nearly straight; p itself in the
 * middle; ln(1 - p) above. With D = p/p', B2 = s p''/p' = a^2 - t^2 and B3 = s^2 p'''/p' = B2^2 - 3 a^2 - t^2 no step needs more than one
 * exponential or one logarithm. Steps are relative to s, so neither tiny nor huge s overflows.
 * Work goes through one block of scratch arrays: the caller fills x, share, complement and logShare, `solveDeviations` writes s. Each pass
 * is a loop over one region, small enough to be compiled whole (numbers that pass through calls would be boxed one by one), and keeps in
 * the region's list only those that have not settled. The three regions repeat one frame for that reason, on purpose: a loop they shared
 * would call its objective number by number.
 * No unit. Domain: 0 < p < 1, x >= 0; the caller has refused everything else (implied-vol.ts).
 */
import { HALF_LN_TWO_PI, shareBeyond, shareDensity, SQRT_TWO_PI } from './black-share.ts'
import { guessHigh, guessLow, guessMiddle, lowerShare, upperShare } from './deviation-guess.ts'
import { exp } from './exp.ts'
import { mills, MILLS_FROM, millsDrop } from './mills.ts'

export const BLOCK = 256

/** Shared by all calls, valid between filling and the return of `solveDeviations`; `complement` is 1 - p with its own digits. */
export const work = {
  x: new Float64Array(BLOCK),
  share: new Float64Array(BLOCK),
  complement: new Float64Array(BLOCK),
  /** ln p, read only where p is below SHARE_SAFE. */
  logShare: new Float64Array(BLOCK),
  s: new Float64Array(BLOCK),
} as const

/** Under this a share is too near the smallest double to keep its digits. */
export const SHARE_SAFE = 1e-260

/** A step of order 4 that moved less than 3e-5 (squared here) leaves nothing to do. */
const SETTLED = 1e-9
const STEPS_MAX = 12

const { x: X, share: SHARE, complement: COMPLEMENT, logShare: LOG_SHARE, s: S } = work
const SHARE_LOW = new Float64Array(BLOCK)
const LOW = new Int32Array(BLOCK)
const MIDDLE = new Int32Array(BLOCK)
const HIGH = new Int32Array(BLOCK)

export function solveDeviations(count: number): void {
  const [low, middle, high] = classify(count)
  if (low > 0) solveLow(low)
  if (middle > 0) solveMiddle(middle)
  if (high > 0) solveHigh(high)
}

/** How many lie in each region; their places are in LOW, MIDDLE and HIGH. */
function classify(count: number): readonly [number, number, number] {
  let low = 0
  let middle = 0
  let high = 0
  for (let i = 0; i < count; i += 1) {
    const x = X[i] as number
    const share = SHARE[i] as number
    const u = Math.sqrt(x)
    const shareLow = lowerShare(x, u)
    SHARE_LOW[i] = shareLow
    // all three are written and one is counted: which region comes next is not to be guessed
    const isLow = Number(share < shareLow)
    const isHigh = Number(share > upperShare(u))
    LOW[low] = i
    MIDDLE[middle] = i
    HIGH[high] = i
    low += isLow
    high += isHigh
    middle += 1 - isLow - isHigh
  }
  return [low, middle, high]
}

function solveLow(count: number): void {
  guessLows(count)
  stepLowInLogarithms(count)
  let left = count
  for (let step = 0; left > 0 && step < STEPS_MAX; step += 1) left = stepLowByRatio(left)
}

function guessLows(count: number): void {
  for (let n = 0; n < count; n += 1) {
    const i = LOW[n] as number
    const share = SHARE[i] as number
    const logShare = share > SHARE_SAFE ? Math.log(share) : (LOG_SHARE[i] as number)
    const x = X[i] as number
    LOG_SHARE[i] = logShare
    S[i] = guessLow(x, Math.sqrt(x), logShare, SHARE_LOW[i] as number)
  }
}

function stepLowInLogarithms(count: number): void {
  for (let n = 0; n < count; n += 1) {
    const i = LOW[n] as number
    const s = S[i] as number
    const logShare = LOG_SHARE[i] as number
    const a = (X[i] as number) / s
    const t = 0.5 * s
    const ratio = millsDrop(a, t)
    const log = Math.log(ratio) - 0.5 * (a - t) * (a - t) - HALF_LN_TWO_PI
    S[i] = s * (1 + inverseLogStep(log, logShare, log - logShare, a * a, t * t, s / ratio))
  }
}

/** Near the root the ratio of the prices says more than the difference of their logarithms. */
function stepLowByRatio(count: number): number {
  let left = 0
  for (let n = 0; n < count; n += 1) {
    const i = LOW[n] as number
    const s = S[i] as number
    const logShare = LOG_SHARE[i] as number
    const a = (X[i] as number) / s
    const t = 0.5 * s
    const ratio = millsDrop(a, t)
    const exponent = -0.5 * (a - t) * (a - t)
    const share = SHARE[i] as number
    let miss = 0
    if (share > SHARE_SAFE) miss = logOfRatio((exp(exponent) * ratio) / (SQRT_TWO_PI * share))
    else miss = Math.log(ratio) + exponent - HALF_LN_TWO_PI - logShare
    const move = inverseLogStep(logShare + miss, logShare, miss, a * a, t * t, s / ratio)
    S[i] = s * (1 + move)
    LOW[left] = i
    left += Number(move * move > SETTLED)
  }
  return left
}

function solveMiddle(count: number): void {
  guessMiddles(count)
  let left = count
  for (let step = 0; left > 0 && step < STEPS_MAX; step += 1) left = stepMiddle(left)
}

function guessMiddles(count: number): void {
  for (let n = 0; n < count; n += 1) {
    const i = MIDDLE[n] as number
    const x = X[i] as number
    S[i] = guessMiddle(x, Math.sqrt(x), SHARE[i] as number, SHARE_LOW[i] as number)
  }
}

function stepMiddle(count: number): number {
  let left = 0
  for (let n = 0; n < count; n += 1) {
    const i = MIDDLE[n] as number
    const s = S[i] as number
    const a = (X[i] as number) / s
    const t = 0.5 * s
    const density = shareDensity(a, t)
    const share = a - t >= MILLS_FROM ? density * millsDrop(a, t) : shareBeyond(a, t, density)
    const aa = a * a
    const tt = t * t
    const b2 = aa - tt
    const move = householder(((SHARE[i] as number) - share) / (density * s), b2, b2 * b2 - 3 * aa - tt)
    S[i] = s * (1 + move)
    MIDDLE[left] = i
    left += Number(move * move > SETTLED)
  }
  return left
}

function solveHigh(count: number): void {
  for (let n = 0; n < count; n += 1) {
    const i = HIGH[n] as number
    const x = X[i] as number
    S[i] = guessHigh(x, Math.sqrt(x), Math.log(COMPLEMENT[i] as number))
  }
  let left = count
  for (let step = 0; left > 0 && step < STEPS_MAX; step += 1) left = stepHigh(left)
}

function stepHigh(count: number): number {
  let left = 0
  for (let n = 0; n < count; n += 1) {
    const i = HIGH[n] as number
    const s = S[i] as number
    const a = (X[i] as number) / s
    const t = 0.5 * s
    const sum = mills(t - a) + mills(t + a)
    const miss = Math.log((exp(-0.5 * (a - t) * (a - t)) * sum) / (SQRT_TWO_PI * (COMPLEMENT[i] as number)))
    const q = s / sum
    const b2 = a * a - t * t
    const b3 = b2 * b2 - 3 * a * a - t * t
    const move = householder(miss / q, b2 + q, b3 + q * (3 * b2 + 2 * q))
    S[i] = s * (1 + move)
    HIGH[left] = i
    left += Number(move * move > SETTLED)
  }
  return left
}

/** Step towards 1/ln p = 1/logShare from `log` = ln p, missed by `miss`; q = s p'/p. */
function inverseLogStep(log: number, logShare: number, miss: number, aa: number, tt: number, q: number): number {
  const b2 = aa - tt
  const b3 = b2 * b2 - 3 * aa - tt
  const qLog = q / log
  return householder((-miss * log) / (logShare * q), b2 - q - 2 * qLog, b3 + q * (2 * q - 3 * b2) - 6 * qLog * (b2 - q - qLog))
}

/** Relative step of order 4 from the Newton step and the ratios g''/g' and g'''/g' (times s and s^2). */
function householder(newton: number, second: number, third: number): number {
  return (newton * (1 + 0.5 * second * newton)) / (1 + newton * (second + newton * third * (1 / 6)))
}

/** ln r for r near 1, where the series of the inverse hyperbolic tangent ends early. */
function logOfRatio(ratio: number): number {
  const h = (ratio - 1) / (ratio + 1)
  const hh = h * h
  return hh < 2e-3 ? 2 * h * (1 + hh * (1 / 3 + hh * (1 / 5 + hh * (1 / 7 + hh * (1 / 9))))) : Math.log(ratio)
}
