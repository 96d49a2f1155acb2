/** What the calibration evaluates: equal to the plain SABR vol, its derivatives equal to finite differences, near and far from the money. */
import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { sabrVol } from './sabr.ts'
import { evaluateSmile, prepareSmile, RHO_MAX, smileBuffer } from './sabr-smile.ts'
import type { SmileBuffer } from './sabr-smile.ts'

const F = 90_000
type Case = readonly [name: string, beta: number, years: number, nu: number, rho: number]
const CASES: readonly Case[] = [
  ['ordinary', 1, 0.1, 2, -0.4],
  ['beta a half', 0.5, 0.25, 1.2, 0.3],
  ['normal backbone', 0, 1, 0.8, -0.6],
  ['hardly any curvature', 1, 0.25, 1e-4, 0.2],
  ['a day', 1, 1 / 365, 14, -0.2],
  ['rho near its bound', 1, 0.5, 1.5, -0.995],
]
const MONEYNESS = [-0.9, -0.3, -0.05, -0.004, -1e-6, 0, 1e-7, 0.002, 0.03, 0.4, 1.1]

function smileOf(beta: number, years: number, k: number, vol = 0): SmileBuffer {
  const smile = smileBuffer(1)
  Object.assign(smile, { count: 1, years, beta })
  smile.logMoneyness[0] = k
  smile.vols[0] = vol
  smile.weights[0] = 1
  prepareSmile(smile)
  return smile
}

/** (a, p, w) of nu and rho. */
function pointOf(a: number, nu: number, rho: number): Float64Array {
  return Float64Array.of(a, rho * nu, nu * nu * (1 - (rho * rho) / (RHO_MAX * RHO_MAX)))
}

/** The model vol (cost of an observation of 0 is its square) and its slopes (half the gradient is vol times slope). */
function modelAt(smile: SmileBuffer, x: Float64Array): { vol: number; slopes: readonly number[]; normal: Float64Array } {
  const [gradient, normal] = [new Float64Array(3), new Float64Array(6)]
  const vol = Math.sqrt(evaluateSmile(smile, x, gradient, normal))
  return { vol, slopes: Array.from(gradient, (g) => g / vol), normal }
}

for (const [name, beta, years, nu, rho] of CASES) {
  test(`[AN-03] ${name}: the vol is SABR's, the slopes are its derivatives`, () => {
    for (const k of MONEYNESS) {
      const a = 0.6
      const smile = smileOf(beta, years, k)
      const x = pointOf(a, nu, rho)
      const { vol, slopes, normal } = modelAt(smile, x)
      const alpha = a * Math.exp((1 - beta) * Math.log(F))
      const plain = sabrVol({ forward: F, strike: F * Math.exp(k), years }, { alpha, beta, nu, rho })
      assert.ok(Math.abs(vol - plain) <= 1e-11 * plain, `k ${k}: ${vol} instead of ${plain}`)
      slopes.forEach((slope, i) => {
        const step = 1e-5 * Math.max(Math.abs(x[i] as number), 1e-3)
        const moved = (by: number) =>
          modelAt(
            smile,
            x.map((value, j) => (i === j ? value + by : value)),
          ).vol
        // one-sided where w would fall under its bound
        const [up, down] = [moved(step), (x[i] as number) - step < 0 && i === 2 ? vol : moved(-step)]
        const numeric = (up - down) / ((x[i] as number) - step < 0 && i === 2 ? step : 2 * step)
        assert.ok(Math.abs(slope - numeric) <= 2e-5 * (Math.abs(numeric) + 1e-3), `k ${k}, x[${i}]: ${slope} instead of ${numeric}`)
        assert.ok(Math.abs((normal[(i * (i + 3)) / 2] as number) - slope * slope) <= 1e-12 * (1 + slope * slope))
      })
    }
  })
}

test('[AN-03] weights scale cost, gradient and matrix alike', () => {
  const [once, thrice] = [smileOf(1, 0.1, 0.1, 0.5), smileOf(1, 0.1, 0.1, 0.5)]
  thrice.weights[0] = 3
  prepareSmile(thrice)
  const x = pointOf(0.6, 2, -0.3)
  const evaluated = [once, thrice].map((smile) => {
    const [gradient, normal] = [new Float64Array(3), new Float64Array(6)]
    return [evaluateSmile(smile, x, gradient, normal), ...gradient, ...normal]
  })
  evaluated[0]?.forEach((value, i) => assert.ok(Math.abs(3 * value - (evaluated[1]?.[i] ?? 0)) <= 1e-14 * Math.abs(3 * value)))
  assert.equal(thrice.weightSum, 3)
})
