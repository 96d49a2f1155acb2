/**
 * Funding of perpetuals every eight hours, at 00, 08 and 16 UTC: amount = signed quantity x mark x rate (linear, USDC) or face / mark x
 * rate (inverse, coin); positive is paid by the account, so longs pay a positive rate. The rate of the last quote before the hour
 * applies; a rate of zero is no event.
 */
import type { AccountId } from '#domain/order.ts'
import { formatUnits, multiplyUnits, scaleUnits, unitsFromFloat, ONE } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { move, positionOf } from './account.ts'
import type { Account } from './account.ts'
import { markOf, PERPETUALS } from './margin.ts'
import { announce, newId, venueAt } from './state.ts'
import type { Market, VenueState } from './state.ts'

export const FUNDING_INTERVAL_MS = 8 * 3_600_000
const RATE_PLACES = 10

/** The first settlement of funding after an instant. */
export function nextFunding(at: number): number {
  return (Math.floor(at / FUNDING_INTERVAL_MS) + 1) * FUNDING_INTERVAL_MS
}

/** At the present time and marks. */
export function payFunding(state: VenueState): void {
  for (const name of PERPETUALS) {
    const market = state.markets.get(name)
    if (market === undefined || state.index === 0n) continue
    const rate = unitsFromFloat(market.fundingRate8h, RATE_PLACES)
    if (rate === 0n) continue
    for (const account of state.accounts.values()) if (positionOf(account, name).quantity !== 0n) pay(state, account, market, rate)
  }
}

function pay(state: VenueState, account: Account, market: Market, rate: bigint): void {
  const { instrument } = market
  const { quantity } = positionOf(account, instrument.id)
  const mark = markOf(state, market)
  const amount = fundingAmount(instrument.kind === 'inverse-perpetual', quantity, mark, rate)
  move(account, 'funding', instrument.settlement, -amount)
  const fundingId = newId(state, 'f')
  announce(state, account, fundingId, {
    topic: 'venue_funding',
    key: account.id,
    body: {
      venue: state.config.venue,
      account: account.id as AccountId,
      fundingId,
      instrument: instrument.id,
      rate: formatUnits(rate),
      mark: new Price<'BTC', 'USDC'>(mark),
      quantity: new Quantity(quantity),
      amount: new Money(amount),
      currency: instrument.settlement,
      venueAt: venueAt(state),
    },
  })
}

export function fundingAmount(isInverse: boolean, quantity: bigint, mark: bigint, rate: bigint): bigint {
  return isInverse ? scaleUnits(quantity, rate, mark) : scaleUnits(multiplyUnits(quantity, mark), rate, ONE)
}
