/**
 * The simulated venue's configuration from the host's: one account, its cash, the seeded market, and how often it speaks. On the wall: twice
 * a second for index and perpetual, once for what is held, the whole chain as the host says.
 */
import type { VenueConfigInput } from '#sim/venue/config.ts'
import type { HostConfig } from './config.ts'
import { seedNumber } from './venue-machine.ts'

export const VENUE = 'deribit-sim'

const GRID_MS = 1_000
const QUOTES_EVERY_WALL_MS = 400
const HELD_EVERY_WALL_MS = 1_000

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

/** The market moves once a second of its own time. */
function onGrid(ms: number): number {
  return Math.max(1, Math.ceil(ms / GRID_MS)) * GRID_MS
}
