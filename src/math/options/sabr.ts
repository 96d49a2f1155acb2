/**
 * Implied lognormal volatility of the SABR model (Hagan, Kumar, Lesniewski and Woodward 2002, "Managing smile risk", eq. 2.17a):
 *   vol = alpha / D * z / x(z) * (1 + c T),  z = nu / alpha (FK)^((1-b)/2) ln(F/K),
 * with D and c as below and x(z) = ln((s + z - rho) / (1 - rho)), s^2 = 1 - 2 rho z + z^2. Here x is taken as 2 atanh(z / (1 + s)), which
 * is the same number without the cancellation near the money; where its argument is small, atanh goes by its series.
 * Units: forward and strike in one currency, years, vol per sqrt(year), alpha in currency^(1-beta) per sqrt(year), nu per sqrt(year).
 * Edges: |rho| < 1, nu >= 0, 0 <= beta <= 1, the rest positive, or it is a bug of the caller. An expansion, not the model: with large
 * nu^2 T or far wings the smile it gives can have negative density (`smile-arbitrage.ts` finds where), even a vol that is not positive.
 */
import { assert } from '#base/assert.ts'

export interface SabrParameters {
  readonly alpha: number
  readonly beta: number
  readonly nu: number
  readonly rho: number
}
export interface OptionPoint {
  readonly forward: number
  readonly strike: number
  readonly years: number
}

/** Below this, atanh(u)/u by its series is exact to the last bit. */
const SERIES_MAX = 0.0025

export function sabrVol({ forward, strike, years }: OptionPoint, parameters: SabrParameters): number {
  assert(forward > 0 && strike > 0, 'forward and strike are positive')
  return sabrVolAt(logRatio(forward, strike), forward, years, parameters)
}

/** The same by `log` = ln(F/K). */
export function sabrVolAt(log: number, forward: number, years: number, { alpha, beta, nu, rho }: SabrParameters): number {
  assert(alpha > 0 && nu >= 0 && Math.abs(rho) < 1 && beta >= 0 && beta <= 1 && years >= 0, 'SABR parameters are inside their ranges')
  const elastic = 1 - beta
  const scale = elastic === 0 ? alpha : alpha / Math.exp(elastic * (Math.log(forward) - log / 2))
  const log2 = elastic * elastic * log * log
  const level = scale / (1 + log2 / 24 + (log2 * log2) / 1920)
  const drift = (elastic * elastic * scale * scale) / 24 + (rho * beta * nu * scale) / 4 + ((2 - 3 * rho * rho) / 24) * nu * nu
  return level * zOverX((nu / scale) * log, rho) * (1 + drift * years)
}

/** z / x(z); 1 at z = 0. */
export function zOverX(z: number, rho: number): number {
  const gap = z - rho
  const s = Math.sqrt(gap * gap + (1 - rho) * (1 + rho))
  const u = z / (1 + s)
  return u * u < SERIES_MAX ? (1 + s) / (2 * atanhRatio(u * u)) : z / twiceAtanh(z, s, rho)
}

/** atanh(u)/u = 1 + u^2/3 + u^4/5 + …, from u^2 up to 0.0025. */
export function atanhRatio(square: number): number {
  return 1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square * (1 / 9 + square * (1 / 11 + square / 13)))))
}

/** x(z) away from zero; for negative z by x(z, rho) = -x(-z, -rho), so that s + z - rho never cancels. */
function twiceAtanh(z: number, s: number, rho: number): number {
  return z > 0 ? Math.log((s + z - rho) / (1 - rho)) : -Math.log((s - z + rho) / (1 + rho))
}

/** ln(F/K), with all its digits also where the two are nearly equal. */
export function logRatio(forward: number, strike: number): number {
  const gap = (forward - strike) / strike
  return Math.abs(gap) < 0.5 ? Math.log1p(gap) : Math.log(forward / strike)
}
