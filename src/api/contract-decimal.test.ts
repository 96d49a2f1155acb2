/** Decimals on the wire: exact in, exact out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainDecimal, zDecimalIn } from './contract-decimal.ts'

test('[C-41] a JSON number is written out without exponent or rounding', () => {
  const cases = [
    ['1e-7', '0.0000001'],
    ['1.50', '1.5'],
    ['12e3', '12000'],
    ['1.25E+1', '12.5'],
    ['-0.0', '0'],
    ['-0.5', '-0.5'],
    ['007', '7'],
    ['123456789012345678901234567890.5', '123456789012345678901234567890.5'],
  ] as const
  for (const [text, plain] of cases) assert.equal(plainDecimal(text), plain, text)
  for (const text of ['', 'x', '1e41', '1e-41', '1e309', 'NaN', '1,5']) assert.equal(plainDecimal(text), undefined, text)
})

test('[C-41] numbers and strings of one value are the same decimal; others are refused', () => {
  for (const value of [0.1, '0.1', '0.10', '0.100000000000000000']) assert.equal(zDecimalIn.parse(value), '0.1')
  assert.equal(zDecimalIn.parse(1e-7), '0.0000001')
  for (const value of [
    '1e3',
    ' 1',
    '1,5',
    '',
    '+1',
    '0x1',
    'NaN',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e17,
    1e-19,
    '0.1234567890123456789',
    null,
    true,
    {},
    [1],
  ]) {
    assert.equal(zDecimalIn.safeParse(value).success, false, JSON.stringify(value))
  }
})

test('[C-41] every double of ordinary size survives', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e15, max: 1e15, noNaN: true }).filter((value) => value === 0 || Math.abs(value) > 1e-30),
      (value) => {
        const plain = plainDecimal(String(value))
        assert.equal(Number(plain), value === 0 ? 0 : value)
      },
    ),
  )
})
