/** SABR vols against the published and high-precision values of sabr_vols.json (Hagan 2002 at 60 digits; QuantLib's 31-strike table). */
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { sabrVol } from './sabr.ts'

interface Case {
  readonly id: string
  readonly input: Readonly<Record<'strike' | 'forward' | 'time' | 'alpha' | 'beta' | 'nu' | 'rho', number>>
  readonly expected: { readonly vol: number }
  readonly rtol?: number
  readonly atol?: number
}
const { cases } = JSON.parse(readFileSync(new URL('golden/sabr_vols.json', import.meta.url), 'utf8')) as { cases: readonly Case[] }

test('[AN-03] SABR vols equal the reference for all betas, near the money, at small nu and extreme rho', (t) => {
  let [worst, worstId] = [0, '']
  for (const { id, input, expected, rtol = 1e-10, atol = 0 } of cases) {
    const vol = sabrVol({ forward: input.forward, strike: input.strike, years: input.time }, input)
    const error = Math.abs(vol - expected.vol)
    assert.ok(error <= atol + rtol * Math.abs(expected.vol), `${id}: ${vol} instead of ${expected.vol}`)
    if (rtol > 1e-10 || error / expected.vol <= worst) continue
    ;[worst, worstId] = [error / expected.vol, id]
  }
  assert.equal(cases.length, 130)
  t.diagnostic(`worst relative error ${worst.toExponential(2)} (${worstId})`)
})
