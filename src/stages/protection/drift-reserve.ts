/**
 * What the platform may come to bear because prices move between a quote and its fills, held against the subsidy caps beforehand (P-06, P-07). Where
 * the platform fixes the charge, a dearer fill first uses up its own lines, then is subsidy like any other:
 *   tolerance = least of charge x pct and usdc, as far as the tier states them; else charge x 0.02
 *   reserve   = max(0, cost + tolerance - charge) - subsidy                    held with the subsidy until the hedge is bought
 * What today's caps cannot hold of it the client may be charged, up to `chargedMax`, which the quote states; over the client's own limit (its
 * fixed price, or the cap of a pass-through) there is no quote. A neutral charge is what the venue takes and reserves nothing.
 * Units: USDC, exact; `chargedMax` in cents, up. Edge: a fill beyond the tolerance is the platform's too; it is committed as it is.
 */
import { ok } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import type { RiskControls } from '#domain/risk-controls.ts'
import type { Money } from '#units/money.ts'
import { sum, zero } from '#units/money.ts'
import { RATIO_ONE, ratioFromFloat } from '#units/ratio.ts'
import type { Charge, DriftTolerance, ProtectionTerms, PutQuote } from '#topics/protection.ts'
import type { SubsidyLeft } from './charge-terms.ts'
import { driftToleranceOf } from './controls.ts'

type Usdc = Money<'USDC'>

/** Of the charge, where a tier states no tolerance of its own. */
export const DRIFT_TOLERANCE = 0.02

interface Inputs {
  readonly terms: Pick<ProtectionTerms, 'tierName' | 'premiumMax'>
  readonly controls: RiskControls
  readonly left: SubsidyLeft
}

/** The quote with what it reserves for drift, or why it cannot be given. */
export function reserveDrift(quote: PutQuote, { controls, left }: Omit<Inputs, 'terms'>): Result<PutQuote> {
  const { charge, selected, status, terms } = quote
  if (status !== 'ok' || charge === undefined || selected === undefined) return ok(quote)
  const reserved = withDriftReserve(charge, selected.premium.plus(selected.fee), { terms, controls, left })
  return reserved.ok ? ok({ ...quote, charge: reserved.value }) : reserved
}

export function withDriftReserve(charge: Charge, cost: Usdc, { terms, controls, left }: Inputs): Result<Charge> {
  if (!isFixed(charge)) return ok(charge)
  const { charged, subsidy } = charge
  const tolerance = chargeLimit(charged, driftToleranceOf(terms, controls)).minus(charged)
  const wanted = positive(cost.plus(tolerance).minus(charged)).minus(subsidy)
  const room = positive(least(left).minus(subsidy))
  const driftReserve = room.isBelow(wanted) ? room : wanted
  const chargedMax = charged.plus(wanted.minus(driftReserve)).roundedToCents('ceil')
  const limit = charge.passThrough?.cap ?? terms.premiumMax
  if (!charged.isBelow(chargedMax) || limit === undefined || limit.isAtLeast(chargedMax))
    return ok({ ...charge, driftReserve, chargedMax: charged.isBelow(chargedMax) ? chargedMax : charged })
  return { ok: false, refusal: overBudget(charge, { subsidy: subsidy.plus(wanted), tolerance, left }) }
}

/** The platform's own lines, or a price that was agreed to: then the charge does not follow the fills. */
export function isFixed({ lines, passThrough }: Pick<Charge, 'lines' | 'passThrough'>): boolean {
  return passThrough !== undefined || lines.slice(2).some(({ name }) => name !== 'rounding')
}

/** The most a charge may become within a tolerance: of share and amount the strictest decides. */
export function chargeLimit(charged: Usdc, stated: DriftTolerance | undefined, configured = DRIFT_TOLERANCE): Usdc {
  const pct = stated?.pct ?? (stated?.usdc === undefined ? ratioFromFloat(configured, 9) : undefined)
  const byPct = pct === undefined ? undefined : charged.times(RATIO_ONE.plus(pct), 'down')
  const byUsdc = stated?.usdc === undefined ? undefined : charged.plus(stated.usdc)
  if (byPct === undefined) return byUsdc ?? charged
  return byUsdc === undefined || byPct.isBelow(byUsdc) ? byPct : byUsdc
}

/** The flip: a fixed price that leaves room for the whole price and its tolerance, so that nothing has to be borne. */
function overBudget(
  { lines, charged }: Charge,
  { subsidy, tolerance, left }: { readonly subsidy: Usdc; readonly tolerance: Usdc; readonly left: SubsidyLeft },
): Refusal {
  const price = sum(lines.filter(({ name, usdc }) => usdc.isPositive() && name !== 'dynamic cap uplift').map(({ usdc }) => usdc))
  const grown = charged.isPositive() ? price.plus(tolerance.share(price.units, charged.units, 'up')) : price
  const isOwn = left.account.isBelow(subsidy)
  return {
    code: isOwn ? 'subsidy_account_cap_reached' : 'subsidy_cap_reached',
    field: 'subsidyUsdc',
    seen: subsidy.toString(),
    limit: (isOwn ? left.account : left.global).toString(),
    flip: { field: 'fixedPriceUsdc', to: grown.roundedToCents('ceil').toString() },
  }
}

function least({ global, account }: SubsidyLeft): Usdc {
  return global.isBelow(account) ? global : account
}

function positive(amount: Usdc): Usdc {
  return amount.isPositive() ? amount : zero()
}
