/**
 * Which cover a renewal on request means, and whether it may be renewed now (P-13). A cover of another account is the same answer as none. A schedule
 * may name its cover by the instant of its end alone, as the document's request does, where one cover of the account ends then.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import type { EventOf } from '#engine/component.ts'
import { later } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { Coverage } from '#topics/protection.ts'
import { checkRepeated, parseRenewal, parseSchedule } from './auto-renew-request.ts'
import { windowOf } from './auto-renew-state.ts'
import type { Admitted, AutoRenewConfig, AutoRenewState } from './auto-renew-state.ts'

export type AutoRenewCode =
  | 'invalid_payload'
  | 'unknown_coverage'
  | 'cover_not_active'
  | 'cover_ended'
  | 'renewal_terms_differ'
  | 'expiry_differs'
  | 'ambiguous_expiry'

interface Inputs {
  readonly state: AutoRenewState
  readonly command: EventOf<'accepted_commands'>['body']
  readonly at: EpochMs
  readonly config: AutoRenewConfig
}

export function admitRenewal({ state, command, at, config }: Inputs): Result<Admitted, AutoRenewCode> {
  const wish = parseRenewal(command.params, command.account)
  if (!wish.ok) return wish
  const { coverageId, tenorDays, repeated } = wish.value
  if (coverageId === undefined) return refuse('invalid_payload', 'coverageId', undefined, 'the cover to be renewed')
  const cover = standing(state, coverageId, command.account, at)
  if (!cover.ok) return cover
  const same = checkRepeated(cover.value, repeated)
  if (!same.ok) return same
  const notBefore = later(cover.value.expiry, -windowOf(state, cover.value, config))
  return ok({ cover: cover.value, tenorDays, schedule: undefined, notBefore })
}

export function admitSchedule({ state, command, at }: Inputs): Result<Admitted, AutoRenewCode> {
  const wish = parseSchedule(command.params, command.account)
  if (!wish.ok) return wish
  const { coverageId, tenorDays, repeated, enabled, nextExpiry, windowMs } = wish.value
  const cover = coverageId === undefined ? endingAt(state, command.account, nextExpiry) : standing(state, coverageId, command.account, at)
  if (!cover.ok) return cover
  const { expiry } = cover.value
  if (expiry !== nextExpiry) {
    const own = isoFromEpochMs(expiry)
    return refuse('expiry_differs', 'nextExpiryIso', isoFromEpochMs(nextExpiry), own, { field: 'nextExpiryIso', to: own })
  }
  const same = checkRepeated(cover.value, repeated)
  return same.ok ? ok({ cover: cover.value, tenorDays, schedule: { enabled, windowMs }, notBefore: undefined }) : same
}

function standing(
  { covers }: AutoRenewState,
  id: CoverageId,
  account: AccountId,
  at: EpochMs,
): Result<Coverage, 'unknown_coverage' | 'cover_not_active' | 'cover_ended'> {
  const cover = covers.get(id)
  if (cover?.account !== account) return refuse('unknown_coverage', 'coverageId', id, 'a cover of this account that stands')
  if (cover.state !== 'active') return refuse('cover_not_active', 'coverageId', cover.state, 'active')
  return at < cover.expiry ? ok(cover) : refuse('cover_ended', 'coverageId', isoFromEpochMs(at), isoFromEpochMs(cover.expiry))
}

function endingAt(
  { covers }: AutoRenewState,
  account: AccountId,
  expiry: EpochMs,
): Result<Coverage, 'unknown_coverage' | 'ambiguous_expiry'> {
  const found = [...covers.values()].filter((cover) => cover.account === account && cover.state === 'active' && cover.expiry === expiry)
  const [only] = found
  if (only === undefined) return refuse('unknown_coverage', 'nextExpiryIso', isoFromEpochMs(expiry), 'the end of a cover of this account')
  if (found.length === 1) return ok(only)
  return refuse('ambiguous_expiry', 'coverageId', undefined, found.map(({ coverageId }) => coverageId).join(' or '))
}
