/**
 * What the venue refuses at the door: names, sizes and prices off the contract's steps, kinds of order it does not have, then what the
 * account cannot afford. First rule broken, first reported. An order that only makes a position smaller is never refused for margin.
 * Options are not written: a sale needs the holding. Buying one needs its premium and fee in cash, and the maintenance margin kept
 * (a bought option adds no risk beyond its premium); a perpetual needs its initial margin, immediate loss and fee; spot its cash.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { hasExpired, instrumentOf, premiumTick } from '#domain/catalogue.ts'
import type { CatalogueRefusal } from '#domain/catalogue.ts'
import type { Instrument, Option } from '#domain/instrument.ts'
import { divide, formatUnits, multiplyUnits, ONE } from '#units/exact.ts'
import type { Price } from '#units/price.ts'
import type { EpochMs } from '#units/time.ts'
import { preview, wouldCross } from '../matching/preview.ts'
import { balanceOf, leverageOf, positionOf } from './account.ts'
import type { Account } from './account.ts'
import { chargeFor } from './charges.ts'
import { closeValue, equityOf, initialMargin, maintenanceMargin, markOf, openOrders } from './margin.ts'
import { marketOf } from './state.ts'
import type { Market, VenueOrder, VenueState } from './state.ts'

export type VenueRefusal =
  | CatalogueRefusal
  | 'unknown_account'
  | 'expired_instrument'
  | 'no_market'
  | 'invalid_quantity'
  | 'invalid_price'
  | 'invalid_leverage'
  | 'unsupported_time_in_force'
  | 'invalid_trigger'
  | 'post_only_would_cross'
  | 'reduce_only_no_position'
  | 'insufficient_margin'
  | 'insufficient_balance'
  | 'account_holds_no_coin'

export interface Admitted {
  readonly account: Account
  readonly market: Market
}

export function admitOrder(state: VenueState, order: VenueOrder): Result<Admitted, VenueRefusal> {
  const account = state.accounts.get(order.account)
  if (account === undefined) return refuse('unknown_account', 'account', order.account, 'an account of this venue')
  const found = instrumentOf(order.instrument)
  if (!found.ok) return found
  const terms = admitTerms(found.value, order, state)
  if (!terms.ok) return terms
  const market = marketOf(state, order.instrument)
  if (state.index === 0n) return refuse('no_market', 'index', 'missing', 'an index seen')
  if (order.postOnly && order.trigger === undefined && wouldCross(market.book, order.side, order.limitPrice.units)) {
    return refuse('post_only_would_cross', 'limitPrice', order.limitPrice, 'a price that does not trade at once')
  }
  const afford = isPending(order) ? ok(undefined) : admitFunds(state, { account, market }, order)
  return afford.ok ? ok({ account, market }) : afford
}

function isPending({ type }: VenueOrder): boolean {
  return type === 'stop' || type === 'stop_limit'
}

function admitTerms(instrument: Instrument, order: VenueOrder, state: VenueState): Result<undefined, VenueRefusal> {
  const { quantity, type, limitPrice, trigger, timeInForce, leverage, postOnly } = order
  const at = state.at as EpochMs
  if (instrument.kind === 'option' && hasExpired(instrument, at))
    return refuse('expired_instrument', 'instrument', instrument.id, 'not expired')
  if (quantity.compare(instrument.sizeMin) < 0)
    return refuse('invalid_quantity', 'quantity', quantity, `>= ${instrument.sizeMin.toString()}`)
  if (quantity.compare(instrument.sizeMax) > 0)
    return refuse('invalid_quantity', 'quantity', quantity, `<= ${instrument.sizeMax.toString()}`)
  if (quantity.units % instrument.lot.units !== 0n)
    return refuse('invalid_quantity', 'quantity', quantity, `a multiple of ${instrument.lot.toString()}`)
  const hasPrice = type === 'limit' || type === 'stop_limit'
  const tick =
    instrument.kind === 'option' && instrument.settlement === 'BTC' ? premiumTick(limitPrice as Price<'BTC', 'BTC'>) : instrument.tick
  if (hasPrice && limitPrice.units % tick.units !== 0n)
    return refuse('invalid_price', 'limitPrice', limitPrice, `a multiple of ${tick.toString()}`)
  if (timeInForce === 'GTD') return refuse('unsupported_time_in_force', 'timeInForce', timeInForce, 'GTC, IOC or FOK')
  if (postOnly && (!hasPrice || timeInForce !== 'GTC'))
    return refuse('unsupported_time_in_force', 'timeInForce', timeInForce, 'GTC with a limit for post-only')
  const isStop = type === 'stop' || type === 'stop_limit'
  if (isStop !== (trigger !== undefined))
    return refuse('invalid_trigger', 'trigger', trigger === undefined ? 'missing' : 'given', 'a trigger for stops alone')
  if (leverage !== undefined && !(leverage >= 1 && leverage <= state.config.leverageMax)) {
    return refuse('invalid_leverage', 'leverage', leverage, `1 to ${state.config.leverageMax}`)
  }
  return ok(undefined)
}

/** What a reduce-only order may trade: the position it reduces. */
export function reducible(account: Account, instrument: string, side: 'buy' | 'sell'): bigint {
  const { quantity } = positionOf(account, instrument)
  const size = side === 'sell' ? quantity : -quantity
  return size > 0n ? size : 0n
}

export type Spending = Pick<VenueOrder, 'instrument' | 'side' | 'quantity' | 'limitPrice' | 'reduceOnly' | 'leverage'>

