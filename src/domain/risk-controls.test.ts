/** The controls as a file states them: every documented key, both spellings of a number, ranges at and over their ends, all errors at once. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ivRegimeOf } from './iv-regime.ts'
import { rowFor, rowOrLast } from './risk-control-fields.ts'
import { floorRatioIn, NEUTRAL_CONTROLS, RISK_CONTROL_KEYS, riskControlsSchema } from './risk-controls.ts'

/** Document 1, section 7.6, in its order; then the gates of Y-10. */
const DOCUMENTED =
  `max_leverage max_leverage_by_tier subsidy_daily_cap_usdc subsidy_account_daily_cap_usdc premium_floor_ratio min_fee_usdc_by_tier
  premium_markup_pct_by_tier leverage_markup_pct_by_x enable_premium_pass_through require_user_opt_in_for_pass_through pass_through_cap_by_leverage
  pass_through_cap_by_tier pass_through_min_notification_ratio drift_tolerance_pct_by_tier drift_tolerance_usdc_by_tier ctc_enabled ctc_margin_by_tier
  ctc_ops_buffer_usdc_by_tier ctc_max_snapshot_age_ms ctc_price_buffer_pct fee_iv_regime_thresholds dynamic_cap_enabled dynamic_cap_max_uplift_pct
  dynamic_cap_liquidity_ratio_low dynamic_cap_liquidity_ratio_high dynamic_cap_iv_uplift_pct_normal dynamic_cap_iv_uplift_pct_high
  phase3_rollout_enabled phase3_safety_guard_enabled intermittent_analytics_enabled intermittent_selection_shadow_enabled
  intermittent_selection_live_enabled intermittent_selection_size_tolerance_pct intermittent_profit_threshold_enabled
  intermittent_profit_min_improvement_usdc intermittent_profit_min_improvement_ratio intermittent_profit_critical_buffer_pct
  max_spread_pct max_slippage_pct min_available_ratio fixed_price_usdc_by_tier`.split(/\s+/)

const problems = (stated: object): string[] =>
  (riskControlsSchema.safeParse(stated).error?.issues ?? []).map(({ path, code }) => `${path.join('.')}: ${code}`)

test('[Y-10] [C-72] every key the documents name is known, and no other', () => {
  assert.deepEqual(new Set(RISK_CONTROL_KEYS), new Set(DOCUMENTED))
  assert.deepEqual(problems({ max_leverag: 5, subsidy: 1 }), [': unrecognized_keys'])
})

test('[Y-10] [Y-02] the product file states every key, and its tiers are those of Y-10', () => {
  const text = readFileSync(new URL('../../config/risk-controls.json', import.meta.url), 'utf8')
  const stated = JSON.parse(text) as Record<string, unknown>
  assert.deepEqual(new Set(Object.keys(stated)), new Set(DOCUMENTED))
  const { max_leverage_by_tier, max_spread_pct, max_slippage_pct, min_available_ratio, fixed_price_usdc_by_tier } =
    riskControlsSchema.parse(stated)
  assert.deepEqual(max_leverage_by_tier, { Bronze: 5, Silver: 10, Gold: 20, Platinum: 25 })
  assert.deepEqual([max_spread_pct, max_slippage_pct, min_available_ratio].map(String), ['0.15', '0.05', '1'])
  assert.deepEqual(fixed_price_usdc_by_tier, {}, 'unset is no limit')
})

test('[C-41] numbers and plain decimals alike; what is resolved can be parsed again', () => {
  const asNumbers = riskControlsSchema.parse({ subsidy_daily_cap_usdc: 2500.5, premium_floor_ratio: 0.1 })
  const asTexts = riskControlsSchema.parse({ subsidy_daily_cap_usdc: '2500.50', premium_floor_ratio: '0.10' })
  assert.equal(JSON.stringify(asNumbers), JSON.stringify(asTexts))
  assert.deepEqual(riskControlsSchema.parse(JSON.parse(JSON.stringify(asNumbers))), asNumbers)
  assert.deepEqual(problems({ subsidy_daily_cap_usdc: 1e-7, premium_floor_ratio: '1,0' }), [
    'subsidy_daily_cap_usdc: custom',
    'premium_floor_ratio: invalid_union',
  ])
})

test('[C-72] all that is wrong is reported at once, each with its key', () => {
  assert.deepEqual(
    problems({
      max_leverage: 0.5,
      subsidy_daily_cap_usdc: -1,
      premium_markup_pct_by_tier: { Bronze: 1.01 },
      leverage_markup_pct_by_x: { five: 0.1 },
      enable_premium_pass_through: 'yes',
      pass_through_cap_by_tier: { Bronze: 0.99 },
      fee_iv_regime_thresholds: { low: 0.8, high: 0.8 },
      ctc_max_snapshot_age_ms: 0,
    }).map((line) => line.split(':')[0]),
    [
      'max_leverage',
      'subsidy_daily_cap_usdc',
      'premium_markup_pct_by_tier.Bronze',
      'leverage_markup_pct_by_x.five',
      'fee_iv_regime_thresholds',
      'enable_premium_pass_through',
      'pass_through_cap_by_tier.Bronze',
      'ctc_max_snapshot_age_ms',
    ],
  )
  assert.deepEqual(
    problems({
      subsidy_daily_cap_usdc: 10,
      subsidy_account_daily_cap_usdc: 10.01,
      max_leverage: 10,
      max_leverage_by_tier: { Gold: 11 },
      dynamic_cap_liquidity_ratio_high: 1,
    }).map((line) => line.split(':')[0]),
    ['dynamic_cap_liquidity_ratio_high', 'subsidy_account_daily_cap_usdc', 'max_leverage_by_tier.Gold'],
  )
})

test('[P-05] the floor ratio: one for all regimes, or by regime, the strictest where none is known', () => {
  const one = riskControlsSchema.parse({ premium_floor_ratio: 0.5 })
  const each = riskControlsSchema.parse({ premium_floor_ratio: { low: 0.9, normal: 0.95, high: 0.7 } })
  const regimes = ['low', 'normal', 'high', 'unknown'] as const
  assert.deepEqual(
    regimes.map((regime) => String(floorRatioIn(one, regime))),
    ['0.5', '0.5', '0.5', '0.5'],
  )
  assert.deepEqual(
    regimes.map((regime) => String(floorRatioIn(each, regime))),
    ['0.9', '0.95', '0.7', '0.95'],
  )
  assert.equal(String(floorRatioIn(NEUTRAL_CONTROLS, 'low')), '0')
})

test('[AN-08] the IV regime at its thresholds', () => {
  const limits = { low: 0.4, high: 0.8 }
  assert.deepEqual(
    [0.3999, 0.4, 0.8, 0.8001, undefined, 0, Number.NaN].map((iv) => ivRegimeOf(iv, limits)),
    ['low', 'normal', 'normal', 'high', 'unknown', 'unknown', 'unknown'],
  )
})

test('[P-07] rows by leverage hold up to and including their own', () => {
  const rows = { '10': 'b', '5': 'a', '25': 'c' }
  assert.deepEqual(
    [1, 5, 5.1, 10, 25, 25.1].map((leverage) => rowFor(rows, leverage)?.value),
    ['a', 'a', 'b', 'b', 'c', undefined],
  )
  assert.deepEqual([rowOrLast(rows, 30)?.value, rowOrLast({}, 5)], ['c', undefined])
})
