/**
 * Net exposure (H-02): positions of several accounts hedged as one. What offsets between accounts is not traded, yet each account is
 * attributed the whole hedge of its own exposure: minus its exposure. The parts sum to minus the net exactly, and what accounts gave each
 * other is what they have beyond it; what lots, the tolerance and the account's own bounds leave open of the net is the decision's exposure
 * plus its `hedgeTarget`, and nobody's. Signed counts of 1e-18 coin, long positive.
 */
import { roundUnits } from '#units/exact.ts'
import { Quantity } from '#units/quantity.ts'
import type { AccountId } from '#domain/order.ts'
import type { Attribution } from '#topics/hedging.ts'

export interface Exposure {
  readonly account: AccountId
  /** Signed. */
  readonly size: bigint
}

export function attributionOf(exposures: readonly Exposure[]): readonly Attribution[] {
  const sizes = new Map<AccountId, bigint>()
  for (const { account, size } of exposures) sizes.set(account, (sizes.get(account) ?? 0n) + size)
  return [...sizes].map(([account, size]) => ({ account, exposure: new Quantity(size), hedge: new Quantity(-size) }))
}

export function netOf(parts: readonly Pick<Attribution, 'exposure'>[]): bigint {
  return parts.reduce((sum, { exposure }) => sum + exposure.units, 0n)
}

export interface NetWish {
  readonly action: 'increase' | 'decrease' | 'none'
  /** Signed size the hedge should have. */
  readonly target: bigint
}

/** Towards minus the net, in whole lots rounded to less trade; a gap within `tolerance` is left. A turn of side is first a decrease to nothing. */
export function netWish(net: bigint, held: bigint, { lot, tolerance }: { readonly lot: bigint; readonly tolerance: bigint }): NetWish {
  const target = roundUnits(-net, lot, 'down')
  const gap = target > held ? target - held : held - target
  if (gap <= tolerance || gap < lot) return { action: 'none', target: held }
  if (held !== 0n && held > 0n !== target > 0n) return { action: 'decrease', target: 0n }
  return { action: size(target) > size(held) ? 'increase' : 'decrease', target }
}

function size(units: bigint): bigint {
  return units < 0n ? -units : units
}
