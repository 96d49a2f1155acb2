/** Laws of admission: the flip of a refusal passes; one wild tick never enters. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { priceFromFloat } from '#units/price.ts'
import { epochMs } from '#units/time.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import { market } from './market.ts'

test('[DV-08] the flip of a refused stamp is a stamp that passes', () => {
  const offsets = fc.record({
    at: fc.integer({ min: 0, max: 50_000 }),
    stamp: fc.integer({ min: -20_000, max: 80_000 }),
    offset: fc.integer({ min: -9_000, max: 9_000 }),
  })
  fc.assert(
    fc.property(offsets, ({ at, stamp, offset }) => {
      const gate = bench([market])
      gate.feed(0, 'venue_links', { venue: 'v', state: 'up', clockOffsetMs: offset })
      const body = { venue: 'v', asset: 'BTC', price: priceFromFloat<'BTC', 'USDC'>(88_000, 2), venueAt: epochMs(T0 + stamp) } as const
      const refusal = only(gate.feed(at, 'raw_index', body), 'market_refusals')[0]
      if (refusal === undefined) return
      const venueAt = refusal.explanation.flip?.to
      assert.equal(typeof venueAt, 'number')
      assert.equal(only(gate.feed(at, 'raw_index', { ...body, venueAt: epochMs(Number(venueAt)) }), 'index_prices').length, 1)
    }),
  )
})

test('[F-M03] influence is bounded: one wild tick among honest ones never enters', () => {
  const walk = fc.array(fc.double({ min: -0.01, max: 0.01, noNaN: true }), { minLength: 4, maxLength: 40 })
  const wild = fc.oneof(fc.double({ min: 1.25, max: 1_000, noNaN: true }), fc.double({ min: 0.001, max: 0.75, noNaN: true }))
  fc.assert(
    fc.property(walk, wild, fc.nat(), (steps, factor, position) => {
      const gate = bench([market])
      const strike = 1 + (position % (steps.length - 1))
      let level = 88_000
      steps.forEach((step, i) => {
        level *= 1 + step
        const shown = i === strike ? level * factor : level
        const body = { venue: 'v', asset: 'BTC', price: priceFromFloat<'BTC', 'USDC'>(shown, 2), venueAt: epochMs(T0 + i * 500) } as const
        assert.equal(only(gate.feed(i * 500, 'raw_index', body), 'index_prices').length, i === strike ? 0 : 1)
      })
    }),
  )
})
