/** Laws of prices and greeks over random input: parity, monotonicity, each greek against the finite difference it stands for. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { greeksBlackScholes } from './black-scholes.ts'
import { greeksBlack76Batch, priceBlack76Batch } from './black76-batch.ts'
import { greeksBlack76 } from './black76-greeks.ts'
import { priceBlack76 } from './black76.ts'
import { quoteInverse } from './inverse.ts'
import type { Greeks } from './vanilla.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const RIGHT = fc.constantFrom('call' as const, 'put' as const)
const SPOT = fc.record({
  right: RIGHT,
  spot: number(500, 1_500),
  strike: number(500, 1_500),
  years: number(0.02, 2),
  rate: number(-0.05, 0.1),
  dividendYield: number(-0.05, 0.1),
  ivAnnual: number(0.2, 1.5),
})
const FORWARD = fc.record({
  right: RIGHT,
  forward: number(500, 1_500),
  strike: number(500, 1_500),
  years: number(0.02, 2),
  rate: number(-0.05, 0.1),
  ivAnnual: number(0.2, 1.5),
})

/** Central difference of `value` as `field` moves by a step of `h`. */
function slope<T extends { readonly [field in F]: number }, F extends string>(
  input: T,
  field: F,
  h: number,
  value: (at: T) => number,
): number {
  return (value({ ...input, [field]: input[field] + h }) - value({ ...input, [field]: input[field] - h })) / (2 * h)
}
function near(name: string, got: number, expected: number, relative: number, absolute: number): void {
  assert.ok(Math.abs(got - expected) <= relative * Math.abs(expected) + absolute, `${name}: ${got} against ${expected}`)
}

test('Black-Scholes greeks are the slopes of its price', () => {
  fc.assert(
    fc.property(SPOT, (input) => {
      const greeks = greeksBlackScholes(input)
      const price = (at: typeof input) => greeksBlackScholes(at).price
      near('delta', greeks.delta, slope(input, 'spot', 0.05, price), 1e-5, 1e-6)
      near(
        'gamma',
        greeks.gamma,
        slope(input, 'spot', 0.05, (at) => greeksBlackScholes(at).delta),
        1e-4,
        1e-7,
      )
      near('vega', greeks.vega, slope(input, 'ivAnnual', 1e-5, price), 1e-5, 1e-4)
      near('theta', -greeks.theta, slope(input, 'years', 1e-6, price), 1e-5, 1e-3)
      near('rho', greeks.rho, slope(input, 'rate', 1e-5, price), 1e-5, 1e-4)
      near('dividend rho', greeks.dividendRho, slope(input, 'dividendYield', 1e-5, price), 1e-5, 1e-4)
      near(
        'vanna',
        greeks.vanna,
        slope(input, 'ivAnnual', 1e-5, (at) => greeksBlackScholes(at).delta),
        1e-5,
        1e-6,
      )
      near(
        'volga',
        greeks.volga,
        slope(input, 'ivAnnual', 1e-5, (at) => greeksBlackScholes(at).vega),
        1e-5,
        1e-3,
      )
    }),
  )
})

test('Black-76 greeks are the slopes of its price, and those of Black-Scholes on the forward', () => {
  fc.assert(
    fc.property(FORWARD, (input) => {
      const greeks = greeksBlack76(input)
      const price = (at: typeof input) => greeksBlack76(at).price
      near('delta', greeks.delta, slope(input, 'forward', 0.05, price), 1e-5, 1e-6)
      near('theta', -greeks.theta, slope(input, 'years', 1e-6, price), 1e-5, 1e-3)
      near('rho', greeks.rho, slope(input, 'rate', 1e-5, price), 1e-5, 1e-4)
      near(
        'volga',
        greeks.volga,
        slope(input, 'ivAnnual', 1e-5, (at) => greeksBlack76(at).vega),
        1e-5,
        1e-3,
      )
      const { forward: spot, rate, ...rest } = input
      const onSpot = greeksBlackScholes({ ...rest, spot, rate, dividendYield: rate })
      for (const field of ['price', 'delta', 'gamma', 'vega', 'theta', 'vanna', 'volga'] as const)
        near(field, greeks[field], onSpot[field], 1e-9, 1e-10)
    }),
  )
})

test('put-call parity of price and of each greek, and of coin prices', () => {
  fc.assert(
    fc.property(FORWARD, (input) => {
      const call = greeksBlack76({ ...input, right: 'call' })
      const put = greeksBlack76({ ...input, right: 'put' })
      const discount = Math.exp(-input.rate * input.years)
      near('price', call.price - put.price, discount * (input.forward - input.strike), 1e-13, 1e-12)
      near('delta', call.delta - put.delta, discount, 1e-15, 0)
      for (const field of ['gamma', 'vega', 'vanna', 'volga'] as const) assert.equal(call[field], put[field])
      const coin = quoteInverse({ ...input, right: 'call' }).priceCoin - quoteInverse({ ...input, right: 'put' }).priceCoin
      near('coin', coin, 1 - input.strike / input.forward, 1e-13, 1e-15)
    }),
  )
})

