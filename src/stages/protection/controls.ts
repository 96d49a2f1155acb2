/**
 * The controls in force. They are configuration until a reload brings others (`config_changed`): then they are state, so that a replay decides
 * as the run did; a new session (`session_started`) begins from its configuration again. What controls state replaces the quote's own gates;
 * what they leave out stays as configured. Pure look-ups; nothing here prices.
 */
import type { EventOf } from '#engine/component.ts'
import { ivRegimeOf } from '#domain/iv-regime.ts'
import type { IvRegime } from '#domain/iv-regime.ts'
import { riskControlsSchema } from '#domain/risk-controls.ts'
import type { RiskControls } from '#domain/risk-controls.ts'
import type { VolatilityContext } from '#topics/analysis.ts'
import type { DriftTolerance, ProtectionTerms } from '#topics/protection.ts'
import type { QuotesConfig } from './quote-config.ts'
import type { Tier } from './tiers.ts'

/** The controls a reload brings for a component; undefined where it was refused, or says nothing of them. */
export function controlsOf({ body }: EventOf<'config_changed'>, component: string): RiskControls | undefined {
  if ((body.problems ?? []).length > 0) return undefined
  const section = member(body.config, component)
  const stated = member(section, 'riskControls')
  if (stated === undefined) return undefined
  const parsed = riskControlsSchema.safeParse(stated)
  return parsed.success ? parsed.data : undefined
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

/** The quote's configuration with what the controls state in its place; the last one made is kept, since both rarely change. */
export function withControls(config: QuotesConfig, controls: RiskControls): QuotesConfig {
  const known = MADE.get(config)
  if (known?.riskControls === controls) return known
  const made = madeOf(config, controls)
  MADE.set(config, made)
  return made
}
const MADE = new WeakMap<QuotesConfig, QuotesConfig>()

function madeOf(config: QuotesConfig, controls: RiskControls): QuotesConfig {
  const tiers = Object.fromEntries(Object.entries(config.tiers).map(([name, tier]) => [name, tierUnder(name, tier, controls)]))
  return {
    ...config,
    tiers,
    leverageMax: controls.max_leverage ?? config.leverageMax,
    spreadMax: controls.max_spread_pct ?? config.spreadMax,
    slippageMax: controls.max_slippage_pct ?? config.slippageMax,
    availableRatioMin: controls.min_available_ratio ?? config.availableRatioMin,
    riskControls: controls,
  }
}

function tierUnder(name: string, tier: Tier, controls: RiskControls): Tier {
  const fixed = controls.fixed_price_usdc_by_tier[name]
  const leverageMax = controls.max_leverage_by_tier[name] ?? tier.leverageMax
  return { ...tier, leverageMax, ...(fixed === undefined ? {} : { fixedPriceUsdc: fixed.toString() }) }
}

/** What the price may move by until activation; undefined where nothing is stated for the tier. */
export function driftToleranceOf({ tierName }: Pick<ProtectionTerms, 'tierName'>, controls: RiskControls): DriftTolerance | undefined {
  const pct = controls.drift_tolerance_pct_by_tier[tierName]
  const usdc = controls.drift_tolerance_usdc_by_tier[tierName]
  if (pct === undefined && usdc === undefined) return undefined
  return { ...(pct === undefined ? {} : { pct }), ...(usdc === undefined ? {} : { usdc }) }
}

/**
 * The regime prices go by: as analysis holds it, against the thresholds the platform was started with; thresholds that a reload brought are
 * applied to its volatility as it is.
 */
export function regimeNow(context: VolatilityContext | undefined, controls: RiskControls, configured: RiskControls): IvRegime {
  if (context === undefined) return 'unknown'
  const [now, then] = [controls.fee_iv_regime_thresholds, configured.fee_iv_regime_thresholds]
  return now.low === then.low && now.high === then.high ? context.ivRegime : ivRegimeOf(context.iv, now)
}
