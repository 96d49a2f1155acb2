/**
 * What a step costs when taken and what it may cost when not. Acting: the taker fee and the way from the mark to the price it trades at. Waiting:
 * what the step's size would lose, should the price move by `move` (a fraction of it) to the side the step guards against until the next look;
 * for a release it is what the hedge takes from a move in the client's favour. An option adds its fee by the venue's rule, in coin at the
 * index. USDC, units of 1e-18, rounded up: a cost is not understated. Funding is not in it: the loop knows no rate to come.
 */
import { multiplyUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import type { Ratio } from '#units/ratio.ts'
import type { HedgeCosts } from '#topics/hedging.ts'

export interface StepPrices {
  /** USDC for one coin of the instrument: where it would trade, and its mark. */
  readonly touch: bigint
  readonly mark: bigint
  /** The coin itself, which is what moves. */
  readonly index: bigint
  /** Fee in USDC for one coin. */
  readonly fee: bigint
}

export function costsOf(size: bigint, { touch, mark, index, fee }: StepPrices, move: Ratio): HedgeCosts {
  const away = touch > mark ? touch - mark : mark - touch
  const feeUsdc = multiplyUnits(size, fee, 'ceil')
  const spreadUsdc = multiplyUnits(size, away, 'ceil')
  const waiting = multiplyUnits(multiplyUnits(size, index, 'ceil'), move.units, 'ceil')
  return {
    acting: { feeUsdc: new Money(feeUsdc), spreadUsdc: new Money(spreadUsdc), totalUsdc: new Money(feeUsdc + spreadUsdc) },
    waiting: { move, totalUsdc: new Money(waiting) },
  }
}
