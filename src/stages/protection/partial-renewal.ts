/**
 * Renewals that were bought in part (P-13). What was bought of such a try is sold again, so each one costs the client a spread and two fees; trying for
 * ever would spend the account on a market that has not the size. Bounded twice: `partialRenewalsMax` tries, and `partialRenewalsForMs` from the first.
 * Until then the standing cover shows `renewal_partial` with tries, limit and deadline (`renewalTries`); at the bound `renewal_abandoned`, which is
 * final: no further order, by the clock or on request. The record says what follows at the end of the cover under its policy. A try that bought
 * nothing costs nothing and is not counted. Times in epoch ms; a purchase that is under way at the deadline is not interrupted.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { CoverageId } from '#domain/order.ts'
import { later } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { Coverage, RenewalTries } from '#topics/protection.ts'
import { successorOf } from './coverage-state.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because, covered, decided, timer } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { withoutAlarm } from './roll.ts'

const TIMER = 'partial-renewal:'
/** What a renewal that did not come about left on the cover it was to follow. */
const ALARMS: ReadonlySet<string> = new Set(['renewal_partial', 'renewal_abandoned', 'renewal_without_consent'])

/** A cover was told, `was` before it: a renewal that failed half way counts, one that stands takes the alarm off the cover it follows. */
export function onRenewalTold(
  state: CoverageState,
  cover: Coverage,
  was: Coverage | undefined,
  now: Now,
  config: CoverageConfig,
): readonly Out[] {
  const old = cover.previousCoverageId === undefined ? undefined : state.coverages.get(cover.previousCoverageId)
  if (old?.state !== 'active' || was?.state !== 'pending') return []
  if (cover.state === 'active') return ALARMS.has(old.alarm ?? '') ? [covered(withoutTries(old))] : []
  if (cover.state !== 'failed' || !cover.filled.isPositive()) return []
  const since = old.renewalTries?.since ?? now.at
  const tries: RenewalTries = {
    state: 'trying',
    partial: (old.renewalTries?.partial ?? 0) + 1,
    partialMax: config.partialRenewalsMax,
    since,
    until: deadlineOf(old, since, config),
  }
  if (tries.partial >= tries.partialMax) return abandoned(old, tries, now, { field: 'tries', seen: tries.partial, limit: tries.partialMax })
  const why = because(now.seq, { code: 'renewal_partial', field: 'tries', seen: tries.partial, limit: tries.partialMax })
  const { account, coverageId } = old
  const detail = {
    failed: cover.coverageId,
    filled: cover.filled.toString(),
    size: cover.size.toString(),
    until: isoFromEpochMs(tries.until),
  }
  const timers = old.renewalTries === undefined ? [timer(`${TIMER}${coverageId}`, tries.until)] : []
  return [alarmed(old, 'renewal_partial', tries, why), decided('renewal_partial', { account, coverageId, detail }, why), ...timers]
}

function deadlineOf({ expiry }: Coverage, since: EpochMs, { partialRenewalsForMs }: CoverageConfig): EpochMs {
  const until = later(since, partialRenewalsForMs)
  return until < expiry ? until : expiry
}

/** On every tick: the time for tries that were bought in part may be over, whether or not another was made. */
export function outOfTime(state: CoverageState, old: Coverage, now: Now): readonly Out[] {
  const { renewalTries: tries } = old
  if (tries?.state !== 'trying' || now.at < tries.until || successorOf(state, old.coverageId) !== undefined) return []
  return abandoned(old, tries, now, { field: 'at', seen: now.at, limit: tries.until })
}

/** Given up: nothing is bought for this cover any more. */
export function isAbandoned({ renewalTries }: Pick<Coverage, 'renewalTries'>): boolean {
  return renewalTries?.state === 'abandoned'
}

/** Why no renewal of this cover is bought, whoever asks. */
export function whyAbandoned(state: CoverageState, id: CoverageId | undefined, seq: number): Explanation | undefined {
  const tries = id === undefined ? undefined : state.coverages.get(id)?.renewalTries
  if (tries?.state !== 'abandoned') return undefined
  return because(seq, { code: 'renewal_abandoned', field: 'tries', seen: tries.partial, limit: tries.partialMax })
}

interface Bound {
  readonly field: 'tries' | 'at'
  readonly seen: number
  readonly limit: number
}
function abandoned(old: Coverage, tries: RenewalTries, { seq }: Now, bound: Bound): readonly Out[] {
  const { account, coverageId, terms, expiry } = old
  const why = because(seq, { code: 'renewal_abandoned', ...bound })
  const detail = {
    tries: String(tries.partial),
    since: isoFromEpochMs(tries.since),
    until: isoFromEpochMs(tries.until),
    policy: terms.renewal,
    atExpiry: terms.renewal === 'hold-limit' ? 'position_closing' : 'unprotected',
    expiryIso: isoFromEpochMs(expiry),
  }
  return [
    alarmed(old, 'renewal_abandoned', { ...tries, state: 'abandoned' }, why),
    decided('renewal_abandoned', { account, coverageId, detail }, why),
  ]
}

/** An alarm about the hedge itself is the graver one and stays. */
export function takesAlarm({ alarm }: Pick<Coverage, 'alarm'>): boolean {
  return alarm === undefined || alarm === 'below_drawdown_limit' || ALARMS.has(alarm)
}

function alarmed(old: Coverage, alarm: string, renewalTries: RenewalTries, explanation: Explanation): Out {
  return covered(takesAlarm(old) ? { ...old, renewalTries, alarm, explanation } : { ...old, renewalTries })
}

function withoutTries(old: Coverage): Coverage {
  const { renewalTries: _, ...rest } = withoutAlarm(old)
  return rest
}
