/**
 * What the simulated venue shows of the perpetual: ladder on a tick of 0.5 USD, mark, funding. Spread and gaps widen and sizes
 * thin with stress; sizes are log-normal around a base that grows away from the touch (no size of this venue was measured).
 * Each level keeps its size for some seconds, so the book is a book and not noise. Pure functions of the state: looking at the
 * market does not move it. Funding by the exchanges' formula: average premium plus interest clamped to a buffer.
 */
import { hashUnit } from '#base/prng.ts'
import { FUNDING_BUFFER_8H, FUNDING_INTEREST_8H, FUNDING_MAX_8H } from './parameters.ts'
import { marketStress } from './surface.ts'
import type { MarketState } from './state.ts'

export interface PriceLevel {
  readonly price: number // USD, multiple of 0.5
  readonly size: number // BTC, multiple of 0.001
}

export interface PerpetualQuote {
  readonly bid: number
  readonly ask: number
  readonly bidSize: number
  readonly askSize: number
  readonly mark: number // USD, to the cent
  readonly bids: readonly PriceLevel[] // best first
  readonly asks: readonly PriceLevel[]
}

const TICK = 0.5
const LEVELS = 10
const SPREAD_STRESSED = 0.0008 // of the price, at full stress
const SIZE_BASE = 2.5 // BTC at the touch in a quiet market
const SIZE_HELD_SECONDS = 4

export function perpetualQuote(state: MarketState): PerpetualQuote {
  const fair = Math.exp(state.logPrice) * (1 + state.premium)
  const stress = marketStress(state)
  const second = state.at / 1000
  const lean = (hashUnit(state.noiseKey, second, 1) - 0.5) * (1 + 6 * stress) * TICK
  const half = (TICK + fair * SPREAD_STRESSED * stress * stress * (0.5 + hashUnit(state.noiseKey, second, 2))) / 2
  const bidTicks = Math.max(1, Math.floor((fair + lean - half) / TICK))
  const askTicks = Math.max(bidTicks + 1, Math.ceil((fair + lean + half) / TICK) - 1)
  const bids = ladder(state, stress, bidTicks, -1)
  const asks = ladder(state, stress, askTicks, 1)
  return {
    bid: bidTicks * TICK,
    ask: askTicks * TICK,
    bidSize: bids[0]?.size ?? 0,
    askSize: asks[0]?.size ?? 0,
    mark: perpetualMark(state),
    bids,
    asks,
  }
}

/** The rate for eight hours that would be charged if the interval ended now; a positive one is paid by longs. */
export function fundingRate8h({ premiumAverage }: MarketState): number {
  const pull = Math.max(-FUNDING_BUFFER_8H, Math.min(FUNDING_BUFFER_8H, FUNDING_INTEREST_8H - premiumAverage))
  const rate = Math.max(-FUNDING_MAX_8H, Math.min(FUNDING_MAX_8H, premiumAverage + pull))
  return Math.round(rate * 1e8) / 1e8
}

export function perpetualMark({ logPrice, premium }: MarketState): number {
  return Math.round(Math.exp(logPrice) * (1 + premium) * 100) / 100
}

/** Sellers thin out first when the price rises, buyers when it falls. */
function ladder(state: MarketState, stress: number, touchTicks: number, side: 1 | -1): readonly PriceLevel[] {
  const second = state.at / 1000
  const against = Math.max(0, side * state.momentumFast)
  const scale = (SIZE_BASE * (1 - 0.8 * stress)) / (1 + 8 * against)
  const levels: PriceLevel[] = []
  let ticks = touchTicks
  for (let level = 0; level < LEVELS && ticks > 0; level += 1) {
    const held = Math.floor((second + level) / SIZE_HELD_SECONDS)
    const channel = 16 + 2 * level + (side === 1 ? 1 : 0)
    const noise = Math.exp(1.8 * (hashUnit(state.noiseKey, held, channel) + hashUnit(state.noiseKey, held, channel + 64) - 1))
    levels.push({ price: ticks * TICK, size: Math.max(1, Math.round(1000 * scale * (1 + 0.3 * level) * noise)) / 1000 })
    ticks += side * (1 + Math.floor(hashUnit(state.noiseKey, held, channel + 128) * (3 + 30 * stress)))
  }
  return levels
}
