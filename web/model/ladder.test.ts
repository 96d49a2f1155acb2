/** Prices from high to low with their exact distance from the index. */
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import type { ThresholdsAnswer } from '#api/contract-scenario.ts'
import { ladderOf } from './ladder.ts'
import { overviewFixture } from './overview.fixture.ts'

test('the ladder runs from high to low, the index among its rungs', () => {
  deepEqual(
    ladderOf(overviewFixture()).map(({ id, away }) => [id, away]),
    [
      ['entry', '+5.00\u00a0%'],
      ['index', undefined],
      ['strike', '−6.25\u00a0%'],
      ['floor_price', '−7.50\u00a0%'],
      ['liquidation_without_cover', '−19.34\u00a0%'],
      ['equity_at_floor', ''],
      ['liquidation', ''],
    ],
  )
})

test('[UI-04] thresholds add the time to each price and what only the valuation knows, marked as a model', () => {
  const price = (id: 'strike' | 'liquidation', at: string, basis: 'exact' | 'model') => ({
    id,
    price: at,
    distancePct: '0',
    oneSigmaHours: 1,
    basis,
    source: 'test',
  })
  const thresholds: ThresholdsAnswer = {
    status: 'ok',
    accountId: 'demo',
    atIso: '2026-01-12T20:13:00.000Z',
    index: '80000',
    volatility: { ivAnnual: 0.5, tenorDays: 7, source: 'test' },
    prices: [price('strike', '75000', 'exact'), price('liquidation', '60000', 'model')],
    times: [],
    asOfSeq: 1,
  }
  const rungs = ladderOf(overviewFixture(), thresholds)
  deepEqual(
    rungs.filter(({ inTime }) => inTime !== '').map(({ id, away, inTime, isModel }) => [id, away, inTime, isModel]),
    [
      ['strike', '−6.25\u00a0%', '6\u00a0d', false],
      ['floor_price', '−7.50\u00a0%', '9\u00a0d', false],
      ['liquidation_without_cover', '−19.34\u00a0%', '10\u00a0wk', false],
      ['liquidation', '−25.00\u00a0%', '17\u00a0wk', true],
    ],
  )
  // the poll knows an older index: what the row says of the price on the screen is counted from that price
  const near = overviewFixture({ price: { index: '75100', ageMs: 0, fresh: true } })
  deepEqual(
    ladderOf(near, thresholds)
      .filter(({ id }) => id === 'strike')
      .map(({ away, inTime }) => [away, inTime]),
    [['−0.13\u00a0%', '4\u00a0min']],
  )
})

test('what is not known has no rung, and without a price there is no ladder', () => {
  deepEqual(
    ladderOf(overviewFixture({ position: null, floor: null, coverages: [] })).map(({ id }) => id),
    ['index'],
  )
  deepEqual(ladderOf(overviewFixture({ price: null })), [])
})
