/**
 * Regularised incomplete beta function I_x(a, b), a, b > 0, by its continued fraction (Didonato and Morris 1992 form, evaluated after Lentz
 * 1976), from the side on which it converges fast. The caller gives x and y = 1 - x, so that a tail near either end keeps its digits.
 * Relative error about 1e-14. No unit. Edges: 0 at x = 0, 1 at y = 0, NaN for NaN.
 */
import { logGamma } from './log-gamma.ts'

const STEPS_MAX = 10_000
const TINY = 1e-300

export function incompleteBeta(a: number, b: number, x: number, y: number): number {
  if (x <= 0) return 0
  if (y <= 0) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y))
  return x < (a + 1) / (a + b + 2) ? (front * fraction(a, b, x)) / a : 1 - (front * fraction(b, a, y)) / b
}

function fraction(a: number, b: number, x: number): number {
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let product = d
  for (let m = 1; m < STEPS_MAX; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    product *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    product *= d * c
    if (Math.abs(d * c - 1) < 2e-16) break
  }
  return product
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}
