/**
 * The venue as a deterministic state machine: one input, what the venue says to it. It knows neither latency nor loss (`network.ts`
 * carries messages). Time is the input's and never falls; with a market inside, the market is brought to the second of the input first.
 * Without one, funding falls due on the way at the last quotes, and options settle by `settle`.
 */
import { assert } from '#base/assert.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId, OrderId } from '#domain/order.ts'
import type { Currency, Money } from '#units/money.ts'
import type { BtcUsdc, Price } from '#units/price.ts'
import type { Print } from '../matching/book.ts'
import { nextFunding, payFunding } from './funding.ts'
import { advanceGenerator, refreshOption } from './generator-feed.ts'
import { transfer } from './liquidate.ts'
import { placeOrder, requestCancel } from './place.ts'
import { takePrint, takeQuotes } from './quotes.ts'
import type { VenueQuote } from './quotes.ts'
import { settleOption } from './settle.ts'
import { tellOrder, tellSince, tellStatement } from './statement.ts'
import type { VenueOrder, VenueOutput, VenueState } from './state.ts'
import { accountOf } from './trade.ts'

/** `at`: the venue's time of taking it. */
export type VenueInput = { readonly at: number } & (
  | { readonly type: 'advance' }
  | { readonly type: 'place'; readonly order: VenueOrder }
  | { readonly type: 'cancel'; readonly account: AccountId; readonly orderId: OrderId }
  | { readonly type: 'query_order'; readonly account: AccountId; readonly orderId: OrderId; readonly lagging?: boolean }
  | { readonly type: 'query_statement'; readonly account: AccountId; readonly queryId?: string }
  | { readonly type: 'query_trades_since'; readonly account: AccountId; readonly afterId?: string }
  | { readonly type: 'quotes'; readonly index?: BtcUsdc; readonly quotes: readonly VenueQuote[] }
  | { readonly type: 'print'; readonly instrument: InstrumentId; readonly print: Print }
  | { readonly type: 'deposit'; readonly account: AccountId; readonly currency: Currency; readonly amount: Money; readonly reason: string }
  | { readonly type: 'settle'; readonly instrument: InstrumentId; readonly index: Price; readonly basis: 'venue' | 'interpolated' }
)

const SAID_NOTHING: readonly VenueOutput[] = []

export function venueStep(state: VenueState, input: VenueInput): readonly VenueOutput[] {
  passTime(state, input.at)
  handle(state, input)
  const said = state.outbox
  if (said.length === 0) return SAID_NOTHING
  state.outbox = []
  return said
}

function passTime(state: VenueState, at: number): void {
  assert(Number.isSafeInteger(at), 'venue time is a whole number of milliseconds')
  if (state.generator !== null) {
    advanceGenerator(state, state.generator, at)
    return
  }
  if (state.at > 0) {
    for (let due = nextFunding(state.at); due <= at; due = nextFunding(due)) {
      state.at = due
      payFunding(state)
    }
  }
  if (at > state.at) state.at = at
}

function handle(state: VenueState, input: VenueInput): void {
  switch (input.type) {
    case 'advance':
      return
    case 'place':
      if (state.generator !== null) refreshOption(state, state.generator, input.order.instrument)
      placeOrder(state, input.order)
      return
    case 'cancel':
      requestCancel(state, input.orderId, input.account)
      return
    case 'query_order':
      tellOrder(state, { orderId: input.orderId, account: input.account, lagging: input.lagging ?? false })
      return
    case 'query_statement':
      tellStatement(state, accountOf(state, input.account), input.queryId)
      return
    case 'query_trades_since':
      tellSince(state, input.account, input.afterId)
      return
    case 'quotes':
      takeQuotes(state, input.index, input.quotes)
      return
    case 'print':
      takePrint(state, input.instrument, input.print)
      return
    case 'deposit':
      transfer(state, accountOf(state, input.account), {
        currency: input.currency,
        amount: input.amount.units,
        kind: 'transfer',
        reason: input.reason,
      })
      return
    case 'settle':
      settleOption(state, { instrument: input.instrument, index: input.index.units, basis: input.basis })
      return
  }
}
