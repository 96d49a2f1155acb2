/**
 * Liquidation of a cross-margin account at the first observation of equity at or under its maintenance margin: orders cancelled,
 * perpetuals closed at the mark for a fee on their notional, options sold at their bid, and the account keeps what is left, never less
 * than nothing: the insurance fund pays the rest and books say so (`venue_transfers`). An option without a bid stays, worth nothing now.
 * The decision is exact; a float estimate with a margin of a cent per million spares the exact sum where it cannot be close.
 */
import type { Currency } from '#units/money.ts'
import type { AccountId } from '#domain/order.ts'
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { divide, divideUnits, floatFromUnits, multiplyUnits, ONE, UNITS_MAX } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { balanceOf, move, positionOf } from './account.ts'
import type { Account, Calm, MoveKind } from './account.ts'
import { chargeFor } from './charges.ts'
import { cancelOrder, standingOrders } from './lifecycle.ts'
import { equityOf, maintenanceMargin, markOf, notionalOf, PERPETUALS } from './margin.ts'
import { announce, newId, venueAt } from './state.ts'
import type { Market, VenueState } from './state.ts'
import { bookFill, closingSide } from './trade.ts'

export function liquidateWhereDue(state: VenueState): void {
  if (state.index === 0n) return
  for (const account of state.accounts.values()) {
    if (account.positions.size === 0 || isCalm(state, account) || isClearlySafe(state, account)) continue
    const needed = maintenanceMargin(state, account)
    if (needed > 0n && equityOf(state, account) <= needed) liquidate(state, account)
  }
}

/** The zone of the last time it was asked for; without one, or beyond it, the estimate decides. */
function isCalm(state: VenueState, account: Account): boolean {
  account.calm ??= calmOf(state, account)
  const { calm } = account
  return calm !== undefined && calm.market.mark >= calm.low && calm.market.mark <= calm.high
}

/**
 * Where equity exceeds maintenance by more than a USDC, of an account in USDC with one linear perpetual (options count as nothing, and are
 * never owed). Long: q m - cost + cash > q m r + 1; short with size s: cash - cost - s m > s m r + 1.
 */
function calmOf({ rules, markets }: VenueState, account: Account): Calm | undefined {
  const held = account.positions.get(LINEAR_PERPETUAL)
  const market = markets.get(LINEAR_PERPETUAL)
  if (held === undefined || market === undefined || account.holdsCoin || account.positions.has(INVERSE_PERPETUAL)) return undefined
  const { quantity, cost } = held
  const rate = rules.maintenanceMarginRate
  const capital = balanceOf(account, 'USDC') - cost - ONE
  if (quantity < 0n) {
    const high = divide(capital * ONE * ONE, -quantity * (ONE + rate), 'floor')
    return high <= 1n ? undefined : { market, low: 1n, high: high - 1n }
  }
  const least = divide(-capital * ONE * ONE, quantity * (ONE - rate), 'ceil') + 1n
  return { market, low: least > 1n ? least : 1n, high: UNITS_MAX }
}

/**
 * A lower bound of equity against an upper one of maintenance, in floats: options count as nothing and perpetuals at their mark, so an
 * account that passes is safe whatever its options are worth. Rounding of the floats is far below the margin of 1e-6 and one USDC.
 */
function isClearlySafe(state: VenueState, account: Account): boolean {
  let equity = floatFromUnits(balanceOf(account, 'USDC'))
  const index = floatFromUnits(state.index)
  let coin = account.holdsCoin ? floatFromUnits(balanceOf(account, 'BTC')) : 0
  let notional = 0
  for (const name of PERPETUALS) {
    const position = account.positions.get(name)
    const market = position === undefined ? undefined : state.markets.get(name)
    if (position === undefined || market === undefined) continue
    const quantity = floatFromUnits(position.quantity)
    const mark = floatFromUnits(markOf(state, market))
    if (market.instrument.settlement === 'USDC') {
      equity += quantity * mark - floatFromUnits(position.cost)
      notional += Math.abs(quantity) * mark
    } else {
      coin += -quantity / mark - floatFromUnits(position.cost)
      notional += Math.abs(quantity)
    }
  }
  if (notional === 0) return true
  return equity + coin * index > notional * (floatFromUnits(state.rules.maintenanceMarginRate) + 1e-6) + 1
}

