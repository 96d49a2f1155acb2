/**
 * The simulated venue's configuration from the host's: one account, its cash, the seeded market, and how often it speaks. On the wall: twice
 * a second for index and perpetual, once for what is held, the whole chain as the host says. Beside it a second, simulated venue around the
 * same market that only prices (C-39): its name says that it is simulated, and no order can reach it.
 */
import type { PricingBookConfig } from '#sim/pricing/book.ts'
import type { VenueConfigInput } from '#sim/venue/config.ts'
import type { HostConfig } from './config.ts'
import { seedNumber } from './venue-machine.ts'

export const VENUE = 'deribit-sim'
/** Prices and never executes. */
export const PRICING_VENUE = 'bybit-sim'

const GRID_MS = 1_000
const QUOTES_EVERY_WALL_MS = 400
const HELD_EVERY_WALL_MS = 1_000
const PRICING_JITTER_WALL_MS = 2_000
const PRICING_DAYS_MAX = 60

export function simVenueConfig({ sim, demo }: HostConfig): VenueConfigInput {
  const { seed, scenario, startAt, startPrice, speed } = sim
  const optionQuoteMs = onGrid(sim.optionQuotesEveryMs)
  const heldQuoteMs = Math.min(onGrid(HELD_EVERY_WALL_MS * speed), optionQuoteMs)
  return {
    venue: VENUE,
    accounts: [{ account: demo.account, usdc: demo.cash, leverage: demo.leverage }],
    market: { seed: seedNumber(seed), scenario, startAt, startPrice, optionQuoteMs, heldQuoteMs },
  }
}

/** Of index and perpetual the venue tells one value in so much market time. */
export function quoteEveryMs({ sim: { speed } }: HostConfig): number {
  return onGrid(QUOTES_EVERY_WALL_MS * speed)
}

/** Its index half as often as the first venue's, its chain as often, each good for two turns; silences span two turns of the chain. */
export function pricingBookConfig(host: HostConfig): PricingBookConfig | undefined {
  const { seed, speed, optionQuotesEveryMs, pricing } = host.sim
  if (!pricing.enabled) return undefined
  const chainEveryMs = onGrid(optionQuotesEveryMs)
  const indexEveryMs = 2 * quoteEveryMs(host)
  const jitterMs = Math.ceil(PRICING_JITTER_WALL_MS * speed)
  return {
    venue: PRICING_VENUE,
    seed: seedNumber(seed),
    chainEveryMs,
    indexEveryMs,
    chainMaxAgeMs: 2 * chainEveryMs + jitterMs,
    indexMaxAgeMs: 2 * indexEveryMs + jitterMs,
    latencyMinMs: pricing.latencyMs,
    latencyMaxMs: 4 * pricing.latencyMs,
    spreadMultiple: pricing.spreadMultiple,
    gapShare: pricing.gapShare,
    gapMs: 2 * chainEveryMs,
    daysMax: PRICING_DAYS_MAX,
  }
}

/** The market moves once a second of its own time. */
function onGrid(ms: number): number {
  return Math.max(1, Math.ceil(ms / GRID_MS)) * GRID_MS
}
