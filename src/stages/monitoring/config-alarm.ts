/**
 * `config_refused`: a reload whose configuration could not be used, so that the last good one stays in force while its author believes otherwise.
 * Over with the next reload that is taken, or with a start, which takes what it is given or does not start at all.
 */
import type { EventOf } from '#engine/component.ts'

interface ConfigCondition {
  readonly name: 'config_refused'
  readonly subject: 'config'
  readonly severity: 'medium'
  readonly holds: boolean
  readonly seen: string
  readonly limit: string
}

export function configAlarm(event: EventOf<'config_changed'> | EventOf<'session_started'>): ConfigCondition {
  const [first, ...rest] = event.topic === 'config_changed' ? (event.body.problems ?? []) : []
  const about = { name: 'config_refused', subject: 'config', severity: 'medium' } as const
  if (first === undefined) return { ...about, holds: false, seen: 'in force', limit: 'a configuration without problems' }
  const more = rest.length === 0 ? '' : ` and ${rest.length} more`
  return { ...about, holds: true, seen: `${first.field}: ${first.seen} (${first.source})${more}`, limit: first.limit }
}
