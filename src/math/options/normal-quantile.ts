/**
 * Quantile of the standard normal and the logarithm of its distribution. The quantile follows Wichura (1988, AS 241, PPND16), about 1e-16
 * in probability, for p as small as doubles go; ln N(x) takes the exponential of a far tail as it is, x^2/2, and never underflows.
 * No unit. Edges: quantile -infinity at 0, infinity at 1, NaN outside [0, 1].
 */
import { HALF_LN_TWO_PI } from './black-share.ts'
import { mills } from './mills.ts'
import { normalCdf } from './normal.ts'

export function normalLogCdf(x: number): number {
  if (x > -1) return Math.log1p(-normalCdf(-x))
  return Math.log(mills(-x)) - 0.5 * x * x - HALF_LN_TWO_PI
}

export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) return central(q)
  const beyond = q < 0 ? p : 1 - p
  if (beyond === 0) return q < 0 ? -Infinity : Infinity
  const r = Math.sqrt(-Math.log(beyond))
  const size = r <= 5 ? middle(r - 1.6) : far(r - 5)
  return q < 0 ? -size : size
}

const CENTRAL_TOP = [
  2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125, 1971.5909503065514427,
  133.14166789178437745, 3.387132872796366608,
] as const
const CENTRAL_BOTTOM = [
  5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077, 687.1870074920579083,
  42.313330701600911252, 1,
] as const
const MIDDLE_TOP = [
  7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258, 3.64784832476320460504,
  5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
] as const
const MIDDLE_BOTTOM = [
  1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459, 0.68976733498510000455,
  1.6763848301838038494, 2.05319162663775882187, 1,
] as const
const FAR_TOP = [
  2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093, 0.29656057182850489123,
  1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
] as const
const FAR_BOTTOM = [
  2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4, 0.0148753612908506148525,
  0.13692988092273580531, 0.59983220655588793769, 1,
] as const

function central(q: number): number {
  const r = 0.180625 - q * q
  return (q * polynomial(CENTRAL_TOP, r)) / polynomial(CENTRAL_BOTTOM, r)
}

function middle(r: number): number {
  return polynomial(MIDDLE_TOP, r) / polynomial(MIDDLE_BOTTOM, r)
}

function far(r: number): number {
  return polynomial(FAR_TOP, r) / polynomial(FAR_BOTTOM, r)
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (const coefficient of coefficients) sum = sum * x + coefficient
  return sum
}
