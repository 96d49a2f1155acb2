/**
 * What the venue's margin demands of a covered account before settlement (docs/decisions/0012-floor-above-margin.md). A cover is worth nothing
 * to an account the venue liquidates first, so equity without the option's time value must stay above maintenance margin at every index S:
 *   equity(S) = F + (c - 1) x size x payoff(S),   F = floorEquity before exit costs,   needed(S) = (m + l) x size x S
 * c = credit of options, m = maintenance margin rate, l = liquidation fee rate, kept as a reserve. Both are linear in S beyond the strike, so
 * their difference is least at an end: a long's at S = K or S = 0, a short's at `indexMax`; short of the strike the position gains faster
 * than the margin grows. Units: USDC, rounded up. Edges: a credit above one counts as one; the mark is taken to be the index.
 */
import { multiplyUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import { RATIO_ONE, RATIO_ZERO } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'
import type { Quantity } from '#units/quantity.ts'

export interface MarginRates {
  readonly optionMarginCredit: Ratio
  readonly maintenanceMarginRate: Ratio
  readonly liquidationFeeRate: Ratio
}
interface Covered {
  readonly size: Quantity<'BTC'>
  readonly strike: BtcUsdc
  /** Of a short: the highest index its floor speaks of. Absent for a long. */
  readonly indexMax: BtcUsdc | undefined
}

/** The least F has to be above, for the account to outlive every index its floor speaks of. */
export function marginBelowFloor({ size, strike, indexMax }: Covered, rates: MarginRates): Money<'USDC'> {
  const rate = rates.maintenanceMarginRate.plus(rates.liquidationFeeRate)
  const uncredited = RATIO_ONE.compare(rates.optionMarginCredit) <= 0 ? RATIO_ZERO : RATIO_ONE.minus(rates.optionMarginCredit)
  if (indexMax === undefined) {
    const atStrike = strike.times(size).times(rate, 'up')
    const atNothing = strike.times(size).times(uncredited, 'up')
    return atStrike.isBelow(atNothing) ? atNothing : atStrike
  }
  const beyond = new Money<'USDC'>(indexMax.times(size).units - strike.times(size).units)
  return indexMax.times(size).times(rate, 'up').plus(beyond.times(uncredited, 'up'))
}

interface Part {
  readonly size: Quantity<'BTC'>
  readonly strike: BtcUsdc
}
/**
 * The same of a combination. Position and options together are worth at S what their strikes add up to and `beyond`, so equity(S) = F + beyond +
 * (c - 1) x payoffs; all of it is linear between the strikes: the demand on F is greatest at a strike or at an end.
 */
export function marginBelowFloors(parts: readonly Part[], indexMax: BtcUsdc | undefined, rates: MarginRates): Money<'USDC'> {
  const rate = rates.maintenanceMarginRate.plus(rates.liquidationFeeRate)
  const uncredited = RATIO_ONE.compare(rates.optionMarginCredit) <= 0 ? RATIO_ZERO : RATIO_ONE.minus(rates.optionMarginCredit)
  const dir = indexMax === undefined ? 1n : -1n
  const total = parts.reduce((sum, { size }) => sum + size.units, 0n)
  const strikes = parts.reduce((sum, { size, strike }) => sum + multiplyUnits(strike.units, size.units, 'ceil'), 0n)
  let most = 0n
  for (const at of [0n, ...parts.map(({ strike }) => strike.units), ...(indexMax === undefined ? [] : [indexMax.units])]) {
    const payoffs = parts.reduce((sum, { size, strike }) => {
      const inside = (strike.units - at) * dir
      return inside > 0n ? sum + multiplyUnits(inside, size.units, 'ceil') : sum
    }, 0n)
    const beyond = (multiplyUnits(at, total, 'floor') - strikes) * dir + payoffs
    const needed = multiplyUnits(multiplyUnits(at, total, 'ceil'), rate.units, 'ceil')
    const demanded = needed + multiplyUnits(payoffs, uncredited.units, 'ceil') - beyond
    if (demanded > most) most = demanded
  }
  return new Money<'USDC'>(most)
}
