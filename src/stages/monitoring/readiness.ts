/**
 * Readiness, for `/ready`: fresh data, books that agree with the venue, links up, nothing poisoned. Halts and other triggers are named but do
 * not make the service unready: a halted platform still answers, reduces and renews.
 */
import type { EpochMs } from '#units/time.ts'
import { feedAge } from './feed-age.ts'
import type { HealthConfig, HealthState } from './health.ts'

export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}
export interface Readiness {
  readonly ready: boolean
  readonly checks: readonly Check[]
}

export function readiness(state: HealthState, at: EpochMs, config: HealthConfig): Readiness {
  const checks = [
    session(state),
    feedCheck(state, at, config),
    reconciliation(state),
    links(state, config),
    poisoned(state),
    breakers(state),
  ]
  return { ready: checks.every(({ ok }) => ok), checks }
}

function session({ startedAt }: HealthState): Check {
  return { name: 'session', ok: startedAt !== undefined, detail: startedAt === undefined ? 'not started' : 'started' }
}

function feedCheck(state: HealthState, at: EpochMs, config: HealthConfig): Check {
  const { fresh, ageMs, limitMs } = feedAge(state, at, config)
  return { name: 'market data', ok: fresh, detail: ageMs === undefined ? 'no index seen' : `index ${ageMs} ms old, limit ${limitMs} ms` }
}

function reconciliation({ reconciled, accounts }: HealthState): Check {
  const differing = [...reconciled].filter(([, outcome]) => outcome === 'differs').map(([account]) => account)
  const unseen = [...accounts].filter((account) => !reconciled.has(account))
  const ok = differing.length === 0 && unseen.length === 0
  const detail = ok
    ? `${reconciled.size} accounts agree with the venue`
    : [...differing.map((account) => `${account} differs`), ...unseen.map((account) => `${account} not reconciled yet`)].join(', ')
  return { name: 'reconciliation', ok, detail }
}

/** Each by its name: the configured ones, and any other that ever said something. */
function links({ links: known }: HealthState, { venues }: HealthConfig): Check {
  const all = [...new Set([...venues, ...known.keys()])]
  const up = all.filter((venue) => known.get(venue) === 'up')
  const others = all.filter((venue) => known.get(venue) !== 'up').map((venue) => `${venue} ${known.get(venue) ?? 'not linked yet'}`)
  const detail = `${up.length} of ${all.length} up${all.length === 0 ? '' : `: ${[...up, ...others].join(', ')}`}`
  return { name: 'venues', ok: others.length === 0, detail }
}

function poisoned({ poisoned: count }: HealthState): Check {
  return { name: 'inputs', ok: count === 0, detail: count === 0 ? 'none failed' : `${count} failed: reduce-only until cleared` }
}

function breakers({ triggers }: HealthState): Check {
  const standing = [...triggers.values()].map(
    ({ source, action, account }) => `${source} ${action}${account === undefined ? '' : ` (${account})`}`,
  )
  return { name: 'breakers', ok: true, detail: standing.length === 0 ? 'none tripped' : standing.join(', ') }
}
