/** One instant in the zone that was chosen, and the zone's name beside it. */
import { afterEach, test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { dayAndMinute, instant } from './time.ts'
import { chooseZone, inZone, onZone, zoneName, zoneNow } from './zone.ts'

process.env['TZ'] = 'Asia/Kolkata' // five and a half hours ahead, without summer time
const ISO = '2026-01-03T20:30:15.000Z'
const shown = (text: string): string => text.replaceAll('\u00a0', ' ')
afterEach(() => chooseZone('utc'))

test('[UI-04] UTC is the first choice and says so', () => {
  deepEqual([zoneNow(), shown(instant(ISO)), inZone(ISO)], ['utc', '3 Jan 20:30 UTC', ISO])
})

test('[UI-04] local time moves the day as well, and is named by its offset', () => {
  let told = 0
  const stop = onZone(() => void told++)
  chooseZone('local')
  stop()
  chooseZone('local')
  equal(told, 1)
  deepEqual([shown(dayAndMinute(ISO)), zoneName(ISO), shown(instant(ISO))], ['4 Jan 02:00', 'UTC+5:30', '4 Jan 02:00 UTC+5:30'])
})

test('[UI-04] a zone behind UTC, and one that changes with the season', () => {
  process.env['TZ'] = 'America/New_York'
  deepEqual([zoneName('2026-01-03T12:00:00.000Z', 'local'), zoneName('2026-07-03T12:00:00.000Z', 'local')], ['UTC−5', 'UTC−4'])
  process.env['TZ'] = 'Europe/London'
  equal(zoneName('2026-01-03T12:00:00.000Z', 'local'), 'UTC+0')
  process.env['TZ'] = 'Asia/Kolkata'
})
