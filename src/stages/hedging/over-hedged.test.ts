/** Orders of clients are held against `hedgeRange` before they are sent; the loop takes back what lies beyond it. Both must mean the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { hedgeRange } from '#domain/hedge-range.ts'
import { quantity } from '#units/quantity.ts'
import { decisions, holds, loopBench, markAt, tick, worth } from './hedging.fixture.ts'
import { lotOf } from './hedge-orders.ts'

test('[H-01] the loop finds an account over-hedged exactly where its hedge lies outside the range orders are held to', () => {
  const sizes = ['-1.5', '-1.0001', '-1', '-0.4', '0', '0.4', '1', '1.0001', '1.5']
  for (const position of ['1', '-1', '0.00005', '0'])
    for (const hedge of sizes) {
      const on = loopBench()
      markAt(on, '90000', 0, { bid: '89990', ask: '90010' })
      worth(on, '18600')
      holds(on, 'client', position)
      holds(on, 'hedge', hedge)
      const range = hedgeRange({ exposure: quantity(position).units, covered: 0n, options: 0n, lot: lotOf(LINEAR_PERPETUAL) })
      const held = quantity(hedge).units
      const [decision] = decisions(tick(on))
      assert.equal(decision?.reason === 'over_hedged', held < range.low || held > range.high, `${hedge} beside ${position}`)
    }
})
