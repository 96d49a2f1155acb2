/** How sure the figure of equity is: the interval from the close to the mark, wider in doubt, and the reason in order of weight. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Overview } from '#api/contract-page.ts'
import { certaintyOf, intervalOf } from './certainty.ts'
import { overviewFixture } from './overview.fixture.ts'

const { equity: known, price } = overviewFixture()
const equity = { ...known, low: '15000.50', high: '15000.50' } as NonNullable<Overview['equity']>
const said = (change: Partial<Overview>, isLost = false) => certaintyOf({ equity, price, ...change }, isLost)

test('[UI-04] sure: from the conservative close to the mark, its width in money and as a share, and the age of the index', () => {
  const certainty = said({})
  assert.deepEqual([certainty.tone, intervalOf(certainty)], ['ok', '15,000.50 to 15,040.00'])
  assert.equal(certainty.because, 'Within 39.50\u00a0USDC (0.26\u00a0%): every price fresh and bid for, the index 0.8\u00a0s old.')
  assert.match(said({ equity: { ...equity, mark: '15000.51' } }).because, /^Within 0\.01\u00a0USDC \(under 0\.01\u00a0%\)/)
  assert.match(said({ equity: { ...equity, mark: '15000.50' } }).because, /^Within 0\.00\u00a0USDC \(0\.00\u00a0%\)/)
})

test('[UI-04] in doubt: the wider interval of the valuation, and what is in doubt by its name', () => {
  const doubtful = { ...equity, low: '14000', high: '15500', staleMarks: ['BTC-16JAN26-74000-P'] }
  const certainty = said({ equity: doubtful })
  assert.deepEqual([certainty.tone, intervalOf(certainty)], ['warn', '14,000.00 to 15,500.00'])
  assert.match(certainty.because, /^Within 1,500\.00.USDC \(10\.71.%\): an old price, or no real bid, for BTC-16JAN26-74000-P\.$/)
})

test('[UI-04] what cannot be known is not called sure: off the line, an old index, a price that is missing, no value', () => {
  assert.deepEqual([said({}, true).tone, /when it was last told/.test(said({}, true).because)], ['unknown', true])
  const old = said({ price: { index: '80000', ageMs: 1_500_000, fresh: false } })
  assert.deepEqual([old.tone, /25.min.00.s old and no longer counts/.test(old.because)], ['unknown', true])
  assert.match(said({ price: null }).because, /is not known/)
  assert.match(said({ equity: { ...equity, missingPositions: ['X'], staleMarks: ['Y'] } }).because, /^Not complete: no price for X\.$/)
  assert.deepEqual(intervalOf(said({ equity: null })), '– to –')
})

test('[UI-04] a mark under the close, and a value at or under zero, still give an interval', () => {
  const turned = said({ equity: { ...equity, close: '10', mark: '9', low: '10', high: '10' } })
  assert.equal(intervalOf(turned), '9.00 to 10.00')
  const under = said({ equity: { ...equity, close: '-5', mark: '1', low: '-5', high: '1' } })
  assert.match(under.because, /^Within 6\.00.USDC: every/)
})
