/** Bounds of implied volatility at, just under and just over; one row per refusal; the ends of the domain; the batch says the same. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { impliedVolBatch, refusalOfCode } from './implied-vol-batch.ts'
import { IMPLIED_VOL_REFUSALS, impliedVol } from './implied-vol.ts'
import type { ImpliedVolInput } from './implied-vol.ts'

const put: ImpliedVolInput = { isCall: false, price: 2_500, forward: 65_000, strike: 63_000, years: 0.1 }
const ROWS: readonly (readonly [string, Partial<ImpliedVolInput>, number, number])[] = [
  ['not_finite', { price: Number.NaN }, Number.NaN, Number.MAX_VALUE],
  ['not_finite', { forward: Infinity }, Infinity, Number.MAX_VALUE],
  ['not_finite', { years: Infinity }, Infinity, Number.MAX_VALUE],
  ['forward_not_positive', { forward: 0 }, 0, 0],
  ['strike_not_positive', { strike: -1 }, -1, 0],
  ['years_not_positive', { years: 0 }, 0, 0],
  ['negative_price', { price: -1e-12 }, -1e-12, 0],
  ['below_intrinsic', { strike: 70_000, price: 4_999.999 }, 4_999.999, 5_000],
  ['below_intrinsic', { isCall: true, strike: 60_000, price: 4_999.999_999_999 }, 4_999.999_999_999, 5_000],
  ['above_maximum', { price: 63_000 }, 63_000, 63_000],
  ['above_maximum', { isCall: true, price: 65_000.01 }, 65_000.01, 65_000],
]

test('[F-M13] what has no volatility is refused with the reason, what was seen and the limit', () => {
  for (const [reason, change, seen, limit] of ROWS) {
    assert.deepEqual(impliedVol({ ...put, ...change }), { ok: false, reason, seen, limit }, reason)
  }
  assert.deepEqual(new Set(ROWS.map(([reason]) => reason)), new Set(IMPLIED_VOL_REFUSALS))
})

test('at the bounds: intrinsic value is volatility 0, one unit more and one unit less than the maximum are solved', () => {
  assert.deepEqual(impliedVol({ ...put, strike: 70_000, price: 5_000 }), { ok: true, vol: 0 })
  for (const price of [5_000 + 2 ** -40, 70_000 - 2 ** -36]) {
    const solved = impliedVol({ ...put, strike: 70_000, price })
    assert.ok(solved.ok && solved.vol > 0.01 && solved.vol < 60, JSON.stringify(solved))
  }
})

/** Forward, strike, put price, volatility for one year: roots of 80 digits where doubles end. */
const EXTREMES: readonly (readonly [number, number, number, number])[] = [
  [8.142502036481062e285, 6.81325117924731e-298, 6.810583732871636e-298, 55.30596013398363],
  [1.0209197731302683e297, 3.5539970803229713e-298, 2.129672361892189e-304, 47.70897947890456],
  [65_000, 63_000, 5e-324, 0.0008122779254495501],
  [65_000, 63_000, 1e-310, 0.0008295933670023491],
  [65_000, 64_999.99, 1e-300, 4.188904419322505e-9],
  [65_000, 64_999.99, 0.001, 1.6412564204855613e-7],
  [65_000, 65_000, 64_999.999, 11.314436333969795],
]

test('the smallest price, the widest moneyness and the smallest deviation have their volatility, to 5e-15', (t) => {
  let worst = 0
  for (const [forward, strike, price, expected] of EXTREMES) {
    const solved = impliedVol({ isCall: false, price, forward, strike, years: 1 })
    assert.ok(solved.ok)
    const off = Math.abs(solved.vol / expected - 1)
    assert.ok(off <= 5e-15, `${forward} ${strike} ${price}: ${solved.vol} against ${expected}`)
    worst = Math.max(worst, off)
  }
  t.diagnostic(`worst ${worst.toExponential(1)}`)
  const short = impliedVol({ isCall: true, price: 1e-6, forward: 65_000, strike: 65_000, years: 1e-9 })
  assert.ok(short.ok)
  assert.ok(Math.abs(short.vol - (1e-6 / 65_000) * Math.sqrt((2 * Math.PI) / 1e-9)) < 1e-15)
})

test('a batch of any length gives the bits of the single call, and NaN with the reason for what is refused', () => {
  const inputs = Array.from({ length: 700 }, (_, i): ImpliedVolInput => {
    const strike = 20_000 + 150 * i
    return { ...put, isCall: i % 3 === 0, strike, price: Math.max(0, i % 3 === 0 ? 65_000 - strike : strike - 65_000) + (i % 7) * 20 - 5 }
  })
  const arrayOf = (field: 'price' | 'forward' | 'strike' | 'years') => Float64Array.from(inputs, (input) => input[field])
  const isCall = Uint8Array.from(inputs, (input) => Number(input.isCall))
  const out = { vol: new Float64Array(700), reason: new Uint8Array(700) }
  const quoted = { isCall, price: arrayOf('price'), forward: arrayOf('forward'), strike: arrayOf('strike'), years: arrayOf('years') }
  const solved = impliedVolBatch(quoted, out)
  const single = inputs.map((input) => impliedVol(input))
  assert.equal(solved, single.filter(({ ok }) => ok).length)
  assert.ok(solved > 500 && solved < 700)
  for (const [i, expected] of single.entries()) {
    const reason = refusalOfCode(out.reason[i] ?? -1)
    assert.deepEqual(expected.ok ? [expected.vol, undefined] : [Number.NaN, expected.reason], [out.vol[i], reason])
  }
  assert.throws(() => impliedVolBatch({ ...quoted, years: new Float64Array(3) }, out), /one length/)
})
