/** Shared by the venue's tests: a fed venue with one quoted market, orders by what differs from a plain one, outputs by topic. */
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId, OrderId } from '#domain/order.ts'
import type { BodyOf } from '#topics/registry.ts'
import { price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import type { VenueConfigInput } from './config.ts'
import { createVenue } from './state.ts'
import type { VenueOrder, VenueOutput, VenueState, VenueTopic } from './state.ts'
import { venueStep } from './step.ts'

export const T0 = Date.UTC(2026, 0, 29, 10)
export const ALICE = 'alice' as AccountId
export const PUT = 'BTC-6FEB26-80000-P' as InstrumentId

export function usdcPrice(text: string): BtcUsdc {
  return price<'BTC', 'USDC'>(text)
}

export interface OrderText {
  readonly id: string
  readonly account?: AccountId
  readonly instrument?: InstrumentId
  readonly side?: 'buy' | 'sell'
  readonly size?: string
  readonly type?: VenueOrder['type']
  readonly tif?: VenueOrder['timeInForce']
  readonly limit?: string
  readonly trigger?: readonly ['mark' | 'index' | 'last', string]
  readonly reduceOnly?: boolean
  readonly postOnly?: boolean
  readonly leverage?: number
}

export function orderOf(text: OrderText): VenueOrder {
  return {
    orderId: text.id as OrderId,
    account: text.account ?? ALICE,
    instrument: text.instrument ?? LINEAR_PERPETUAL,
    side: text.side ?? 'buy',
    quantity: quantity(text.size ?? '1'),
    type: text.type ?? 'market',
    timeInForce: text.tif ?? (text.type === undefined || text.type === 'market' ? 'IOC' : 'GTC'),
    limitPrice: price(text.limit ?? (text.side === 'sell' ? '1' : '200000')),
    trigger: text.trigger === undefined ? undefined : { source: text.trigger[0], price: price(text.trigger[1]) },
    reduceOnly: text.reduceOnly ?? false,
    postOnly: text.postOnly ?? false,
    leverage: text.leverage,
  }
}

/** Index and mark 80,000; bid 79,999 for 2, ask 80,001 for 2; a put at 0.02 bid, 0.021 asked for 1. */
export function fedVenue(config: VenueConfigInput = {}): VenueState {
  const state = createVenue({ accounts: [{ account: ALICE, usdc: '100000', leverage: 5 }], ...config })
  quote(state, T0, '80000', ['79999', '2', '80001', '2'])
  venueStep(state, {
    at: T0,
    type: 'quotes',
    quotes: [
      { instrument: PUT, bid: price('0.02'), bidSize: quantity('1'), ask: price('0.021'), askSize: quantity('1'), mark: price('0.0205') },
    ],
  })
  return state
}

export function quote(
  state: VenueState,
  at: number,
  index: string,
  [bid, bidSize, ask, askSize]: readonly [string, string, string, string],
  mark = index,
): readonly VenueOutput[] {
  const perpetual = {
    instrument: LINEAR_PERPETUAL,
    bid: price(bid),
    bidSize: quantity(bidSize),
    ask: price(ask),
    askSize: quantity(askSize),
    mark: price(mark),
  }
  return venueStep(state, { at, type: 'quotes', index: usdcPrice(index), quotes: [perpetual] })
}

export function place(state: VenueState, text: OrderText, at = state.at): readonly VenueOutput[] {
  return venueStep(state, { at, type: 'place', order: orderOf(text) })
}

export function ofTopic<T extends VenueTopic>(outputs: readonly VenueOutput[], topic: T): readonly BodyOf<T>[] {
  return outputs.filter((output) => output.topic === topic).map(({ body }) => body as BodyOf<T>)
}

/** `accepted filled`, with the reason's code where there is one. */
export function statusLine(outputs: readonly VenueOutput[]): string {
  return ofTopic(outputs, 'order_updates')
    .map(({ status, filled, reason }) => `${status} ${filled.toString()}${reason === undefined ? '' : ` ${reason.split(':')[0] ?? ''}`}`)
    .join(', ')
}

export function fillLine(outputs: readonly VenueOutput[]): string {
  return ofTopic(outputs, 'venue_fills')
    .map(
      (fill) =>
        `${fill.side} ${fill.quantity.toString()} @ ${fill.price.toString()} fee ${fill.fee.toString()} ${fill.feeCurrency} ${fill.liquidity}`,
    )
    .join(', ')
}
