/** Answers to questions about an account: they change nothing. A statement names the last event it counts, so that books can be compared at that point. */
import type { AccountId, OrderId } from '#domain/order.ts'
import { Money } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { Account } from './account.ts'
import { standingOrders, tell, tellNotFound } from './lifecycle.ts'
import { newId, venueAt } from './state.ts'
import type { VenueOutput, VenueState } from './state.ts'

export function tellStatement(state: VenueState, account: Account, queryId: string | undefined): void {
  const body = {
    venue: state.config.venue,
    account: account.id as AccountId,
    statementId: newId(state, 'q'),
    balances: [...account.balances].map(([currency, amount]) => ({ currency, amount: new Money(amount) })),
    positions: [...account.positions].map(([instrument, { quantity }]) => ({
      instrument: instrument as InstrumentId,
      quantity: new Quantity(quantity),
    })),
    openOrders: standingOrders(state, account.id).map(({ orderId, instrument, filled, quantity }) => ({
      orderId,
      instrument,
      filled: new Quantity(filled),
      quantity: new Quantity(quantity),
    })),
    venueAt: venueAt(state),
  }
  state.outbox.push({
    topic: 'account_raw',
    key: account.id,
    body: {
      ...body,
      ...(queryId === undefined ? {} : { queryId }),
      ...(account.lastId === undefined ? {} : { lastTradeId: account.lastId }),
    },
  })
}

/** `lagging`: the venue's read side has not caught up, which it may claim for as long as its visibility delay. */
export function tellOrder(
  state: VenueState,
  { orderId, account, lagging }: { readonly orderId: OrderId; readonly account: string; readonly lagging: boolean },
): void {
  const record = state.orders.get(orderId)
  const isHidden = record !== undefined && lagging && state.at < record.arrivedAt + state.config.visibilityDelayMs
  if (record === undefined || isHidden) tellNotFound(state, orderId, account)
  else tell(state, record)
}

/** Fills, funding, settlements and transfers of an account after the one named, oldest first; all that is kept where it is not known. */
export function tellSince(state: VenueState, account: string, afterId: string | undefined): void {
  const own = state.history.filter(({ key }) => key === account)
  const place = afterId === undefined ? -1 : own.findIndex((output) => idOf(output) === afterId)
  state.outbox.push(...own.slice(place + 1))
}

export function idOf({ topic, body }: VenueOutput): string | undefined {
  if (topic === 'venue_fills') return body.tradeId
  if (topic === 'venue_funding') return body.fundingId
  if (topic === 'venue_settlements') return body.settlementId
  return topic === 'venue_transfers' ? body.transferId : undefined
}
