/**
 * The positions a cover was bought for, by id, one name in every record and answer: the one its quote named, else those of its side that the client
 * stated then, else the perpetual of its side in the client's book, which has the ledger's id, the instrument's name. None: held elsewhere.
 */
import type { Quantity } from '#units/quantity.ts'
import { LINEAR_PERPETUAL } from './catalogue.ts'
import type { PositionSide } from './instrument.ts'

interface Named {
  readonly terms: { readonly positionId?: string | undefined; readonly side: PositionSide }
  readonly positionIds?: readonly string[] | undefined
}

export function coveredPositionIds({ terms: { positionId, side }, positionIds }: Named, held: Quantity | undefined): readonly string[] {
  if (positionId !== undefined) return [positionId]
  if (positionIds !== undefined) return positionIds
  const isHeld = held !== undefined && !held.isZero() && held.isNegative() === (side === 'short')
  return isHeld ? [LINEAR_PERPETUAL] : []
}

/** Where one name is asked for; undefined also where it is several positions. */
export function coveredPositionId(cover: Named, held: Quantity | undefined): string | undefined {
  const [id, ...more] = coveredPositionIds(cover, held)
  return more.length === 0 ? id : undefined
}
