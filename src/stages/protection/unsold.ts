/**
 * What failed, or came late to a closed cover, and waits for a buyer, held against the hedge book: what the venue has taken (a liquidation) nobody sells
 * any more. With all of it gone the cover has come to its end and says so; what the venue paid for it, as the books tell it, is what the
 * sale that never came has brought. The fee of a liquidation is the account's, not the purchase's. Units: USDC.
 */
import { SILENT } from '#engine/component.ts'
import { Money, sum, zero } from '#units/money.ts'
import { noQuantity } from '#units/quantity.ts'
import { coverName, legOf, legsOf } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import { hedgeKey } from './coverage-state.ts'
import type { CoverageState } from './coverage-state.ts'
import { covered, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { lost } from './hedge-left.ts'
import { surplusCharge, unwoundCharge } from './settled-charge.ts'

export function unsoldLeft(state: CoverageState, cover: Coverage, left: Coverage, now: Now): readonly Out[] {
  const { account, coverageId } = cover
  const was = state.unwinds.get(coverageId)
  if (was === undefined || was.isAhead) return SILENT
  const isGone = left.filled.isZero()
  const why = lost(cover, left.filled, isGone ? 'hedge_gone' : 'hedge_missing', now)
  const proceeds = sum(legsOf(cover).map((leg) => takenBy(state, cover, leg, left)))
  const detail = { instrument: coverName(cover), lost: cover.filled.minus(left.filled).toString(), proceedsUsdc: proceeds.toString() }
  const unwind = { ...was, proceeds: was.proceeds.plus(proceeds), isAhead: true }
  state.unwinds.set(coverageId, unwind)
  const told = cover.state === 'failed' ? left : { ...left, ...surplusCharge(left, { sold: { proceeds, fee: zero() } }) }
  if (!isGone) return [covered({ ...told, explanation: why }), decided('hedge_missing', { account, coverageId, detail }, why)]
  const charge = cover.state === 'failed' ? unwoundCharge(left, unwind) : {}
  return [
    covered({ ...told, ...charge, alarm: 'hedge_gone', explanation: why }),
    decided('hedge_gone', { account, coverageId, detail }, why),
  ]
}

function takenBy(state: CoverageState, { account }: Coverage, { instrument, filled }: CoverLeg, left: Coverage): Money<'USDC'> {
  const gone = filled.minus(legOf(left, instrument)?.filled ?? noQuantity())
  const brought = state.hedges.get(hedgeKey(account, instrument))?.brought
  return brought === undefined ? zero() : new Money<'USDC'>(brought.times(gone).units)
}
