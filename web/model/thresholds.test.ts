/** What comes next in its order, and far-off times in units a person can hold. */
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { comingOf, sigmaTime, type TimeThreshold } from './thresholds.ts'

const at = (
  id: TimeThreshold['id'],
  atIso: string,
  expectedUsdc: string | null = null,
  followedBy: string | null = null,
): TimeThreshold => ({
  id,
  atIso,
  hoursLeft: 0,
  subject: id === 'funding' ? 'BTC_USDC-PERPETUAL' : 'cov-1',
  name: id === 'funding' ? 'BTC_USDC-PERPETUAL' : 'BTC-3JAN26-80000-P',
  followedBy,
  expectedUsdc,
  source: 'test',
})

test('[UI-04] the first to come stands first, what is past is gone, and an estimate is called one', () => {
  const times = [
    at('cover_expiry', '2026-01-03T08:00:00.000Z'),
    at('funding', '2026-01-01T08:00:00.000Z', '-9.0123'),
    at('renewal_due', '2026-01-01T00:30:00.000Z'),
  ]
  deepEqual(
    comingOf(times, '2026-01-01T01:00:00.000Z').map(({ what, note, leftMs }) => [what, note, leftMs / 3_600_000]),
    [
      ['Funding', 'about 9.01 USDC to pay', 7],
      ['Cover ends', 'BTC-3JAN26-80000-P: it settles against the settlement price', 55],
    ],
  )
  equal(comingOf([at('funding', '2026-01-01T08:00:00.000Z', '2.5')], '2026-01-01T01:00:00.000Z')[0]?.note, 'about 2.50 USDC to receive')
  const followed = at('cover_expiry', '2026-01-03T08:00:00.000Z', null, 'BTC-10JAN26-78000-P')
  equal(comingOf([followed], '2026-01-01T01:00:00.000Z')[0]?.note, 'BTC-3JAN26-80000-P: its follower BTC-10JAN26-78000-P stands')
  deepEqual(comingOf(times, '2026-01-04T00:00:00.000Z'), [])
})

test('[UI-04] the time to one standard deviation keeps two digits', () => {
  const shown = [null, 0, 0.5, 1, 47.4, 48, 13.9 * 24, 14 * 24, 364 * 24, 366 * 24].map(sigmaTime)
  deepEqual(
    shown.map((text) => text.replace('\u00a0', ' ')),
    ['', '1 min', '30 min', '1 h', '47 h', '2 d', '14 d', '2 wk', '52 wk', '1 y'],
  )
})
