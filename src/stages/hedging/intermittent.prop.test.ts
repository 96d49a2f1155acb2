/** Laws of the selection: the flip of a hold makes it act, a critical buffer always acts, and the shadow that copies live scores nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ONE, parseUnits } from '#units/exact.ts'
import { ratio } from '#units/ratio.ts'
import { epochMs } from '#units/time.ts'
import { usdc } from '#units/money.ts'
import { scoreOf, selectStep } from './intermittent.ts'
import { loopConfig } from './loop-config.ts'
import type { Shadow } from './loop-state.ts'

const cents = (max: number): fc.Arbitrary<bigint> => fc.integer({ min: 0, max }).map((n) => BigInt(n) * (ONE / 100n))
const step = fc.record({
  needed: cents(500),
  held: cents(500),
  acting: cents(20_000),
  waiting: cents(60_000),
  buffer: cents(300_000).map((n) => n - 1_000n * ONE),
  target: cents(200_000).map((n) => n + 1n),
})
const config = fc
  .record({
    amount: fc.integer({ min: 0, max: 300 }),
    share: fc.constantFrom('0', '0.02', '0.333', '1'),
    critical: fc.constantFrom('0', '0.1', '0.5'),
  })
  .map(({ amount, share, critical }) => ({
    ...loopConfig.parse({}).intermittent,
    intermittentProfitMinImprovementUsdc: usdc(String(amount)),
    intermittentProfitMinImprovementRatio: ratio(share),
    intermittentProfitCriticalBufferPct: ratio(critical),
  }))

test('[H-03] the flip of a hold, applied, acts; a hundredth of a cent less does not', () => {
  fc.assert(
    fc.property(step, config, (one, settings) => {
      const { choice, why } = selectStep(one, settings)
      fc.pre(choice === 'hold' && why.flip !== undefined)
      const waiting = parseUnits(String(why.flip?.to)) ?? 0n
      assert.equal(selectStep({ ...one, waiting }, settings).choice, 'act')
      assert.equal(selectStep({ ...one, waiting: waiting - ONE / 10_000n }, settings).choice, 'hold')
    }),
    { numRuns: 200 },
  )
})

test('[H-03] under the critical share of the target an increase is never held back', () => {
  fc.assert(
    fc.property(step, config, (one, settings) => {
      const { choice } = selectStep(one, settings)
      if (one.needed > one.held && one.buffer * ONE < one.target * settings.intermittentProfitCriticalBufferPct.units)
        assert.equal(choice, 'act')
    }),
    { numRuns: 200 },
  )
})

test('[H-03] a selection that holds what live holds is worth exactly as much, whatever the path', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ mark: cents(9_000_000), held: cents(300) }), { minLength: 1, maxLength: 20 }), (path) => {
      let shadow: Shadow | undefined
      for (const [n, { mark, held }] of path.entries()) {
        // live holds from this look on what it decides here, as the selection does
        const now = { at: epochMs(1_770_000_000_000 + n), mark, costPerCoin: 0n, differs: false }
        const before = shadow?.selected ?? 0n
        const score = scoreOf(shadow, { ...now, held: before, selected: held })
        assert.equal(score.advantageUsdc.toString(), '0')
        shadow = { mark, held: before, selected: held, score }
      }
    }),
    { numRuns: 100 },
  )
})
