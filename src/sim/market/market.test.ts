/** The simulated market as a state machine: determinism, snapshots, scenarios, book, listing and settlement. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { advanceMarket } from './advance.ts'
import { indexPrice } from './index-price.ts'
import { allOptionQuotes, findOption, listedOptions, optionQuote } from './options.ts'
import { fundingRate8h, perpetualMark, perpetualQuote } from './perpetual.ts'
import { MARKET_SCENARIOS, isMarketScenario, type MarketScenario } from './scenarios.ts'
import { settlementPrice } from './settlement.ts'
import { createMarket, loadMarket, saveMarket, type MarketState } from './state.ts'
import { expirySlice, impliedVol, marketStress } from './surface.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = 1_750_003_200_000 // 2025-06-15 16:00 UTC, a Sunday
const SCENARIOS = Object.keys(MARKET_SCENARIOS).filter(isMarketScenario)

const market = (scenario: MarketScenario, seed = 1) => createMarket({ seed, scenario, startAt: START, startPrice: 90_000 })
const after = (state: MarketState, ms: number) => {
  advanceMarket(state, state.startAt + ms)
  return state
}
const view = (state: MarketState) => ({
  state: saveMarket(state),
  index: indexPrice(state),
  perpetual: perpetualQuote(state),
  funding: fundingRate8h(state),
  options: allOptionQuotes(state),
})

test('[DV-11] one seed, one market; another seed or scenario, another', () => {
  assert.deepEqual(view(after(market('crash'), 2 * DAY)), view(after(market('crash'), 2 * DAY)))
  assert.notEqual(indexPrice(after(market('calm', 1), HOUR)), indexPrice(after(market('calm', 2), HOUR)))
  assert.notEqual(indexPrice(after(market('calm'), DAY)), indexPrice(after(market('squeeze'), DAY)))
})

test('[DV-11] the path does not depend on how the advance is cut, nor on who looked meanwhile', () => {
  const whole = view(after(market('crash'), DAY + 12_345_678))
  const cut = market('crash')
  for (let ms = 0; ms < DAY + 12_345_678; ms += 777_501) {
    after(cut, ms)
    perpetualQuote(cut)
    allOptionQuotes(cut)
  }
  assert.deepEqual(view(after(cut, DAY + 12_345_678)), whole)
})

test('[DV-11] only whole seconds are taken, and never backwards', () => {
  const state = after(market('calm'), 10_000)
  const before = saveMarket(state)
  advanceMarket(state, START + 10_999)
  advanceMarket(state, START)
  assert.deepEqual(state, before)
  assert.throws(() => advanceMarket(state, Number.POSITIVE_INFINITY), /finite/)
})

test('[DV-11] saved mid-way, through JSON, and loaded, every scenario goes on as if never stopped', () => {
  for (const scenario of SCENARIOS) {
    const whole = view(after(market(scenario), 2 * DAY))
    const half = after(market(scenario), 15 * HOUR + 41_000)
    const restored = loadMarket(JSON.parse(JSON.stringify(saveMarket(half))))
    assert.deepEqual(view(after(restored, 2 * DAY)), whole, scenario)
  }
})

test('[DV-11] a damaged or foreign snapshot is refused by name', () => {
  const saved = saveMarket(market('calm'))
  const { random: _random, ...withoutRandom } = saved
  assert.throws(() => loadMarket(null), /object/)
  assert.throws(() => loadMarket({ ...saved, version: 2 }), /version 2 cannot be read by version 1/)
  assert.throws(() => loadMarket({ ...saved, scenario: 'storm' }), /scenario/)
  assert.throws(() => loadMarket({ ...saved, logPrice: Number.NaN }), /logPrice.*finite/)
  assert.throws(() => loadMarket(withoutRandom), /valid random/)
  assert.throws(() => loadMarket({ ...saved, expiries: {} }), /valid expiries/)
  for (const bad of [{ startAt: START + 1 }, { startPrice: 0 }, { startPrice: Number.NaN }]) {
    assert.throws(() => createMarket({ seed: 1, scenario: 'calm', startAt: START, startPrice: 90_000, ...bad }), /starts? /)
  }
})

test('[DV-11] crash: long 1 BTC at 5x with 20,000 USDC and a 10 % floor ends below its floor unhedged, for every seed', () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    const state = market('crash', seed)
    const early = indexPrice(after(state, 6 * HOUR)) / 90_000
    assert.ok(early > 0.93, `seed ${seed}: ${early} after six hours, before the fall`)
    let lowest = Infinity
    for (let hour = 7; hour <= 72; hour += 1) lowest = Math.min(lowest, indexPrice(after(state, hour * HOUR)) / 90_000)
    const floorEquity = 20_000 - 0.1 * 90_000
    const equity = 20_000 + indexPrice(state) - 90_000
    assert.ok(lowest < 0.72 && lowest > 0.5, `seed ${seed}: lowest at ${lowest} of the start`)
    assert.ok(equity < floorEquity && equity < 0, `seed ${seed}: equity ${equity} against a floor of ${floorEquity}`)
  }
})

test('[DV-11] grind loses about one percent a day quietly; squeeze gains about a quarter in three days and charges longs', () => {
  for (let seed = 1; seed <= 6; seed += 1) {
    const grind = after(market('grind', seed), 20 * DAY)
    assert.ok(indexPrice(grind) / 90_000 > 0.74 && indexPrice(grind) / 90_000 < 0.88, `grind ${seed}: ${indexPrice(grind)}`)
    const squeeze = market('squeeze', seed)
    let fundingMax = 0
    for (let hour = 1; hour <= 60; hour += 1) fundingMax = Math.max(fundingMax, fundingRate8h(after(squeeze, hour * HOUR)))
    const gain = indexPrice(squeeze) / 90_000 - 1
    assert.ok(gain > 0.15 && gain < 0.4, `squeeze ${seed}: ${gain}`)
    assert.ok(fundingMax > 0.0008, `squeeze ${seed}: funding at most ${fundingMax}`)
  }
})

test('[DV-11] in the crash the book thins and widens, the surface rises and inverts, puts cost more than calls', () => {
  const calm = after(market('crash'), 4 * HOUR)
  const figures = (state: MarketState) => {
    const { bid, ask, bids } = perpetualQuote(state)
    const slice = expirySlice(state, state.expiries[2]?.expiry ?? 0)
    const far = expirySlice(state, state.expiries.at(-1)?.expiry ?? 0)
    const skew = impliedVol(slice, slice.forward * 0.93) - impliedVol(slice, slice.forward * 1.07)
    return {
      spread: ask - bid,
      depth: bids.reduce((sum, { size }) => sum + size, 0),
      atm: impliedVol(slice, slice.forward),
      far: impliedVol(far, far.forward),
      skew,
    }
  }
  const before = figures(calm)
  const during = figures(after(calm, 45 * HOUR))
  assert.ok(marketStress(calm) > 0.8)
  assert.ok(during.spread > 10 * before.spread, `${before.spread} to ${during.spread}`)
  assert.ok(during.depth < before.depth / 2, `${before.depth} to ${during.depth}`)
  assert.ok(during.atm > 1.6 * before.atm && during.atm > 1.2 * during.far, JSON.stringify({ before, during }))
  assert.ok(during.skew > 2 * before.skew, `${before.skew} to ${during.skew}`)
})

test('[DV-11] the ladder is a book: ten levels a side on the tick, best first, never crossed, sizes in thousandths', () => {
  for (const scenario of SCENARIOS) {
    const state = market(scenario)
    for (let hour = 1; hour <= 72; hour += 1) {
      const { bid, ask, bids, asks, bidSize, askSize, mark } = perpetualQuote(after(state, hour * HOUR))
      assert.ok(bid < ask && mark === perpetualMark(state))
      assert.deepEqual([bids.length, asks.length, bids[0], asks[0]], [10, 10, { price: bid, size: bidSize }, { price: ask, size: askSize }])
      for (const { price, size } of [...bids, ...asks])
        assert.ok(Number.isInteger(price * 2) && size > 0 && Number.isInteger(Math.round(size * 1e9) / 1e6), `${price} ${size}`)
      for (const [i, { price }] of bids.entries()) assert.ok(i === 0 || price < (bids[i - 1]?.price ?? 0))
      for (const [i, { price }] of asks.entries()) assert.ok(i === 0 || price > (asks[i - 1]?.price ?? Infinity))
      assert.ok(Math.abs(mark / indexPrice(state) - 1) < 0.005)
    }
  }
})

test('[DV-11] an option lives from its listing to its settlement and is gone after', () => {
  const state = market('calm')
  const first = state.expiries[0]?.expiry ?? 0
  assert.equal(first, START + 16 * HOUR)
  const option = listedOptions(state).find(({ expiry, right }) => expiry === first && right === 'put')
  assert.ok(option !== undefined)
  assert.deepEqual(findOption(state, option.name), option)
  after(state, 16 * HOUR - 1000)
  assert.ok(optionQuote(state, option) !== null)
  assert.equal(settlementPrice(state, first), null)
  const version = state.listingVersion
  after(state, 16 * HOUR)
  assert.equal(optionQuote(state, option), null)
  assert.equal(findOption(state, option.name), null)
  assert.equal(settlementPrice(state, first)?.samples, 1800)
  assert.ok(state.listingVersion > version)
  assert.equal(state.expiries[0]?.expiry, first + DAY)
  assert.ok(
    state.expiries.some(({ expiry }) => expiry === first + 4 * DAY),
    'a new day is listed as one leaves',
  )
})

test('[DV-11] settlement is the average of the index over the half hour before 08:00, second by second', () => {
  const state = after(market('crash'), 15.5 * HOUR)
  let sum = 0
  for (let second = 1; second <= 1800; second += 1) sum += indexPrice(after(state, 15.5 * HOUR + second * 1000))
  const settled = settlementPrice(state, state.at)
  assert.ok(settled !== null && Math.abs(settled.price - sum / 1800) <= 0.011, `${settled?.price} against ${sum / 1800}`)
})

test('[DV-11] inside the half hour a put that is bound to expire worthless is, though spot still moves', () => {
  const state = after(market('calm'), 16 * HOUR - 60_000)
  const slice = expirySlice(state, state.startAt + 16 * HOUR)
  assert.ok(
    Math.abs(slice.forward - state.settlementSum / state.settlementSamples) < 0.04 * Math.abs(indexPrice(state) - slice.forward) + 5,
  )
  assert.ok(Math.sqrt(slice.totalVariance) < 1e-4)
})

test('[DV-11] strikes follow the price and stay once listed', () => {
  const state = market('crash')
  const kept = new Map(state.expiries.map(({ expiry, strikes }) => [expiry, strikes]))
  after(state, 50 * HOUR)
  for (const { expiry, strikes } of state.expiries) {
    const price = indexPrice(state)
    assert.ok(
      (strikes[0] ?? Infinity) < 0.92 * price && (strikes.at(-1) ?? 0) > 1.08 * price,
      `${expiry}: ${strikes[0]} to ${strikes.at(-1)} around ${price}`,
    )
    for (const strike of kept.get(expiry) ?? []) assert.ok(strikes.includes(strike))
    for (const [i, strike] of strikes.entries()) assert.ok(Number.isInteger(strike) && (i === 0 || strike > (strikes[i - 1] ?? 0)))
  }
  const names = listedOptions(state).map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  assert.ok(names.length < 900, `${names.length} instruments`)
})
