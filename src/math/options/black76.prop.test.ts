/** Laws no Black-76 price may break: put-call parity, and its place between intrinsic value and cap. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { priceBlack76 } from './black76.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const inputs = fc.record({
  forward: number(1, 2e5),
  strike: number(1, 2e5),
  years: number(0, 3),
  rate: number(-0.05, 0.1),
  ivAnnual: number(0, 4),
})

test('put-call parity: call - put = discounted (forward - strike), deltas differ by the discount', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const call = priceBlack76({ ...input, right: 'call' })
      const put = priceBlack76({ ...input, right: 'put' })
      const discount = Math.exp(-input.rate * input.years)
      const scale = Math.max(input.forward, input.strike)
      assert.ok(Math.abs(call.price - put.price - discount * (input.forward - input.strike)) <= 1e-12 * scale)
      assert.ok(Math.abs(call.delta - put.delta - discount) <= 1e-12)
    }),
  )
})

test('a price lies between its intrinsic value and its cap', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const discount = Math.exp(-input.rate * input.years)
      const { price } = priceBlack76({ ...input, right: 'put' })
      const slack = 1e-12 * Math.max(input.forward, input.strike)
      assert.ok(price >= discount * (input.strike - input.forward) - slack && price >= -slack && price <= discount * input.strike + slack)
    }),
  )
})
