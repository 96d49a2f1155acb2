/**
 * Perpetual funding. Payment, positive when the position pays: quantity x mark x rate for a linear contract, face / mark x rate in coin
 * for an inverse one, quantity signed (long positive), so that a short receives what a long pays. Rounding: one, half-even at 1e-18.
 * Simple APR = rate x (24 / interval in hours) x 365 (C-21); compounded = (1 + rate)^(365 x 24 / interval) - 1, for models only.
 */
import { assert } from '#base/assert.ts'
import { divide, ONE } from '#units/exact.ts'
import { Ratio } from '#units/ratio.ts'
import type { Contract } from './position.ts'

const HOURS_PER_YEAR = 8760n

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
