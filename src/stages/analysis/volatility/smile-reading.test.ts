/** One expiry as a screen reads it: the vols the chain was made from, the other option of a strike where one is no use, and a chain left as it was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { T0 } from '#engine/harness.fixture.ts'
import { sabrVol } from '#math/options/sabr.ts'
import { buildSurface, SURFACE_RULES } from '#math/options/surface.ts'
import type { OptionQuote } from '#topics/market.ts'
import { epochMs } from '#units/time.ts'
import { takeFresh } from './chain.ts'
import type { Chain } from './chain.ts'
import { curveOf, smileNow } from './smile-reading.ts'
import { chainQuotes, expiryIn, FORWARD } from './volatility.fixture.ts'

const DAYS = 8
const EXPIRY = expiryIn(DAYS)
const HOUR_MS = 3_600_000

function chainOf(quotes: readonly OptionQuote[]): Chain {
  return { pricingOnly: false, quotes: new Map(quotes.map((quote) => [quote.instrument, quote])), isNew: true }
}
function fitted(quotes: readonly OptionQuote[]) {
  return buildSurface(takeFresh(chainOf(quotes), epochMs(T0), HOUR_MS).expiries, SURFACE_RULES).slices.find(
    ({ expiry }) => expiry === EXPIRY,
  )
}

test('[AN-03] bid and ask vol stand a half spread to each side of the smile the chain was made from; the curve runs between them', () => {
  const quotes = chainQuotes({ halfSpreadVol: 0.01 })
  const slice = fitted(quotes)
  const now = smileNow(chainOf(quotes), { expiry: EXPIRY, at: epochMs(T0), slice })
  assert.ok(slice !== undefined && now !== undefined)
  assert.deepEqual([now.forward, now.quotes.length], [FORWARD, 17])
  for (const { strike, bidVol, askVol, modelVol, fault, isCall } of now.quotes) {
    const vol = sabrVol(
      { forward: FORWARD, strike, years: now.years },
      { alpha: 0.55, beta: 1, nu: 0.55 / Math.sqrt(now.years), rho: -0.25 },
    )
    assert.equal(fault, undefined)
    assert.ok(Math.abs((bidVol ?? 0) - vol + 0.01) < 1e-6 && Math.abs((askVol ?? 0) - vol - 0.01) < 1e-6, `${strike}`)
    assert.ok(Math.abs((modelVol ?? 0) - vol) < 1e-3, `${strike}`)
    assert.equal(isCall, strike >= FORWARD, 'of the option out of the money')
  }
  const curve = curveOf(slice, 61)
  assert.deepEqual([curve.length, curve[0]?.logMoneyness, curve.at(-1)?.logMoneyness], [61, slice.low, slice.high])
  assert.ok(curve.some(({ isBeyond }) => isBeyond) && curve.some(({ isBeyond }) => !isBeyond))
})

test('[AN-03] [F-M13] a strike whose nearer option states no vol is read from the other; where neither does, the reason stands there', () => {
  const silent = (quote: OptionQuote): OptionQuote => ({ ...quote, bid: undefined })
  const quotes = chainQuotes({ days: [DAYS] })
  const [low, high] = [quotes[0], quotes.at(-1)].map((quote) => Number(/-(\d+)-[CP]$/.exec(quote?.instrument ?? '')?.[1]))
  const changed = quotes.map((quote) => {
    const isLow = quote.instrument.includes(`-${low}-`)
    return isLow || quote.instrument.endsWith(`-${high}-C`) ? silent(quote) : quote
  })
  const now = smileNow(chainOf(changed), { expiry: EXPIRY, at: epochMs(T0), slice: undefined })
  const [first, last] = [now?.quotes[0], now?.quotes.at(-1)]
  assert.deepEqual([first?.strike, first?.fault, first?.bidVol], [low, 'no_bid', undefined])
  assert.deepEqual([last?.strike, last?.fault, last?.isCall], [high, undefined, false], 'the put in the money has it')
  assert.equal(first?.modelVol, undefined, 'no smile, no vol of it')
})

test('[AN-03] what is stale is shown as stale, and nothing leaves the chain, unlike for the fit', () => {
  const quotes = chainQuotes({ days: [DAYS], maxAgeMs: 60_000 })
  const chain = chainOf(quotes)
  const late = epochMs(T0 + 60_001)
  const now = smileNow(chain, { expiry: EXPIRY, at: late, slice: undefined })
  assert.ok(now?.quotes.every(({ fault, bidVol }) => fault === 'stale' && bidVol !== undefined))
  assert.equal(chain.quotes.size, quotes.length)
  assert.equal(takeFresh(chain, late, HOUR_MS).stale, quotes.length)
  assert.equal(chain.quotes.size, 0)
})

test('[AN-03] an expiry the chain does not list, or that is over, has no smile', () => {
  const chain = chainOf(chainQuotes({ days: [DAYS] }))
  assert.equal(smileNow(chain, { expiry: expiryIn(9), at: epochMs(T0), slice: undefined }), undefined)
  assert.equal(smileNow(chain, { expiry: EXPIRY, at: EXPIRY, slice: undefined }), undefined)
})
