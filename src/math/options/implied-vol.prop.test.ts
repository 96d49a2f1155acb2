/**
 * Round trip price -> volatility -> price over the whole domain, and volatility -> price -> volatility as far as the price fixes it: the error may be
 * 5e-15 times the condition, price / (deviation x slope), the factor by which the last digit of the price moves the volatility.
 */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { blackShare, blackShareComplement } from './black-share.ts'
import { greeksBlack76 } from './black76-greeks.ts'
import { impliedVol } from './implied-vol.ts'
import { logMoneyness } from './log-moneyness.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const RUNS = { numRuns: 3_000 }

test('volatility -> price -> volatility within 5e-15 times the condition, |ln F/K| to 600, deviations 1e-7 to 60', () => {
  fc.assert(
    fc.property(number(-16, 2.77), number(-7, 1.78), (logX, logS) => {
      const forward = Math.exp(Math.exp(logX * Math.LN10))
      const s = Math.exp(logS * Math.LN10)
      const x = logMoneyness(forward, 1)
      const price = blackShare(x, s)
      fc.pre(price > 1e-300 && price < 1 && x > 0)
      const solved = impliedVol({ isCall: false, price, forward, strike: 1, years: 1 })
      assert.ok(solved.ok)
      const slope = Math.exp(-0.5 * (x / s - s / 2) * (x / s - s / 2)) / Math.sqrt(2 * Math.PI)
      // the price itself was rounded, and near 1 its distance to 1
      const condition = Math.max(1, price / (s * slope))
      assert.ok(Math.abs(solved.vol / s - 1) <= 5e-15 * condition, `${solved.vol} against ${s}, condition ${condition}`)
    }),
    RUNS,
  )
})

test('price -> volatility -> price for quoted options, both sides, in and out of the money', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      number(1_000, 200_000),
      number(0.2, 5),
      number(1e-4, 1 - 1e-4),
      number(1e-5, 3),
      (isCall, forward, moneyness, place, years) => {
        const strike = forward * moneyness
        const intrinsic = Math.max(0, isCall ? forward - strike : strike - forward)
        const price = intrinsic + place * ((isCall ? forward : strike) - intrinsic)
        const solved = impliedVol({ isCall, price, forward, strike, years })
        assert.ok(solved.ok)
        const again = greeksBlack76({ right: isCall ? 'call' : 'put', forward, strike, years, rate: 0, ivAnnual: solved.vol }).price
        assert.ok(Math.abs(again - price) <= 4e-15 * Math.max(forward, strike), `${again} against ${price}`)
      },
    ),
    RUNS,
  )
})

test('a dearer option has a higher volatility; put and call of one strike have the same', () => {
  fc.assert(
    fc.property(number(0.5, 2), number(0.01, 0.9), number(1e-9, 0.05), (strike, place, more) => {
      const price = place * Math.min(1, strike)
      const isCall = strike > 1
      const low = impliedVol({ isCall, price, forward: 1, strike, years: 1 })
      const high = impliedVol({ isCall, price: price + more * (Math.min(1, strike) - price), forward: 1, strike, years: 1 })
      const other = impliedVol({ isCall: !isCall, price: price + Math.abs(1 - strike), forward: 1, strike, years: 1 })
      assert.ok(low.ok && high.ok && other.ok)
      assert.ok(high.vol > low.vol)
      assert.ok(Math.abs(other.vol - low.vol) <= 1e-13 * low.vol * Math.max(1, 0.1 / place))
    }),
  )
})

test('the share and its complement add up to one', () => {
  fc.assert(
    fc.property(number(0, 50), number(1e-3, 60), (x, s) => {
      assert.ok(Math.abs(blackShare(x, s) + blackShareComplement(x, s) - 1) <= 1e-15)
    }),
    RUNS,
  )
})
