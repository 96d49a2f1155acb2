/** Points stay in order, one per instant, bounded, whatever the stream brings. */
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { overviewFixture } from '../model/overview.fixture.ts'
import { DENSE, POINTS_MAX, thinned, withOverview, type Point } from './history.ts'

const point = (at: number): Point => ({ at, index: '1', equityClose: '2', equityMark: '2', equityUnprotected: null, floorEquity: null })
const ats = (points: readonly Point[]): readonly number[] => points.map(({ at }) => at)

test('an overview adds its point, replaces the one of the same instant, and starts anew when market time falls', () => {
  const overview = overviewFixture()
  const at = Date.parse(overview.platform.marketTimeIso)
  deepEqual(withOverview([], overview), [
    { at, index: '80000', equityClose: '15000.50', equityMark: '15040', equityUnprotected: '16000', floorEquity: '9870.10' },
  ])
  deepEqual(ats(withOverview([point(at - 5), point(at)], overview)), [at - 5, at])
  deepEqual(ats(withOverview([point(at + 5)], overview)), [at])
  const known = [point(1)]
  equal(withOverview(known, overviewFixture({ price: null })), known)
  equal(withOverview(known, overviewFixture({ equity: null })), known)
})

test('too many points: the older ones are thinned to every second, the newest and the very first stay', () => {
  const at = Date.parse(overviewFixture().platform.marketTimeIso)
  const full = Array.from({ length: POINTS_MAX }, (_, i) => point(i))
  equal(withOverview(full.slice(1), overviewFixture()).length, POINTS_MAX)
  const thinner = ats(withOverview(full, overviewFixture()))
  deepEqual(thinner.slice(0, 3), [0, 2, 4])
  deepEqual(thinner.slice(-DENSE), [...ats(full.slice(1 - DENSE)), at])
  equal(thinner.length, DENSE + Math.ceil((POINTS_MAX + 1 - DENSE) / 2))
})

test('thinning keeps first and last', () => {
  const points = Array.from({ length: 101 }, (_, i) => point(i))
  deepEqual(ats(thinned(points, 5)), [0, 25, 50, 75, 100])
})
