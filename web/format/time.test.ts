/** Instants are cut from their UTC text and spans name two units at most. */
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import * as time from './time.ts'

const { clock, isoOf } = time
const spaced = (text: string): string => text.replaceAll('\u00a0', ' ')
const age = (ms: number): string => spaced(time.age(ms))
const countdown = (ms: number): string => spaced(time.countdown(ms))
const dayAndMinute = (iso: string | undefined): string => spaced(time.dayAndMinute(iso))

test('instants stay in UTC whatever the time zone of the reader', () => {
  const iso = '2026-02-03T14:22:08.120Z'
  deepEqual([clock(iso), dayAndMinute(iso), clock(null), dayAndMinute(undefined)], ['14:22:08', '3 Feb 14:22', '–', '–'])
  deepEqual(isoOf(Date.UTC(2026, 1, 3, 14, 22, 8, 120)), iso)
})

test('a countdown names its two largest units, at, just under and just over each', () => {
  const DAY = 86_400_000
  deepEqual([3 * DAY + 4 * 3_600_000, DAY, DAY - 1, 3_600_000, 3_599_999, 65_000, 999, 0, -1, NaN].map(countdown), [
    '3 d 04 h',
    '1 d 00 h',
    '23 h 59 min',
    '1 h 00 min',
    '59 min 59 s',
    '1 min 05 s',
    '0 min 00 s',
    'now',
    'now',
    'now',
  ])
})

test('an age is fine below ten seconds and unknown when it is no number', () => {
  deepEqual([0, 440, 9_999, 10_000, 59_999, 60_000, NaN].map(age), ['0.0 s', '0.4 s', '10.0 s', '10 s', '59 s', '1 min 00 s', '–'])
})
