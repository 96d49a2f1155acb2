/** Points stay in order, one per instant, bounded, whichever of history and stream brings them. */
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { overviewFixture } from '../model/overview.fixture.ts'
import { DENSE, POINTS_MAX, thinned, withAnswer, withOverview, within, type Point } from './history.ts'

const point = (at: number): Point => ({ at, index: '1', equityClose: '2', equityMark: '2', equityUnprotected: null, floorEquity: null })
const ats = (points: readonly Point[]): readonly number[] => points.map(({ at }) => at)

test('an answer replaces the span it covers and keeps what lies before and after', () => {
  const answer = [point(20), point(30)]
  deepEqual(ats(withAnswer([point(10), point(20), point(25), point(40)], answer)), [10, 20, 30, 40])
  const known = [point(10)]
  equal(withAnswer(known, []), known)
})

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
  const long = withAnswer(
    [],
    Array.from({ length: 50_000 }, (_, i) => point(i)),
  )
  deepEqual([long.length <= POINTS_MAX, long[0]?.at, long.at(-1)?.at], [true, 0, 49_999])
})

test('a span ends at the newest point; thinning keeps first and last', () => {
  const points = Array.from({ length: 101 }, (_, i) => point(i))
  deepEqual(ats(within(points, 2)), [98, 99, 100])
  deepEqual(ats(thinned(points, 5)), [0, 25, 50, 75, 100])
  deepEqual(within([], 5), [])
})
