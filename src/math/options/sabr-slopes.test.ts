/** Derivatives of the SABR vol by log-moneyness against finite differences, for every backbone, across the seam of the series. */
import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { sabrVolAt } from './sabr.ts'
import type { SabrParameters } from './sabr.ts'
import { sabrSlopes } from './sabr-slopes.ts'

const F = 90_000
const scaled = (beta: number, nu: number, rho: number): SabrParameters => ({
  alpha: 0.6 * Math.exp((1 - beta) * Math.log(F)),
  beta,
  nu,
  rho,
})
const CASES: readonly (readonly [name: string, years: number, sabr: SabrParameters])[] = [
  ['lognormal', 0.1, scaled(1, 2, -0.4)],
  ['beta a half', 0.25, scaled(0.5, 1.2, 0.3)],
  ['normal', 1, scaled(0, 0.8, -0.6)],
  ['no vol of vol', 0.25, scaled(0.5, 0, 0)],
  ['a day', 1 / 365, scaled(1, 14, -0.2)],
  ['rho at an extreme', 0.5, scaled(1, 1.5, 0.995)],
]

for (const [name, years, sabr] of CASES) {
  test(`[AN-03] vol, slope and bend of the smile: ${name}`, () => {
    const out = new Float64Array(3)
    const at = (k: number) => sabrVolAt(-k, F, years, sabr)
    for (const k of [-1.2, -0.3, -0.02, -1e-3, -1e-6, 0, 1e-4, 1.19e-3, 1.21e-3, 0.05, 0.6]) {
      sabrSlopes(k, F, years, sabr, out)
      const step = 1e-4
      const [down, mid, up] = [at(k - step), at(k), at(k + step)]
      const [slope, bend] = [(up - down) / (2 * step), (up - 2 * mid + down) / (step * step)]
      assert.ok(Math.abs((out[0] ?? 0) - mid) <= 1e-9 * mid, `vol at ${k}: ${out[0]} instead of ${mid}`)
      assert.ok(Math.abs((out[1] ?? 0) - slope) <= 1e-5 * (1 + Math.abs(slope)), `slope at ${k}: ${out[1]} instead of ${slope}`)
      assert.ok(Math.abs((out[2] ?? 0) - bend) <= 1e-4 * (1 + Math.abs(bend)), `bend at ${k}: ${out[2]} instead of ${bend}`)
    }
  })
}
