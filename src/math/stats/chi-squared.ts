/**
 * Chi-squared distribution with `degrees` > 0 degrees of freedom: F(x) = P(degrees/2, x/2), and its quantile by Newton's method on ln F
 * over ln x, which is concave and therefore converges from every start. Relative error about 1e-12 up to a few hundred degrees. No unit.
 * Edges: F = 0 for x <= 0; quantile 0 at p = 0, infinity at 1, NaN outside [0, 1].
 */
import { incompleteGamma } from './incomplete-gamma.ts'
import { logGamma } from './log-gamma.ts'

const STEPS_MAX = 200

export function chiSquaredCdf(x: number, degrees: number): number {
  return x <= 0 ? 0 : incompleteGamma(degrees / 2, x / 2).lower
}

/** 1 - F with its own digits. */
export function chiSquaredTail(x: number, degrees: number): number {
  return x <= 0 ? 1 : incompleteGamma(degrees / 2, x / 2).upper
}

export function chiSquaredQuantile(p: number, degrees: number): number {
  if (!(p >= 0 && p <= 1 && degrees > 0)) return Number.NaN
  if (p === 0 || p === 1) return p === 0 ? 0 : Infinity
  const a = degrees / 2
  // near 0 F is x^a / Gamma(a + 1), which lies left of the quantile: from there every step stays left of it
  let logX = Math.min((Math.log(p) + logGamma(a + 1)) / a, Math.log(a))
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const x = Math.exp(logX)
    const { lower } = incompleteGamma(a, x)
    const slope = Math.exp(a * logX - x - logGamma(a)) / lower
    const move = (Math.log(p) - Math.log(lower)) / slope
    logX += move
    if (Math.abs(move) < 1e-15 * Math.max(1, Math.abs(logX))) break
  }
  return 2 * Math.exp(logX)
}
