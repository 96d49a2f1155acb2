/**
 * Floor of P10: the least that fits SABR (beta 1) to 20 vols. Gauss-Newton in (alpha, rho nu, nu^2) with closed derivatives from the
 * parabola through three points; one square root and one logarithm a strike and pass, everything else is arithmetic. No weights, bounds, damping,
 * further starts, no check of what comes in, no check of what comes out: it diverges on smiles that are not kind.
 */
export interface LeanSmile {
  readonly logMoneyness: Float64Array
  readonly vols: Float64Array
  readonly years: number
}

const PASSES_MAX = 12
/** Squared step, relative to squared parameters, at which it stops. */
const STEP_MIN = 1e-12

/** Leaves alpha, rho nu and nu^2 in `out`; returns the sum of squared misses before the last step. */
export function leanSabrFit({ logMoneyness, vols, years }: LeanSmile, out: Float64Array): number {
  start(logMoneyness, vols, out)
  let [a, p, n] = [out[0] as number, out[1] as number, out[2] as number]
  let cost = 0
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const nu = Math.sqrt(n)
    const growth = 1 + years * ((p * a) / 4 + n / 12 - (p * p) / 8)
    let [g0, g1, g2, n00, n10, n11, n20, n21, n22] = [0, 0, 0, 0, 0, 0, 0, 0, 0]
    cost = 0
    for (let i = 0; i < vols.length; i++) {
      const m = -(logMoneyness[i] as number) / a
      const pm = p * m
      const s = Math.sqrt(1 - 2 * pm + n * m * m)
      const u = (nu * m) / (1 + s)
      const isNear = u * u < 1e-4
      const g = isNear ? (1 + s) / (2 + (2 / 3) * u * u) : (nu * m) / Math.log((1 + u) / (1 - u))
      const cross = m / (s * (1 + s - pm))
      const ratio = isNear ? (m * m) / 3 : (1 / g - 1 / s + p * cross) / n
      const miss = a * g * growth - (vols[i] as number)
      const jA = g * ((growth * g) / s + (years * a * p) / 4)
      const jP = a * g * (years * (a / 4 - p / 4) - growth * g * cross)
      const jN = a * g * (growth * g * ratio * 0.5 + years / 12)
      cost += miss * miss
      g0 += jA * miss
      g1 += jP * miss
      g2 += jN * miss
      n00 += jA * jA
      n10 += jP * jA
      n11 += jP * jP
      n20 += jN * jA
      n21 += jN * jP
      n22 += jN * jN
    }
    const l10 = n10 / n00
    const l20 = n20 / n00
    const d11 = n11 - l10 * n10
    const e21 = n21 - l20 * n10
    const l21 = e21 / d11
    const y1 = g1 - l10 * g0
    const step2 = (g2 - l20 * g0 - l21 * y1) / (n22 - l20 * n20 - l21 * e21)
    const step1 = (y1 - e21 * step2) / d11
    const step0 = (g0 - n10 * step1 - n20 * step2) / n00
    a -= step0
    p -= step1
    n = Math.max(1e-6, n - step2)
    if (step0 * step0 + step1 * step1 + step2 * step2 < STEP_MIN * (a * a + p * p + n * n)) break
  }
  out[0] = a
  out[1] = p
  out[2] = n
  return cost
}

/** Parabola through the ends and the middle, read as the expansion of the smile about the money. */
function start(k: Float64Array, vols: Float64Array, out: Float64Array): void {
  const last = k.length - 1
  const mid = k.length >> 1
  const [x0, x1, x2] = [k[0] as number, k[mid] as number, k[last] as number]
  const [v0, v1, v2] = [vols[0] as number, vols[mid] as number, vols[last] as number]
  const left = (v1 - v0) / (x1 - x0)
  const bend = ((v2 - v1) / (x2 - x1) - left) / (x2 - x0)
  const slope = left - bend * (x0 + x1)
  const level = v0 - x0 * (slope + bend * x0)
  const p = 2 * slope
  out[0] = level
  out[1] = p
  out[2] = Math.max(6 * level * bend + 1.5 * p * p, p * p + 0.04)
}
