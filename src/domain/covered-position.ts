/**
 * The position a cover was bought for, by id: the one its quote named, else the perpetual of its side in the client's book, which has the
 * ledger's id, the instrument's name. Undefined where neither is there: the position is held elsewhere.
 */
import type { Quantity } from '#units/quantity.ts'
import { LINEAR_PERPETUAL } from './catalogue.ts'
import type { PositionSide } from './instrument.ts'

export function coveredPositionId(
  { positionId, side }: { readonly positionId?: string | undefined; readonly side: PositionSide },
  held: Quantity | undefined,
): string | undefined {
  if (positionId !== undefined) return positionId
  const isHeld = held !== undefined && !held.isZero() && held.isNegative() === (side === 'short')
  return isHeld ? LINEAR_PERPETUAL : undefined
}
