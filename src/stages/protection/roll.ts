/**
 * The second half of a roll: what the old cover brings is cash and enters the new cover's floor as it comes, sold or delivered. When the
 * old one has ended the roll is complete, and the floor is the one in force. Without hold-limit that floor is the account's limit.
 */
import type { CoverageId } from '#domain/order.ts'
import type { Money } from '#units/money.ts'
import type { Coverage } from '#topics/protection.ts'
import type { CoverageState } from './coverage-state.ts'
import { covered } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { renewalRecord } from './renewal-record.ts'

interface Gain {
  readonly proceeds: Money<'USDC'>
  readonly fee: Money<'USDC'>
  readonly complete: boolean
}

export function takeRollProceeds(state: CoverageState, id: CoverageId, { proceeds, fee, complete }: Gain, now: Now): readonly Out[] {
  const cover = state.coverages.get(id)
  if (cover?.state !== 'active' || cover.roll === undefined) return []
  const floorEquity = cover.floorEquity.plus(proceeds).minus(fee)
  if (!complete) return [covered({ ...cover, floorEquity })]
  const { roll, ...rest } = cover
  const drawdownLimit = cover.terms.renewal === 'hold-limit' ? cover.drawdownLimit : floorEquity
  const done = withoutAlarm({ ...rest, floorEquity, drawdownLimit })
  const old = state.coverages.get(roll.coverageId)
  return [covered(done), ...(old === undefined ? [] : renewalRecord(old, done, now))]
}

/** The new cover that waits for this old one. */
export function rollsOn(state: CoverageState, old: CoverageId): CoverageId | undefined {
  for (const cover of state.coverages.values()) if (cover.state === 'active' && cover.roll?.coverageId === old) return cover.coverageId
  return undefined
}

/** The alarm that was is over; what the floor itself has to say stays. */
export function withoutAlarm(cover: Coverage): Coverage {
  const { alarm: _, explanation: __, ...quiet } = cover
  return cover.floorEquity.isBelow(cover.drawdownLimit) ? { ...quiet, alarm: 'below_drawdown_limit' } : quiet
}