/** Where prices end: out of the money they are a few hundred, or a few, of the smallest doubles. */
const LAST = fc.record({
  right: RIGHT,
  forward: number(500, 520),
  strike: number(1_380, 1_500),
  years: number(0.02, 0.0206),
  rate: number(-0.05, 0.1),
  ivAnnual: number(0.2, 0.204),
})
const swapped = LAST.map((input) => ({ ...input, forward: input.strike, strike: input.forward }))

test('a price rises with volatility, a call with the forward, a put with the strike, by as much as a double can show', () => {
  fc.assert(
    fc.property(fc.oneof(FORWARD, LAST, swapped), number(1e-6, 0.5), (input, more) => {
      const at = (change: Partial<typeof input>) => greeksBlack76({ ...input, ...change })
      const [before, call, put] = [at({}), at({ right: 'call' }), at({ right: 'put' })]
      const { forward, strike } = input
      const [higher, dearer] = [forward * (1 + more), strike * (1 + more)]
      const discount = Math.exp(-input.rate * input.years)
      const rises = [
        [before.price, at({ ivAnnual: input.ivAnnual + more }).price, before.vega * more, Math.min(forward, strike)],
        [call.price, at({ right: 'call', forward: higher }).price, call.delta * forward * more, Math.min(higher, strike)],
        [put.price, at({ right: 'put', strike: dearer }).price, put.price * more, Math.min(forward, dearer)],
      ] as const
      for (const [low, high, rise, scale] of rises) {
        assert.ok(high >= low - 4e-16 * low, `${high} after ${low}`)
        // a price is a share of min(F, K), discounted, and a share goes in steps of the smallest double: a rise must be worth one
        const step = discount * scale * Number.MIN_VALUE
        if (rise > 1e-14 * low && rise > step) assert.ok(high > low, `${high} after ${low}, a rise of ${rise} expected`)
      }
    }),
    { numRuns: 300 },
  )
})

test('premium-adjusted delta is F times the slope of the coin price', () => {
  fc.assert(
    fc.property(FORWARD, (input) => {
      const quote = quoteInverse(input)
      near(
        'delta',
        quote.deltaPremiumAdjusted,
        input.forward * slope(input, 'forward', 0.05, (at) => quoteInverse(at).priceCoin),
        1e-5,
        1e-6,
      )
    }),
  )
})

test('the price agrees with the textbook difference of two distributions', () => {
  fc.assert(
    fc.property(FORWARD, (input) => {
      const { price, delta } = priceBlack76(input)
      const greeks = greeksBlack76(input)
      near('price', greeks.price, price, 1e-13, 1e-12)
      near('delta', greeks.delta, delta, 1e-13, 1e-15)
    }),
  )
})

const WIDE = fc.record({
  right: RIGHT,
  forward: number(1e-3, 1e6),
  strike: number(1e-3, 1e6),
  years: fc.oneof(fc.constant(0), number(1e-9, 30)),
  rate: number(-0.1, 0.3),
  ivAnnual: fc.oneof(fc.constant(0), number(1e-6, 12)),
})

test('a batch agrees with single options in every greek, edges included', () => {
  fc.assert(
    fc.property(fc.array(WIDE, { minLength: 1, maxLength: 300 }), (options) => {
      const arrayOf = (field: 'forward' | 'strike' | 'years' | 'rate' | 'ivAnnual') => Float64Array.from(options, (option) => option[field])
      const batch = {
        isCall: Uint8Array.from(options, ({ right }) => Number(right === 'call')),
        forward: arrayOf('forward'),
        strike: arrayOf('strike'),
        years: arrayOf('years'),
        rate: arrayOf('rate'),
        ivAnnual: arrayOf('ivAnnual'),
      }
      const array = () => new Float64Array(options.length)
      const first = { price: array(), delta: array(), gamma: array(), vega: array() }
      const out = { ...first, theta: array(), rho: array(), vanna: array(), volga: array() }
      const prices = array()
      greeksBlack76Batch(batch, out)
      priceBlack76Batch(batch, prices)
      assert.deepEqual(prices, out.price)
      for (const [i, option] of options.entries()) {
        const expected = greeksBlack76(option)
        // what the exponentials' own rounding does to the smaller leg, relative to the whole
        const scale: Greeks = { ...expected, price: Math.max(expected.price, 1e-6 * option.strike), delta: 1 }
        for (const field of Object.keys(out) as (keyof Greeks)[]) {
          const [got = Number.NaN, want] = [out[field][i], expected[field]]
          assert.ok(
            Object.is(got, want) || Math.abs(got - want) <= 1e-13 * Math.abs(scale[field]) + 1e-300,
            `${field}: ${got} against ${want}`,
          )
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('a batch gives NaN in every field for what is no option', () => {
  const one = (value: number) => Float64Array.of(value)
  for (const bad of [
    { forward: one(0) },
    { strike: one(-1) },
    { years: one(-1) },
    { ivAnnual: one(Number.NaN) },
    { forward: one(Number.NaN) },
  ]) {
    const batch = { isCall: Uint8Array.of(1), forward: one(1), strike: one(1), years: one(1), rate: one(0), ivAnnual: one(1), ...bad }
    const price = one(7)
    priceBlack76Batch(batch, price)
    assert.deepEqual(price, one(Number.NaN))
  }
})
