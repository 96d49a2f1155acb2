/**
 * Regularised incomplete gamma functions P(a, x) and Q = 1 - P for a > 0, x >= 0: power series below x = a + 1, continued fraction above
 * (Lentz 1976), so that the smaller of the two is computed and keeps its digits. Relative error about 1e-15 (a + |ln P|). No unit.
 * Edges: x = 0 gives P = 0; x = infinity gives Q = 0; outside the domain NaN.
 */
import { logGamma } from './log-gamma.ts'

const EPSILON = 1e-17
const STEPS_MAX = 100_000
const TINY = 1e-300

export interface GammaShares {
  readonly lower: number
  readonly upper: number
}

export function incompleteGamma(a: number, x: number): GammaShares {
  if (!(a > 0 && x >= 0)) return { lower: Number.NaN, upper: Number.NaN }
  if (x === 0) return { lower: 0, upper: 1 }
  if (x === Infinity) return { lower: 1, upper: 0 }
  const front = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    const lower = front * series(a, x)
    return { lower, upper: 1 - lower }
  }
  const upper = front * fraction(a, x)
  return { lower: 1 - upper, upper }
}

function series(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; n < STEPS_MAX && term > sum * EPSILON; n += 1) {
    term *= x / (a + n)
    sum += term
  }
  return sum
}

function fraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1 / TINY
  let d = 1 / b
  let product = d
  for (let n = 1; n < STEPS_MAX; n += 1) {
    const numerator = -n * (n - a)
    b += 2
    d = 1 / awayFromZero(numerator * d + b)
    c = awayFromZero(b + numerator / c)
    product *= d * c
    if (Math.abs(d * c - 1) < 2e-16) break
  }
  return product
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}
