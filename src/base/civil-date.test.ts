/** The calendar against `Date` (allowed in tests) and against hand-picked days. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  epochMsFromIso,
  epochMsFromIsoDay,
  isoDayOf,
  isoFromEpochMs,
  weekdayOf,
} from './civil-date.ts'

const DAY_MS = 86_400_000

test('[DV-02] known days', () => {
  assert.equal(daysFromCivil({ year: 1970, month: 1, day: 1 }), 0)
  assert.equal(daysFromCivil({ year: 2000, month: 3, day: 1 }), 11_017)
  assert.equal(daysFromCivil({ year: 1969, month: 12, day: 31 }), -1)
  assert.deepEqual(civilFromDays(daysFromCivil({ year: 2024, month: 2, day: 29 })), { year: 2024, month: 2, day: 29 })
  assert.equal(daysInMonth(1900, 2), 28)
  assert.equal(daysInMonth(2000, 2), 29)
  assert.equal(daysInMonth(2026, 13), 0)
})

test('[F-C05] every day of 1999 to 2101 agrees with Date', () => {
  for (let ms = Date.UTC(1999, 0, 1); ms < Date.UTC(2101, 0, 1); ms += DAY_MS) {
    const twin = new Date(ms)
    const civil = { year: twin.getUTCFullYear(), month: twin.getUTCMonth() + 1, day: twin.getUTCDate() }
    assert.deepEqual(civilFromDays(ms / DAY_MS), civil)
    assert.equal(daysFromCivil(civil), ms / DAY_MS)
    assert.equal(weekdayOf(ms + 1), twin.getUTCDay())
  }
})

test('[DV-02] ISO text of any instant agrees with Date and comes back', () => {
  const instants = fc.integer({ min: Date.UTC(1583, 0, 1), max: Date.UTC(9999, 11, 31) })
  fc.assert(
    fc.property(instants, (ms) => {
      const iso = isoFromEpochMs(ms)
      assert.equal(iso, new Date(ms).toISOString())
      assert.equal(epochMsFromIso(iso), ms)
      assert.equal(epochMsFromIsoDay(isoDayOf(ms)), Math.floor(ms / DAY_MS) * DAY_MS)
      assert.equal(weekdayOf(ms), new Date(ms).getUTCDay())
    }),
    { numRuns: 500 },
  )
})

test('[DV-02] shorter ISO forms, UTC only', () => {
  assert.equal(epochMsFromIso('2026-02-05T15:51Z'), Date.UTC(2026, 1, 5, 15, 51))
  assert.equal(epochMsFromIso('2026-02-05T15:51:32.5Z'), Date.UTC(2026, 1, 5, 15, 51, 32, 500))
  assert.equal(epochMsFromIso('2026-02-05T15:51:32+00:00'), Date.UTC(2026, 1, 5, 15, 51, 32))
})

test('[F-M01] a text that is no day or no UTC instant is undefined', () => {
  const bad = [
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    ' 2026-01-01',
    '2026-01-01 ',
    '２０２６-01-01',
    '',
    '20260101',
  ]
  for (const text of bad) assert.equal(epochMsFromIsoDay(text), undefined, text)
  const badInstants = [
    '2026-02-05',
    '2026-02-05T15:51:32',
    '2026-02-05T24:00Z',
    '2026-02-05T15:60Z',
    '2026-02-05T15:51:60Z',
    '2026-02-30T00:00Z',
    '2026-02-05T15:51+01:00',
    '2026-02-05T15Z',
    '2026-02-05T15:51:32.1234Z',
  ]
  for (const text of badInstants) assert.equal(epochMsFromIso(text), undefined, text)
})
