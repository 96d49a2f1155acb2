/**
 * Delivery of an option at expiry, in its settlement currency: a put pays max(0, K - S), a call max(0, S - K) per coin of notional, in
 * coin divided by S. An account without coin gets payout less fee converted at S. What still stands on its book expires, and the
 * market closes. Worthless options are settled too, at zero: a position must not vanish without a word.
 */
import { optionDeliveryFee } from '#domain/fees.ts'
import type { InstrumentId, Option } from '#domain/instrument.ts'
import type { AccountId } from '#domain/order.ts'
import { multiplyUnits, scaleUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { addQuantity, intrinsicValue, move, moveCoin, positionOf } from './account.ts'
import type { Account } from './account.ts'
import { cancelOrder, standingOrders } from './lifecycle.ts'
import { announce, newId, venueAt } from './state.ts'
import type { VenueState } from './state.ts'

export interface Delivery {
  readonly instrument: InstrumentId
  readonly index: bigint
  readonly basis: 'venue' | 'interpolated'
}

export function settleOption(state: VenueState, delivery: Delivery): void {
  const market = state.markets.get(delivery.instrument)
  if (market === undefined || market.instrument.kind !== 'option') return
  for (const account of state.accounts.values()) {
    for (const record of standingOrders(state, account.id, delivery.instrument)) cancelOrder(state, record, 'expired', 'instrument_expired')
    if (positionOf(account, delivery.instrument).quantity !== 0n) deliver(state, account, market.instrument, delivery)
  }
  state.markets.delete(delivery.instrument)
}

function deliver(state: VenueState, account: Account, option: Option, { index, basis }: Delivery): void {
  const { quantity } = positionOf(account, option.id)
  const inCoin = option.settlement === 'BTC'
  const intrinsic = intrinsicValue(option, index)
  const payout = inCoin ? scaleUnits(intrinsic, quantity, index) : multiplyUnits(intrinsic, quantity)
  const fee = deliveryFee(state, option, { payout, quantity, index })
  addQuantity(account, option.id, -quantity)
  if (inCoin) {
    moveCoin(account, 'payout', payout, index)
    moveCoin(account, 'fee', -fee, index)
  } else {
    move(account, 'payout', 'USDC', payout)
    move(account, 'fee', 'USDC', -fee)
  }
  const settlementId = newId(state, 's')
  announce(state, account, settlementId, {
    topic: 'venue_settlements',
    key: account.id,
    body: {
      venue: state.config.venue,
      account: account.id as AccountId,
      settlementId,
      instrument: option.id,
      quantity: new Quantity(quantity),
      settlementIndex: new Price<'BTC', 'USDC'>(index),
      payout: new Money(payout),
      fee: new Money(fee),
      currency: option.settlement,
      basis,
      venueAt: venueAt(state),
    },
  })
}

interface Payout {
  readonly payout: bigint
  readonly quantity: bigint
  readonly index: bigint
}

/** A share of the underlying, at most a share of the payout. */
function deliveryFee({ rules }: VenueState, { settlement }: Option, { payout, quantity, index }: Payout): bigint {
  if (settlement === 'BTC') return optionDeliveryFee(new Money<'BTC'>(payout), new Quantity<'BTC'>(quantity), rules.optionFees).units
  const onUnderlying = multiplyUnits(multiplyUnits(quantity, index), rules.optionFees.deliveryRate.units)
  const cap = multiplyUnits(payout, rules.optionFees.deliveryCap.units)
  return onUnderlying < cap ? onUnderlying : cap
}
