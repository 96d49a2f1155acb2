/** Listed expiries against those that recorded chains list, and the dates in instrument names. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { expiryCode, listedExpiries } from './calendar.ts'

const at = (iso: string) => Date.parse(iso)

test('[DV-11] expiries are those the recorded chains list: before 08:00 today is among them, after it is not', () => {
  const table = [
    ['2026-02-06T04:30:12Z', '6FEB26 7FEB26 8FEB26 9FEB26 13FEB26 20FEB26 27FEB26 27MAR26 24APR26 26JUN26 25SEP26 25DEC26'],
    ['2026-02-01T09:23:23Z', '2FEB26 3FEB26 4FEB26 5FEB26 6FEB26 13FEB26 20FEB26 27FEB26 27MAR26 24APR26 26JUN26 25SEP26 25DEC26'],
    ['2026-02-06T08:00:00Z', '7FEB26 8FEB26 9FEB26 10FEB26 13FEB26 20FEB26 27FEB26 6MAR26 27MAR26 24APR26 26JUN26 25SEP26 25DEC26'],
  ] as const
  for (const [now, codes] of table) assert.equal(listedExpiries(at(now)).map(expiryCode).join(' '), codes, now)
})

test('[DV-11] every expiry is at 08:00 UTC, later than now, once, over twelve years of days', () => {
  for (let day = 0; day < 4400; day += 7) {
    const now = at('2024-02-27T08:00:00Z') + day * 86_400_000
    const expiries = listedExpiries(now)
    assert.equal(new Set(expiries).size, expiries.length)
    for (const expiry of expiries) assert.ok(expiry > now && expiry % 86_400_000 === 8 * 3_600_000 && expiry - now < 380 * 86_400_000)
  }
})

test('[DV-11] dates are written as Deribit writes them, leap days and years of two digits included', () => {
  for (const [iso, code] of [
    ['2024-02-29T08:00:00Z', '29FEB24'],
    ['2025-06-27T08:00:00Z', '27JUN25'],
    ['2026-01-02T08:00:00Z', '2JAN26'],
    ['2100-03-01T08:00:00Z', '1MAR00'],
    ['2109-12-31T08:00:00Z', '31DEC09'],
  ] as const)
    assert.equal(expiryCode(at(iso)), code)
})
