/**
 * Does what stands still stand? A cover is `active` only while the books hold its option, and it protects only while there is a position.
 *   hedge_missing   the hedge book holds a part of it: the cover goes on with that part, with an alarm
 *   hedge_gone      it holds none of it: the cover is `closed`, with an alarm; nothing is bought in its place, and a position left is told bare
 *   over_protected  the position is gone: the option stays, since it can only pay; no renewal follows
 * A venue's liquidation is both, in this order: the position's fill, then the option's. Judged with each position told and each minute. What a
 * sale of our own has in flight may be sold already and does not count as missing; a delivery empties the book without anything being lost.
 */
import { instrumentOf } from '#domain/catalogue.ts'
import type { AccountId } from '#domain/order.ts'
import { zero } from '#units/money.ts'
import { noQuantity, Quantity } from '#units/quantity.ts'
import { SILENT } from '#engine/component.ts'
import type { EventOf } from '#engine/component.ts'
import { coverName, legsOf, withFilled } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import { hasSaid, hedgeKey, standingCovers } from './coverage-state.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because, covered, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { protectedSize } from './protected-position.ts'
import { rollsOn, takeRollProceeds, withoutAlarm } from './roll.ts'

export function keepHedge(state: CoverageState, { book, account, instrument, quantity }: EventOf<'position_states'>['body']): void {
  if (book !== 'hedge') return
  const found = instrumentOf(instrument)
  if (found.ok && found.value.kind === 'option') state.hedges.set(hedgeKey(account, instrument), quantity.units)
}

/** An account's covers, or all of them. */
export function checkStanding(state: CoverageState, account: AccountId | undefined, now: Now, config: CoverageConfig): readonly Out[] {
  const spent = new Map<string, bigint>()
  const out: Out[] = []
  for (const cover of standingCovers(state))
    if (account === undefined || cover.account === account)
      out.push(...check(state, cover, { now, config, spent, minute: account === undefined }))
  return out
}

interface Check {
  readonly now: Now
  readonly config: CoverageConfig
  readonly spent: Map<string, bigint>
  readonly minute: boolean
}
function check(state: CoverageState, cover: Coverage, { now, config, spent, minute }: Check): readonly Out[] {
  if (cover.state === 'settling') return minute && now.at >= cover.expiry ? neverSettles(state, cover, now) : SILENT // else its client sells it
  if (now.at >= cover.expiry) return SILENT
  const left = hedgeLeft(state, cover, spent)
  if (left !== undefined) return left.filled.isZero() ? hedgeGone(state, cover, now, config) : hedgeMissing(cover, left, now)
  return positionLeft(state, cover, now, config)
}

/** A cover with what is left of its hedge; undefined where it is all there, or where nobody has told. The oldest cover is served first. */
function hedgeLeft(state: CoverageState, cover: Coverage, spent: Map<string, bigint>): Coverage | undefined {
  let next: Coverage | undefined
  for (const leg of legsOf(cover)) {
    const left = legLeft(state, cover, leg, spent)
    if (left !== undefined) next = withFilled(next ?? cover, leg.instrument, new Quantity<'BTC'>(left))
  }
  return next
}

function legLeft(
  state: CoverageState,
  { account, coverageId, legs }: Coverage,
  leg: CoverLeg,
  spent: Map<string, bigint>,
): bigint | undefined {
  const key = hedgeKey(account, leg.instrument)
  const held = state.hedges.get(key)
  if (held === undefined || state.delivered.has(key)) return undefined
  const wanted = leg.filled.compare(leg.size) > 0 ? leg.size.units : leg.filled.units
  const used = spent.get(key) ?? 0n
  spent.set(key, used + wanted)
  const unwind = state.unwinds.get(coverageId)
  const isInFlight = unwind?.intentId !== undefined && (legs === undefined || unwind.instrument === leg.instrument)
  const left = held + (isInFlight ? (legs === undefined ? unwind.left.units : leg.filled.units) : 0n) - used
  if (left >= wanted) return undefined
  return left > 0n ? left : 0n
}

function lost(cover: Coverage, left: Quantity<'BTC'>, code: 'hedge_gone' | 'hedge_missing', { seq }: Now) {
  const seen = left.toString()
  return because(seq, { code, field: 'hedge', seen, limit: cover.filled.toString() })
}

function hedgeMissing(cover: Coverage, left: Coverage, now: Now): readonly Out[] {
  const why = lost(cover, left.filled, 'hedge_missing', now)
  const { account, coverageId } = cover
  const next: Coverage = { ...left, alarm: 'hedge_missing', explanation: why }
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
  const keys = legsOf(cover).flatMap(({ instrument, payout }) => (payout === undefined ? [hedgeKey(cover.account, instrument)] : []))
  if (!keys.every((key) => state.hedges.get(key) === 0n && !state.delivered.has(key))) return SILENT
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
