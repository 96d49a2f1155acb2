/** Calibration against sabr_calibration.json (multi-start scipy least squares): match or beat every rmse, meet the parameters. */
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fitSabr } from './sabr-fit.ts'
import type { SabrFitOptions } from './sabr-fitter.ts'

type Fitted = 'alpha' | 'nu' | 'rho'
interface Case {
  readonly id: string
  readonly input: {
    readonly forward: number
    readonly time: number
    readonly beta: number
    readonly strikes: readonly number[]
    readonly vols: readonly number[]
    readonly weights?: readonly number[]
  }
  readonly expected: Readonly<Record<Fitted | 'rmse' | 'rmse_limit', number>>
  readonly atol: Readonly<Partial<Record<Fitted, number>>>
}
const { cases } = JSON.parse(readFileSync(new URL('golden/sabr_calibration.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[]
}
const STARTS: readonly NonNullable<SabrFitOptions['starts']>[] = ['always', 'doubtful']

for (const starts of STARTS) {
  test(`[AN-03] calibration matches or beats the reference on all 51 smiles (further starts: ${starts})`, (t) => {
    assert.equal(cases.length, 51)
    let [iterations, closest, closestId] = [0, 0, '']
    for (const { id, input, expected, atol } of cases) {
      const fit = fitSabr({ ...input, years: input.time }, { starts })
      assert.ok(fit.ok, `${id}: ${JSON.stringify(fit)}`)
      assert.ok(fit.value.rmse <= expected.rmse_limit, `${id}: rmse ${fit.value.rmse} over ${expected.rmse_limit}`)
      for (const [name, tolerance] of Object.entries(atol) as readonly [Fitted, number][]) {
        const error = Math.abs(fit.value[name] - expected[name])
        assert.ok(error <= tolerance, `${id}: ${name} ${fit.value[name]} instead of ${expected[name]}`)
        if (error / tolerance > closest) [closest, closestId] = [error / tolerance, `${id} ${name}`]
      }
      iterations += fit.value.iterations
    }
    t.diagnostic(
      `${(iterations / cases.length).toFixed(1)} iterations a smile; closest to its tolerance: ${closestId}, ${closest.toFixed(3)} of it`,
    )
  })
}
