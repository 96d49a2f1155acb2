/**
 * One cover marked to the market. Position PnL and equity are the account's, both at the conservative close, so that equity = cash + position
 * PnL + hedges + what positions stated beyond the books have lost, as the floor counts it; `hedgeMtm` is the cover's share of what the hedge book holds of its options; buffer = equity - drawdown limit; coverage
 * ratio = size covered over size held. The credit:
 *   fresh      credit = worth of the hedge
 *   doubtful   credit = the lesser of what was credited and what it seems worth: a stale mark flags, and credits nothing (A12)
 * A price is doubtful when the ledger says so: older than its limit, nobody bids, or never seen (then the worth counts as nothing). Units: USDC.
 */
import { formatFixed, ONE } from '#units/exact.ts'
import { zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { Quantity } from '#units/quantity.ts'
import { coveredPositionId } from '#domain/covered-position.ts'
import { closePnlOf } from '#topics/account.ts'
import type { AccountValue } from '#topics/account.ts'
import type { MtmRecord } from '#topics/proof.ts'
import { legsOf, shareOf } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'

export interface MtmContext {
  readonly cover: Coverage
  readonly value: AccountValue
  /** Of the client's position, signed. */
  readonly held: Quantity | undefined
  /** What positions have lost that are stated beyond the books; not positive. */
  readonly statedResult: Money<'USDC'>
  readonly ratioWorst: number | undefined
  readonly credited: Money<'USDC'>
  readonly isDemo: boolean
}

export function mtmRecord({ cover, value, held, statedResult, ratioWorst, credited, isDemo }: MtmContext): MtmRecord {
  const hedgeMtm = hedgeMtmOf(cover, value)
  const doubtful = [...value.staleMarks, ...value.missingPositions]
  const worth = hedgeMtm ?? zero<'USDC'>()
  const equity = value.equityClose.plus(statedResult)
  const credit = doubtful.length === 0 || worth.isBelow(credited) ? worth : credited
  return {
    coverageId: cover.coverageId,
    account: cover.account,
    positionId: coveredPositionId(cover, held),
    positionPnl: closePnlOf(value),
    hedgeMtm,
    equity,
    drawdownBuffer: equity.minus(cover.drawdownLimit),
    coverageRatio: coverageRatioOf(cover, held),
    coverageRatioWorst: ratioWorst,
    doubtful,
    credit,
    change: credit.minus(credited),
    isStanding: true,
    isDemo,
  }
}

/** The last record of a cover: nothing is credited on it any more. */
export function released(context: MtmContext): MtmRecord {
  const none = { hedgeMtm: undefined, coverageRatioWorst: undefined, credit: zero<'USDC'>(), isStanding: false }
  return { ...mtmRecord(context), ...none, change: context.credited.negated() }
}

/** Of several options the sum; undefined where the books hold none of one that the cover holds. */
function hedgeMtmOf(cover: Coverage, { hedges = [] }: AccountValue): Money<'USDC'> | undefined {
  let worth: Money<'USDC'> | undefined
  for (const leg of legsOf(cover)) {
    if (leg.filled.isZero() && cover.legs !== undefined) continue
    const held = hedges.find(({ instrument }) => instrument === leg.instrument)
    if (held === undefined || !held.quantity.isPositive()) return undefined
    const own = shareOf(leg, held)
    worth = worth?.plus(own) ?? own
  }
  return worth
}

/** Over the cover's own size where the books hold nothing (the position is elsewhere). */
function coverageRatioOf({ filled, size }: Coverage, held: Quantity | undefined): string {
  const protects = held === undefined || held.isZero() ? size.units : held.abs().units
  return protects === 0n ? '0' : formatFixed((filled.units * ONE) / protects, 6, 'floor')
}
