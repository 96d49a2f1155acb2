/** Sides, due instants and the rate of an interval, at their edges. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationMs, epochMs, HOUR_MS } from '#units/time.ts'
import { fundingRateInterval, fundingSide, nextFundingAt } from './funding.ts'

const at = (iso: string): number => Date.UTC(2026, 0, 29, Number(iso.slice(0, 2)), Number(iso.slice(3, 5)), 0, Number(iso.slice(6) || 0))

test('[DV-06] a long pays a positive rate and receives a negative one, a short the other way round, nobody pays zero', () => {
  assert.deepEqual([fundingSide(1n, 0.0001), fundingSide(-1n, 0.0001)], ['paying', 'receiving'])
  assert.deepEqual([fundingSide(1n, -0.0001), fundingSide(-1n, -0.0001)], ['receiving', 'paying'])
  assert.deepEqual([fundingSide(0n, 0.0001), fundingSide(1n, 0), fundingSide(1n, -0)], ['none', 'none', 'none'])
})

test('[DV-06] due on the grid of the interval from midnight UTC, strictly after the instant', () => {
  const due = (time: string, hours: number): number => nextFundingAt(epochMs(at(time)), durationMs(hours * HOUR_MS))
  assert.equal(due('07:59', 8), at('08:00'))
  assert.equal(due('08:00', 8), at('16:00'))
  assert.equal(due('09:30', 4), at('12:00'))
  assert.equal(due('09:30', 1), at('10:00'))
})

test('[DV-06] one interval charges its share of the rate of eight hours', () => {
  for (const [hours, share] of [
    [8, 1],
    [4, 0.5],
    [1, 0.125],
  ] as const)
    assert.equal(fundingRateInterval(0.0008, durationMs(hours * HOUR_MS)), 0.0008 * share)
})
