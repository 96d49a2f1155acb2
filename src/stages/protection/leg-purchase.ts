/**
 * A combination is bought leg by leg, and is a cover only when all of it is there (O14). What happens when a leg that was bought is left alone:
 *   sold again    where somebody bids a price that is no stub; what that cost is a line of the failed cover (settled-charge.ts)
 *   kept          where nobody does and its own strike holds the floor price: a smaller cover, named so, the rest of the position without one
 * Kept only of a first purchase with a floor of the price: a renewal has a limit to hold for the whole size, and so has a floor of equity. The platform
 * charges nothing of its own for a cover that is smaller than was bought.
 */
import { zero } from '#units/money.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import { legsOf, withLegs } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because } from './decisions.ts'
import type { Now } from './decisions.ts'
import { strikeHolds, withUncovered } from './floor.ts'
import { withoutOwn } from './settled-charge.ts'
import { freshBid } from './unwinding.ts'

export type Paid = NonNullable<Coverage['paid']>
export const NOTHING_PAID: Paid = { coin: zero(), premium: zero(), fee: zero() }

function plusPaid(was: Paid, more: Paid): Paid {
  return { coin: was.coin.plus(more.coin), premium: was.premium.plus(more.premium), fee: was.fee.plus(more.fee) }
}

/** With what was bought of one of its options, and what it cost. */
export function withBought(
  cover: Coverage,
  { instrument }: Pick<TradeConfirmation, 'instrument'>,
  filled: Coverage['filled'],
  cost: Paid,
): Coverage {
  const paid = plusPaid(cover.paid ?? NOTHING_PAID, cost)
  if (cover.legs === undefined) return { ...cover, filled: cover.filled.plus(filled), paid }
  const legs = cover.legs.map((leg): CoverLeg =>
    leg.instrument === instrument ? { ...leg, filled: leg.filled.plus(filled), paid: plusPaid(leg.paid ?? NOTHING_PAID, cost) } : leg,
  )
  return { ...withLegs(cover, legs), paid }
}

/** One more order of this option has ended. */
export function withOrder(cover: Coverage, { instrument }: Pick<TradeConfirmation, 'instrument'>): Coverage {
  const { legs } = cover
  if (legs === undefined) return cover
  return { ...cover, legs: legs.map((leg) => (leg.instrument === instrument ? { ...leg, tries: (leg.tries ?? 0) + 1 } : leg)) }
}

export function isBought(cover: Coverage): boolean {
  return legsOf(cover).every(({ filled, size }) => filled.compare(size) >= 0)
}

/** Another order is worth its while: the next leg, or the rest of one that was filled in part. */
export function mayGoOn(
  cover: Coverage,
  { instrument }: Pick<TradeConfirmation, 'instrument'>,
  bought: Coverage['filled'],
  { coverAttemptsMax }: CoverageConfig,
): boolean {
  const leg = cover.legs?.find((one) => one.instrument === instrument)
  if (leg !== undefined && leg.filled.compare(leg.size) >= 0) return true
  return bought.isPositive() && ((leg === undefined ? cover.attempt : leg.tries) ?? 1) < coverAttemptsMax
}

/** The one leg that was bought as a cover of its own; undefined where it is to be sold. */
export function keptAlone(state: CoverageState, cover: Coverage, { at, seq }: Now, config: CoverageConfig): Coverage | undefined {
  const { legs, previousCoverageId, terms, charge, size, exitCostMax } = cover
  const [leg, ...others] = legs?.filter(({ filled }) => filled.isPositive()) ?? []
  if (leg === undefined || others.length > 0 || leg.filled.compare(leg.size) > 0 || at >= leg.expiry) return undefined
  if (previousCoverageId !== undefined || terms.drawdownFloor === undefined || terms.equityFloor !== undefined) return undefined
  if (charge?.passThrough !== undefined || !strikeHolds(leg.strike, cover.floorPrice, terms.side)) return undefined
  if (freshBid(state, leg.instrument, at, config) !== undefined) return undefined
  const { legs: _, ...whole } = cover
  const { venue, instrument, strike, expiry, filled } = leg
  const explanation = because(seq, { code: 'partly_covered', field: 'size', seen: filled.toString(), limit: size.toString() })
  return {
    ...whole,
    venue,
    instrument,
    strike,
    expiry,
    filled,
    size: filled,
    ...(charge === undefined ? {} : { charge: withoutOwn(charge) }),
    ...(exitCostMax === undefined ? {} : { exitCostMax: exitCostMax.share(filled.units, size.units, 'up') }),
    floorExcludes: withUncovered(cover.floorExcludes),
    alarm: 'partly_covered',
    explanation,
  }
}

/** What each leg cost, once the whole stands. */
export function legsPaid(
  { legs }: Coverage,
  coinPriceOf: (paid: Paid, filled: Coverage['filled']) => CoverLeg['premiumCoin'],
): Pick<Coverage, 'legs'> {
  if (legs === undefined) return {}
  return {
    legs: legs.map(({ paid = NOTHING_PAID, ...leg }) => ({
      ...leg,
      premiumCoin: coinPriceOf(paid, leg.filled),
      premium: paid.premium,
      fee: paid.fee,
    })),
  }
}
