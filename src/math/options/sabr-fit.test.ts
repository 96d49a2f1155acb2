/** Calibration: what it refuses and why, flat smiles, bounds, weights, and that every start leads to the same best fit. */
import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { createPrng } from '#base/prng.ts'
import { fitSabr } from './sabr-fit.ts'
import type { Smile } from './sabr-fit.ts'
import { createSabrFitter } from './sabr-fitter.ts'
import { sabrVol } from './sabr.ts'
import type { SabrParameters } from './sabr.ts'

const F = 62_000
const STRIKES = [40_000, 48_000, 55_000, 60_000, 62_000, 65_000, 70_000, 80_000, 95_000]
function smileOf(sabr: SabrParameters, years = 0.25, strikes: readonly number[] = STRIKES): Smile {
  return { forward: F, years, beta: sabr.beta, strikes, vols: strikes.map((strike) => sabrVol({ forward: F, strike, years }, sabr)) }
}
const GOOD = smileOf({ alpha: 0.6, beta: 1, nu: 1.4, rho: -0.3 })

const REFUSED: readonly (readonly [name: string, smile: Smile, code: string, field: string])[] = [
  ['a forward of 0', { ...GOOD, forward: 0 }, 'invalid_smile', 'forward'],
  ['an infinite forward', { ...GOOD, forward: Infinity }, 'invalid_smile', 'forward'],
  ['no time', { ...GOOD, years: 0 }, 'invalid_smile', 'years'],
  ['beta over 1', { ...GOOD, beta: 1.01 }, 'invalid_smile', 'beta'],
  ['a vol of NaN', { ...GOOD, vols: GOOD.vols.with(3, Number.NaN) }, 'invalid_smile', 'vols[3]'],
  ['a vol of 0', { ...GOOD, vols: GOOD.vols.with(0, 0) }, 'invalid_smile', 'vols[0]'],
  ['a negative strike', { ...GOOD, strikes: STRIKES.with(8, -1) }, 'invalid_smile', 'strikes[8]'],
  ['a vol too few', { ...GOOD, vols: GOOD.vols.slice(1) }, 'invalid_smile', 'vols'],
  ['weights too few', { ...GOOD, weights: [1, 1] }, 'invalid_smile', 'weights'],
  ['a negative weight', { ...GOOD, weights: STRIKES.map((_, i) => (i === 2 ? -1 : 1)) }, 'invalid_smile', 'weights[2]'],
  ['two strikes', { ...smileOf({ alpha: 0.6, beta: 1, nu: 1, rho: 0 }, 0.25, [60_000, 65_000]) }, 'too_few_strikes', 'strikes'],
  [
    'three strikes of which two are one',
    { ...smileOf({ alpha: 0.6, beta: 1, nu: 1, rho: 0 }, 0.25, [60_000, 60_000, 65_000]) },
    'too_few_strikes',
    'strikes',
  ],
  ['two strikes with weight', { ...GOOD, weights: STRIKES.map((_, i) => (i < 2 ? 1 : 0)) }, 'too_few_strikes', 'strikes'],
]
for (const [name, smile, code, field] of REFUSED) {
  test(`[AN-03] refused: ${name}`, () => {
    const fit = fitSabr(smile)
    assert.deepEqual(fit.ok ? 'fitted' : [fit.refusal.code, fit.refusal.field], [code, field])
  })
}

test('[AN-03] out of iterations is said, with how far it came', () => {
  const fit = fitSabr(GOOD, { iterationsMax: 1 })
  assert.equal(fit.ok ? 'fitted' : fit.refusal.code, 'not_converged')
  assert.match(String(fit.ok ? '' : fit.refusal.limit), /^a minimum; best rmse so far 0\.0/)
})

test('[AN-03] a flat smile has no vol of vol, and rho is 0 where it means nothing', () => {
  const fit = fitSabr({ ...GOOD, vols: STRIKES.map(() => 0.55) })
  assert.ok(fit.ok)
  assert.ok(Math.abs(fit.value.alpha - 0.55) < 1e-8 && fit.value.nu < 1e-3 && fit.value.rmse < 1e-9)
})

