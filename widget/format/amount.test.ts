/** What money looks like in the widget: exact digits, grouped; and what a person types, read without a float. */
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { btc, compare, fractionOf, percent, plain, signed, typed, usdc, usdcNamed } from './amount.ts'

const spaced = (text: string): string => text.replaceAll('\u00a0', ' ')

test('[UI-01] amounts are exact, grouped, with a true minus, half-even at the cent', () => {
  const rows = [
    ['0', '0.00'],
    ['78412.345', '78,412.34'],
    ['78412.355', '78,412.36'],
    ['-1234567.891', '−1,234,567.89'],
    ['-0.001', '0.00'],
    ['9007199254740993.01', '9,007,199,254,740,993.01'],
  ]
  deepEqual(
    rows.map(([text = '']) => usdc(text)),
    rows.map(([, shown]) => shown),
  )
})

test('[UI-01] the unknown is a dash, never zero', () => {
  deepEqual([usdc(null), usdcNamed(undefined), btc(null), percent(undefined), usdc('NaN'), usdc('1e5'), usdc('')], Array(7).fill('–'))
})

test('[UI-01] units stand beside their amounts, gains have their plus', () => {
  deepEqual(
    [usdcNamed('84.63'), btc('0.50'), btc('12000'), percent('0.1'), percent('0.9999'), signed('2'), signed('-2'), signed('0.001')].map(
      spaced,
    ),
    ['84.63 USDC', '0.5 BTC', '12,000 BTC', '10 %', '99.99 %', '+2.00', '−2.00', '0.00'],
  )
})

test('[UI-01] what a gate saw is grouped where it is a number and stays where it is a word', () => {
  deepEqual([plain('12345.678'), plain(50), plain('>= 1'), plain(true), plain(null)], ['12,345.678', '50', '>= 1', 'yes', ''])
})

test('[UI-01] what is typed is read as a plain decimal or not at all', () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['0.5', '0.5'],
    [' 1,000.50 ', '1000.5'],
    ['0,5', '0.5'],
    ['.5', '0.5'],
    ['7.5 %', '7.5'],
    ['1.2.3', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['ten', undefined],
    ['', undefined],
    ['0.3000000000000000001', undefined],
  ]
  deepEqual(
    rows.map(([text]) => typed(text)),
    rows.map(([, read]) => read),
  )
})

test('[UI-01] comparisons and shares are exact beyond the floats', () => {
  deepEqual(
    [compare('9007199254740993', '9007199254740992'), compare('1', '1.0'), compare('x', '1'), fractionOf('7.5')],
    [1, 0, 0, '0.075'],
  )
})
