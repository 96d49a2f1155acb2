/** Each kind of insane number is found wherever it stands, and sane ones are not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { money } from '#units/money.ts'
import { Price, price } from '#units/price.ts'
import { insaneNumberIn } from './sane.ts'

test('[F-M01] NaN, infinity and negative zero are found with their path', () => {
  assert.equal(insaneNumberIn({ a: [1, { b: Number.NaN }] }), '.a.1.b = NaN')
  assert.equal(insaneNumberIn({ a: Number.POSITIVE_INFINITY }), '.a = Infinity')
  assert.equal(insaneNumberIn(new Map([['k', -0]])), '.k = -0')
})

test('[F-M02] a price that is not positive is found', () => {
  assert.equal(insaneNumberIn({ bid: new Price(0n) }), '.bid = price 0')
  assert.equal(insaneNumberIn({ bid: new Price(-(10n ** 18n)) }), '.bid = price -1')
})

test('[F-M01] sane bodies pass: zero, negatives, amounts, texts, absent fields', () => {
  assert.equal(insaneNumberIn({ a: 0, b: -1, c: price('1'), d: money('-5'), e: 'NaN', f: undefined, g: null, h: [true] }), undefined)
})