test('[AN-03] a smile that bends down ends at a bound, inside it, and says so', () => {
  const vols = STRIKES.map((strike) => 0.6 - 0.2 * Math.log(strike / F) * Math.log(strike / F))
  const fit = fitSabr({ ...GOOD, vols })
  assert.ok(fit.ok && fit.value.atBound)
  assert.ok(fit.value.nu >= 0 && Math.abs(fit.value.rho) <= 0.9999)
})

test('[AN-03] nu stays under its maximum where the smile wants more', () => {
  const steep = smileOf({ alpha: 0.6, beta: 1, nu: 30, rho: -0.2 }, 0.001, [58_000, 60_000, 61_000, 62_000, 63_000, 64_000, 66_000])
  const fit = fitSabr(steep)
  assert.ok(fit.ok && fit.value.atBound)
  assert.ok(fit.value.nu <= 20 && fit.value.nu > 19.999, `nu ${fit.value.nu}`)
  const free = fitSabr(steep, { nuMax: 40 })
  assert.ok(free.ok && Math.abs(free.value.nu - 30) < 1e-5 && !free.value.atBound)
})

test('[AN-03] a quote without weight does not move the fit', () => {
  const weights = STRIKES.map((_, i) => (i === 0 ? 0 : 1))
  const [fit, twin] = [fitSabr({ ...GOOD, vols: GOOD.vols.with(0, 2), weights }), fitSabr({ ...GOOD, weights })]
  assert.ok(fit.ok && twin.ok)
  for (const name of ['alpha', 'nu', 'rho'] as const) assert.ok(Math.abs(fit.value[name] - twin.value[name]) < 1e-8)
})

test('[AN-03] random smiles with noise: the quick way ends where seven starts end, clean ones are found again', () => {
  const random = createPrng('sabr-fit')
  for (let i = 0; i < 300; i++) {
    const years = [1 / 365, 7 / 365, 30 / 365, 0.25, 1][random.int(5)] as number
    const sabr = {
      alpha: 0.3 + random.uniform() * 0.8,
      beta: 1,
      nu: (0.1 + random.uniform() * 0.7) / Math.sqrt(years),
      rho: random.uniform() * 1.6 - 0.8,
    }
    const noise = [0, 0.002, 0.01, 0.03][random.int(4)] as number
    const deviation = sabr.alpha * Math.sqrt(years)
    const strikes = Array.from({ length: 5 + random.int(20) }, (_, j) => F * Math.exp(deviation * (-2 + 0.2 * j)))
    const exact = smileOf(sabr, years, strikes)
    const smile = {
      ...exact,
      vols: exact.vols.map((vol) => Math.max(0.02, vol + noise * (random.uniform() * 2 - 1))),
      weights: strikes.map(() => 0.1 + random.uniform()),
    }
    const [quick, thorough] = [fitSabr(smile, { starts: 'doubtful' }), fitSabr(smile, { starts: 'always' })]
    assert.ok(quick.ok && thorough.ok, `case ${i}`)
    assert.ok(quick.value.rmse <= thorough.value.rmse * (1 + 1e-5) + 1e-9, `case ${i}: ${quick.value.rmse} over ${thorough.value.rmse}`)
    if (noise === 0) assert.ok(thorough.value.rmse < 1e-9, `case ${i}: ${JSON.stringify(thorough.value)} of ${JSON.stringify(sabr)}`)
  }
})

test('[AN-03] a fitter is used again without a trace of the smile before', () => {
  const fitter = createSabrFitter(16)
  const load = ({ strikes, vols, years }: Smile) => {
    Object.assign(fitter.smile, { count: strikes.length, years, beta: 1 })
    strikes.forEach((strike, i) => {
      fitter.smile.logMoneyness[i] = Math.log(strike / F)
      fitter.smile.vols[i] = vols[i] as number
      fitter.smile.weights[i] = 1
    })
  }
  load(GOOD)
  fitter.fit(F)
  const first = { ...fitter.result }
  load(smileOf({ alpha: 1.2, beta: 1, nu: 3, rho: 0.5 }, 0.05, STRIKES.slice(2, 7)))
  fitter.fit(F)
  load(GOOD)
  assert.equal(fitter.fit(F), 'converged')
  assert.deepEqual(fitter.result, first)
})
