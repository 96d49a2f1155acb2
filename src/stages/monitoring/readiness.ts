/**
 * Readiness, for `/ready`: fresh data, books that agree with the venue, links up, nothing poisoned. Halts and other triggers are named but do
 * not make the service unready: a halted platform still answers, reduces and renews.
 */
import type { EpochMs } from '#units/time.ts'
import { feedAge } from './health.ts'
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
  const checks = [session(state), feedCheck(state, at, config), reconciliation(state), links(state), poisoned(state), breakers(state)]
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

function links({ links: known }: HealthState): Check {
  const down = [...known].filter(([, link]) => link === 'down').map(([venue]) => venue)
  return { name: 'venues', ok: down.length === 0, detail: down.length === 0 ? `${known.size} up` : `down: ${down.join(', ')}` }
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
