/**
 * Student's t distribution with `degrees` > 0 degrees of freedom, fractions allowed: P(|T| < t) = I_y(1/2, degrees/2) with y = t^2 /
 * (degrees + t^2) and I the regularised incomplete beta function (continued fraction, Lentz 1976). The tail is computed, not 1 - F.
 * Quantiles by Newton's method, in the centre on F, in the tail on ln(1 - F) over ln t; both are concave there and converge.
 * Relative error about 1e-13. No unit. Edges: quantile -infinity at p = 0, infinity at 1, NaN outside [0, 1].
 */
import { normalQuantile } from '#math/options/normal-quantile.ts'
import { incompleteBeta } from './incomplete-beta.ts'
import { logGamma } from './log-gamma.ts'

const STEPS_MAX = 200

export function studentTCdf(t: number, degrees: number): number {
  if (Math.abs(t) < 1) return 0.5 + Math.sign(t) * centre(Math.abs(t), degrees)
  return t < 0 ? tail(-t, degrees) : 1 - tail(t, degrees)
}

export function studentTPdf(t: number, degrees: number): number {
  const log = logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - 0.5 * Math.log(degrees * Math.PI)
  return Math.exp(log - ((degrees + 1) / 2) * Math.log1p((t * t) / degrees))
}

export function studentTQuantile(p: number, degrees: number): number {
  if (!(p >= 0 && p <= 1 && degrees > 0)) return Number.NaN
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity
  const beyond = Math.min(p, 1 - p)
  const size = beyond > 0.25 ? centralQuantile(Math.abs(p - 0.5), degrees) : tailQuantile(beyond, degrees)
  return p < 0.5 ? -size : size
}

/** P(0 < T < t). */
function centre(t: number, degrees: number): number {
  const square = t * t
  return 0.5 * incompleteBeta(0.5, degrees / 2, square / (degrees + square), degrees / (degrees + square))
}

/** P(T > t) for t > 0. */
function tail(t: number, degrees: number): number {
  const square = t * t
  if (square === Infinity) return 0
  return 0.5 * incompleteBeta(degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square))
}

function centralQuantile(share: number, degrees: number): number {
  let t = share / studentTPdf(0, degrees)
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const move = (share - centre(t, degrees)) / studentTPdf(t, degrees)
    t += move
    if (!(Math.abs(move) > 1e-15 * t)) break
  }
  return t
}

function tailQuantile(beyond: number, degrees: number): number {
  // the normal quantile lies left of this one, near it for many degrees, and for few ln(1 - F) is nearly straight in ln t
  let logT = Math.log(-normalQuantile(beyond))
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const t = Math.exp(logT)
    const share = tail(t, degrees)
    const move = (Math.log(share / beyond) * share) / (t * studentTPdf(t, degrees))
    logT += move
    if (Math.abs(move) < 1e-15 * Math.max(1, Math.abs(logT))) break
  }
  return Math.exp(logT)
}
