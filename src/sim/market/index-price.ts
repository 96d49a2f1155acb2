/** The index: the spot price of the path in USD, rounded to the cent as exchanges publish it. */
import type { MarketState } from './state.ts'

export function indexPrice(state: MarketState): number {
  return Math.round(Math.exp(state.logPrice) * 100) / 100
}
