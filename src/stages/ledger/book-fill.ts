/**
 * A venue's fill as postings and a new position. Three ways to pay: a contract pays its realised result alone, in USDC or coin; spot and
 * USDC options pay price x quantity; a coin-settled option pays its premium in coin, which an account without coin exchanges at
 * the index of the fill, so that its cost and result are USDC (DV-03). Fees are what the venue charged, in its currency, a
 * rebate negative; they never enter the cost.
 */
import { scaleUnits } from '#units/exact.ts'
import type { Currency } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import { sideSign } from '#domain/instrument.ts'
import type { Instrument } from '#domain/instrument.ts'
import type { Book } from '#domain/order.ts'
import { applyTrade, GUARD, guardedWorth, unguarded, worthOf } from '#domain/position.ts'
import type { VenueFill } from '#topics/orders.ts'
import type { Posting } from '#topics/account.ts'
import { contractOf, heldOf, isCoinSettled, isPaidFor } from './account-books.ts'
import type { AccountBooks, Held } from './account-books.ts'
import { CLEARING, entry, EXTERNAL, FEES, post, postingOf, RESULTS, transferOf } from './chart.ts'
import { bookFlow, carriedIn, usdcWorth } from './flow.ts'
import type { Flow } from './flow.ts'
import { adoptNetCost, endNetting, nettingAccount, netPositionOf, payNet } from './netting.ts'
import { applyInOrder } from './trade-order.ts'

export interface Attribution {
  readonly book: Book
  readonly leverage: bigint | undefined
  readonly leverageDefault: bigint
  /** No order of ours led to it: adopted, and reported. */
  readonly external: boolean
}
export interface Booked {
  readonly held: Held
  readonly postings: readonly Posting[]
}

export function bookFill(books: AccountBooks, fill: VenueFill, instrument: Instrument, whose: Attribution): Booked {
  const held = heldOf(books, whose.book, instrument, whose.leverageDefault)
  if (whose.leverage !== undefined) held.leverage = whose.leverage
  const quantity = sideSign(fill.side) * fill.quantity.units
  const worth = worthOf(contractOf(instrument), quantity, fill.price.units)
  const rate = fill.index as BtcUsdc
  const flow: Omit<Flow, 'units' | 'kind'> = {
    reference: fill.tradeId,
    currency: isCoinSettled(instrument) ? 'BTC' : 'USDC',
    rate,
    at: fill.venueAt,
    external: whose.external,
  }
  const adopted = held.unpriced ? adoptCost(books, held, scaleUnits(carriedWorth(held, worth, rate), held.quantity, quantity), rate) : []
  const traded = isPaidFor(instrument)
    ? bookPurchase(books, held, flow, quantity, worth)
    : bookContract(books, held, flow, quantity, fill.price.units)
  const fee = bookFee(books, held, { ...flow, kind: 'fee', currency: fill.feeCurrency, units: -fill.fee.units })
  return { held, postings: [...adopted, ...traded, ...fee] }
}

/** Cost of a position taken over from an opening statement: no result of ours, so a contract enters at its worth and spot as capital. */
export function adoptCost(books: AccountBooks, held: Held, cost: bigint, rate: BtcUsdc): readonly Posting[] {
  const change = cost - held.cost
  adoptNetCost(books, held, cost * GUARD - held.guardedCost)
  held.cost = cost
  held.guardedCost = cost * GUARD
  held.unpriced = false
  held.recent.length = 0
  const paidFor = isPaidFor(held.instrument)
  const entries = transferOf(held.ledgerAccount, paidFor ? EXTERNAL : CLEARING, held.currency, change)
  post(books.balances, entries)
  if (paidFor) {
    const worth = usdcWorth(held.currency, change, rate)
    books.totals.contributed += worth
    if (held.currency === 'BTC') books.totals.coinCarried += worth
  }
  return [postingOf(books.account, 'opening', held.instrument.id, entries)]
}

