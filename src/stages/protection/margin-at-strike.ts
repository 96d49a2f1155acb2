/**
 * What the venue's margin demands of a covered account before settlement (docs/decisions/0012-floor-above-margin.md). A cover is worth nothing
 * to an account the venue liquidates first, so equity without the option's time value must stay above maintenance margin at every index S:
 *   equity(S) = F + (c - 1) x size x payoff(S),   F = floorEquity before exit costs,   needed(S) = (m + l) x size x S
 * c = credit of options, m = maintenance margin rate, l = liquidation fee rate, kept as a reserve. Both are linear in S beyond the strike, so
 * their difference is least at an end: a long's at S = K or S = 0, a short's at `indexMax`; short of the strike the position gains faster
 * than the margin grows. Units: USDC, rounded up. Edges: a credit above one counts as one; the mark is taken to be the index.
 */
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
