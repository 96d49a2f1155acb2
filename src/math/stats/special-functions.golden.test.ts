/** Every special function against published values of 60 digits, each within its own stated tolerance; the worst of each is printed. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { normalLogCdf, normalQuantile } from '#math/options/normal-quantile.ts'
import { normalCdf, normalPdf } from '#math/options/normal.ts'
import { chiSquaredCdf, chiSquaredQuantile } from './chi-squared.ts'
import { erf, erfc, erfcx } from './erf.ts'
import { logGamma } from './log-gamma.ts'
import { studentTCdf, studentTQuantile } from './student-t.ts'

interface Tolerance {
  readonly rtol: number
  readonly atol: number
}
interface Vector {
  readonly id: string
  readonly fn: string
  readonly args: readonly [number, number]
  readonly expected: number
}
const { cases, tolerance, case_count } = JSON.parse(readFileSync(new URL('./golden/special_functions.json', import.meta.url), 'utf8')) as {
  cases: Vector[]
  case_count: number
  tolerance: { default: Tolerance; by_fn: Record<string, Tolerance> }
}

const FUNCTIONS: Readonly<Record<string, (x: number, degrees: number) => number>> = {
  norm_pdf: normalPdf,
  norm_cdf: normalCdf,
  log_norm_cdf: normalLogCdf,
  norm_inv_cdf: normalQuantile,
  erf,
  erfc,
  erfcx,
  log_gamma: logGamma,
  student_t_cdf: studentTCdf,
  student_t_inv_cdf: studentTQuantile,
  chi2_cdf: chiSquaredCdf,
  chi2_inv_cdf: chiSquaredQuantile,
}

test('[special_functions] the file and the table of functions cover each other', () => {
  assert.equal(cases.length, case_count)
  assert.deepEqual(new Set(cases.map(({ fn }) => fn)), new Set(Object.keys(FUNCTIONS)))
})

for (const [fn, evaluate] of Object.entries(FUNCTIONS)) {
  test(`[special_functions] ${fn} of every published vector`, (t) => {
    const { rtol, atol } = tolerance.by_fn[fn] ?? tolerance.default
    let worst = { of: 0, id: '' }
    for (const { id, args, expected } of cases.filter((vector) => vector.fn === fn)) {
      const got = evaluate(...args)
      const off = Math.abs(got - expected)
      const allowed = atol + rtol * Math.abs(expected)
      assert.ok(off <= allowed, `${id}(${args.join(', ')}): ${got} against ${expected}`)
      if (off > 0 && off / allowed > worst.of) worst = { of: off / allowed, id }
    }
    t.diagnostic(`worst ${(100 * worst.of).toFixed(2)} % of its tolerance${worst.id === '' ? '' : `, ${worst.id}`}`)
  })
}
