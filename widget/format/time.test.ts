/** Instants are cut from their UTC text; spans name two units at most. */
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { clock, countdown, days, instant } from './time.ts'

test('[UI-01] instants stay in UTC, spans name their two largest units', () => {
  const iso = '2026-01-03T08:05:09.120Z'
  deepEqual(
    [
      instant(iso),
      instant(null),
      clock(iso),
      ...[90_061_000, 3_600_000, 65_000, 59_001, 1, 0, Number.NaN].map(countdown),
      days('1'),
      days('7'),
    ].map((text) => text.replaceAll('\u00a0', ' ')),
    ['3 Jan 08:05 UTC', '–', '08:05:09', '1 d 01 h', '1 h 00 min', '1 min 05 s', '60 s', '1 s', 'now', 'now', '1 day', '7 days'],
  )
})
