/**
 * Bounds, in floats, of what a client is charged for a hedge (charge.ts), for the first look at a candidate. A price is the cost, or, where
 * the platform charges anything of its own, max(cost + markups, minimum fee) in whole cents, up: known to within a cent. Over the fixed
 * price it is refused, or, where it may be passed on, charged somewhere between nothing and the price: the account then loses at least the
 * cost. Units: USDC.
 */
import { rowOrLast } from '#domain/risk-control-fields.ts'
import type { GateInputs } from './gates.ts'

export interface Bounds {
  readonly least: number
  readonly most: number
}
export interface ChargeBounds {
  /** The limit of the fixed price: kept, surely broken, or not to be said here. */
  readonly fixed: 'kept' | 'broken' | 'unsure'
  /** What the account may lose. */
  readonly outlay: Bounds
}
type Charged = (premium: number, cost: number, room: number) => ChargeBounds

const CENT = 0.01

export function chargeBounds({ terms, charging }: Pick<GateInputs, 'terms' | 'charging'>): Charged {
  const fixed = terms.premiumMax?.toNumber()
  const markup = charging === undefined ? 0 : markupOf(terms, charging)
  const leastFee = charging?.controls.min_fee_usdc_by_tier[terms.tierName]?.toNumber() ?? 0
  const mayPass = charging?.mayPass === true
  return (premium, cost, room) => {
    const marked = cost + premium * markup
    const least = Math.max(marked, leastFee)
    const most = markup > 0 || marked < leastFee + room ? least + CENT : least
    if (fixed === undefined || most < fixed - room) return { fixed: 'kept', outlay: { least, most } }
    if (mayPass) return { fixed: 'unsure', outlay: { least: cost, most } }
    return { fixed: least > fixed + room ? 'broken' : 'unsure', outlay: { least, most } }
  }
}

function markupOf({ tierName, leverage }: GateInputs['terms'], { controls }: NonNullable<GateInputs['charging']>): number {
  const byTier = controls.premium_markup_pct_by_tier[tierName]
  const byLeverage = rowOrLast(controls.leverage_markup_pct_by_x, leverage)
  return (byTier?.toNumber() ?? 0) + (byLeverage?.value.toNumber() ?? 0)
}
