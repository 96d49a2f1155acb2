/** Chains made from known SABR smiles: every option at the model's price, bid and ask some vol to either side, premiums in coin. */
import { priceBlack76 } from './black76.ts'
import { sabrVol } from './sabr.ts'
import type { SabrParameters } from './sabr.ts'
import type { OptionTouch } from './smile-quotes.ts'
import type { ExpiryQuotes } from './smile-slice.ts'

export const SMILE: SabrParameters = { alpha: 0.55, beta: 1, nu: 2.2, rho: -0.3 }
export const FORWARD = 90_000
/** ln(K/F) over sqrt(T). */
const WIDTHS = [-1.3, -1, -0.8, -0.6, -0.45, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1, 1.3]

export interface ChainShape {
  readonly sabr?: SabrParameters
  readonly forward?: number
  readonly halfSpreadVol?: number
  readonly underlying?: boolean
}

export function premium(isCall: boolean, strike: number, { forward, years, vol }: { forward: number; years: number; vol: number }): number {
  return priceBlack76({ right: isCall ? 'call' : 'put', forward, strike, years, rate: 0, ivAnnual: vol }).price / forward
}

export function strikesFor(years: number, forward = FORWARD): readonly number[] {
  return WIDTHS.map((width) => Math.round((forward * Math.exp(width * 0.6 * Math.sqrt(years) * 1.5)) / 10) * 10)
}

export function touchesOf(years: number, shape: ChainShape = {}): readonly OptionTouch[] {
  const { sabr = SMILE, forward = FORWARD, halfSpreadVol = 0.01, underlying = true } = shape
  return strikesFor(years, forward).flatMap((strike) =>
    [true, false].map((isCall) => {
      const vol = sabrVol({ forward, strike, years }, sabr)
      const at = (half: number) => premium(isCall, strike, { forward, years, vol: Math.max(0.01, vol + half) })
      return { isCall, strike, bid: at(-halfSpreadVol), ask: at(halfSpreadVol), ...(underlying ? { underlying: forward } : {}) }
    }),
  )
}

export function expiryOf(days: number, shape: ChainShape = {}): ExpiryQuotes {
  return { expiry: 1_770_000_000_000 + days * 86_400_000, years: days / 365, touches: touchesOf(days / 365, shape) }
}
