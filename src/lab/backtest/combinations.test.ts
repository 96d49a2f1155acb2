/** Two weeks of February 2026 with combinations allowed, beside the same weeks without: what was saved, and that the floor held at settlement. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usdc } from '#units/money.ts'
import { assertSound, hasData, reportOf } from './backtest.fixture.ts'
import type { CoverRow } from './report.ts'

const WEEKS = { from: '2026-02-01', to: '2026-02-14', drawdownFloor: '0.07', tenorDays: 7, cash: '25000', renewal: 'none' } as const
const costOf = ({ premiumUsdc, feeUsdc }: CoverRow) => usdc(premiumUsdc).plus(usdc(feeUsdc))

test('[P-02] [P-14] on recorded chains a pair of puts holds 7 % for less than one, and pays what its contracts say', async (t) => {
  if (!hasData(t)) return
  const one = await reportOf('february-one', WEEKS)
  const pair = await reportOf('february-pair', { ...WEEKS, combinations: 'allowed' })
  for (const report of [one, pair]) assertSound(report)
  assert.equal(pair.config.request['combinations'], 'allowed')
  const [single, two] = [one.coverages[0], pair.coverages[0]]
  assert.ok(single !== undefined && two?.legs !== undefined && single.legs === undefined)
  assert.deepEqual([single.strike, two.strike, two.size, two.expiryIso === single.expiryIso], ['74000', '73500', '1', true])
  assert.deepEqual([costOf(single).toFixed(2), costOf(two).toFixed(2)], ['1128.99', '1050.04'])
  // each by its own contract, at the one index both settled at
  const index = usdc(two.settlementIndex ?? '')
  for (const { strike, size, payoutUsdc } of two.legs) {
    const owed = (Number(strike) - index.toNumber()) * Number(size)
    assert.ok(Math.abs(owed - Number(payoutUsdc)) < 1e-6, `${payoutUsdc} for ${owed}`)
  }
  assert.equal(two.state, 'expired')
  assert.equal(pair.totals.worstBreachAtMark, '0', 'never under its floor at mark')
  assert.ok(usdc(pair.totals.equityEnd).isAtLeast(usdc(two.floorEquity)))
})
