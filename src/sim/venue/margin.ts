/**
 * Cross margin of one account, in USDC: equity = cash + coin x index + unrealised results of perpetuals at the mark + options at the
 * conservative close (bid for what is held) x `optionMarginCredit`. Initial margin = notional / leverage over the worst case of position
 * and open orders; maintenance margin = notional x `maintenanceMarginRate`; options are never written, so they need none.
 * Units: counts of 1e-18 USDC; notional at the mark, of an inverse contract its face. Edges: without a mark the index stands in; an
 * option nobody bids for, or with a bid under `stubBidShare` of that, counts as what it would deliver at the index, at most its mark.
 */
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { Instrument, Option } from '#domain/instrument.ts'
import { divideUnits, multiplyUnits, ONE, unitsFromFloat } from '#units/exact.ts'
import { sideOf } from '../matching/book.ts'
import type { BookSide } from '../matching/book.ts'
import { balanceOf, intrinsicValue, leverageOf, positionOf, unrealised } from './account.ts'
import type { Account } from './account.ts'
import type { Market, VenueState } from './state.ts'

export const PERPETUALS = [LINEAR_PERPETUAL, INVERSE_PERPETUAL] as const

/** Equity for margin, or with `credit` of one for the statement of what the account is worth at the conservative close. */
export function equityOf(state: VenueState, account: Account, credit: bigint = state.rules.optionMarginCredit): bigint {
  let equity = balanceOf(account, 'USDC')
  let coin = balanceOf(account, 'BTC')
  let options = 0n
  for (const [name, position] of account.positions) {
    const market = state.markets.get(name)
    if (market === undefined) continue
    const { instrument } = market
    if (instrument.kind === 'option') options += closeValue(state, market, position.quantity)
    else if (instrument.settlement === 'USDC') equity += unrealised(instrument, position, markOf(state, market))
    else coin += unrealised(instrument, position, markOf(state, market))
  }
  return equity + multiplyUnits(coin, state.index) + multiplyUnits(options, credit)
}

/** In USDC: bid for what is held; where nobody bids a real price, what it would deliver at the index, at most its mark. */
export function closeValue(state: VenueState, market: Market, quantity: bigint): bigint {
  const { instrument } = market
  if (quantity <= 0n || instrument.kind !== 'option') return 0n
  const value = multiplyUnits(quantity, closePrice(state, market, instrument))
  return instrument.settlement === 'BTC' ? multiplyUnits(value, state.index) : value
}

function closePrice(state: VenueState, market: Market, option: Option): bigint {
  const { closeBid, mark } = market
  const { stubBidShare } = state.rules
  // never under the share of the lesser of the two
  if (mark !== 0n && closeBid !== 0n && closeBid * ONE >= mark * stubBidShare) return closeBid
  const unbid = unbidPrice(state, market, option)
  return closeBid === 0n || closeBid * ONE < unbid * stubBidShare ? unbid : closeBid
}

function unbidPrice({ index }: VenueState, { mark }: Market, option: Option): bigint {
  const intrinsic = option.settlement === 'BTC' ? divideUnits(intrinsicValue(option, index), index, 'floor') : intrinsicValue(option, index)
  return mark !== 0n && mark < intrinsic ? mark : intrinsic
}

export function markOf(state: VenueState, market: Market): bigint {
  return market.mark === 0n ? state.index : market.mark
}

export function notionalOf(instrument: Instrument, quantity: bigint, price: bigint): bigint {
  const size = quantity < 0n ? -quantity : quantity
  return instrument.kind === 'inverse-perpetual' ? size : multiplyUnits(size, price)
}

export function maintenanceMargin(state: VenueState, account: Account): bigint {
  return multiplyUnits(grossNotional(state, account), state.rules.maintenanceMarginRate, 'up')
}

export function grossNotional(state: VenueState, account: Account): bigint {
  let notional = 0n
  for (const name of PERPETUALS) {
    const { quantity } = positionOf(account, name)
    const market = quantity === 0n ? undefined : state.markets.get(name)
    if (market !== undefined) notional += notionalOf(market.instrument, quantity, markOf(state, market))
  }
  return notional
}

/** What comes on top of the book as it stands. */
export interface Incoming {
  readonly instrument: string
  readonly buys: bigint
  readonly sells: bigint
  readonly leverage: number
}

export function initialMargin(state: VenueState, account: Account, incoming: Incoming | undefined): bigint {
  let margin = 0n
  for (const name of PERPETUALS) {
    const market = state.markets.get(name)
    if (market === undefined) continue
    const added = incoming?.instrument === name ? incoming : undefined
    const { quantity } = positionOf(account, name)
    const long = quantity + openQuantity(market.book.bids, account.id) + (added?.buys ?? 0n)
    const short = openQuantity(market.book.asks, account.id) + (added?.sells ?? 0n) - quantity
    const leverage = added?.leverage ?? leverageOf(account, name)
    margin += divideUnits(notionalOf(market.instrument, long > short ? long : short, markOf(state, market)), leverageUnits(leverage), 'up')
  }
  return margin
}

function leverageUnits(leverage: number): bigint {
  return Number.isSafeInteger(leverage) ? BigInt(leverage) * ONE : unitsFromFloat(leverage, 6)
}

/** What the account's resting orders on a side may still trade, but for those that only reduce. */
export function openQuantity({ resting }: BookSide, account: string): bigint {
  let open = 0n
  for (const order of resting) if (order.account === account && !order.reduceOnly) open += order.open
  return open
}

export function openOrders(market: Market, account: string, side: 'buy' | 'sell'): bigint {
  return openQuantity(sideOf(market.book, side), account)
}
