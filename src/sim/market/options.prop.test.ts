/** What no option market may show, whatever the weather, the seed and the hour: a price that can be turned into money for nothing. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { advanceMarket } from './advance.ts'
import { allOptionQuotes, type ListedOption, type OptionQuote } from './options.ts'
import { createMarket, type MarketState } from './state.ts'
import { expirySlice, impliedVol } from './surface.ts'

const START = 1_750_003_200_000
const DAY = 86_400_000
const markets = fc
  .record({
    seed: fc.integer({ min: 0, max: 1_000_000 }),
    scenario: fc.constantFrom('calm', 'crash', 'grind', 'squeeze'),
    startPrice: fc.constantFrom(4_000, 30_000, 90_000, 250_000),
    seconds: fc.oneof(
      fc.integer({ min: 0, max: 4 * 86_400 }),
      fc.integer({ min: 0, max: 2000 }).map((left) => 2.6666667 * 86_400 - left),
    ),
  })
  .map(({ seconds, ...options }) => {
    const state = createMarket({ ...options, startAt: START })
    advanceMarket(state, START + Math.floor(seconds) * 1000)
    return state
  })
const runs = { numRuns: 60 }

function chainsOf(state: MarketState, right: 'put' | 'call'): readonly (readonly (readonly [ListedOption, OptionQuote])[])[] {
  const quotes = allOptionQuotes(state).filter(([option]) => option.right === right)
  return state.expiries.map(({ expiry }) => quotes.filter(([option]) => option.expiry === expiry))
}

test('[DV-11] puts never get cheaper, calls never dearer, with the strike; both are convex in it', () => {
  fc.assert(
    fc.property(markets, (state) => {
      for (const right of ['put', 'call'] as const) {
        for (const chain of chainsOf(state, right)) {
          const sign = right === 'put' ? 1 : -1
          let slopeBefore = -Infinity
          for (const [i, [{ name, strike }, { markCoin }]] of chain.entries()) {
            const before = chain[i - 1]
            if (before === undefined) continue
            const slope = (markCoin - before[1].markCoin) / (strike - before[0].strike)
            assert.ok(sign * slope >= 0, `${name}: ${markCoin} after ${before[1].markCoin}`)
            assert.ok(slope >= slopeBefore - 4e-8 / (strike - before[0].strike) - 1e-11, `${name}: not convex`)
            slopeBefore = slope
          }
        }
      }
    }),
    runs,
  )
})

test('[DV-11] put and call of one strike differ by the forward: C - P = 1 - K/F in coin', () => {
  fc.assert(
    fc.property(markets, (state) => {
      const puts = chainsOf(state, 'put').flat()
      const calls = chainsOf(state, 'call').flat()
      assert.equal(puts.length, calls.length)
      for (const [i, [{ strike, name }, put]] of puts.entries()) {
        const call = calls[i]?.[1]
        assert.ok(call !== undefined && Math.abs(call.markCoin - put.markCoin - (1 - strike / put.underlyingPrice)) < 1e-7, name)
        assert.ok(Math.abs(call.delta - put.delta - 1) < 2.1e-5, name)
      }
    }),
    runs,
  )
})

test('[DV-11] total variance never falls with time at the same moneyness: no calendar arbitrage', () => {
  fc.assert(
    fc.property(markets, fc.double({ min: -1, max: 1, noNaN: true }), (state, logMoneyness) => {
      let before = 0
      for (const { expiry } of state.expiries) {
        const slice = expirySlice(state, expiry)
        const iv = impliedVol(slice, slice.forward * Math.exp(logMoneyness))
        const totalVariance = iv * iv * slice.years
        assert.ok(totalVariance >= before * (1 - 1e-12), `${slice.code} at ${logMoneyness}: ${totalVariance} after ${before}`)
        before = totalVariance
      }
    }),
    { numRuns: 150 },
  )
})

test('[DV-11] quotes enclose the mark on the tick; no side, no size; every number is one', () => {
  fc.assert(
    fc.property(markets, (state) => {
      for (const [{ name, expiry }, quote] of allOptionQuotes(state)) {
        const { bidCoin, askCoin, bidSize, askSize, markCoin, markIv, delta, underlyingPrice, openInterest } = quote
        assert.ok(expiry > state.at && expiry - state.at < 380 * DAY)
        assert.ok(
          bidCoin === null ? bidSize === 0 : bidCoin <= markCoin + 1e-8 && bidSize >= 0.1 && onTick(bidCoin),
          `${name} bid ${bidCoin} mark ${markCoin}`,
        )
        assert.ok(
          askCoin === null ? askSize === 0 : askCoin >= markCoin - 1e-8 && askSize >= 0.1 && onTick(askCoin),
          `${name} ask ${askCoin} mark ${markCoin}`,
        )
        for (const value of [markCoin, markIv, underlyingPrice, openInterest]) assert.ok(Number.isFinite(value) && value >= 0, name)
        assert.ok(markIv > 0.03 && markIv < 15 && Math.abs(delta) <= 1, `${name} ${markIv} ${delta}`)
      }
    }),
    runs,
  )
})

function onTick(price: number): boolean {
  const units = Math.round(price * 1e4)
  return units >= 1 && units / 1e4 === price && (units < 50 || units % 5 === 0)
}
