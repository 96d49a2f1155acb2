/** The grammar of decimals in files, case by case and against decimal.js. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { compareDecimals, decimalFault, medianDecimal, plainDecimal } from './decimal-text.ts'

test('[F-M01] what is a decimal, and as what it is kept', () => {
  const rows = [
    ['0', '0'],
    ['70000', '70000'],
    ['0.00010000', '0.00010000'],
    ['-0.00375', '-0.00375'],
    ['88535.0947548592', '88535.0947548592'],
    ['2.6e-05', '0.000026'],
    ['-2.2E-05', '-0.000022'],
    ['1e-06', '0.000001'],
    ['5e0', '5'],
    ['1.25e2', '125'],
    ['1.25e+1', '12.5'],
    ['0e-3', '0.000'],
    ['1e-18', '0.000000000000000001'],
    ['9999999999999999', '9999999999999999'],
  ] as const
  for (const [text, plain] of rows) assert.equal(plainDecimal(text), plain, text)
})

test('[F-M01] what is none, and why', () => {
  const rows = {
    not_a_decimal: [
      '',
      'NaN',
      'null',
      'undefined',
      'Infinity',
      '1,000',
      ' 1',
      '1 ',
      '１２',
      '.5',
      '5.',
      '+1',
      '0x10',
      '1_000',
      '01',
      '00.5',
      '--1',
      '1.2.3',
      '12e3',
      '1e',
      '٣',
    ],
    negative_zero: ['-0', '-0.0', '-0e5'],
    out_of_range: ['1e309', '1e-309', '1e9999', '12345678901234567', '1e17', `1${'0'.repeat(400)}`],
    too_precise: ['0.0071911399999999995', '1e-19', '1.5e-18'],
  } as const
  for (const [code, texts] of Object.entries(rows)) {
    for (const text of texts) {
      assert.equal(plainDecimal(text), undefined, text)
      assert.equal(decimalFault(text), code, text)
    }
  }
})

test('[F-M01] law: scientific text is kept exactly or refused', () => {
  const scientific = fc.tuple(
    fc.boolean(),
    fc.integer({ min: 0, max: 9 }),
    fc.stringMatching(/^\d{0,6}$/),
    fc.integer({ min: -25, max: 20 }),
  )
  fc.assert(
    fc.property(scientific, ([negative, lead, rest, exponent]) => {
      const text = `${negative ? '-' : ''}${lead}${rest === '' ? '' : `.${rest}`}e${exponent}`
      const plain = plainDecimal(text)
      if (plain === undefined) {
        const value = new Decimal(text)
        const kept = !(value.isZero() && negative) && value.abs().lt('1e16') && rest.length - exponent <= 18
        assert.equal(kept, false, `${text} fits and was refused`)
      } else assert.ok(new Decimal(plain).eq(text) && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(plain), `${text} became ${plain}`)
    }),
    { numRuns: 1000 },
  )
})

test('order is exact where floats are not', () => {
  assert.equal(compareDecimals('0.100000000000000001', '0.1'), 1)
  assert.equal(compareDecimals('0.1', '0.100000000000000001'), -1)
  assert.equal(compareDecimals('0.10', '0.1'), 0)
  assert.equal(compareDecimals('-2', '1'), -1)
})

test('the median of an even count is the exact mean of the two in the middle', () => {
  assert.equal(medianDecimal(['5']), '5')
  assert.equal(medianDecimal(['1', '2', '9']), '2')
  assert.equal(medianDecimal(['84542.76', '84543.2']), '84542.98')
  assert.equal(medianDecimal(['1', '84542.76', '84542.77', '9e9']), '84542.765')
  assert.equal(medianDecimal(['70000.00', '70000']), '70000')
})
