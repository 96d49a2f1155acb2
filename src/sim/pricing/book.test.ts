/** The second book: the same path, its own prices; repeatable, silent in its gaps, never ahead of its latency, never moving the market. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rawOptionQuotes } from '#topics/market.ts'
import { advanceMarket } from '../market/advance.ts'
import { indexPrice } from '../market/index-price.ts'
import { allOptionQuotes } from '../market/options.ts'
import { createMarket, saveMarket } from '../market/state.ts'
import type { MarketState } from '../market/state.ts'
import type { VenueOutput } from '../venue/state.ts'
import { pricingBook } from './book.ts'
import type { PricingBookConfig } from './book.ts'

const START = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const CONFIG: PricingBookConfig = {
  venue: 'bybit-sim',
  seed: 4,
  chainEveryMs: 5 * MINUTE,
  indexEveryMs: 10_000,
  chainMaxAgeMs: 10 * MINUTE,
  indexMaxAgeMs: 30_000,
  latencyMinMs: 1_500,
  latencyMaxMs: 3_000,
  spreadMultiple: 1.2,
  gapShare: 0,
  gapMs: 10 * MINUTE,
  daysMax: 30,
}
interface Heard {
  readonly at: number
  readonly output: VenueOutput
}

/** An hour of market in steps of so many seconds. */
function hour(config: PricingBookConfig, stepSeconds = 1, seen: (market: MarketState) => void = () => undefined): Heard[] {
  const market = createMarket({ seed: 4, scenario: 'calm', startAt: START, startPrice: 90_000 })
  const book = pricingBook(config)
  const heard: Heard[] = []
  while (market.at < START + 60 * MINUTE) {
    advanceMarket(market, market.at + stepSeconds * 1_000)
    seen(market)
    heard.push(...book.follow(market).map((output) => ({ at: market.at, output })))
  }
  return heard
}
const text = (heard: readonly Heard[]): string =>
  JSON.stringify(heard, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
const stampOf = ({ output }: Heard): number => ('venueAt' in output.body ? Number(output.body.venueAt) : NaN)

test('[P-10] the same seed says the same, another seed says otherwise', () => {
  assert.equal(text(hour(CONFIG)), text(hour(CONFIG)))
  assert.notEqual(text(hour(CONFIG)), text(hour({ ...CONFIG, seed: 5 })))
})

test('[P-10] looking at the market does not move it', () => {
  const alone = createMarket({ seed: 4, scenario: 'calm', startAt: START, startPrice: 90_000 })
  for (let second = 1; second <= 3_600; second++) advanceMarket(alone, START + second * 1_000)
  let watched: MarketState | undefined
  hour(CONFIG, 1, (market) => (watched = saveMarket(market)))
  assert.deepEqual(watched, saveMarket(alone))
})

test('[P-10] every word is stamped with its own instant and arrives by its latency, at most a step later', () => {
  const heard = hour(CONFIG)
  assert.ok(heard.length > 1_000)
  for (const each of heard) {
    const late = each.at - stampOf(each)
    assert.ok(late >= CONFIG.latencyMinMs && late < CONFIG.latencyMaxMs + 1_000, `${late} ms`)
    assert.equal(each.output.body.venue, 'bybit-sim')
  }
})

test('[P-10] around the same path: mark within 1 %, spread wider, bid under ask, on a tick of 5 USDC', () => {
  const chains = new Map<number, ReturnType<typeof allOptionQuotes>>()
  const heard = hour(CONFIG, 1, (market) => {
    if ((market.at - START) % (150 * 1_000) === 0) chains.set(market.at, allOptionQuotes(market))
  })
  let compared = 0
  for (const each of heard) {
    if (each.output.topic !== 'raw_option_quotes') continue
    const body = rawOptionQuotes.parse(JSON.parse(JSON.stringify(each.output.body)))
    const own = chains.get(stampOf(each))?.find(([{ name }]) => name === each.output.key)?.[1]
    if (own === undefined || body.ask === undefined || body.mark === undefined) continue
    compared += 1
    const askUsdc = body.ask.toNumber() * own.underlyingPrice
    assert.ok(Math.abs(askUsdc - Math.round(askUsdc / 5) * 5) < 0.01, `${askUsdc}`)
    assert.ok(Math.abs(body.mark.toNumber() - own.markCoin) <= 0.0101 * own.markCoin + 1e-8)
    if (body.bid !== undefined) assert.ok(body.bid.units < body.ask.units)
    if (own.bidCoin !== null && body.bid !== undefined)
      assert.ok(body.ask.toNumber() - body.bid.toNumber() > 1.19 * ((own.askCoin ?? 0) - own.bidCoin))
  }
  assert.ok(compared > 500, `${compared}`)
})

test('[P-10] its index stays within 2 bp of the path at the instant of its stamp', () => {
  const path = new Map<number, number>()
  const heard = hour(CONFIG, 1, (market) => path.set(market.at, indexPrice(market)))
  const indexes = heard.filter(({ output }) => output.topic === 'raw_index')
  assert.equal(indexes.length, 361, 'one at the start, then every 10 s')
  for (const each of indexes) {
    if (each.output.topic !== 'raw_index') continue
    const at = path.get(stampOf(each)) ?? NaN
    assert.ok(Math.abs(each.output.body.price.toNumber() / at - 1) <= 0.00021)
  }
})

test('[P-10] in a gap it says nothing, and about the stated share of stretches are gaps', () => {
  assert.deepEqual(hour({ ...CONFIG, gapShare: 1 }), [])
  const chainTurns = (gapShare: number): number =>
    new Set(hour({ ...CONFIG, gapShare, gapMs: MINUTE, chainEveryMs: MINUTE, daysMax: 1 }, 5).map(stampOf)).size
  const [all, half] = [chainTurns(0), chainTurns(0.5)]
  assert.ok(half > 0.25 * all && half < 0.75 * all, `${half} of ${all}`)
})
