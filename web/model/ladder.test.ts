/** Prices from high to low with their exact distance from the index. */
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { ladderOf } from './ladder.ts'
import { overviewFixture } from './overview.fixture.ts'

test('the ladder runs from high to low, the index among its rungs', () => {
  deepEqual(
    ladderOf(overviewFixture()).map(({ id, away }) => [id, away]),
    [
      ['entry', '+5.00\u00a0%'],
      ['index', undefined],
      ['strike', '−6.25\u00a0%'],
      ['floor', '−7.50\u00a0%'],
      ['liquidation', '−19.34\u00a0%'],
    ],
  )
})

test('what is not known has no rung, and without a price there is no ladder', () => {
  deepEqual(
    ladderOf(overviewFixture({ position: null, floor: null, coverages: [] })).map(({ id }) => id),
    ['index'],
  )
  deepEqual(ladderOf(overviewFixture({ price: null })), [])
})
