/**
 * Where a calibration begins: the parabola through the smile (weighted least squares in k = ln(K/F)), read as the expansion of the SABR
 * smile about the money after Le Floc'h and Kennedy 2014, "Explicit SABR calibration through simple expansions":
 *   alpha F^(beta-1) = s, rho nu = 2 s' + (1-b) s, nu^2 = 3 s s'' - (1-b)^2 s^2 / 2 + 3/2 (rho nu)^2,
 * and the fixed places of the multi-start around it. In the coordinates (a, p, w) of `sabr-smile.ts`.
 * Edges: strikes too few or too alike for a parabola fall back to a line or to the mean; w starts above 0, off its bound.
 */
import type { SmileBuffer } from './sabr-smile.ts'
import { RHO_MAX } from './sabr-smile.ts'

const A_MIN = 1e-4
/** Further starts: share of the curvature and direction of the skew, scaled by 1/sqrt(T) (nu^2 T is what shapes a smile). */
export const FURTHER_STARTS: readonly (readonly [nuRootTime: number, rho: number])[] = [
  [0.3, 0],
  [1, -0.7],
  [1, 0.7],
  [0.6, -0.95],
  [0.6, 0.95],
  [2, 0],
]

export function startFromParabola(smile: SmileBuffer, x: Float64Array): void {
  const { beta } = smile
  parabola(smile, x)
  const [s, slope, bend] = [Math.max(A_MIN, x[0] as number), x[1] as number, 2 * (x[2] as number)]
  const elastic = 1 - beta
  const p = 2 * slope + elastic * s
  const n = 3 * s * bend - (elastic * elastic * s * s) / 2 + 1.5 * p * p
  x[0] = s
  x[1] = p
  x[2] = Math.max(n - (p * p) / (RHO_MAX * RHO_MAX), 0.2 * p * p, 0.04)
}

export function startFrom(smile: SmileBuffer, index: number, x: Float64Array): void {
  const [nuRootTime, rho] = FURTHER_STARTS[index] ?? [1, 0]
  parabola(smile, x)
  const nu = nuRootTime / Math.sqrt(smile.years)
  x[0] = Math.max(A_MIN, x[0] as number)
  x[1] = rho * nu
  x[2] = nu * nu * (1 - (rho * rho) / (RHO_MAX * RHO_MAX))
}

/** Coefficients of 1, k and k^2 by orthogonal polynomials: no normal equations to go singular. */
function parabola({ count, logMoneyness, vols, weights, weightSum }: SmileBuffer, out: Float64Array): void {
  let [sumK, sumV] = [0, 0]
  for (let i = 0; i < count; i++) {
    sumK += (weights[i] as number) * (logMoneyness[i] as number)
    sumV += (weights[i] as number) * (vols[i] as number)
  }
  const [centre, mean] = [sumK / weightSum, sumV / weightSum]
  let [spread, third, tilt] = [0, 0, 0]
  for (let i = 0; i < count; i++) {
    const weight = weights[i] as number
    const k = (logMoneyness[i] as number) - centre
    spread += weight * k * k
    third += weight * k * k * k
    tilt += weight * k * ((vols[i] as number) - mean)
  }
  const slope = spread > 0 ? tilt / spread : 0
  const [shift, offset] = spread > 0 ? [third / spread, spread / weightSum] : [0, 0]
  let [size, bend] = [0, 0]
  for (let i = 0; i < count; i++) {
    const k = (logMoneyness[i] as number) - centre
    const second = k * k - shift * k - offset
    size += (weights[i] as number) * second * second
    bend += (weights[i] as number) * second * ((vols[i] as number) - mean - slope * k)
  }
  const curve = size > 1e-12 * spread * spread && size > 0 ? bend / size : 0
  const linear = slope - curve * shift
  out[0] = mean - centre * linear + curve * (centre * centre - offset)
  out[1] = linear - 2 * curve * centre
  out[2] = curve
}
