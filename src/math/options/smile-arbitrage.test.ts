/** Density of a smile: against second differences of the option price, sound where it must be, found where Hagan's expansion breaks. */
import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { priceBlack76 } from './black76.ts'
import { findNegativeDensity, smileDensity, soundReach, volAt } from './smile-arbitrage.ts'
import type { SmileModel } from './smile-arbitrage.ts'

const SOUND: SmileModel = { forward: 90_000, years: 30 / 365, sabr: { alpha: 0.5, beta: 1, nu: 2, rho: -0.3 } }
/** Long-dated with a vol of vol that the expansion does not bear: its left wing climbs too fast. */
const BROKEN: SmileModel = { forward: 90_000, years: 2, sabr: { alpha: 0.6, beta: 1, nu: 2.5, rho: -0.6 } }

/** d2C/dK2 K^2, from prices alone. */
function densityByPrices(model: SmileModel, k: number): number {
  const { forward, years } = model
  const step = 1e-3
  const call = (at: number) =>
    priceBlack76({ right: 'call', forward, strike: forward * Math.exp(at), years, rate: 0, ivAnnual: volAt(model, at) }).price
  const [down, mid, up] = [call(k - step), call(k), call(k + step)]
  return ((up - 2 * mid + down) / (step * step) - (up - down) / (2 * step)) / (forward * Math.exp(k))
}

test('[AN-03] g has the sign and the shape of the second derivative of the price', () => {
  for (const model of [SOUND, BROKEN]) {
    for (const k of [-1.5, -0.8, -0.3, -0.1, 0, 0.1, 0.3, 0.6]) {
      const deviation = volAt(model, k) * Math.sqrt(model.years)
      const d2 = -k / deviation - deviation / 2
      const factor = Math.exp(-d2 * d2 * 0.5) / Math.sqrt(2 * Math.PI) / deviation
      const byPrices = densityByPrices(model, k)
      const g = smileDensity(model, k) * factor
      assert.ok(Math.abs(g - byPrices) <= 1e-4 * (Math.abs(byPrices) + factor), `k ${k}: ${g}, by prices ${byPrices}`)
    }
  }
})

test('[AN-03] without smile the density is the normal one: g is 1 everywhere', () => {
  const flat: SmileModel = { ...SOUND, sabr: { alpha: 0.5, beta: 1, nu: 0, rho: 0 } }
  for (const k of [-2, -0.1, 0, 0.4]) assert.ok(Math.abs(smileDensity(flat, k) - 1) < 1e-6)
})

test('[AN-03] a sound smile passes, the broken one is refused at the first strike where a butterfly is free', () => {
  assert.equal(findNegativeDensity(SOUND, { low: -0.4, high: 0.4 }), undefined)
  const fault = findNegativeDensity(BROKEN, { low: -3, high: 1 })
  assert.ok(fault !== undefined && fault.density < 0)
  assert.ok(densityByPrices(BROKEN, fault.logMoneyness) < 0, 'prices agree')
  assert.equal(findNegativeDensity(BROKEN, { low: -0.05, high: 0.1 }), undefined, 'near the money it is sound')
})

test('[AN-03] a smile without a vol is a fault, not a pass', () => {
  const absurd: SmileModel = { forward: 1, years: 30, sabr: { alpha: 0.5, beta: 1, nu: 3, rho: -0.99 } }
  assert.ok(volAt(absurd, 0) <= 0, 'the expansion gives no vol here')
  assert.ok(Number.isNaN(findNegativeDensity(absurd, { low: -0.1, high: 0.1 })?.density))
})

test('[AN-03] the reach ends before the first node that fails', () => {
  assert.equal(soundReach(SOUND, 0, 0.4), 0.4)
  const reach = soundReach(BROKEN, 0, -3, 301)
  assert.ok(reach < 0 && reach > -3)
  assert.ok(smileDensity(BROKEN, reach) >= -1e-6 && smileDensity(BROKEN, reach - 0.01) < 0)
})
