/** Exact arithmetic against decimal.js at 80 digits: every rounding of every operation, the text both ways, floats at their ties (PE-06). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import {
  divide,
  divideUnits,
  floatFromUnits,
  formatFixed,
  formatUnits,
  multiplyUnits,
  ONE,
  parseUnits,
  roundUnits,
  scaleUnits,
  unitsFromFloat,
} from './exact.ts'
import type { Rounding } from './exact.ts'

const Wide = Decimal.clone({ precision: 80, toExpNeg: -100, toExpPos: 100 })
/** More than the digits of any float in the test: its true value, not its shortest text. */
const ALL_PLACES = 100
const Exact = Decimal.clone({ precision: 400 })
const MODES: Readonly<Record<Rounding, Decimal.Rounding>> = {
  'half-even': Decimal.ROUND_HALF_EVEN,
  up: Decimal.ROUND_UP,
  down: Decimal.ROUND_DOWN,
  ceil: Decimal.ROUND_CEIL,
  floor: Decimal.ROUND_FLOOR,
}
const rounding = fc.constantFrom(...(Object.keys(MODES) as Rounding[]))
/** Amounts of all sizes, with many short ones so that ties come up. */
const units = fc.oneof(
  fc.bigInt(-(10n ** 32n), 10n ** 32n),
  fc.integer({ min: -2000, max: 2000 }).map((n) => BigInt(n) * 5n * 10n ** 16n),
  fc.bigInt(-40n, 40n),
)
const divisor = units.filter((n) => n !== 0n)

function decimalOf(value: bigint): Decimal {
  return new Wide(value.toString()).div('1e18')
}
function at18(value: Decimal, mode: Rounding): bigint {
  return BigInt(value.toDecimalPlaces(18, MODES[mode]).times('1e18').toFixed(0))
}

test('[PE-06] products and quotients round as decimal.js does, in every mode', () => {
  fc.assert(
    fc.property(units, divisor, rounding, (a, b, mode) => {
      assert.equal(multiplyUnits(a, b, mode), at18(decimalOf(a).times(decimalOf(b)), mode))
      assert.equal(divideUnits(a, b, mode), at18(decimalOf(a).div(decimalOf(b)), mode))
    }),
    { numRuns: 2000 },
  )
})

test('[PE-06] a x b / c rounds once', () => {
  fc.assert(
    fc.property(units, units, divisor, rounding, (a, b, c, mode) => {
      assert.equal(scaleUnits(a, b, c, mode), at18(decimalOf(a).times(decimalOf(b)).div(decimalOf(c)), mode))
    }),
    { numRuns: 1000 },
  )
})

test('[PE-06] ties: half-even goes to the even neighbour on both sides of zero, the others where they say', () => {
  const rows: readonly (readonly [bigint, Rounding, bigint])[] = [
    [5n, 'half-even', 2n],
    [-5n, 'half-even', -2n],
    [7n, 'half-even', 4n],
    [-7n, 'half-even', -4n],
    [5n, 'up', 3n],
    [-5n, 'up', -3n],
    [5n, 'down', 2n],
    [-5n, 'down', -2n],
    [5n, 'ceil', 3n],
    [-5n, 'ceil', -2n],
    [5n, 'floor', 2n],
    [-5n, 'floor', -3n],
  ]
  for (const [n, mode, expected] of rows) {
    assert.equal(divide(n, 2n, mode), expected, `${n} / 2 ${mode}`)
    assert.equal(divide(-n, -2n, mode), expected, `${-n} / -2 ${mode}`)
  }
})

test('[PE-06] text round trip: format then parse is the same value, and decimal.js reads the same text', () => {
  fc.assert(
    fc.property(units, (a) => {
      const text = formatUnits(a)
      assert.equal(parseUnits(text), a)
      assert.equal(text, decimalOf(a).toFixed())
    }),
    { numRuns: 2000 },
  )
})

test('[PE-06] [F-M04] parsing agrees with decimal.js on every plain decimal, short and long', () => {
  const digits = (max: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: 1, maxLength: max })
  fc.assert(
    fc.property(fc.boolean(), digits(16), fc.option(digits(18)), (minus, whole, fraction) => {
      const text = `${minus ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}`
      const expected = new Wide(text)
      if (minus && expected.isZero()) assert.equal(parseUnits(text), undefined)
      else assert.equal(parseUnits(text), BigInt(expected.times('1e18').toFixed(0)))
    }),
    { numRuns: 2000 },
  )
})

test('[PE-06] fixed places and steps', () => {
  fc.assert(
    fc.property(units, fc.integer({ min: 0, max: 18 }), rounding, (a, places, mode) => {
      const rounded = decimalOf(a).toDecimalPlaces(places, MODES[mode])
      assert.equal(formatFixed(a, places, mode), (rounded.isZero() ? rounded.abs() : rounded).toFixed(places))
      assert.equal(formatUnits(roundUnits(a, ONE / 10n ** BigInt(places), mode)), (rounded.isZero() ? rounded.abs() : rounded).toFixed())
    }),
    { numRuns: 1000 },
  )
})

test('[PE-06] a float becomes the decimal nearest to its true value, ties to even', () => {
  assert.equal(unitsFromFloat(0.125, 2), 12n * 10n ** 16n)
  assert.equal(unitsFromFloat(0.375, 2), 38n * 10n ** 16n)
  assert.equal(unitsFromFloat(-2.5, 0), -2n * ONE)
  assert.equal(unitsFromFloat(1.005, 2), 10n ** 18n) // the float lies below 1.005
  assert.equal(unitsFromFloat(-1e-20, 18), 0n)
  const value = fc.oneof(
    fc.double({ min: -1e14, max: 1e14, noNaN: true }),
    fc.integer({ min: -9999, max: 9999 }).map((n) => n / 64),
  )
  fc.assert(
    fc.property(value, fc.integer({ min: 0, max: 18 }), (float, places) => {
      const expected = new Exact(float.toFixed(ALL_PLACES)).toDecimalPlaces(places, Decimal.ROUND_HALF_EVEN)
      assert.equal(unitsFromFloat(float, places), BigInt(expected.times('1e18').toFixed(0)))
    }),
    { numRuns: 1000 },
  )
  assert.throws(() => unitsFromFloat(Number.NaN, 2), /finite/)
  assert.throws(() => unitsFromFloat(1e15, 2), /below 1e15/)
  assert.throws(() => unitsFromFloat(1, 19), /decimals/)
})

test('floats come back within one part in 2^52', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 1e9, noNaN: true }),
      (float) => Math.abs(floatFromUnits(unitsFromFloat(float, 18)) / float - 1) < 1e-14,
    ),
  )
})
