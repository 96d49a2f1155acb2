/** Strikes by delta and the skew quoted from them. */
import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { priceBlack76 } from './black76.ts'
import { volAt } from './smile-arbitrage.ts'
import type { SmileModel } from './smile-arbitrage.ts'
import { quarterDelta, skew25 } from './smile-delta.ts'

const RANGE = { low: -1.5, high: 1.5 }
function modelOf(nu: number, rho: number, years = 30 / 365): SmileModel {
  return { forward: 90_000, years, sabr: { alpha: 0.5, beta: 1, nu, rho } }
}

test('[AN-03] the strike found has a forward delta of 25 %', () => {
  for (const model of [modelOf(2, -0.4), modelOf(0, 0), modelOf(12, 0.3, 1 / 365), modelOf(1, -0.7, 1)]) {
    for (const side of [1, -1] as const) {
      const k = quarterDelta(model, RANGE, side)
      assert.ok(k !== undefined)
      const { forward, years } = model
      const strike = forward * Math.exp(k)
      const { delta } = priceBlack76({ right: side === 1 ? 'call' : 'put', forward, strike, years, rate: 0, ivAnnual: volAt(model, k) })
      assert.ok(Math.abs(delta - side * 0.25) < 1e-12, `delta ${delta}`)
    }
  }
})

test('[AN-03] risk reversal has the sign of rho, butterfly grows with the vol of vol, both are 0 on a flat smile', () => {
  const skew = (nu: number, rho: number) => {
    const found = skew25(modelOf(nu, rho), RANGE)
    assert.ok(found !== undefined)
    return found
  }
  assert.ok(skew(2, -0.4).riskReversal25 < 0 && skew(2, 0.4).riskReversal25 > 0)
  assert.ok(skew(3, 0).butterfly25 > skew(1, 0).butterfly25 && skew(1, 0).butterfly25 > 0)
  const flat = skew(0, 0)
  assert.ok(Math.abs(flat.riskReversal25) < 1e-12 && Math.abs(flat.butterfly25) < 1e-12)
})

test('[AN-03] a range that ends before 25 delta gives no skew', () => {
  assert.equal(skew25(modelOf(2, -0.4), { low: -0.01, high: 1 }), undefined)
  assert.equal(skew25(modelOf(2, -0.4), { low: -1, high: 0.01 }), undefined)
})
