/**
 * A price over the fixed price passed on to the client (P-04, C-32): only where it is switched on, the tier and the leverage have a cap, the
 * client opted in where that is asked, and within
 *   cap = fixed price x min(cap of the tier, cap of the leverage) x (1 + uplift)
 *   uplift = min(dynamic_cap_max_uplift_pct, uplift of the IV regime x liquidity), liquidity from 0 at ratio_low to 1 at ratio_high, linear:
 * a higher cap needs a market that is truly dearer and a book that is truly there. Over the cap the platform first gives up its own markup,
 * then bears the rest as subsidy, as far as today's caps allow. Units: USDC, exact; caps are rounded down to the cent.
 */
import { ok } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import type { IvRegime } from '#domain/iv-regime.ts'
import { rowFor } from '#domain/risk-control-fields.ts'
import type { RiskControls } from '#domain/risk-controls.ts'
import { divideUnits, ONE } from '#units/exact.ts'
import { Money, zero } from '#units/money.ts'
import { Ratio, RATIO_ONE, RATIO_ZERO } from '#units/ratio.ts'
import type { Charge, ChargeLine, PassThrough } from '#topics/protection.ts'
import { liquidityRatioOf, underFloor } from './charge-terms.ts'
import type { ChargeTerms, HedgeCost, PricedLines, SubsidyLeft } from './charge-terms.ts'

type Usdc = Money<'USDC'>
/** Room for the cents that the caps are rounded down by, so that a flip truly passes. */
const TWO_CENTS = new Money<'USDC'>(ONE / 50n)

export function passOn(priced: PricedLines, fixed: Usdc, hedge: HedgeCost, inputs: ChargeTerms): Result<Charge> {
  const { controls, regime, left } = inputs
  const multiple = capMultiple(inputs)
  if (!multiple.ok) return { ok: false, refusal: withFlip(multiple.refusal, priced.price) }
  const capBase = fixed.times(multiple.value, 'floor').roundedToCents('floor')
  const uplifted = RATIO_ONE.plus(upliftOf(liquidityRatioOf(hedge), controls, regime))
  const cap = capBase.times(uplifted, 'floor').roundedToCents('floor')
  const charged = cap.isBelow(priced.price) ? cap : priced.price
  const subsidy = charged.isBelow(priced.cost) ? priced.cost.minus(charged) : zero<'USDC'>()
  const fixedFor = (wanted: Usdc): Usdc => {
    const needed = new Money<'USDC'>(divideUnits(wanted.plus(TWO_CENTS).units, multiple.value.times(uplifted, 'floor').units, 'ceil'))
    return needed.isBelow(priced.price) ? needed : priced.price
  }
  if (charged.isBelow(priced.floor)) return { ok: false, refusal: underFloor('capUsdc', charged, priced.floor, fixedFor(priced.floor)) }
  const over = overBudget(subsidy, left)
  if (over !== undefined) return { ok: false, refusal: withFlip(over, fixedFor(priced.cost.minus(least(left)))) }
  const consentRequired = charged.isAtLeast(fixed.times(controls.pass_through_min_notification_ratio, 'floor'))
  const shown: PassThrough = { fixedPrice: fixed, capBase, capUplift: cap.minus(capBase), cap, user: charged, subsidy, consentRequired }
  const lines = [...priced.lines, ...reductions(priced, shown)]
  const status = charged.isBelow(priced.price) ? 'pass_through_capped' : 'pass_through'
  return ok({ status, lines, charged, subsidy, premiumFloor: priced.floor, ivRegime: regime, passThrough: shown })
}

