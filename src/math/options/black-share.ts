/**
 * The out-of-the-money Black price as a share of its largest value, p = price / min(F, K), a function of x = |ln(F/K)| >= 0 and of the
 * total deviation s = vol sqrt(years) alone. With a = x/s, t = s/2 and Mills ratio m:
 *   p = N(t - a) - e^x N(-t - a) = n(a - t) (m(a - t) - m(a + t)),   1 - p = n(a - t) (m(t - a) + m(t + a))
 * (Jaeckel 2013, "Let's Be Rational", in other words: the exponential is common, what differs is a slow function.) The first form holds
 * its digits while t - a <= 1/2, the second beyond. No unit. Edges: s = 0 gives p = 0 and is not for these functions; x and s up to the
 * largest doubles are.
 */
import { exp } from './exp.ts'
import { mills, MILLS_FROM, millsDrop } from './mills.ts'

export const SQRT_TWO_PI = 2.5066282746310002
const DENSITY_AT_ZERO = 0.3989422804014327
export const HALF_LN_TWO_PI = 0.9189385332046728

/** n(a - t): s times the slope of p in s, and F n(d1) / min(F, K). */
export function shareDensity(a: number, t: number): number {
  return exp(-0.5 * (a - t) * (a - t)) * DENSITY_AT_ZERO
}

/** p where t - a > 1/2, given its density. */
export function shareBeyond(a: number, t: number, density: number): number {
  return 1 - density * (mills(t - a) + mills(t + a))
}

export function blackShare(x: number, s: number): number {
  const a = x / s
  const t = 0.5 * s
  const density = shareDensity(a, t)
  return a - t >= MILLS_FROM ? density * millsDrop(a, t) : shareBeyond(a, t, density)
}

/** 1 - p with all its digits where p is near 1. */
export function blackShareComplement(x: number, s: number): number {
  const a = x / s
  const t = 0.5 * s
  const density = shareDensity(a, t)
  return a >= t ? 1 - density * millsDrop(a, t) : density * (mills(t - a) + mills(t + a))
}
