/** The surface component: when it fits, what it costs a quote, what it leaves out and says, per venue, and through a snapshot. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { decodeState, encodeState } from '#engine/state-codec.ts'
import { timers } from '#engine/timers.ts'
import type { VolSurface } from '#topics/analysis.ts'
import type { OptionQuote } from '#topics/market.ts'
import { price } from '#units/price.ts'
import { epochMs } from '#units/time.ts'
import { surface } from './surface.ts'
import { chainQuotes, expiryIn } from './volatility.fixture.ts'

function tick(host: Bench, offsetMs: number, name = 'analysis/surface'): readonly VolSurface[] {
  return only(host.feed(offsetMs, 'clock_tick', { name, dueAt: epochMs(T0 + offsetMs) }), 'vol_surface')
}
function quote(host: Bench, offsetMs: number, quotes: readonly OptionQuote[], topic: 'option_quotes' | 'pricing_quotes' = 'option_quotes') {
  return quotes.flatMap((body) => only(host.feed(offsetMs, topic, body, body.instrument), 'timer_requests'))
}

test('[AN-03] a chain in pieces is fitted once, a moment after its first piece', () => {
  const host = bench([timers, surface])
  const asked = quote(host, 500, chainQuotes({ offsetMs: 500 }))
  assert.deepEqual(asked, [{ name: 'analysis/surface', at: T0 + 1_500 }])
  assert.deepEqual(tick(host, 1_000, 'minute'), [], 'not due')
  const [fitted, ...more] = tick(host, 1_500)
  assert.ok(fitted !== undefined && more.length === 0)
  assert.deepEqual(
    fitted.slices.map(({ expiry }) => expiry),
    [1, 8, 29, 57].map(expiryIn),
  )
  const { venue, pricingOnly, fittedAt, observedAt, maxAgeMs, refused, quoteFaults } = fitted
  assert.deepEqual(
    { venue, pricingOnly, fittedAt, observedAt, maxAgeMs, refused, quoteFaults },
    { venue: 'deribit', pricingOnly: false, fittedAt: T0 + 1_500, observedAt: T0 + 500, maxAgeMs: 120_000, refused: [], quoteFaults: {} },
  )
  for (const { atmVol, rmse } of fitted.slices) assert.ok(Math.abs(atmVol - 0.56) < 0.02 && rmse < 1e-3)
})

test('[AN-03] no new data, no new fit; new data, not sooner than refitEveryMs', () => {
  const host = bench([timers, surface])
  quote(host, 0, chainQuotes())
  assert.equal(tick(host, 1_000).length, 1)
  assert.deepEqual(tick(host, 10_000, 'minute'), [])
  const asked = quote(host, 20_000, chainQuotes({ offsetMs: 20_000 }).slice(0, 3))
  assert.deepEqual(asked, [{ name: 'analysis/surface', at: T0 + 61_000 }])
  assert.equal(tick(host, 61_000).length, 1)
})

test('[AN-03] a fit that is overdue is made at the next tick, whatever its name', () => {
  const host = bench([timers, surface])
  quote(host, 0, chainQuotes())
  assert.equal(tick(host, 60_000, 'minute').length, 1)
})

test('[F-M13] crossed and under-intrinsic quotes are counted by their fault and not fitted; their strikes are read from the other option', () => {
  const host = bench([timers, surface])
  const quotes = chainQuotes()
  const strikes = [
    ...new Set(
      quotes.filter(({ instrument }) => instrument.includes('-6FEB26-')).map(({ instrument }) => Number(instrument.split('-')[2])),
    ),
  ]
  const [low, high] = [strikes[0] ?? 0, strikes.at(-1) ?? 0]
  const broken = quotes.map((body) => {
    if (body.instrument === `BTC-6FEB26-${low}-P`) return { ...body, bid: body.ask, ask: body.bid }
    if (body.instrument === `BTC-6FEB26-${high}-P`)
      return { ...body, ask: price<'BTC', 'BTC'>('0.001'), bid: price<'BTC', 'BTC'>('0.0005') }
    if (body.instrument === `BTC-6FEB26-${high}-C`) return { ...body, bid: undefined }
    return body
  })
  quote(host, 0, broken)
  const [fitted] = tick(host, 1_000)
  assert.deepEqual(fitted?.quoteFaults, { crossed: 1, no_bid: 1, ask_below_intrinsic: 1 })
  assert.equal(fitted?.slices[1]?.strikes, strikes.length - 1)
})

test('[AN-03] a calendar that crosses loses the expiry, with gate, code, place and cause', () => {
  const host = bench([timers, surface])
  quote(host, 0, [...chainQuotes({ days: [29], alpha: 0.7 }), ...chainQuotes({ days: [36], alpha: 0.45, halfSpreadVol: 0.02 })])
  const events = host.feed(1_000, 'clock_tick', { name: 'analysis/surface', dueAt: epochMs(T0 + 1_000) })
  const [fitted] = only(events, 'vol_surface')
  assert.equal(fitted?.slices.length, 1)
  const [left] = fitted?.refused ?? []
  assert.equal(left?.explanation.gate, 'vol-surface')
  assert.equal(left?.explanation.code, 'calendar_arbitrage')
  assert.match(left?.explanation.field ?? '', /^variance at \d+$/)
  assert.ok(Number(left?.explanation.seen) > Number(left?.explanation.limit))
  assert.equal(left?.explanation.cause, events[0]?.cause)
})

test('[AN-03] stale and expired quotes take no part and are forgotten', () => {
  const host = bench([timers, surface])
  quote(host, 0, chainQuotes({ days: [8] }))
  quote(host, 50_000, chainQuotes({ days: [29], offsetMs: 50_000 }))
  const [fitted] = tick(host, 70_000, 'minute')
  assert.deepEqual(
    fitted?.slices.map(({ expiry }) => expiry),
    [expiryIn(29)],
  )
  assert.deepEqual(fitted?.quoteFaults, { stale: 34 })
  assert.equal(host.engine.stateOf(surface).chains.get('deribit')?.quotes.size, 34)
})

test('[AN-03] nothing fresh at all is a surface that says so, without a slice', () => {
  const host = bench([timers, surface])
  quote(host, 0, chainQuotes({ days: [8] }))
  const [fitted] = tick(host, 300_000, 'minute')
  assert.deepEqual([fitted?.slices, fitted?.quoteFaults], [[], { stale: 34 }])
})

test('[AN-03] every venue has its own surface; one that only prices is marked', () => {
  const host = bench([timers, surface])
  quote(host, 0, chainQuotes({ days: [8] }))
  quote(host, 0, chainQuotes({ days: [8], venue: 'bybit', alpha: 0.7 }), 'pricing_quotes')
  assert.deepEqual(
    tick(host, 1_000).map(({ venue, pricingOnly, slices }) => [venue, pricingOnly, Math.round((slices[0]?.atmVol ?? 0) * 10)]),
    [
      ['deribit', false, 6],
      ['bybit', true, 7],
    ],
  )
})

test('[AN-03] an hour before its expiry an option says no more of volatility', () => {
  const host = bench([timers, surface], { 'analysis/surface': { tenorMinMs: 33 * 3_600_000 } })
  quote(host, 0, chainQuotes({ days: [1, 8] }))
  assert.deepEqual(
    tick(host, 1_000)[0]?.slices.map(({ expiry }) => expiry),
    [expiryIn(8)],
  )
})

test('[AN-03] the state goes through a snapshot', () => {
  const host = bench([timers, surface])
  quote(host, 0, chainQuotes({ days: [8] }))
  tick(host, 1_000)
  const state = host.engine.stateOf(surface)
  assert.deepEqual(decodeState(encodeState(state)), state)
})