/** From the price to the cap: markup first, then subsidy, as without the uplift; then what the uplift puts back on the client. */
function reductions({ price, cost }: PricedLines, { capBase, user }: PassThrough): readonly ChargeLine[] {
  if (!user.isBelow(price)) return []
  const waived = capBase.isBelow(cost) ? price.minus(cost) : price.minus(capBase)
  const borne = price.minus(capBase).minus(waived)
  const uplift = user.minus(capBase)
  const lines = [
    { name: 'markup waived', usdc: waived.negated() },
    { name: uplift.isZero() ? 'subsidy' : 'subsidy before cap uplift', usdc: borne.negated() },
    { name: 'dynamic cap uplift', usdc: uplift },
  ]
  return lines.filter(({ usdc }) => !usdc.isZero())
}

/** The lower of the caps of tier and leverage; each has to name one. */
function capMultiple({ terms, controls }: ChargeTerms): Result<Ratio> {
  const no = (code: string, field: string, seen: string | number | boolean, limit: string | boolean): Result<Ratio> => ({
    ok: false,
    refusal: { code, field, seen, limit },
  })
  if (!controls.enable_premium_pass_through) return no('pass_through_disabled', 'enable_premium_pass_through', false, true)
  if (controls.require_user_opt_in_for_pass_through && terms.passThrough !== true)
    return no('pass_through_not_opted_in', 'allowPremiumPassThrough', false, true)
  const byTier = controls.pass_through_cap_by_tier[terms.tierName]
  if (byTier === undefined) return no('pass_through_tier', 'tierName', terms.tierName, keysOf(controls.pass_through_cap_by_tier))
  const row = rowFor(controls.pass_through_cap_by_leverage, terms.leverage)
  if (row === undefined) {
    const most = keysOf(controls.pass_through_cap_by_leverage)
    return no('pass_through_leverage', 'leverage', terms.leverage, `up to one of ${most}`)
  }
  return ok(byTier.compare(row.value) <= 0 ? byTier : row.value)
}

function keysOf(table: Readonly<Record<string, unknown>>): string {
  return Object.keys(table).join(', ') || 'none'
}

function upliftOf(liquidityRatio: Ratio, controls: RiskControls, regime: IvRegime): Ratio {
  const byRegime: Readonly<Record<IvRegime, Ratio>> = {
    low: RATIO_ZERO,
    unknown: RATIO_ZERO,
    normal: controls.dynamic_cap_iv_uplift_pct_normal,
    high: controls.dynamic_cap_iv_uplift_pct_high,
  }
  if (!controls.dynamic_cap_enabled) return RATIO_ZERO
  const { dynamic_cap_liquidity_ratio_low: low, dynamic_cap_liquidity_ratio_high: high } = controls
  const above = liquidityRatio.minus(low)
  if (above.isNegative()) return RATIO_ZERO
  const liquidity = new Ratio(divideUnits(above.units, high.minus(low).units, 'floor'))
  const uplift = byRegime[regime].times(liquidity.compare(RATIO_ONE) > 0 ? RATIO_ONE : liquidity, 'floor')
  return uplift.compare(controls.dynamic_cap_max_uplift_pct) > 0 ? controls.dynamic_cap_max_uplift_pct : uplift
}

function overBudget(subsidy: Usdc, left: SubsidyLeft): Refusal | undefined {
  if (left.account.isBelow(subsidy)) return budgetRefusal('subsidy_account_cap_reached', subsidy, left.account)
  return left.global.isBelow(subsidy) ? budgetRefusal('subsidy_cap_reached', subsidy, left.global) : undefined
}

function budgetRefusal(code: string, subsidy: Usdc, left: Usdc): Refusal {
  return { code, field: 'subsidyUsdc', seen: subsidy.toString(), limit: left.toString() }
}

function least({ global, account }: SubsidyLeft): Usdc {
  return global.isBelow(account) ? global : account
}

function withFlip(refusal: Refusal, fixedPrice: Usdc): Refusal {
  const isOptIn = refusal.code === 'pass_through_not_opted_in'
  const flip = isOptIn
    ? { field: 'allowPremiumPassThrough', to: true }
    : { field: 'fixedPriceUsdc', to: fixedPrice.roundedToCents('ceil').toString() }
  return { ...refusal, flip }
}