export function admitFunds(state: VenueState, { account, market }: Admitted, order: Spending): Result<undefined, VenueRefusal> {
  const room = reducible(account, order.instrument, order.side)
  if (order.reduceOnly) return room > 0n ? ok(undefined) : refuse('reduce_only_no_position', 'quantity', order.quantity, '0')
  const open = openOrders(market, account.id, order.side)
  if (market.instrument.kind !== 'spot' && room >= open + order.quantity.units) return ok(undefined)
  if (market.instrument.kind === 'spot') return admitSpot(state, { account, market }, order, open)
  if (market.instrument.kind === 'option') return admitOption(state, { account, market }, order, market.instrument)
  return admitPerpetual(state, { account, market }, order)
}

function admitPerpetual(state: VenueState, { account, market }: Admitted, order: Spending): Result<undefined, VenueRefusal> {
  const { instrument } = market
  if (instrument.settlement === 'BTC' && !account.holdsCoin)
    return refuse('account_holds_no_coin', 'instrument', instrument.id, 'an account that holds coin')
  const { fee, loss } = immediateCost(state, { account, market }, order)
  const [buys, sells] = order.side === 'buy' ? [order.quantity.units, 0n] : [0n, order.quantity.units]
  const leverage = order.leverage ?? leverageOf(account, instrument.id)
  const needed = initialMargin(state, account, { instrument: instrument.id, buys, sells, leverage }) + fee + loss
  const equity = equityOf(state, account)
  return equity >= needed ? ok(undefined) : refuse('insufficient_margin', 'equity', formatUnits(equity), formatUnits(needed))
}

/** Fee and loss against the mark of what trades at once, in USDC. */
function immediateCost(state: VenueState, { account, market }: Admitted, order: Spending): { readonly fee: bigint; readonly loss: bigint } {
  const { instrument, book } = market
  const taken = preview(book, { account: account.id, side: order.side, quantity: order.quantity.units, limit: order.limitPrice.units })
  if (taken.quantity === 0n) return { fee: 0n, loss: 0n }
  const price = divide(taken.notional, taken.quantity, 'half-even')
  const charge = chargeFor(state.rules, account, {
    instrument,
    price,
    quantity: taken.quantity,
    index: state.index,
    liquidity: 'taker',
    reduces: false,
    at: state.at,
  })
  const away = order.side === 'buy' ? price - markOf(state, market) : markOf(state, market) - price
  const size = instrument.kind === 'inverse-perpetual' ? divide(taken.quantity * ONE, price, 'up') : taken.quantity
  return {
    fee: charge.currency === 'BTC' ? multiplyUnits(charge.amount, state.index) : charge.amount,
    loss: away > 0n ? multiplyUnits(away, size, 'up') : 0n,
  }
}

function admitOption(state: VenueState, { account, market }: Admitted, order: Spending, option: Option): Result<undefined, VenueRefusal> {
  if (order.side === 'sell') {
    const free = reducible(account, option.id, 'sell') - openOrders(market, account.id, 'sell')
    return refuse('insufficient_balance', 'quantity', order.quantity, formatUnits(free > 0n ? free : 0n))
  }
  const quantity = order.quantity.units
  const taken = preview(market.book, { account: account.id, side: 'buy', quantity, limit: order.limitPrice.units })
  const premium = divide(taken.notional + (quantity - taken.quantity) * order.limitPrice.units, ONE, 'up')
  const price = divide(premium * ONE, quantity, 'up')
  const { amount } = chargeFor(state.rules, account, {
    instrument: option,
    price,
    quantity,
    index: state.index,
    liquidity: 'taker',
    reduces: false,
    at: state.at,
  })
  const inCoin = option.settlement === 'BTC'
  const cost = inCoin ? multiplyUnits(premium + amount, state.index, 'up') : premium + amount
  const cash = inCoin && account.holdsCoin ? multiplyUnits(balanceOf(account, 'BTC'), state.index) : balanceOf(account, 'USDC')
  if (cash < cost) return refuse('insufficient_balance', 'cash', formatUnits(cash), formatUnits(cost))
  const credited = multiplyUnits(closeValue(state, market, quantity), state.rules.optionMarginCredit)
  const after = equityOf(state, account) - cost + credited
  const needed = maintenanceMargin(state, account)
  return after >= needed ? ok(undefined) : refuse('insufficient_margin', 'equity', formatUnits(after), formatUnits(needed))
}

function admitSpot(state: VenueState, { account, market }: Admitted, order: Spending, open: bigint): Result<undefined, VenueRefusal> {
  const { side, quantity, limitPrice } = order
  if (side === 'sell') {
    const free = balanceOf(account, 'BTC') - open
    return free >= quantity.units ? ok(undefined) : refuse('insufficient_balance', 'quantity', quantity, formatUnits(free > 0n ? free : 0n))
  }
  let cost = 0n
  for (const resting of market.book.bids.resting)
    if (resting.account === account.id) cost += multiplyUnits(resting.open, resting.price, 'up')
  const price = limitPrice.units
  cost += multiplyUnits(quantity.units, price, 'up')
  cost += chargeFor(state.rules, account, {
    instrument: market.instrument,
    price,
    quantity: quantity.units,
    index: state.index,
    liquidity: 'taker',
    reduces: false,
    at: state.at,
  }).amount
  const cash = balanceOf(account, 'USDC')
  const equity = equityOf(state, account) - initialMargin(state, account, undefined)
  const free = equity < cash ? equity : cash
  return free >= cost ? ok(undefined) : refuse('insufficient_balance', 'cash', formatUnits(free), formatUnits(cost))
}