function bookContract(
  books: AccountBooks,
  held: Held,
  flow: Omit<Flow, 'units' | 'kind'>,
  quantity: bigint,
  price: bigint,
): readonly Posting[] {
  const worth = guardedWorth(contractOf(held.instrument), quantity, price)
  const trade = { tradeId: flow.reference, at: flow.at, quantity, worth }
  const net = netPositionOf(books, held)
  const effect = applyInOrder(held.recent, { quantity: held.quantity, cost: held.guardedCost }, trade)
  const cost = unguarded(effect.cost)
  const change = cost - held.cost
  const realised = change - unguarded(worth) // of a late trade with what it changes in those after it
  held.quantity = effect.quantity
  held.cost = cost
  held.guardedCost = effect.cost
  const memo = transferOf(held.ledgerAccount, CLEARING, held.currency, change)
  const credited = usdcOrCarried(books, flow, realised)
  const paid = net === undefined ? realised : payNet(net, trade, unguarded(worth))
  const advance = paid === realised ? [] : [entry(nettingAccount(held.instrument.id), flow.currency, realised - paid)]
  const postings = bookFlow(books, { ...flow, kind: 'trade', units: paid }, [
    ...memo,
    entry(RESULTS, carriedIn(books, flow.currency), -credited),
    ...advance,
  ])
  if (net !== undefined) endNetting(books, held.instrument.id)
  countRealised(books, held, realised, usdcWorth(held.currency, realised, flow.rate))
  return postings
}

function bookPurchase(
  books: AccountBooks,
  held: Held,
  flow: Omit<Flow, 'units' | 'kind'>,
  quantity: bigint,
  worth: bigint,
): readonly Posting[] {
  const isOption = held.instrument.kind === 'option'
  const { cost, realised, quantity: after } = applyTrade(held, quantity, carriedWorth(held, worth, flow.rate))
  const change = cost - held.cost
  held.quantity = after
  held.cost = cost
  const against = [entry(held.ledgerAccount, held.currency, change), entry(RESULTS, held.currency, -realised)]
  const postings = bookFlow(books, { ...flow, kind: isOption ? 'premium' : 'trade', units: -worth }, against)
  countRealised(books, held, realised, usdcWorth(held.currency, realised, flow.rate))
  if (isOption && quantity > 0n) books.totals.premiumPaid += usdcWorth(flow.currency, worth, flow.rate)
  return postings
}

export function bookFee(books: AccountBooks, held: Held | undefined, flow: Flow): readonly Posting[] {
  if (flow.units === 0n) return []
  const fee = usdcWorth(flow.currency, -flow.units, flow.rate)
  books.totals.fees += fee
  if (held !== undefined) held.fees += fee
  countCoin(books, flow.currency, -fee)
  return bookFlow(books, flow, [entry(FEES, carriedIn(books, flow.currency), usdcOrCarried(books, flow, -flow.units))])
}

/** An amount in the currency the books carry it in. */
export function usdcOrCarried(books: AccountBooks, { currency, rate }: { currency: Currency; rate: BtcUsdc }, units: bigint): bigint {
  return carriedIn(books, currency) === currency ? units : usdcWorth(currency, units, rate)
}

/** The worth of a trade in the currency of the position's cost: only a coin premium carried in USDC is exchanged. */
export function carriedWorth(held: Held, worth: bigint, rate: BtcUsdc): bigint {
  return isCoinSettled(held.instrument) && held.currency === 'USDC' ? usdcWorth('BTC', worth, rate) : worth
}

export function countRealised(books: AccountBooks, held: Held, realised: bigint, realisedUsdc: bigint): void {
  held.realised += realised
  held.realisedUsdc += realisedUsdc
  books.totals.realised += realisedUsdc
  countCoin(books, held.currency, realisedUsdc)
}

/** Coin that stays coin is carried at the index of its day; exchanged coin leaves nothing to carry. */
export function countCoin(books: AccountBooks, currency: Currency, usdc: bigint): void {
  if (currency === 'BTC' && books.holdsCoin) books.totals.coinCarried += usdc
}
