/**
 * Where a smile would allow a free butterfly. The density of the price at expiry is, up to a positive factor,
 *   g(k) = (1 - k w' / (2 w))^2 - w'^2 / 4 (1/w + 1/4) + w'' / 2,   w(k) = vol(k)^2 T, k = ln(K/F)
 * (Durrleman's condition; Gatheral and Jacquier 2014, "Arbitrage-free SVI volatility surfaces", lemma 2.2): a butterfly about k costs less
 * than nothing where g < 0. Checked on a grid with the model's own derivatives; between two nodes nothing is promised. Edge: a vol that is not positive is worse than any density and is reported as one.
 */
import { sabrVolAt } from './sabr.ts'
import type { SabrParameters } from './sabr.ts'
import { sabrSlopes } from './sabr-slopes.ts'

export interface SmileModel {
  readonly years: number
  readonly sabr: SabrParameters
  readonly forward: number
}
export interface DensityFault {
  /** ln(K/F) of the first node, in order, where the density is negative. */
  readonly logMoneyness: number
  /** g there; NaN where there is no vol. */
  readonly density: number
}

export const DENSITY_NODES = 41
/** What the series near the money may leave in a density that is truly 0. */
const ROUNDING = 1e-6
/** Written and read within one call: a check of a smile allocates nothing. */
const SLOPES = new Float64Array(3)

export function volAt({ forward, years, sabr }: SmileModel, logMoneyness: number): number {
  return sabrVolAt(-logMoneyness, forward, years, sabr)
}

/** g(k): negative means a butterfly for less than nothing; NaN where there is no vol. */
export function smileDensity({ forward, years, sabr }: SmileModel, k: number): number {
  const out = SLOPES
  sabrSlopes(k, forward, years, sabr, out)
  const [vol, volK, volKK] = [out[0] as number, out[1] as number, out[2] as number]
  if (!(vol > 0)) return Number.NaN
  const [w, slope, bend] = [vol * vol * years, 2 * vol * volK * years, 2 * (volK * volK + vol * volKK) * years]
  const lead = 1 - (k * slope) / (2 * w)
  return lead * lead - (slope * slope * (1 / w + 0.25)) / 4 + bend / 2
}

/** The first node of an even grid over [low, high] where the density is negative; undefined where there is none. */
export function findNegativeDensity(
  model: SmileModel,
  { low, high, nodes = DENSITY_NODES }: { readonly low: number; readonly high: number; readonly nodes?: number },
): DensityFault | undefined {
  for (let i = 0; i < nodes; i++) {
    const logMoneyness = low + ((high - low) * i) / (nodes - 1)
    const density = smileDensity(model, logMoneyness)
    if (!(density >= -ROUNDING)) return { logMoneyness, density }
  }
  return undefined
}

/** How far from `from` towards `to` the density stays non-negative, node by node; `from` itself where it fails at once. */
export function soundReach(model: SmileModel, from: number, to: number, nodes = 11): number {
  let reach = from
  for (let i = 1; i < nodes; i++) {
    const k = from + ((to - from) * i) / (nodes - 1)
    if (!(smileDensity(model, k) >= -ROUNDING)) return reach
    reach = k
  }
  return reach
}
