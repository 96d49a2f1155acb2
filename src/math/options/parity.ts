/**
 * Put-call parity (Stoll 1969): call - put = discount (F - K) for European options of one strike and expiry, whatever the model. From two
 * strikes of one expiry it gives the discount and the forward the options imply, without any model.
 * Units: prices, forward and strike in one currency; discount a fraction. Edges: two equal strikes imply nothing and are a bug of the
 * caller; quotes that break arbitrage imply a discount or a forward that is not positive, which is refused with what was seen.
 */
import { assert } from '#base/assert.ts'
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'

export interface StrikeQuotes {
  readonly strike: number
  readonly call: number
  readonly put: number
}

export interface ImpliedForward {
  readonly discount: number
  readonly forward: number
}
export type ParityRefusal = 'implied_discount_not_positive' | 'implied_forward_not_positive'

export function callLessPut(discount: number, forward: number, strike: number): number {
  return discount * (forward - strike)
}

/** What a quoted pair is away from parity: positive where the call is dear. */
export function parityGap({ strike, call, put }: StrikeQuotes, { discount, forward }: ImpliedForward): number {
  return call - put - callLessPut(discount, forward, strike)
}

export function impliedForward(low: StrikeQuotes, high: StrikeQuotes): Result<ImpliedForward, ParityRefusal> {
  assert(low.strike !== high.strike, 'parity needs two strikes')
  const lowGap = low.call - low.put
  const discount = (lowGap - (high.call - high.put)) / (high.strike - low.strike)
  if (!(discount > 0)) return refuse('implied_discount_not_positive', 'discount', discount, 0)
  const forward = low.strike + lowGap / discount
  if (!(forward > 0)) return refuse('implied_forward_not_positive', 'forward', forward, 0)
  return ok({ discount, forward })
}
