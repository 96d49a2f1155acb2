/** The list of audit entries without what is written every minute, unless that is asked for. */
import { test } from 'node:test'
import { equal, ok } from 'node:assert/strict'
import { AUDIT_EVENTS_SHOWN, entriesQuery } from '#api/contract-decisions.ts'
import { EVERY_EVENT, eventsAsked } from './audit-events.ts'

test('[UI-02] the marks of every minute are left out by default, and shown when asked for', () => {
  for (const mode of ['exec', 'internal'] as const) {
    const asked = eventsAsked('', mode).split(',')
    equal(asked.length, AUDIT_EVENTS_SHOWN[mode].length - 3)
    ok(asked.includes('coverage_activated') && !asked.some((name) => /mtm|demo/.test(name)))
    equal(entriesQuery.safeParse({ mode, event: eventsAsked('', mode) }).success, true, 'as long as the server takes it')
  }
  equal(eventsAsked(EVERY_EVENT, 'exec'), '')
  equal(eventsAsked('mtm_position', 'exec'), 'mtm_position')
})
