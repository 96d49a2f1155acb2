/**
 * What the record says of a renewal. `renewal_completed` states the floor in force, so it comes when there is one: with the purchase where
 * the old cover is kept, with the end of the old one in a roll. Until then a roll says `roll_pending` with the floor it is to reach and the
 * one that holds should the sale bring nothing; neither is a promise of the renewal. A limit that is lower than before is said with both values.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { Coverage } from '#topics/protection.ts'
import { because, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'

export function renewalRecord(old: Coverage, active: Coverage, now: Now): readonly Out[] {
  return active.roll === undefined ? completed(old, active, now) : [pending(old, active, now)]
}

function pending(old: Coverage, { account, coverageId, floorEquity, roll, ...active }: Coverage, { seq }: Now): Out {
  const awaited = roll === undefined ? undefined : roll.proceeds.minus(roll.fee)
  const expected = awaited === undefined ? floorEquity : floorEquity.plus(awaited)
  const detail = {
    previousCoverageId: old.coverageId,
    floorEquityExpected: expected.toString(),
    floorEquityUnsold: floorEquity.toString(),
    drawdownLimit: active.drawdownLimit.toString(),
    ...times(active),
  }
  const why = because(seq, { code: 'roll_pending', field: 'proceedsUsdc', seen: '0', limit: awaited?.toString() ?? '0' })
  return decided('roll_pending', { account, coverageId, detail }, why)
}

function completed(old: Coverage, active: Coverage, { seq }: Now): readonly Out[] {
  const { account, coverageId, floorEquity, drawdownLimit } = active
  const detail = {
    previousCoverageId: old.coverageId,
    floorEquity: floorEquity.toString(),
    previousFloorEquity: old.floorEquity.toString(),
    drawdownLimit: drawdownLimit.toString(),
    ...times(active),
  }
  const why = because(seq, { code: 'renewed', field: 'floorEquity', seen: floorEquity.toString(), limit: drawdownLimit.toString() })
  const done = decided('renewal_completed', { account, coverageId, detail }, why)
  if (!drawdownLimit.isBelow(old.drawdownLimit)) return [done]
  const [from, to] = [old.drawdownLimit.toString(), drawdownLimit.toString()]
  const lower = because(seq, { code: 'floor_lowered', field: 'drawdownLimitUsdc', seen: to, limit: from })
  return [done, decided('floor_lowered', { account, coverageId, detail: { from, to } }, lower)]
}

/** Decided on one state of the market, filled on another: the record says both instants. */
function times({ decidedAt, activatedAt }: Pick<Coverage, 'decidedAt' | 'activatedAt'>): Readonly<Record<string, string>> {
  return {
    ...(decidedAt === undefined ? {} : { decidedAt: isoFromEpochMs(decidedAt) }),
    ...(activatedAt === undefined ? {} : { filledAt: isoFromEpochMs(activatedAt) }),
  }
}
