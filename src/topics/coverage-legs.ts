/**
 * The options of a cover, one or several, in one form: whoever asks what a cover holds asks here. A cover of one option carries no list, it is
 * its own only leg; of a combination the list is the truth, and sizes, strike and instrument of the whole follow from it.
 */
import type { InstrumentId } from '#domain/instrument.ts'
import type { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import type { Coverage, CoverLeg } from './protection.ts'

/** In the order of the purchase. */
export function legsOf(cover: Coverage): readonly CoverLeg[] {
  if (cover.legs !== undefined) return cover.legs
  const { venue, instrument, strike, expiry, size, filled, premiumCoin, premium, fee, settlementIndex, payout } = cover
  return [{ venue, instrument, size, strike, expiry, filled, premiumCoin, premium, fee, settlementIndex, payout }]
}

/** The price beyond which every leg that was bought pays: of several strikes the one that is reached last. */
export function heldFrom(cover: Coverage): BtcUsdc {
  const isPut = cover.optionType === 'put'
  const strikes = legsOf(cover)
    .filter(({ filled }) => !filled.isZero())
    .map(({ strike }) => strike)
  return strikes.reduce((held, strike) => (strike.compare(held) < 0 === isPut ? strike : held), strikes[0] ?? cover.strike)
}

export function legOf(cover: Coverage, instrument: InstrumentId): CoverLeg | undefined {
  return legsOf(cover).find((leg) => leg.instrument === instrument)
}

/** A combination with other legs; what it has filled is their sum. */
export function withLegs(cover: Coverage, legs: readonly CoverLeg[]): Coverage {
  return { ...cover, legs: [...legs], filled: new Quantity<'BTC'>(legs.reduce((sum, { filled }) => sum + filled.units, 0n)) }
}

/** A cover with another size filled of one of its options. */
export function withFilled(cover: Coverage, instrument: InstrumentId, filled: Quantity<'BTC'>): Coverage {
  if (cover.legs === undefined) return { ...cover, filled }
  return withLegs(
    cover,
    cover.legs.map((leg) => (leg.instrument === instrument ? { ...leg, filled } : leg)),
  )
}

/** What an account holds of each option of a cover, as answers and records list it. */
interface LegShown {
  readonly instrument: InstrumentId
  readonly size: string
  readonly optionType: 'put' | 'call'
  readonly strike: string
  readonly venue: string
}
export function legsShown(cover: Coverage): readonly LegShown[] {
  return legsOf(cover).map(({ instrument, filled, strike, venue }) => ({
    instrument,
    size: filled.toString(),
    optionType: cover.optionType,
    strike: strike.toString(),
    venue,
  }))
}

/** Of one cover's share of a position in an option: its own part of what all of it is worth. */
export function shareOf(leg: CoverLeg, held: { readonly close: Money<'USDC'>; readonly quantity: Quantity }): Money<'USDC'> {
  return leg.filled.units >= held.quantity.units ? held.close : held.close.share(leg.filled.units, held.quantity.units, 'down')
}

/** What the instruments of a combination are called together. */
export function coverName(cover: Coverage): string {
  return legsOf(cover)
    .map(({ instrument }) => instrument)
    .join(' + ')
}
