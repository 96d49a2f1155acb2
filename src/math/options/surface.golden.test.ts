/**
 * Surfaces of the recorded Deribit chains, December 2025 to May 2026, the fall of February 2026 among them: how many expiries fit, how well, what
 * is left out and why. Bands, not equalities: the figures stand in docs/studies/volatility-surface.md. SHOW_FIGURES=1 prints them, of every
 * snapshot; without it every third is read.
 */
import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { figures, ivRegimeName, markGaps, monthVol, recordedSnapshots, show } from './recorded-chains.fixture.ts'
import type { Fitted } from './recorded-chains.fixture.ts'
import { buildSurface, checkSurface, surfaceFitter, SURFACE_RULES } from './surface.ts'

const SHOWN = process.env['SHOW_FIGURES'] !== undefined
const TENORS: readonly (readonly [days: number, name: string])[] = [
  [1, 'under a day'],
  [3, '1 to 3 days'],
  [8, '3 to 8 days'],
  [30, '8 to 30 days'],
  [90, '30 to 90 days'],
  [400, 'over 90 days'],
]
const tenorOf = (days: number) => TENORS.find(([most]) => days < most)?.[1]
const FALL = { from: Date.UTC(2026, 1, 4), to: Date.UTC(2026, 1, 7) } as const

test('[AN-03] recorded chains: of the expiries of a day and more at least 99 % fit, half of them within 0.7 vol points', (t) => {
  const snapshots = recordedSnapshots(t, SHOWN ? 1 : 3)
  if (snapshots === undefined) return
  const fitter = surfaceFitter()
  const all: readonly Fitted[] = snapshots.map(({ at, expiries }) => ({
    at,
    expiries,
    surface: buildSurface(expiries, SURFACE_RULES, fitter),
  }))
  for (const { surface } of all) assert.ok(checkSurface(surface.slices).ok, 'what stands is free of arbitrage')
  const [day] = figures(all, (days) => (days >= 1 ? 'a day and more' : undefined))
  assert.ok(day !== undefined && day.expiries > 450)
  assert.ok(day.fitted >= 0.99 * day.expiries, `${day.fitted} of ${day.expiries}: ${day.reasons}`)
  assert.ok(day.rmseMedian < 0.7 && day.rmse95 < 1.8 && day.inside > 0.6, JSON.stringify(day))
  const intraday = figures(all, (days) => (days < 1 ? 'under a day' : undefined))[0]
  assert.ok(intraday !== undefined && intraday.fitted >= 0.4 * intraday.expiries && intraday.rmseMedian < 2.5, JSON.stringify(intraday))
  for (const { surface } of all) {
    for (const { refusal } of surface.faults) assert.ok(refusal.field.length > 0 && refusal.limit !== null, JSON.stringify(refusal))
  }
  const fallen = figures(all, (days, { at }) => (days >= 1 && at >= FALL.from && at < FALL.to ? 'fall' : undefined))[0]
  assert.ok(fallen !== undefined && fallen.fitted >= 0.9 * fallen.expiries, `in the fall of February: ${JSON.stringify(fallen)}`)
  const gaps = markGaps(all)
  const [median, most] = [0.5, 0.95].map((share) => gaps[Math.floor(gaps.length * share)] ?? Number.NaN) as [number, number]
  assert.ok(gaps.length > 10_000 && median < 0.5 && most < 2, `${median}, ${most} vol points from the venue's own mark vols`)
  if (!SHOWN) return
  t.diagnostic(`${gaps.length} options near the money, from the mark vol: median ${median.toFixed(2)}, 95 % ${most.toFixed(2)} vol points`)
  t.diagnostic(`${all.length} snapshots`)
  const regime = (_days: number, fitted: Fitted) => (_days >= 1 ? ivRegimeName(monthVol(fitted)) : undefined)
  for (const [title, groupOf] of [
    ['tenor', tenorOf],
    ['regime', regime],
    ['month', (_days: number, { at }: Fitted) => (_days >= 1 ? new Date(at).toISOString().slice(0, 7) : undefined)],
    ['4 to 6 February 2026', (_days: number, { at }: Fitted) => (at >= FALL.from && at < FALL.to ? tenorOf(_days) : undefined)],
  ] as const)
    t.diagnostic(`\n${show(title, figures(all, groupOf))}`)
})
