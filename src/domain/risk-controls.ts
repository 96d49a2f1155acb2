/**
 * Risk controls of the protection product (document 1 section 7.6, and the gates of Y-10), with the documents' names. Strict: an unknown key
 * is an error, all errors are reported at once. What a deployment does not state is neutral: no markup, no subsidy, no pass-through, gates as
 * the quote's own configuration has them. Ratios are fractions although the names say `pct`; amounts are USDC; caps of pass-through are
 * multiples of the fixed price; rows by leverage hold up to and including their own.
 */
import { z } from 'zod'
import { IV_REGIMES } from './iv-regime.ts'
import type { IvRegime } from './iv-regime.ts'
import { byLeverage, byTier, ratioBetween, usdcFrom } from './risk-control-fields.ts'
import { ratio } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'
import { usdc } from '#units/money.ts'

const share = ratioBetween('0', '1')
const leverage = z.number().min(1).max(100)
const multiple = ratioBetween('1', '100')
const RATIO_0 = ratio('0')

/** One ratio for all regimes, or one for each. At most 1: the client never has to pay more than the premium because of it. */
const floorRatio = z
  .union([share, z.strictObject({ low: share, normal: share, high: share })], {
    error: 'expected a fraction from 0 to 1, or one each for low, normal and high',
  })
  .default(RATIO_0)

const thresholds = z
  .strictObject({ low: z.number().positive().max(10), high: z.number().positive().max(10) })
  .refine(({ low, high }) => low < high, 'expected low under high')
  .default({ low: 0.4, high: 0.8 })

const gates = {
  max_leverage: leverage.optional(),
  max_leverage_by_tier: byTier(leverage),
  max_spread_pct: ratioBetween('0', '10').optional(),
  max_slippage_pct: share.optional(),
  min_available_ratio: ratioBetween('0', '100').optional(),
  fixed_price_usdc_by_tier: byTier(usdcFrom('above 0')),
}
const fees = {
  subsidy_daily_cap_usdc: usdcFrom('0').default(usdc('0')),
  subsidy_account_daily_cap_usdc: usdcFrom('0').default(usdc('0')),
  premium_floor_ratio: floorRatio,
  min_fee_usdc_by_tier: byTier(usdcFrom('0')),
  premium_markup_pct_by_tier: byTier(share),
  leverage_markup_pct_by_x: byLeverage(share),
  drift_tolerance_pct_by_tier: byTier(share),
  drift_tolerance_usdc_by_tier: byTier(usdcFrom('0')),
  fee_iv_regime_thresholds: thresholds,
}
const passThrough = {
  enable_premium_pass_through: z.boolean().default(false),
  require_user_opt_in_for_pass_through: z.boolean().default(true),
  pass_through_cap_by_leverage: byLeverage(multiple),
  pass_through_cap_by_tier: byTier(multiple),
  pass_through_min_notification_ratio: ratioBetween('0', '100').default(ratio('1')),
  dynamic_cap_enabled: z.boolean().default(false),
  dynamic_cap_max_uplift_pct: share.default(RATIO_0),
  dynamic_cap_liquidity_ratio_low: ratioBetween('0', '1000').default(ratio('1')),
  dynamic_cap_liquidity_ratio_high: ratioBetween('0', '1000').default(ratio('5')),
  dynamic_cap_iv_uplift_pct_normal: share.default(RATIO_0),
  dynamic_cap_iv_uplift_pct_high: share.default(RATIO_0),
}
const ctc = {
  ctc_enabled: z.boolean().default(false),
  ctc_margin_by_tier: byTier(ratioBetween('0', '10')),
  ctc_ops_buffer_usdc_by_tier: byTier(usdcFrom('0')),
  ctc_max_snapshot_age_ms: z.number().positive().max(86_400_000).default(30_000),
  ctc_price_buffer_pct: ratioBetween('0', '0.5').default(RATIO_0),
}
const intermittent = {
  phase3_rollout_enabled: z.boolean().default(false),
  phase3_safety_guard_enabled: z.boolean().default(true),
  intermittent_analytics_enabled: z.boolean().default(false),
  intermittent_selection_shadow_enabled: z.boolean().default(false),
  intermittent_selection_live_enabled: z.boolean().default(false),
  intermittent_selection_size_tolerance_pct: share.default(RATIO_0),
  intermittent_profit_threshold_enabled: z.boolean().default(false),
  intermittent_profit_min_improvement_usdc: usdcFrom('0').default(usdc('0')),
  intermittent_profit_min_improvement_ratio: share.default(RATIO_0),
  intermittent_profit_critical_buffer_pct: share.default(RATIO_0),
}

const SHAPE = { ...gates, ...fees, ...passThrough, ...ctc, ...intermittent }
export const RISK_CONTROL_KEYS: readonly string[] = Object.keys(SHAPE)

export const riskControlsSchema = z.strictObject(SHAPE).superRefine((controls, context) => {
  const wrong = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message })
  const low = controls.dynamic_cap_liquidity_ratio_low
  if (low.compare(controls.dynamic_cap_liquidity_ratio_high) >= 0)
    wrong('dynamic_cap_liquidity_ratio_high', `expected above dynamic_cap_liquidity_ratio_low, ${low.toString()}`)
  if (controls.subsidy_daily_cap_usdc.isBelow(controls.subsidy_account_daily_cap_usdc))
    wrong('subsidy_account_daily_cap_usdc', `expected at most subsidy_daily_cap_usdc, ${controls.subsidy_daily_cap_usdc.toString()}`)
  const { max_leverage: most } = controls
  for (const [tier, own] of Object.entries(controls.max_leverage_by_tier))
    if (most !== undefined && own > most) wrong(`max_leverage_by_tier.${tier}`, `expected at most max_leverage, ${most}`)
})
export type RiskControls = z.output<typeof riskControlsSchema>

export const NEUTRAL_CONTROLS: RiskControls = riskControlsSchema.parse({})

/** The floor's ratio in a regime; the strictest of them where the regime is not known. */
export function floorRatioIn({ premium_floor_ratio: stated }: RiskControls, regime: IvRegime): Ratio {
  if (!('low' in stated)) return stated
  if (regime !== 'unknown') return stated[regime]
  return IV_REGIMES.map((name) => stated[name]).reduce((a, b) => (a.compare(b) >= 0 ? a : b))
}

/** Controls by tier, with the key that names the tier: every tier a file names has to exist. */
export function tiersNamed(controls: RiskControls): readonly { readonly key: string; readonly tier: string }[] {
  return Object.entries(controls).flatMap(([key, table]) =>
    key.endsWith('_by_tier') ? Object.keys(table as object).map((tier) => ({ key, tier })) : [],
  )
}
