/** Edges of Black-76: no time, no volatility, no option; and delta as the slope of the price. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { priceBlack76 } from './black76.ts'

const at = { forward: 100, strike: 90, years: 0.25, rate: 0.02, ivAnnual: 0.6 } as const

test('without time or without volatility an option is worth its discounted intrinsic value', () => {
  assert.deepEqual(priceBlack76({ ...at, right: 'call', years: 0 }), { price: 10, delta: 1 })
  assert.deepEqual(priceBlack76({ ...at, right: 'put', years: 0 }), { price: 0, delta: 0 })
  assert.deepEqual(priceBlack76({ ...at, right: 'put', years: 0, strike: 110 }), { price: 10, delta: -1 })
  assert.deepEqual(priceBlack76({ ...at, right: 'put', years: 0, strike: 100 }), { price: 0, delta: -0.5 })
  assert.equal(priceBlack76({ ...at, right: 'call', ivAnnual: 0 }).price, 10 * Math.exp(-0.005))
})

test('delta is the slope of the price in the forward', () => {
  for (const right of ['put', 'call'] as const) {
    const up = priceBlack76({ ...at, right, forward: 100.001 }).price
    const down = priceBlack76({ ...at, right, forward: 99.999 }).price
    assert.ok(Math.abs((up - down) / 0.002 - priceBlack76({ ...at, right }).delta) < 1e-7)
  }
})

test('input that is no option is a bug, NaN included', () => {
  for (const bad of [{ forward: 0 }, { strike: -1 }, { years: -0.1 }, { ivAnnual: Number.NaN }, { forward: Number.NaN }]) {
    assert.throws(() => priceBlack76({ ...at, right: 'put', ...bad }), /positive|not negative/)
  }
})

test('[F-M01] the delta of a put far out of the money is zero, not negative zero, which JSON cannot say', () => {
  const { delta } = priceBlack76({ right: 'put', forward: 90_000, strike: 1_000, years: 0.001, rate: 0, ivAnnual: 0.3 })
  assert.ok(Object.is(delta, 0))
})
