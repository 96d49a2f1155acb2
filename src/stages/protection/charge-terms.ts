/** What a charge is made from, shared by its two halves: the price of a hedge, and what of it a pass-through takes. Amounts in USDC, exact. */
import type { Refusal } from '#base/result.ts'
import type { IvRegime } from '#domain/iv-regime.ts'
import type { RiskControls } from '#domain/risk-controls.ts'
import { divideUnits } from '#units/exact.ts'
import { zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { Quantity } from '#units/quantity.ts'
import { Ratio } from '#units/ratio.ts'
import type { ChargeLine, ProtectionTerms } from '#topics/protection.ts'

type Usdc = Money<'USDC'>

/** Subsidy that today's caps still allow. */
export interface SubsidyLeft {
  readonly global: Usdc
  readonly account: Usdc
}
export const NO_SUBSIDY: SubsidyLeft = { global: zero(), account: zero() }

export interface ChargeTerms {
  readonly terms: Pick<ProtectionTerms, 'tierName' | 'leverage' | 'premiumMax' | 'passThrough'>
  readonly controls: RiskControls
  readonly regime: IvRegime
  readonly left: SubsidyLeft
  /** Whether a price over the fixed price may be passed on at all in this look. */
  readonly mayPass: boolean
}
export interface HedgeCost {
  readonly premium: Usdc
  readonly fee: Usdc
  /** On offer at the top level, and what is to be bought of it. */
  readonly offered: Quantity<'BTC'>
  readonly size: Quantity<'BTC'>
}
export interface PricedLines {
  readonly lines: readonly ChargeLine[]
  readonly cost: Usdc
  readonly price: Usdc
  readonly floor: Usdc
}

/** Offered for each coin that is to be bought. */
export function liquidityRatioOf({ offered, size }: Pick<HedgeCost, 'offered' | 'size'>): Ratio {
  return new Ratio(divideUnits(offered.units, size.units, 'floor'))
}

/** The floor as a number; the regime that set it stands beside it in the quote. */
export function underFloor(field: string, seen: Usdc, floor: Usdc, to: Usdc): Refusal {
  const flip = { field: 'fixedPriceUsdc', to: to.roundedToCents('ceil').toString() }
  return { code: 'premium_floor', field, seen: seen.toString(), limit: floor.toString(), flip }
}
