/**
 * Of what the venue delivers of an option, the part of one cover: payout and fee by size, the whole where it held all of it. What was bought of a
 * cover that failed, or came to a closed one late, and found no buyer is delivered like the rest: its payout ends the sale that never came
 * (P-11), also where the venue delivered while the purchase was still under way. Units: USDC at the settlement index, fees up.
 */
import { Money } from '#units/money.ts'
import type { Quantity } from '#units/quantity.ts'
import type { VenueSettlement } from '#topics/account.ts'
import { legsOf, withFilled } from '#topics/coverage-legs.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import { hedgeKey } from './coverage-state.ts'
import type { CoverageState } from './coverage-state.ts'
import type { Now, Out } from './decisions.ts'
import { afterSale } from './sold.ts'
import { awaitsBuyer } from './unwind-state.ts'

/** Covers that wait for a buyer and were delivered instead; on a settlement those of its account, each minute all of them. */
export function deliverUnsold(state: CoverageState, now: Now, settlement?: VenueSettlement): readonly Out[] {
  return [...state.unwinds.keys()].flatMap((id) => {
    const cover = state.coverages.get(id)
    if (cover === undefined || !awaitsBuyer(cover)) return []
    const isMeant = settlement === undefined ? cover.expiry <= now.at : cover.account === settlement.account
    return isMeant ? deliver(state, cover, now, settlement) : []
  })
}

function deliver(state: CoverageState, cover: Coverage, now: Now, told: VenueSettlement | undefined): readonly Out[] {
  let [held, unwind] = [cover, state.unwinds.get(cover.coverageId)]
  let [proceeds, fee] = [new Money<'USDC'>(0n), new Money<'USDC'>(0n)]
  for (const { instrument, filled } of legsOf(cover)) {
    const by =
      told?.instrument === instrument ? told : told === undefined ? state.delivered.get(hedgeKey(cover.account, instrument)) : undefined
    if (by === undefined || unwind === undefined || !filled.isPositive()) continue
    proceeds = proceeds.plus(payoutFor({ filled }, by))
    fee = fee.plus(feeInUsdc({ filled }, by))
    held = withFilled(held, instrument, filled.minus(filled))
  }
  if (held === cover || unwind === undefined) return []
  unwind = { ...unwind, proceeds: unwind.proceeds.plus(proceeds), fee: unwind.fee.plus(fee) }
  state.unwinds.set(cover.coverageId, unwind)
  return afterSale(held, unwind, { cover, sold: { proceeds, fee } }, now.seq)
}

/** No cover takes more than the venue delivered. */
function isAllOf(filled: Quantity<'BTC'>, quantity: VenueSettlement['quantity']): boolean {
  return quantity.isZero() || filled.units >= quantity.abs().units
}

export function payoutFor(
  { filled }: Pick<CoverLeg, 'filled'>,
  { currency, payout, quantity, settlementIndex }: VenueSettlement,
): Money<'USDC'> {
  const whole = currency === 'BTC' ? new Money<'BTC'>(payout.units).convert(settlementIndex) : new Money<'USDC'>(payout.units)
  return isAllOf(filled, quantity) ? whole : whole.share(filled.units, quantity.abs().units)
}

export function feeInUsdc(
  { filled }: Pick<CoverLeg, 'filled'>,
  { currency, fee, quantity, settlementIndex }: VenueSettlement,
): Money<'USDC'> {
  const whole = currency === 'BTC' ? new Money<'BTC'>(fee.units).convert(settlementIndex, 'ceil') : new Money<'USDC'>(fee.units)
  return isAllOf(filled, quantity) ? whole : whole.share(filled.units, quantity.abs().units, 'up')
}
