/**
 * Renewal on time (P-13, design section 2). From `renewWindowMs` before expiry each tick asks for a following cover until one is on its way;
 * hold-limit carries the account's limit along, rolling starts from the index as it is. While none stands, also where an order for one is out
 * without an answer or the market is silent, it escalates by the clock alone: `renewal_escalated` from `escalateMs` before the end, with
 * time left to act, `renewal_gap` from `gapNoticeMs`: the cover is about to end without one. At expiry the cover settles.
 */
import type { EventOf } from '#engine/component.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { Coverage } from '#topics/protection.ts'
import { hasSaid, pruneCoverageState, standingCovers, successorOf } from './coverage-state.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { deliveredBefore, settle, settlesNow } from './expiry.ts'
import { isAbandoned, outOfTime } from './partial-renewal.ts'
import { coverableSize } from './protected-position.ts'
import { retrySales } from './unwinding.ts'

export function onTick(state: CoverageState, event: EventOf<'clock_tick'>, config: CoverageConfig): readonly Out[] {
  const { at, seq } = event
  if (event.body.name === 'minute') pruneCoverageState(state, at, config)
  const life = standingCovers(state).flatMap((cover) => {
    if (cover.state !== 'active') return at >= cover.expiry ? settling(state, cover, { at, seq }, config) : []
    return at >= cover.expiry ? settle(state, cover, { at, seq }, config) : standOrRenew(state, cover, { at, seq }, config)
  })
  return [...life, ...retrySales(state, { at, seq }, config)]
}

/** Its client was closing it when the clock passed its end, or it was bought so late that the venue had delivered it. */
function settling(state: CoverageState, cover: Coverage, now: Now, config: CoverageConfig): readonly Out[] {
  const delivered = deliveredBefore(state, cover, now, config)
  return delivered.length > 0 ? delivered : settlesNow(state, cover, now, config)
}

function standOrRenew(state: CoverageState, cover: Coverage, now: Now, config: CoverageConfig): readonly Out[] {
  const over = outOfTime(state, cover, now)
  return over.length > 0 ? over : renew(state, cover, now, config)
}

function renew(state: CoverageState, cover: Coverage, { at, seq }: Now, config: CoverageConfig): readonly Out[] {
  const { coverageId, account, terms } = cover
  const left = cover.expiry - at
  const next = successorOf(state, coverageId)
  if (terms.renewal === 'none' || left > config.renewWindowMs || next?.state === 'active') return []
  const late = escalations(state, cover, left, seq, config)
  if (next !== undefined || isAbandoned(cover)) return late
  const detail = { expiresInMs: String(left), policy: terms.renewal }
  const due = because(seq, { code: 'renewal_due', field: 'expiresInMs', seen: left, limit: config.renewWindowMs })
  const announce = hasSaid(state, 'renewal_due', coverageId) ? [] : [decided('renewal_due', { account, coverageId, detail }, due)]
  const size = coverableSize(state, terms, config)
  if (size.isZero()) return [...announce, ...nothingToCover(state, cover, due)]
  const limit = terms.renewal === 'hold-limit' ? { drawdownLimit: cover.drawdownLimit } : {}
  const body = {
    requestId: `renew-${coverageId}-${seq}`,
    cause: 'renewal',
    renews: coverageId,
    ...limit,
    terms: { ...terms, size },
  } as const
  return [...announce, { topic: 'quote_requests', key: account, body }, ...late]
}

/** Each stage is said once. */
function escalations(
  state: CoverageState,
  { coverageId, account, terms }: Coverage,
  left: number,
  seq: number,
  { escalateMs, gapNoticeMs }: CoverageConfig,
): readonly Out[] {
  const stages = [
    ['renewal_escalated', escalateMs],
    ['renewal_gap', gapNoticeMs],
  ] as const
  return stages.flatMap(([kind, limit]) => {
    if (left > limit || hasSaid(state, kind, coverageId)) return []
    const why = because(seq, { code: 'no_cover_in_time', field: 'expiresInMs', seen: left, limit })
    return [decided(kind, { account, coverageId, detail: { expiresInMs: String(left), policy: terms.renewal } }, why)]
  })
}

/** The position is gone, or smaller than a lot: there is nothing a new cover would protect. Said once. */
function nothingToCover(state: CoverageState, { coverageId, account, terms }: Coverage, due: Explanation): readonly Out[] {
  if (hasSaid(state, 'hedge_action_skipped', coverageId)) return []
  const why = { ...due, code: 'no_position', field: 'side', seen: terms.side, limit: `a ${terms.side} position` }
  return [decided('hedge_action_skipped', { account, coverageId }, why)]
}
