/**
 * What a client is charged for a hedge (P-04 to P-07), each step a line, the lines exactly the charge:
 *   premium + purchase fee + tier markup + leverage markup + minimum fee + rounding  = price,   then, over the cap of a pass-through,
 *   - markup waived - subsidy + dynamic cap uplift                                   = charge
 * Markups are shares of the premium; the minimum fee lifts the price to it; what the platform charges is in whole cents, up, and where it charges
 * nothing of its own the price is what the venue takes, exact. A price over the fixed price is refused unless the pass-through takes it (C-32).
 * Premium floor: a client is never charged less than max(minimum fee, ratio of the regime x premium); a charge below it is refused.
 * Units: USDC, exact. Edges: without a fixed price there is no limit and no pass-through.
 */
import { ok } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import type { IvRegime } from '#domain/iv-regime.ts'
import { rowOrLast } from '#domain/risk-control-fields.ts'
import { floorRatioIn } from '#domain/risk-controls.ts'
import type { RiskControls } from '#domain/risk-controls.ts'
import type { Money } from '#units/money.ts'
import { sum, zero } from '#units/money.ts'
import type { Ratio } from '#units/ratio.ts'
import type { Charge, ChargeLine } from '#topics/protection.ts'
import { underFloor } from './charge-terms.ts'
import type { ChargeTerms, HedgeCost, PricedLines } from './charge-terms.ts'
import { passOn } from './pass-through.ts'

type Usdc = Money<'USDC'>

export function chargeFor(hedge: HedgeCost, inputs: ChargeTerms): Result<Charge> {
  const priced = priceOf(hedge, inputs)
  const fixed = inputs.terms.premiumMax
  if (fixed === undefined || fixed.isAtLeast(priced.price)) return ok(asPriced(priced, inputs.regime))
  if (inputs.mayPass) return passOn(priced, fixed, hedge, inputs)
  if (fixed.isBelow(priced.floor)) return { ok: false, refusal: underFloor('fixedPriceUsdc', fixed, priced.floor, priced.price) }
  const to = priced.price.roundedToCents('ceil').toString()
  const flip = { field: 'fixedPriceUsdc', to }
  const seen = { seen: priced.price.toString(), limit: fixed.toString() }
  return { ok: false, refusal: { code: 'premium_above_limit', field: 'fixedPriceUsdc', ...seen, flip } }
}

function asPriced({ lines, price, floor }: PricedLines, regime: IvRegime): Charge {
  return { status: 'ok', lines: [...lines], charged: price, subsidy: zero(), premiumFloor: floor, ivRegime: regime }
}

function priceOf({ premium, fee }: HedgeCost, { terms, controls, regime }: ChargeTerms): PricedLines {
  const cost = premium.plus(fee)
  const venue = [
    { name: 'premium', usdc: premium },
    { name: 'purchase fee', usdc: fee },
  ]
  const least = controls.min_fee_usdc_by_tier[terms.tierName] ?? zero<'USDC'>()
  const ratio = floorRatioIn(controls, regime)
  const byRatio = ratio.units === 0n ? zero<'USDC'>() : premium.times(ratio, 'up')
  const floor = byRatio.isBelow(least) ? least : byRatio
  const markups = markupsOf(premium, terms, controls)
  const marked = cost.plus(sum(markups.map(({ usdc }) => usdc)))
  const topUp = marked.isBelow(least) ? [{ name: 'minimum fee', usdc: least.minus(marked) }] : []
  const own = [...markups, ...topUp]
  if (own.length === 0) return { lines: venue, cost, price: cost, floor }
  const exact = topUp.length === 0 ? marked : least
  const price = exact.roundedToCents('ceil')
  const rounding = price.minus(exact).isZero() ? [] : [{ name: 'rounding', usdc: price.minus(exact) }]
  return { lines: [...venue, ...own, ...rounding], cost, price, floor }
}

function markupsOf(premium: Usdc, { tierName, leverage }: ChargeTerms['terms'], controls: RiskControls): readonly ChargeLine[] {
  const byTier = controls.premium_markup_pct_by_tier[tierName]
  const row = rowOrLast(controls.leverage_markup_pct_by_x, leverage)
  const line = (name: string, pct: Ratio | undefined): readonly ChargeLine[] =>
    pct === undefined || pct.units === 0n ? [] : [{ name, usdc: premium.times(pct, 'up') }]
  return [...line(`markup, tier ${tierName}`, byTier), ...line(`markup, leverage up to ${row?.upTo ?? 0}`, row?.value)]
}
