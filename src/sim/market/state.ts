/**
 * The simulated market at one instant: plain JSON, so that it can be snapshotted at any second and go on with the same bytes.
 * One seeded generator drives it; `noiseKey` only dresses quotes (sizes, spreads) without moving the path. Log volatilities are
 * deviations from the long-run level, momenta are exponentially weighted sums of log returns, premium is a fraction of the index.
 */
import { assert } from '#base/assert.ts'
import { createPrng, hashText, type PrngState } from '#base/prng.ts'
import { drawScript, isMarketScenario, MARKET_SCENARIOS, type MarketScenario, type ScriptPoint } from './scenarios.ts'
import { refreshListing, type ListedExpiry } from './listing.ts'
import { openMinute } from './minute.ts'

const MARKET_STATE_VERSION = 1

export interface Settlement {
  readonly expiry: number // epoch ms, 08:00 UTC
  readonly price: number // average index of the half hour before
  readonly samples: number // 1800, fewer if the market began inside the half hour
}

export interface MarketState {
  readonly version: typeof MARKET_STATE_VERSION
  readonly seed: number
  readonly scenario: MarketScenario
  readonly startAt: number
  readonly startPrice: number
  readonly script: readonly ScriptPoint[]
  readonly noiseKey: number
  at: number
  random: PrngState
  logPrice: number
  volFast: number
  volSlow: number
  momentumFast: number // half a day
  momentumSlow: number // three days
  burst: number // log move of a jump still to come
  premium: number
  premiumAverage: number // over about eight hours
  premiumNoise: number
  minuteLogPrice: number // at the last full minute
  minuteShock: number // sum of the minute's normals, for the leverage effect
  driftPerSecond: number
  volPerSecond: number
  settlementSum: number
  settlementSamples: number
  settlements: readonly Settlement[] // the last ones
  expiries: readonly ListedExpiry[]
  listingVersion: number // changes when an instrument is added or removed
  listingCentre: number // index when strikes were last laid out
}

export interface MarketOptions {
  readonly seed: number
  readonly scenario: MarketScenario
  readonly startAt: number // epoch ms, a whole second
  readonly startPrice: number // USD
}

export function createMarket({ seed, scenario, startAt, startPrice }: MarketOptions): MarketState {
  assert(Number.isSafeInteger(startAt) && startAt > 0 && startAt % 1000 === 0, 'the market starts on a whole second')
  assert(startPrice >= 1 && startPrice <= 1e8, 'the start price is between 1 and 100,000,000 USD')
  const prng = createPrng(seed)
  const logPrice = Math.log(startPrice)
  const state: MarketState = {
    version: MARKET_STATE_VERSION,
    seed,
    scenario,
    startAt,
    startPrice,
    script: drawScript(scenario, prng.fork('script')),
    noiseKey: hashText(`quotes ${seed}`) | 0,
    at: startAt,
    random: prng.fork('path').save(),
    logPrice,
    volFast: 0,
    volSlow: MARKET_SCENARIOS[scenario].volSlowMean,
    momentumFast: 0,
    momentumSlow: 0,
    burst: 0,
    premium: 0,
    premiumAverage: 0,
    premiumNoise: 0,
    minuteLogPrice: logPrice,
    minuteShock: 0,
    driftPerSecond: 0,
    volPerSecond: 0,
    settlementSum: 0,
    settlementSamples: 0,
    settlements: [],
    expiries: [],
    listingVersion: 0,
    listingCentre: startPrice,
  }
  openMinute(state)
  refreshListing(state)
  return state
}

/** A copy that shares nothing with the running state. */
export function saveMarket(state: MarketState): MarketState {
  return JSON.parse(JSON.stringify(state)) as MarketState
}

/** Accepts what `saveMarket` gave, through JSON or not; anything else throws: a market that starts half right is worse than none. */
export function loadMarket(saved: unknown): MarketState {
  assert(typeof saved === 'object' && saved !== null, 'a saved market is an object')
  const state = saved as Partial<MarketState>
  assert(
    state.version === MARKET_STATE_VERSION,
    `a saved market of version ${String(state.version)} cannot be read by version ${MARKET_STATE_VERSION}`,
  )
  assert(isMarketScenario(state.scenario), 'a saved market names its scenario')
  for (const [field, example] of Object.entries(createMarket({ seed: 0, scenario: 'calm', startAt: 1000, startPrice: 1 }))) {
    const value: unknown = state[field as keyof MarketState]
    assert(typeof value === typeof example && Array.isArray(value) === Array.isArray(example), `a saved market has a valid ${field}`)
    assert(typeof value !== 'number' || Number.isFinite(value), `${field} of a saved market is finite`)
  }
  return saveMarket(saved as MarketState)
}
