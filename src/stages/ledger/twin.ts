/**
 * Component `ledger/twin`: the unprotected twin (design section 2), the same account without options and without the hedge book. It takes
 * the client's fills and its share of funding, and is valued at the mark. At the first price at which its equity is at or under the
 * maintenance margin it is liquidated: it pays the taker fee on the notional, keeps what is left (never under 0), and stays
 * flat; later transfers still reach it. What the venue moves to settle the account's own liquidation is not the twin's. Between facts
 * only that end matters: a price inside the zone where the twin surely lives (`calm.ts`) is kept and nothing is said; what it is worth
 * can be asked at any time (`twinValueOf`).
 */
import { z } from 'zod'
import { component, kept, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission } from '#engine/component.ts'
import { multiplyUnits, scaleUnits, unitsFromFloat } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import { ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import type { AccountId } from '#domain/order.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import type { VenueFill } from '#topics/orders.ts'
import type { TwinValue } from '#topics/account.ts'
import type { Mark } from '#topics/market.ts'
import { zRatio } from '#topics/schema.ts'
import { accountValue, unvalued, worthAtMark } from './account-value.ts'
import type { AccountBooks } from './account-books.ts'
import { attributionOf, bookFact } from './book-fact.ts'
import type { FactConfig, FactEvent } from './book-fact.ts'
import { carryCoin } from './book-cash.ts'
import { contains, survivalZone } from './calm.ts'
import { booksOf, newBooksState, positionsIn, rememberOrder } from './books-state.ts'
import type { BooksState } from './books-state.ts'
import { takeIndex, takeQuote } from './prices.ts'
import type { Prices } from './prices.ts'
import { notionalOf } from './valuation.ts'

const twinConfig = z.strictObject({
  maintenanceMarginRate: zRatio.default(ratio('0.01')),
  takerFeeRate: zRatio.default(ratio('0.0005')),
  idsMax: z.number().int().min(1000).default(100_000),
  ordersMax: z.number().int().min(1000).default(20_000),
  coinAccounts: z.array(z.string()).default([]),
})
export type TwinConfig = z.output<typeof twinConfig>

interface Liquidation {
  readonly at: EpochMs
  left: bigint
}
export interface TwinState {
  readonly books: BooksState
  readonly liquidated: Map<AccountId, Liquidation>
}

const CONSUMES = ['account_raw', 'venue_fills', 'venue_funding', 'venue_transfers', 'hedge_trades', 'marks', 'index_prices'] as const
type Out = Emission<'twin_values'>
/** Age and margin settings that a twin does not use: it is valued at the last mark and never trades again. */
const VALUATION = { markMaxAgeMs: Number.MAX_SAFE_INTEGER, staleMoveMax: ratio('0'), stubBidShare: ratio('0') }
/** Reasons of transfers by which a venue cleans up after a liquidation. */
const CLEANING: ReadonlySet<string> = new Set(['insurance_fund', 'collateral_conversion'])
const LEVERAGE_UNUSED = unitsFromFloat(1, 0)

export const twin = component({
  name: 'ledger/twin',
  version: 2,
  consumes: CONSUMES,
  produces: ['twin_values'],
  config: twinConfig.prefault({}),
  initial: (): TwinState => ({ books: newBooksState(), liquidated: new Map() }),
  step: (state, event, config) => kept(state, handle(state, event, config)),
})

function handle(state: TwinState, event: AnyEvent<(typeof CONSUMES)[number]>, config: TwinConfig): readonly Out[] {
  switch (event.topic) {
    case 'hedge_trades':
      rememberOrder(state.books.orders, event.body, config.ordersMax)
      return SILENT
    case 'index_prices':
      takeIndex(state.books.prices, event.body)
      return onIndex(state, event, config)
    case 'marks':
      takeQuote(state.books.prices, event.body, event.at)
      return onMark(state, event, config)
    default:
      return onFact(state, event, config)
  }
}

function onIndex(state: TwinState, event: AnyEvent<'index_prices'>, config: TwinConfig): readonly Out[] {
  const emit: Out[] = []
  for (const account of state.books.accounts.values()) {
    if (account.coinUncarried !== 0n) carryCoin(account, event.body.price)
    if (movesWithIndex(account)) emit.push(...observe(state, account, event.at, config))
  }
  return emit
}

function movesWithIndex(account: AccountBooks): boolean {
  for (const { instrument, quantity } of account.positions.values())
    if (quantity !== 0n && instrument.kind === 'inverse-perpetual') return true
  return false
}

function onMark(state: TwinState, { body, at }: AnyEvent<'marks'>, config: TwinConfig): readonly Out[] {
  const holders = state.books.holders.get(body.instrument)
  if (holders === undefined) return SILENT
  let emit: Out[] | undefined
  // a liquidated account leaves the set while it is walked
  for (const id of holders) {
    const account = state.books.accounts.get(id)
    if (account === undefined || isSafe(account, body)) continue
    emit ??= []
    emit.push(...observe(state, account, at, config))
  }
  return emit ?? SILENT
}

function isSafe({ calm }: AccountBooks, { instrument, mark }: Mark): boolean {
  return calm !== undefined && calm.instrument === instrument && contains(calm, mark)
}

function onFact(state: TwinState, event: FactEvent, config: TwinConfig): readonly Out[] {
  const account = booksOf(state.books, event.body.account, config.coinAccounts)
  const factConfig: FactConfig = { idsMax: config.idsMax, leverageDefault: LEVERAGE_UNUSED }
  const liquidation = state.liquidated.get(account.account)
  if (event.topic === 'venue_transfers' && CLEANING.has(event.body.reason)) return SILENT
  if (liquidation !== undefined)
    return event.topic === 'venue_transfers' ? addTransfer(state, account, liquidation, event, factConfig) : SILENT
  account.calm = undefined
  const own = ownPart(state, account, event, factConfig)
  if (own === undefined || bookFact(state.books, account, own, factConfig) === undefined) return SILENT
  return observe(state, account, event.at, config)
}

/** What of a fact concerns the twin: the client's fills in anything but options, and funding by its share of the size. */
function ownPart(state: TwinState, account: AccountBooks, event: FactEvent, config: FactConfig): FactEvent | undefined {
  if (event.topic === 'venue_fills') {
    if (isVenuesClose(account, event.body)) return undefined
    const instrument = instrumentOf(event.body.instrument)
    const isOwn =
      instrument.ok &&
      instrument.value.kind !== 'option' &&
      attributionOf(state.books.orders, account, event.body, config).book === 'client'
    return isOwn ? event : undefined
  }
  if (event.topic !== 'venue_funding') return event
  const size = positionsIn(account, event.body.instrument).reduce((sum, { quantity }) => sum + quantity, 0n)
  const whole = event.body.quantity.units
  if (size === 0n || whole === 0n) return undefined
  return { ...event, body: { ...event.body, amount: new Money(scaleUnits(event.body.amount.units, size, whole)) } }
}

/** Without an order of anybody's and against what is held: the account's own liquidation. The twin's is decided by its own margin. */
function isVenuesClose(account: AccountBooks, { orderId, instrument, side }: VenueFill): boolean {
  const held = positionsIn(account, instrument).reduce((sum, { quantity }) => sum + quantity, 0n)
  return orderId === undefined && (side === 'sell' ? held > 0n : held < 0n)
}

/** What the twin is worth at its last marks, or what its liquidation left; undefined before the first index. Reads only. */
export function twinValueOf(state: TwinState, account: AccountId, at: EpochMs, config: TwinConfig): TwinValue | undefined {
  const liquidation = state.liquidated.get(account)
  if (liquidation !== undefined) return { account, equity: new Money(liquidation.left), liquidatedAt: liquidation.at }
  const own = state.books.accounts.get(account)
  const value =
    own === undefined
      ? undefined
      : accountValue(own, state.books.prices, at, { ...VALUATION, maintenanceMarginRate: config.maintenanceMarginRate })
  return value === undefined ? undefined : { account, equity: value.equityMark, liquidatedAt: undefined }
}

/** What it would be worth at other prices, its liquidation there and what that leaves included. Reads only. */
export function twinValueAt(state: TwinState, account: AccountId, prices: Prices, at: EpochMs, config: TwinConfig): TwinValue | undefined {
  const own = state.books.accounts.get(account)
  if (own === undefined || state.liquidated.has(account)) return twinValueOf(state, account, at, config)
  const value = worthAtMark(unvalued(own), prices, at, { ...VALUATION, maintenanceMarginRate: config.maintenanceMarginRate })
  if (value === undefined) return undefined
  const { equity, maintenance } = value
  if (!(maintenance > 0n) || equity > maintenance) return { account, equity: new Money(equity), liquidatedAt: undefined }
  return { account, equity: new Money(leftAfter(equity, closingFee(prices, own, config))), liquidatedAt: at }
}

function observe(state: TwinState, account: AccountBooks, at: EpochMs, config: TwinConfig): readonly Out[] {
  const value = worthAtMark(account, state.books.prices, at, { ...VALUATION, maintenanceMarginRate: config.maintenanceMarginRate })
  if (value === undefined) return SILENT
  const { equity, maintenance } = value
  if (!(maintenance > 0n) || equity > maintenance) {
    account.calm ??= survivalZone(account, config.maintenanceMarginRate)
    return say(account.account, new Money(equity), undefined)
  }
  const liquidation = { at, left: leftAfter(equity, closingFee(state.books.prices, account, config)) }
  state.liquidated.set(account.account, liquidation)
  for (const name of state.books.holders.keys()) state.books.holders.get(name)?.delete(account.account)
  account.positions.clear()
  return say(account.account, new Money(liquidation.left), at)
}

function leftAfter(equity: bigint, fee: bigint): bigint {
  return equity > fee ? equity - fee : 0n
}

function closingFee(prices: Prices, account: AccountBooks, config: TwinConfig): bigint {
  let fee = 0n
  for (const held of account.positions.values()) {
    const mark = prices.quoted.get(held.instrument.id)?.mark
    if (mark !== undefined) fee += multiplyUnits(notionalOf(held, mark.units), config.takerFeeRate.units)
  }
  return fee
}

function addTransfer(
  state: TwinState,
  account: AccountBooks,
  liquidation: Liquidation,
  event: AnyEvent<'venue_transfers'>,
  config: FactConfig,
): readonly Out[] {
  const before = account.totals.contributed
  if (bookFact(state.books, account, event, config) === undefined) return SILENT
  liquidation.left += account.totals.contributed - before
  return say(account.account, new Money(liquidation.left), liquidation.at)
}

function say(account: AccountId, equity: Money<'USDC'>, liquidatedAt: EpochMs | undefined): readonly Out[] {
  return [{ topic: 'twin_values', key: account, body: { account, equity, liquidatedAt } }]
}