function liquidate(state: VenueState, account: Account): void {
  for (const record of standingOrders(state, account.id)) cancelOrder(state, record, 'cancelled', 'liquidation')
  for (const name of PERPETUALS) {
    const { quantity } = positionOf(account, name)
    const market = state.markets.get(name)
    if (quantity !== 0n && market !== undefined) closePerpetual(state, account, market, quantity)
  }
  for (const [name, { quantity }] of account.positions) {
    const market = state.markets.get(name)
    if (market !== undefined && market.closeBid > 0n && quantity > 0n) sellOption(state, account, market, quantity)
  }
  insure(state, account)
}

function closePerpetual(state: VenueState, account: Account, market: Market, quantity: bigint): void {
  const { instrument } = market
  const price = markOf(state, market)
  const notional = notionalOf(instrument, quantity, price)
  const inUsdc = multiplyUnits(notional, state.rules.liquidationFeeRate.units)
  const amount = instrument.settlement === 'USDC' ? inUsdc : divideUnits(inUsdc, price)
  const trade = {
    instrument,
    price,
    quantity: quantity < 0n ? -quantity : quantity,
    index: state.index,
    liquidity: 'taker' as const,
    reduces: true,
    at: state.at,
  }
  bookFill(state, { account, side: closingSide(quantity), trade, charge: { amount, currency: instrument.settlement } })
}

function sellOption(state: VenueState, account: Account, { instrument, closeBid }: Market, quantity: bigint): void {
  const trade = { instrument, price: closeBid, quantity, index: state.index, liquidity: 'taker' as const, reduces: true, at: state.at }
  bookFill(state, { account, side: 'sell', trade, charge: chargeFor(state.rules, account, trade) })
}

/** The fund pays what is missing in all; then the currency that is left pays for the one that is short, at the index. */
function insure(state: VenueState, account: Account): void {
  const total = balanceOf(account, 'USDC') + multiplyUnits(balanceOf(account, 'BTC'), state.index)
  if (total < 0n) transfer(state, account, { currency: 'USDC', amount: -total, kind: 'insurance', reason: 'insurance_fund' })
  const [usdc, coin] = [balanceOf(account, 'USDC'), balanceOf(account, 'BTC')]
  if (coin < 0n) convert(state, account, { usdc: multiplyUnits(coin, state.index), coin: -coin })
  else if (usdc < 0n) convert(state, account, { usdc: -usdc, coin: -divideUnits(-usdc, state.index) })
}

function convert(state: VenueState, account: Account, { usdc, coin }: { readonly usdc: bigint; readonly coin: bigint }): void {
  transfer(state, account, { currency: 'USDC', amount: usdc, kind: 'transfer', reason: 'collateral_conversion' })
  transfer(state, account, { currency: 'BTC', amount: coin, kind: 'transfer', reason: 'collateral_conversion' })
}

export interface Transfer {
  readonly currency: Currency
  readonly amount: bigint
  readonly kind: MoveKind
  readonly reason: string
}

export function transfer(state: VenueState, account: Account, { currency, amount, kind, reason }: Transfer): void {
  if (amount === 0n) return
  move(account, kind, currency, amount)
  if (kind === 'insurance') state.insurance.USDC -= amount
  const transferId = newId(state, 'x')
  announce(state, account, transferId, {
    topic: 'venue_transfers',
    key: account.id,
    body: {
      venue: state.config.venue,
      account: account.id as AccountId,
      transferId,
      currency,
      amount: new Money(amount),
      reason,
      venueAt: venueAt(state),
    },
  })
}
