/**
 * A smile as the calibration sees it: observed vols at log-moneyness k = ln(K/F), with all that does not depend on the parameters worked
 * out once, and the SABR vol with its derivatives in coordinates that have no trap. The vol depends on nu and rho only through p = rho nu
 * and nu^2, so those are fitted: nu^2 = p^2 / rhoMax^2 + w with w >= 0 keeps |rho| <= rhoMax by itself, nu = 0 is an ordinary point, and
 * the sign of rho can change there (in nu and rho the smile is stuck on the wrong side). alpha is scaled to a = alpha F^(beta-1).
 * With m = z / nu and y(m) = x(z) / nu = integral of 1/s from 0 to m (s^2 = 1 - 2 p m + nu^2 m^2) the derivatives are closed:
 *   dy/dp = m^2 / (s (1 + s - p m)),  -2 dy/dnu^2 = (y - m / s + p dy/dp) / nu^2,  dy/dm = 1 / s;
 * the second cancels near the money, where its series in m stands in. Buffers are filled again for each smile; nothing is allocated.
 */
import { assert } from '#base/assert.ts'
import { atanhRatio } from './sabr.ts'

export const RHO_MAX = 0.9999
const RHO_MAX_2 = RHO_MAX * RHO_MAX
/** z^2 below which the series are used: their error there is 1e-8, that of the closed form 1e-12. */
const NEAR = 4e-4
const ATANH_NEAR = 0.0025

export interface SmileBuffer {
  count: number
  years: number
  beta: number
  weightSum: number
  readonly logMoneyness: Float64Array
  readonly vols: Float64Array
  readonly weights: Float64Array
  /** m a = (K/F)^((1-b)/2) ln(F/K). */
  readonly reach: Float64Array
  /** 1 / ((K/F)^((1-b)/2) (1 + …)). */
  readonly level: Float64Array
  /** Of a^2 and of p a in c. */
  readonly driftSquare: Float64Array
  readonly driftCross: Float64Array
}

export function smileBuffer(capacity: number): SmileBuffer {
  const array = () => new Float64Array(capacity)
  return {
    count: 0,
    years: 0,
    beta: 1,
    weightSum: 0,
    logMoneyness: array(),
    vols: array(),
    weights: array(),
    reach: array(),
    level: array(),
    driftSquare: array(),
    driftCross: array(),
  }
}

/** Call after `count`, `years`, `beta`, `logMoneyness`, `vols` and `weights` are set. */
export function prepareSmile(smile: SmileBuffer): void {
  const { count, beta, logMoneyness, weights } = smile
  assert(count <= logMoneyness.length, 'a smile fits its buffer')
  const elastic = 1 - beta
  let sum = 0
  for (let i = 0; i < count; i++) {
    const k = logMoneyness[i] as number
    const power = elastic === 0 ? 1 : Math.exp((elastic / 2) * k)
    const log2 = elastic * elastic * k * k
    smile.reach[i] = -k * power
    smile.level[i] = 1 / (power * (1 + log2 / 24 + (log2 * log2) / 1920))
    smile.driftSquare[i] = (elastic * elastic) / (24 * power * power)
    smile.driftCross[i] = beta / (4 * power)
    sum += weights[i] as number
  }
  smile.weightSum = sum
}

/** Cost sum(weight (model - vol)^2), half its gradient, and the lower triangle of J'WJ, in (a, p, w). */
export function evaluateSmile(smile: SmileBuffer, x: Float64Array, gradient: Float64Array, normal: Float64Array): number {
  const [a, p, w] = [x[0] as number, x[1] as number, x[2] as number]
  const n = (p * p) / RHO_MAX_2 + w
  const nu = Math.sqrt(n)
  const q2 = Math.max(0, n - p * p)
  const { count, years, vols, weights, reach, level, driftSquare, driftCross } = smile
  const [dnDp, cN, c0] = [(2 * p) / RHO_MAX_2, years / 12, n / 12 - (p * p) / 8]
  let [cost, g0, g1, g2, n00, n10, n11, n20, n21, n22] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  for (let i = 0; i < count; i++) {
    const weight = weights[i] as number
    const m = (reach[i] as number) / a
    const pm = p * m
    const lead = 1 - pm
    const s = Math.sqrt(lead * lead + q2 * m * m)
    const z2 = n * m * m
    const cross = m / (s * (1 + s - pm))
    let [g, ratio] = [0, 0]
    if (z2 < NEAR) {
      g = (1 + s) / (2 * atanhRatio(z2 / ((1 + s) * (1 + s))))
      ratio = m * m * (1 / 3 + m * (0.75 * p + m * (0.3 * (5 * p * p - n) + (m * p * 5 * (7 * p * p - 3 * n)) / 12)))
    } else {
      const u = (nu * m) / (1 + s)
      g = u * u < ATANH_NEAR ? (1 + s) / (2 * atanhRatio(u * u)) : (nu * m) / Math.log((1 + u) / (1 - u))
      ratio = (1 / g - 1 / s + p * cross) / n
    }
    const [c2, c1, lev] = [driftSquare[i] as number, driftCross[i] as number, level[i] as number]
    const growth = 1 + years * (c2 * a * a + c1 * p * a + c0)
    const miss = lev * a * g * growth - (vols[i] as number)
    const jN = lev * a * g * (growth * g * ratio * 0.5 + cN)
    const jA = lev * g * ((growth * g) / s + a * years * (2 * c2 * a + c1 * p))
    const jP = lev * a * g * (years * (c1 * a - 0.25 * p) - growth * g * cross) + jN * dnDp
    cost += weight * miss * miss
    g0 += weight * jA * miss
    g1 += weight * jP * miss
    g2 += weight * jN * miss
    n00 += weight * jA * jA
    n10 += weight * jP * jA
    n11 += weight * jP * jP
    n20 += weight * jN * jA
    n21 += weight * jN * jP
    n22 += weight * jN * jN
  }
  fill3(gradient, 0, g0, g1, g2)
  fill3(normal, 0, n00, n10, n11)
  fill3(normal, 3, n20, n21, n22)
  return cost
}

function fill3(out: Float64Array, from: number, first: number, second: number, third: number): void {
  out[from] = first
  out[from + 1] = second
  out[from + 2] = third
}
