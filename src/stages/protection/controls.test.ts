/** Which controls are in force, what they replace, and the regime prices go by. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventOf } from '#engine/component.ts'
import { riskControlsSchema } from '#domain/risk-controls.ts'
import type { Json } from '#topics/schema.ts'
import { controlsOf, driftToleranceOf, regimeNow, withControls } from './controls.ts'
import { volatility } from './protection.fixture.ts'
import { quotesConfig } from './quote-config.ts'

const controls = (stated: object) => riskControlsSchema.parse(stated)

test('[AN-08] [P-05] the regime is the one analysis holds; thresholds of a reload are applied to its volatility', () => {
  const then = controls({})
  const moved = controls({ fee_iv_regime_thresholds: { low: 0.6, high: 0.9 } })
  assert.deepEqual(
    [regimeNow(undefined, then, then), regimeNow(volatility('high', 0.79), then, then), regimeNow(volatility('high', 0.79), moved, then)],
    ['unknown', 'high', 'normal'],
  )
  assert.equal(regimeNow({ ...volatility('unknown', 0), iv: undefined }, moved, then), 'unknown')
})

test('[Y-10] controls replace the gates they state and leave the others as configured', () => {
  const config = quotesConfig.parse({ leverageMax: 30, slippageMax: '0.03', tiers: { Bronze: { leverageMax: 5, fixedPriceUsdc: '50' } } })
  const same = withControls(config, controls({}))
  assert.deepEqual([same.leverageMax, String(same.slippageMax), same.tiers['Bronze']?.fixedPriceUsdc], [30, '0.03', '50'])
  const stated = {
    max_leverage: 8,
    max_leverage_by_tier: { Bronze: 6 },
    max_slippage_pct: 0.01,
    max_spread_pct: 0.2,
    min_available_ratio: 2,
  }
  const next = withControls(config, controls({ ...stated, fixed_price_usdc_by_tier: { Bronze: 40 } }))
  assert.deepEqual(
    [next.leverageMax, next.tiers['Bronze']?.leverageMax, next.tiers['Bronze']?.fixedPriceUsdc, next.slippageMax, next.spreadMax].map(
      String,
    ),
    ['8', '6', '40', '0.01', '0.2'],
  )
  assert.equal(String(next.availableRatioMin), '2')
})

test('[Y-10] what a reload says of another component, wrongly, or with problems, is not taken', () => {
  const event = (config: Json, problems: readonly object[] = []): EventOf<'config_changed'> =>
    ({ body: { configDigest: 'x', config, problems } }) as never
  const section = (riskControls: Json): Json => ({ a: { riskControls } })
  assert.equal(controlsOf(event(section({ ctc_enabled: true })), 'a')?.ctc_enabled, true)
  assert.deepEqual(
    [
      controlsOf(event(section({ ctc_enabled: true })), 'b'),
      controlsOf(event(section({ ctc_enabled: 1 })), 'a'),
      controlsOf(event(section({ ctc_enabled: true }), [{}]), 'a'),
      controlsOf(event({ a: {} }), 'a'),
      controlsOf(event(null), 'a'),
    ],
    [undefined, undefined, undefined, undefined, undefined],
  )
})

test('[P-07] a tier without a drift tolerance states none', () => {
  const stated = controls({ drift_tolerance_pct_by_tier: { Bronze: 0.05 }, drift_tolerance_usdc_by_tier: { Gold: 10 } })
  const of = (tierName: string): string => JSON.stringify(driftToleranceOf({ tierName }, stated) ?? null)
  assert.deepEqual([of('Bronze'), of('Gold'), of('Silver')], ['{"pct":"0.05"}', '{"usdc":"10"}', 'null'])
})
