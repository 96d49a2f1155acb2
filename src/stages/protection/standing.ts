/**
 * Does what stands still stand? A cover is `active` only while the books hold its option, and it protects only while there is a position.
 *   hedge_missing   the hedge book holds a part of it: the cover goes on with that part, with an alarm
 *   hedge_gone      it holds none of it: the cover is `closed`, with an alarm; nothing is bought in its place, and a position left is told bare
 *   over_protected  the position is gone: the option stays, since it can only pay; no renewal follows
 * A venue's liquidation is both, in this order: the position's fill, then the option's. Judged with each position told and each minute. What a
 * sale of our own has in flight may be sold already and does not count as missing; a delivery empties the book without anything being lost.
 * After what stands, what failed and waits for a buyer is held against the rest of the book: what the venue has taken nobody sells any more, and
 * a cover of which all is gone has come to its end, with what the venue paid for it as far as the books tell (the fee of a liquidation is the
 * account's, not the purchase's).
 */
import type { AccountId } from '#domain/order.ts'
import { zero } from '#units/money.ts'
import { noQuantity } from '#units/quantity.ts'
import { SILENT } from '#engine/component.ts'
import { coverName, legsOf } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import { hasSaid, hedgeKey, standingCovers } from './coverage-state.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because, covered, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { hedgesLeft, lost } from './hedge-left.ts'
import { protectedSize } from './protected-position.ts'
import { rollsOn, takeRollProceeds, withoutAlarm } from './roll.ts'
import { standingAlarm } from './standing-alarm.ts'
import { awaitsBuyer, isBeingSold } from './unwind-state.ts'
import { unsoldLeft } from './unsold.ts'

/** An account's covers, or all of them. */
export function checkStanding(
  state: CoverageState,
  account: AccountId | undefined,
  now: Now,
  config: CoverageConfig,
  mayFollow = false,
): readonly Out[] {
  const left = hedgesLeft(state, { account, at: now.at, mayFollow })
  const out: Out[] = []
  for (const cover of standingCovers(state))
    if (account === undefined || cover.account === account)
      out.push(...check(state, cover, { now, config, left: left.get(cover.coverageId), minute: account === undefined }))
  for (const [id, held] of left) {
    const cover = state.coverages.get(id)
    if (cover !== undefined && awaitsBuyer(cover)) out.push(...unsoldLeft(state, cover, held, now))
  }
  return out
}

interface Check {
  readonly now: Now
  readonly config: CoverageConfig
  /** What is left of it, where that is less than it says. */
  readonly left: Coverage | undefined
  readonly minute: boolean
}
function check(state: CoverageState, cover: Coverage, { now, config, left, minute }: Check): readonly Out[] {
  if (cover.state === 'settling') return minute && now.at >= cover.expiry ? neverSettles(state, cover, now) : SILENT // else its client sells it
  if (now.at >= cover.expiry) return SILENT
  if (left !== undefined) return left.filled.isZero() ? hedgeGone(state, cover, now, config) : hedgeMissing(cover, left, now)
  return positionLeft(state, cover, now, config)
}

function hedgeMissing(cover: Coverage, left: Coverage, now: Now): readonly Out[] {
  const why = lost(cover, left.filled, 'hedge_missing', now)
  const { account, coverageId } = cover
  const isSurplus = legsOf(left).every(({ filled, size }) => filled.compare(size) >= 0)
  const next: Coverage = isSurplus ? standingAlarm(left) : { ...left, alarm: 'hedge_missing', explanation: why }
  return [covered(next), decided('hedge_missing', { account, coverageId, detail: { instrument: coverName(cover) } }, why)]
}

function hedgeGone(state: CoverageState, cover: Coverage, now: Now, { requirePosition }: CoverageConfig): readonly Out[] {
  const why = lost(cover, noQuantity(), 'hedge_gone', now)
  const { account, coverageId, terms } = cover
  const bare = protectedSize(state, terms)
  const detail = { instrument: coverName(cover), position: bare.toString(), drawdownLimit: cover.drawdownLimit.toString() }
  return [
    covered({ ...cover, state: 'closed', alarm: 'hedge_gone', explanation: why }),
    decided('hedge_gone', { account, coverageId, detail }, why),
    ...(requirePosition && bare.isZero() ? [] : [decided('unprotected', { account, coverageId, detail }, why)]),
    ...withoutSale(state, cover, now),
  ]
}

/** A new cover that counted on the sale of this one has its final floor now. */
function withoutSale(state: CoverageState, cover: Coverage, now: Now): readonly Out[] {
  const next = rollsOn(state, cover.coverageId)
  return next === undefined ? [] : takeRollProceeds(state, next, { proceeds: zero(), fee: zero(), complete: true }, now)
}

/** Past its expiry and nothing in the books to deliver: no settlement will ever end it. */
function neverSettles(state: CoverageState, cover: Coverage, now: Now): readonly Out[] {
  const keys = legsOf(cover).flatMap(({ instrument, payout, filled }) =>
    payout === undefined && filled.isPositive() ? [hedgeKey(cover.account, instrument)] : [],
  )
  if (isBeingSold(state, cover.coverageId) || !keys.every((key) => state.hedges.get(key)?.units === 0n && !state.delivered.has(key)))
    return SILENT
  const why = lost(cover, noQuantity(), 'hedge_gone', now)
  const { account, coverageId } = cover
  return [
    covered({ ...cover, state: 'closed', alarm: 'hedge_gone', explanation: why }),
    decided('hedge_gone', { account, coverageId, detail: { instrument: coverName(cover) } }, why),
    ...withoutSale(state, cover, now),
  ]
}

function positionLeft(state: CoverageState, cover: Coverage, { seq }: Now, { requirePosition }: CoverageConfig): readonly Out[] {
  const { account, coverageId, terms, alarm } = cover
  if (!requirePosition || !(state.held.has(account) || state.stated.has(account))) return SILENT
  if (!protectedSize(state, terms).isZero()) return alarm === 'over_protected' ? [covered(withoutAlarm(cover))] : SILENT
  const why = because(seq, { code: 'over_protected', field: 'position', seen: '0', limit: cover.filled.toString() })
  const said = hasSaid(state, 'over_protected', coverageId)
  const detail = { side: terms.side, instrument: coverName(cover) }
  return [
    ...(alarm === undefined || alarm === 'below_drawdown_limit' ? [covered({ ...cover, alarm: 'over_protected', explanation: why })] : []),
    ...(said ? [] : [decided('over_protected', { account, coverageId, detail }, why)]),
  ]
}
