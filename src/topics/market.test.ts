/** Numbers that no market topic takes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rawOptionQuotes, rawQuotes } from './market.ts'

const QUOTE = { venue: 'sim', venueAt: 1_769_644_800_000, instrument: 'BTC_USDC-PERPETUAL', bid: '80000', fundingRate8h: 0.0001 }
const OPTION = {
  venue: 'sim',
  venueAt: 1_769_644_800_000,
  instrument: 'BTC-6FEB26-80000-P',
  bid: '0.01',
  markIv: 0.5,
  delta: -0.3,
  sizeBasis: 'quoted',
}

test('[F-M01] NaN, infinity, negative zero and null are refused in every float', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -0, null, '0.5']) {
    assert.equal(rawQuotes.safeParse({ ...QUOTE, fundingRate8h: bad }).success, false)
    assert.equal(rawOptionQuotes.safeParse({ ...OPTION, markIv: bad }).success, false)
    assert.equal(rawOptionQuotes.safeParse({ ...OPTION, delta: bad }).success, false)
  }
  assert.equal(rawQuotes.safeParse(QUOTE).success && rawOptionQuotes.safeParse({ ...OPTION, delta: 0 }).success, true)
})

test('[F-M02] a price that is zero or negative is refused', () => {
  for (const bid of ['0', '-1', '0.0']) assert.equal(rawQuotes.safeParse({ ...QUOTE, bid }).success, false)
})
