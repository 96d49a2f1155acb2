/** The field's text is read in the zone that is chosen; half a date is no instant. */
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { instantOfField } from './local-input.ts'

test('a filled field is an instant, anything else none', () => {
  deepEqual(['2026-02-03T14:22', '2026-02-03T14:22:30', '', '2026-02-03', '2026-02-30Tab:cd'].map(instantOfField), [
    Date.UTC(2026, 1, 3, 14, 22),
    Date.UTC(2026, 1, 3, 14, 22, 30),
    undefined,
    undefined,
    undefined,
  ])
})
