/** The questions of a study: every side with every tenor and every floor. Units: tenor in days, floor as a share of the price. */
import type { PositionSide } from '#domain/instrument.ts'
import type { StudyRequest } from './request.ts'

export interface Cell {
  readonly side: PositionSide
  readonly tenorDays: number
  readonly floor: string
}

export function cellsOf({ sides, tenors, floors }: Pick<StudyRequest, 'sides' | 'tenors' | 'floors'>): readonly Cell[] {
  return sides.flatMap((side) => tenors.flatMap((tenorDays) => floors.map((floor) => ({ side, tenorDays, floor }))))
}

export function cellName({ side, tenorDays, floor }: Cell): string {
  return `${side}-${tenorDays}-${floor}`
}

/** What a side is protected with. */
export function optionTypeOf(side: PositionSide): 'put' | 'call' {
  return side === 'long' ? 'put' : 'call'
}
