/**
 * SABR vol with its first and second derivative by k = ln(K/F), closed, for the density of a smile. With E = 1 - beta, q = exp(E k / 2) and
 * a = alpha F^(-E) the vol of Hagan 2002 is a g(m) / (q D(k)) (1 + c(k) T), m = -k q / a, where g = z / x(z) = m / y, y = integral of
 * 1/s from 0 to m, s^2 = 1 - 2 p m + n m^2 (p = rho nu, n = nu^2), so that
 *   g' = (1 - g/s) / y,  g'' = (g s'/s^2 - 2 g'/s) / y,  s' = (n m - p) / s.
 * Near the money these cancel, and the Legendre series of y/m stands in. Units as in `sabr.ts`; nothing is allocated.
 */
import { zOverX } from './sabr.ts'
import type { SabrParameters } from './sabr.ts'

/** z^2 below which the series is used: there its error is 1e-7, that of the closed form 1e-11. */
const NEAR = 1.6e-5

/** Writes vol, d vol / dk and d2 vol / dk2 to `out`. */
export function sabrSlopes(k: number, forward: number, years: number, { alpha, beta, nu, rho }: SabrParameters, out: Float64Array): void {
  const elastic = 1 - beta
  const a = elastic === 0 ? alpha : alpha * Math.exp(-elastic * Math.log(forward))
  const q = elastic === 0 ? 1 : Math.exp((elastic * k) / 2)
  const m = (-k * q) / a
  const [p, n] = [rho * nu, nu * nu]
  if (n * m * m < NEAR) nearMoney(m, p, n, out)
  else away(m, p, n, zOverX(nu * m, rho), out)
  const [g, gM, gMM] = [out[0] as number, out[1] as number, out[2] as number]
  const mK = (-q / a) * (1 + (elastic * k) / 2)
  const mKK = (-q / a) * (elastic + (elastic * elastic * k) / 4)
  const e2 = elastic * elastic
  const d = 1 + (e2 * k * k) / 24 + (e2 * e2 * k * k * k * k) / 1920
  const dK = ((e2 * k) / 12 + (e2 * e2 * k * k * k) / 480) / d
  const dKK = (e2 / 12 + (e2 * e2 * k * k) / 160) / d
  const square = (years * e2 * a * a) / (24 * q * q)
  const cross = (years * p * beta * a) / (4 * q)
  const growth = 1 + square + cross + years * (n / 12 - (p * p) / 8)
  const growthK = (-elastic * (square + cross / 2)) / growth
  const growthKK = (e2 * (square + cross / 4)) / growth
  // of the logarithm of the vol: sums instead of products
  const first = (gM * mK) / g - elastic / 2 - dK + growthK
  const second = (gMM * mK * mK + gM * mKK) / g - ((gM * mK) / g) * ((gM * mK) / g) - dKK + dK * dK + growthKK - growthK * growthK
  const vol = (a * g * growth) / (q * d)
  out[0] = vol
  out[1] = vol * first
  out[2] = vol * (second + first * first)
}

/** g, g' and g'' by m. */
function away(m: number, p: number, n: number, g: number, out: Float64Array): void {
  const gap = p * m - 1
  const s = Math.sqrt(gap * gap + (n - p * p) * m * m)
  const y = m / g
  const slope = (1 - g / s) / y
  out[0] = g
  out[1] = slope
  out[2] = ((g * (n * m - p)) / (s * s * s) - (2 * slope) / s) / y
}

/** y/m = 1 + p m / 2 + (3 p^2 - n) m^2 / 6 + (5 p^3 - 3 p n) m^3 / 8 + (35 p^4 - 30 p^2 n + 3 n^2) m^4 / 40 + … and g its inverse. */
function nearMoney(m: number, p: number, n: number, out: Float64Array): void {
  const [c1, c2, c3] = [p / 2, (3 * p * p - n) / 6, (p * (5 * p * p - 3 * n)) / 8]
  const c4 = (35 * p * p * p * p - 30 * p * p * n + 3 * n * n) / 40
  const h = 1 + m * (c1 + m * (c2 + m * (c3 + m * c4)))
  const slope = c1 + m * (2 * c2 + m * (3 * c3 + m * 4 * c4))
  const bend = 2 * c2 + m * (6 * c3 + m * 12 * c4)
  out[0] = 1 / h
  out[1] = -slope / (h * h)
  out[2] = ((2 * slope * slope) / h - bend) / (h * h)
}
