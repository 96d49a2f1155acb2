/**
 * Which entries of the audit trail are asked for. What is written every minute (a cover's mark, its credit) is left out until somebody asks for it: it would be
 * nineteen entries of twenty, and none of them a deed.
 */
import { AUDIT_EVENTS_SHOWN } from '#api/contract-decisions.ts'

export type Mode = 'exec' | 'internal'
export const EVERY_EVENT = 'all'
const MARKS: ReadonlySet<string> = new Set(['mtm_position', 'mtm_credit', 'demo_credit'])

export function modeOf(text: string): Mode {
  return text === 'internal' ? 'internal' : 'exec'
}

/** As the server takes it: names with commas, or nothing for all. */
export function eventsAsked(event: string, mode: Mode): string {
  if (event === EVERY_EVENT) return ''
  return event === '' ? AUDIT_EVENTS_SHOWN[mode].filter((name) => !MARKS.has(name)).join(',') : event
}
