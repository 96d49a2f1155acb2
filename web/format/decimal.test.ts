/** What money looks like on the page: exact digits, grouped, and a dash for what is not known. */
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { UNKNOWN, coin, decimal, isNegative, percent, relative, scalar, stepUsdc, times, usdc } from './decimal.ts'

test('USDC has two places, groups of three and a true minus', () => {
  const rows = [
    ['0', '0.00'],
    ['5', '5.00'],
    ['999.994', '999.99'],
    ['1234.5', '1,234.50'],
    ['78412.345000000000000000', '78,412.34'],
    ['78412.355', '78,412.36'],
    ['-1234567.891', '−1,234,567.89'],
    ['9007199254740993.01', '9,007,199,254,740,993.01'],
  ]
  deepEqual(
    rows.map(([text = '']) => usdc(text)),
    rows.map(([, shown]) => shown),
  )
})

test('what rounds to zero has no sign, a wanted plus stands before gains alone', () => {
  deepEqual([usdc('-0.001', true), usdc('0.001', true), usdc('2', true), usdc('-2', true)], ['0.00', '0.00', '+2.00', '−2.00'])
})

test('the unknown is a dash, never zero', () => {
  deepEqual([usdc(null), usdc(undefined), percent(null), times(null), coin('NaN'), usdc('1e5'), usdc('')], Array(7).fill(UNKNOWN))
})

test('shares are shown per hundred, coins and factors without idle zeros', () => {
  deepEqual([percent('0.0998'), percent('-0.1', true), percent('0.00005')], ['9.98\u00a0%', '−10.00\u00a0%', '0.00\u00a0%'])
  deepEqual(
    [coin('1.50000000'), coin('0.12345678'), coin('12000'), times('5'), times('2.345')],
    ['1.5', '0.12345678', '12,000', '5×', '2.34×'],
  )
  equal(decimal('1.5', { places: 0 }), '2')
})

test('a scalar that is a decimal is rounded for reading, other words stay', () => {
  deepEqual(
    ['0.104523341234', 4000, 12345.678, 'a fresh price', null, true, '-3.10'].map((value) => scalar(value)),
    ['0.104523', '4,000', '12,345.68', 'a fresh price', 'none', 'yes', '−3.10'],
  )
})

test('relative distance is exact and undefined where it has no meaning', () => {
  equal(relative('100', '90'), -(10n ** 17n))
  deepEqual([relative('0', '1'), relative(null, '1'), relative('1', null)], [undefined, undefined, undefined])
  deepEqual([isNegative('-0.01'), isNegative('0'), isNegative(null)], [true, false, false])
})

test('steps between levels add up to the levels as they are shown', () => {
  const levels = ['20000', '19746.704', '19708.168', '19644.0651', '19636.6149']
  const steps = levels.slice(1).map((to, i) => stepUsdc(levels[i], to))
  deepEqual(steps, ['−253.30', '−38.53', '−64.10', '−7.46'])
  deepEqual([stepUsdc('1', '1.004'), stepUsdc(null, '1'), stepUsdc('1', '3.5')], ['0.00', '–', '+2.50'])
})
