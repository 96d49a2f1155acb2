/** Laws of the special functions over random input: inverse functions invert, complements add up, recurrences and symmetries hold. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { normalLogCdf, normalQuantile } from '#math/options/normal-quantile.ts'
import { normalCdf } from '#math/options/normal.ts'
import { chiSquaredCdf, chiSquaredQuantile, chiSquaredTail } from './chi-squared.ts'
import { erf, erfc, erfcx } from './erf.ts'
import { logGamma } from './log-gamma.ts'
import { studentTCdf, studentTPdf, studentTQuantile } from './student-t.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
function near(got: number, expected: number, relative: number, absolute = 0): void {
  assert.ok(Math.abs(got - expected) <= absolute + relative * Math.abs(expected), `${got} against ${expected}`)
}

test('the normal quantile inverts the distribution, tails by their logarithm', () => {
  fc.assert(fc.property(number(-37, 8), (x) => near(normalQuantile(normalCdf(x)), x, 1e-12, 1e-15 / Math.exp(-0.5 * x * x))))
  fc.assert(fc.property(number(-37, 5), (x) => near(normalLogCdf(x), Math.log(normalCdf(x)), 1e-13, 1e-15)))
})

test('erf and erfc add up to one, erfc is the scaled tail', () => {
  fc.assert(
    fc.property(number(-6, 26), (x) => {
      near(erf(x) + erfc(x), 1, 1e-15)
      near(erfc(x), erfcx(x) * Math.exp(-x * x), 1e-12)
      assert.equal(erf(-x), -erf(x))
    }),
  )
})

test('Gamma(x + 1) = x Gamma(x)', () => {
  fc.assert(fc.property(number(1e-6, 500), (x) => near(logGamma(x + 1), logGamma(x) + Math.log(x), 1e-14, 2e-14)))
})

test('chi-squared: quantile inverts, lower and upper share add up, two degrees are an exponential', () => {
  fc.assert(
    fc.property(number(0.3, 400), number(1e-9, 1 - 1e-9), (degrees, p) => {
      const x = chiSquaredQuantile(p, degrees)
      near(chiSquaredCdf(x, degrees), p, 1e-11)
      near(chiSquaredCdf(x, degrees) + chiSquaredTail(x, degrees), 1, 1e-15)
    }),
  )
  fc.assert(fc.property(number(0, 1_000), (x) => near(chiSquaredTail(x, 2), Math.exp(-x / 2), 1e-12)))
})

test('Student t: quantile inverts, symmetric, one degree is Cauchy, the density is the slope', () => {
  fc.assert(
    fc.property(number(0.3, 500), number(1e-9, 1 - 1e-9), (degrees, p) =>
      near(studentTCdf(studentTQuantile(p, degrees), degrees), p, 1e-11),
    ),
  )
  fc.assert(
    fc.property(number(0.3, 500), number(-40, 40), (degrees, t) => {
      near(studentTCdf(t, degrees) + studentTCdf(-t, degrees), 1, 1e-14)
      near(studentTCdf(t, 1), 0.5 + Math.atan(t) / Math.PI, 1e-13, 1e-15)
      const h = 1e-5 * Math.max(1, Math.abs(t))
      near((studentTCdf(t + h, degrees) - studentTCdf(t - h, degrees)) / (2 * h), studentTPdf(t, degrees), 1e-6, 1e-10)
    }),
  )
})

test('where the functions end', () => {
  assert.equal(erfc(27), 5.237048923789256e-319)
  assert.equal(erfc(30), 0)
  assert.equal(erf(Infinity), 1)
  assert.equal(normalQuantile(0), -Infinity)
  assert.equal(normalQuantile(1), Infinity)
  assert.equal(studentTQuantile(1, 3), Infinity)
  assert.equal(chiSquaredQuantile(0, 3), 0)
  assert.equal(chiSquaredCdf(-1, 3), 0)
  assert.equal(logGamma(0), Infinity)
  for (const got of [
    normalQuantile(-0.1),
    normalQuantile(1.1),
    chiSquaredQuantile(2, 3),
    studentTQuantile(0.5, -1),
    logGamma(-1),
    erf(Number.NaN),
  ]) {
    assert.ok(Number.isNaN(got))
  }
})
