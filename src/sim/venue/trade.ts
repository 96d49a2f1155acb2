/**
 * One trade booked: position and cash of both sides, fee, volume, the `venue_fills` of each account, and the end of a resting order
 * that is done. The background has no account and no books.
 */
import { assert, present } from '#base/assert.ts'
import type { Liquidity } from '#domain/fees.ts'
import { opposite } from '#domain/instrument.ts'
import type { Side } from '#domain/instrument.ts'
import type { OrderId } from '#domain/order.ts'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import type { Execution } from '../matching/book.ts'
import type { Sink } from '../matching/match.ts'
import { bookTrade, move, moveCoin } from './account.ts'
import type { Account } from './account.ts'
import { reducible } from './admit-order.ts'
import { chargeFor, countVolume } from './charges.ts'
import type { Chargeable, Charge } from './charges.ts'
import { enter, finish } from './lifecycle.ts'
import { announce, indexPrice, newId, venueAt } from './state.ts'
import type { Market, OrderRecord, VenueState } from './state.ts'

/** Where the trades of a match go; `taker` is absent when the market itself comes to the resting orders. */
export function sinkFor(state: VenueState, market: Market, taker: OrderRecord | undefined): Sink {
  return {
    capacityOf: (order) => reducible(accountOf(state, order.account), market.instrument.id, order.side),
    traded: (execution) => bookExecution(state, market, taker, execution),
    withdrawn: (order, reason) => enter(state, recordFor(state, order.orderId), 'cancelled', reason),
  }
}

function bookExecution(state: VenueState, market: Market, taker: OrderRecord | undefined, { maker, price, quantity }: Execution): void {
  market.last = price
  if (taker !== undefined) fillOrder(state, market, taker, { price, quantity, liquidity: 'taker' })
  if (maker === null) return
  const record = recordFor(state, maker.orderId)
  fillOrder(state, market, record, { price, quantity, liquidity: 'maker' })
  if (maker.open === 0n) finish(state, record, 'reduce_only')
}

interface Part {
  readonly price: bigint
  readonly quantity: bigint
  readonly liquidity: Liquidity
}

function fillOrder(state: VenueState, market: Market, record: OrderRecord, part: Part): void {
  record.filled += part.quantity
  assert(record.filled <= record.quantity, 'fills never exceed the order')
  const account = accountOf(state, record.account)
  const reduces = record.reduceOnly && reducible(account, record.instrument, record.side) >= part.quantity
  const trade = { ...part, instrument: market.instrument, index: state.index, reduces, at: state.at }
  bookFill(state, { account, side: record.side, trade, charge: chargeFor(state.rules, account, trade), orderId: record.orderId })
}

export interface Fill {
  readonly account: Account
  readonly side: Side
  readonly trade: Chargeable
  readonly charge: Charge
  readonly orderId?: OrderId
}

/** Also for trades the venue makes on its own (liquidation), which have no order. */
export function bookFill(state: VenueState, { account, side, trade, charge, orderId }: Fill): void {
  const { instrument, price, quantity, index } = trade
  bookTrade(account, { instrument, quantity: side === 'buy' ? quantity : -quantity, price, index })
  if (instrument.kind === 'option' && charge.currency === 'BTC') moveCoin(account, 'fee', -charge.amount, index)
  else move(account, 'fee', charge.currency, -charge.amount)
  countVolume(account, trade)
  const tradeId = newId(state, 't')
  const body = {
    venue: state.config.venue,
    account: account.id as OrderRecord['account'],
    tradeId,
    instrument: instrument.id,
    side,
    price: new Price(price),
    quantity: new Quantity(quantity),
    fee: new Money(charge.amount),
    feeCurrency: charge.currency,
    liquidity: trade.liquidity,
    index: indexPrice(state),
    venueAt: venueAt(state),
  }
  announce(state, account, tradeId, { topic: 'venue_fills', key: account.id, body: orderId === undefined ? body : { ...body, orderId } })
}

export function accountOf(state: VenueState, id: string): Account {
  return present(state.accounts.get(id), 'orders are of known accounts')
}

function recordFor(state: VenueState, orderId: string): OrderRecord {
  return present(state.orders.get(orderId), 'an order on the book has a record')
}

export function closingSide(quantity: bigint): Side {
  return opposite(quantity > 0n ? 'buy' : 'sell')
}
