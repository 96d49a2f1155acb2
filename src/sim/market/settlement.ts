/**
 * Delivery price of an expiry: the average of the index over the thirty minutes before 08:00 UTC (Deribit's rule), here over
 * the 1,800 whole seconds of it. A market that began inside the half hour averages what it saw and says so in `samples`.
 */
import { MINUTE_MS } from '#units/time.ts'
import { indexPrice } from './index-price.ts'
import type { MarketState, Settlement } from './state.ts'

export const SETTLEMENT_WINDOW_MS = 30 * MINUTE_MS
export const SETTLEMENT_SAMPLES = 1800
const SETTLEMENTS_KEPT = 400

export function settle(state: MarketState): void {
  const samples = state.settlementSamples
  const price = samples > 0 ? Math.round((state.settlementSum / samples) * 100) / 100 : indexPrice(state)
  state.settlements = [...state.settlements, { expiry: state.at, price, samples }].slice(-SETTLEMENTS_KEPT)
  state.settlementSum = 0
  state.settlementSamples = 0
}

/** Null until the expiry has settled, and for one older than the kept four hundred days. */
export function settlementPrice(state: MarketState, expiry: number): Settlement | null {
  return state.settlements.findLast((settlement) => settlement.expiry === expiry) ?? null
}
