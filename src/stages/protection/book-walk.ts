/**
 * Walks a book for an exact size, best level first: what it costs on average, the worst level touched, and the slippage
 * (average - best) / best, a fraction >= 0. A book too short for the size is no price at all (`undefined`), never an extrapolated one.
 * Units: price in coin per coin of option, sizes in coin. Exact; the average is rounded up (it is paid).
 */
import { divideUnits, multiplyUnits } from '#units/exact.ts'
import { Price } from '#units/price.ts'
import type { CoinPremium } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import { Ratio } from '#units/ratio.ts'

export interface Level {
  readonly price: CoinPremium
  readonly size: Quantity<'BTC'>
}
export interface Walked {
  readonly average: CoinPremium
  readonly worst: CoinPremium
  readonly slippage: Ratio
}

export function walkAsks(levels: readonly Level[], size: Quantity<'BTC'>): Walked | undefined {
  let left = size.units
  let cost = 0n
  for (const level of levels) {
    const taken = level.size.units < left ? level.size.units : left
    cost += multiplyUnits(level.price.units, taken, 'ceil')
    left -= taken
    if (left > 0n) continue
    const average = divideUnits(cost, size.units, 'ceil')
    const best = levels[0]?.price.units ?? level.price.units
    return { average: new Price(average), worst: level.price, slippage: new Ratio(divideUnits(average - best, best, 'ceil')) }
  }
  return undefined
}
