/**
 * Perpetual funding. Payment, positive when the position pays: quantity x mark x rate for a linear contract, face / mark x rate in coin
 * for an inverse one, quantity signed (long positive), so that a short receives what a long pays. Rounding: one, half-even at 1e-18.
 * Simple APR = rate x (24 / interval in hours) x 365 (C-21); compounded = (1 + rate)^(365 x 24 / interval) - 1, for models only.
 * Payments fall due on the grid of the interval from midnight UTC (8 h: 00, 08 and 16). `fundingRate8h` is the rate of eight hours whatever the
 * interval; what a screen or a model makes of it is a float, what is paid is what the venue says.
 */
import { assert } from '#base/assert.ts'
import { divide, ONE } from '#units/exact.ts'
import { Ratio } from '#units/ratio.ts'
import { HOUR_MS } from '#units/time.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import type { Contract } from './position.ts'

const HOURS_PER_YEAR = 8760n
const RATE_BASE_MS = 8 * HOUR_MS
const BASES_PER_YEAR = 1095

export type FundingSide = 'paying' | 'receiving' | 'none'

/** A long pays a positive rate, a short a negative one; `none`: nothing held, or a rate of zero. */
export function fundingSide(quantity: bigint, rate: number): FundingSide {
  if (quantity === 0n || rate === 0) return 'none'
  return quantity > 0n === rate > 0 ? 'paying' : 'receiving'
}

/** The first instant after `at` at which a payment falls due. */
export function nextFundingAt(at: EpochMs, intervalMs: DurationMs): EpochMs {
  return ((Math.floor(at / intervalMs) + 1) * intervalMs) as EpochMs
}

export function fundingRateInterval(rate8h: number, intervalMs: DurationMs): number {
  return rate8h * (intervalMs / RATE_BASE_MS)
}

/** Simple, as a fraction. */
export function fundingApr8h(rate8h: number): number {
  return rate8h * BASES_PER_YEAR
}

/** Units of USDC (linear) or coin (inverse); all arguments in units of 1e-18. */
export function fundingPayment(contract: Contract, quantity: bigint, mark: bigint, rate: Ratio): bigint {
  if (contract === 'linear') return divide(quantity * mark * rate.units, ONE * ONE, 'half-even')
  assert(mark > 0n, 'a mark is positive')
  return divide(quantity * rate.units, mark, 'half-even')
}

export function fundingAprSimple(rate: Ratio, intervalHours: number): Ratio {
  return new Ratio(divide(rate.units * HOURS_PER_YEAR, BigInt(intervalHours), 'half-even'))
}

export function fundingApyCompounded(rate: number, intervalHours: number): number {
  return Math.expm1((8760 / intervalHours) * Math.log1p(rate))
}
