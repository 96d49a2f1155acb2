/**
 * The worth of an account, in USDC: cash (coin at the index) + contracts' profit + what is paid for at its price. Equity is an interval
 * where a price is stale (V-03): value at close and at mark widened by size x index x `staleMoveMax`, the move the index may have made
 * since, as no instrument of these moves by more than the index (|delta| <= 1); a long option cannot fall under zero. What was never
 * priced is left out and named. There is no value before the first index. Cash is the venue's, less what it paid in advance where several
 * books share a contract (`netting.ts`), so that cash + results of the books is the equity.
 */
import { multiplyUnits } from '#units/exact.ts'
import { Money } from '#units/money.ts'
import type { Currency } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { Ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import type { Observed } from '#domain/observed.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountValue, HedgeWorth } from '#topics/account.ts'
import { isPaidFor } from './account-books.ts'
import type { AccountBooks, Held, Valued } from './account-books.ts'
import { balanceOf, CASH } from './chart.ts'
import { advanceOf, netMargin } from './netting.ts'
import { freshUntil } from './prices.ts'
import type { Prices } from './prices.ts'
import { costInUsdc, notionalOf, valueHeld } from './valuation.ts'
import type { ValuationConfig } from './valuation.ts'

export interface AccountValueConfig extends ValuationConfig {
  readonly staleMoveMax: Ratio
}
/** Sums over the positions, USDC units. */
interface Sums {
  close: bigint
  mark: bigint
  unrealised: bigint
  clientPnl: bigint
  clientPnlClose: bigint
  hedgeClose: bigint
  hedgeMark: bigint
  initial: bigint
  maintenance: bigint
  /** How far equity may lie under the close value and over it, for what is stale. */
  below: bigint
  above: bigint
  coinCost: bigint
  readonly hedges: HedgeWorth[]
  readonly stale: InstrumentId[]
  readonly missing: InstrumentId[]
}

const THIRD: readonly Currency[] = ['USD', 'USDT']

export function accountValue(books: AccountBooks, prices: Prices, at: EpochMs, config: AccountValueConfig): AccountValue | undefined {
  const index = prices.index
  if (index === undefined) return undefined
  const rate = index.lastKnown().value
  const sums = sumPositions(books, prices, index, at, config)
  const coin = balanceOf(books.balances, CASH, 'BTC')
  const coinWorth = coin === 0n ? 0n : multiplyUnits(coin, rate.units)
  if (coin !== 0n) doubtCoin(books, sums, index, coinWorth, at, config)
  const cash = cashOf(books, coinWorth)
  const { totals } = books
  const equityClose = usd(cash + sums.close)
  const isDoubtful = sums.stale.length > 0
  const currencyResult = coinWorth + sums.coinCost - totals.coinCarried
  const value = {
    account: books.account,
    equityClose,
    equityMark: usd(cash + sums.mark),
    equityLow: isDoubtful ? equityClose.minus(usd(sums.below)) : equityClose,
    equityHigh: isDoubtful ? equityClose.plus(usd(sums.above)) : equityClose,
    cash: usd(cash),
    positionPnl: usd(sums.clientPnl),
    positionPnlClose: usd(sums.clientPnlClose),
    hedgeClose: usd(sums.hedgeClose),
    hedgeMark: usd(sums.hedgeMark),
    realised: usd(totals.realised),
    unrealised: usd(sums.unrealised),
    fees: usd(totals.fees),
    funding: usd(-totals.fundingPaid),
    premiumPaid: usd(totals.premiumPaid),
    payout: usd(totals.payout),
    currencyResult: usd(currencyResult),
    initialMargin: usd(sums.initial),
    maintenanceMargin: usd(sums.maintenance),
    index: rate,
    staleMarks: sums.stale,
    missingPositions: sums.missing,
  }
  return sums.hedges.length === 0 ? value : { ...value, hedges: sums.hedges }
}

/** Of an account's worth at its marks what decides whether it lives, USDC units. */
export function worthAtMark(
  books: AccountBooks,
  prices: Prices,
  at: EpochMs,
  config: AccountValueConfig,
): { readonly equity: bigint; readonly maintenance: bigint } | undefined {
  const { index } = prices
  if (index === undefined) return undefined
  const coin = balanceOf(books.balances, CASH, 'BTC')
  const { mark, maintenance } = sumPositions(books, prices, index, at, config)
  const cash = cashOf(books, coin === 0n ? 0n : multiplyUnits(coin, index.lastKnown().value.units))
  return { equity: cash + mark, maintenance }
}

function cashOf(books: AccountBooks, coinWorth: bigint): bigint {
  return balanceOf(books.balances, CASH, 'USDC') + coinWorth - (books.netted === undefined ? 0n : advanceOf(books))
}

/** Keeps what a tick has not moved; only the component that owns the books calls it, so that reading never changes a state. */
export function keepValues(books: AccountBooks, prices: Prices, at: EpochMs, config: ValuationConfig): void {
  if (prices.index === undefined) return
  for (const held of books.positions.values()) {
    held.valued = currentValue(held, prices, prices.index, at, config)
    held.hasMoved = false
  }
}

/** The same books with nothing kept of earlier prices: for worth at prices other than the last ones, which changes no state. */
export function unvalued(books: AccountBooks): AccountBooks {
  const positions = new Map([...books.positions].map(([name, held]) => [name, { ...held, valued: undefined, hasMoved: false }]))
  return { ...books, positions }
}

export function currentValue(held: Held, prices: Prices, index: Observed<BtcUsdc>, at: EpochMs, config: ValuationConfig): Valued {
  const known = held.valued
  return known !== undefined && !held.hasMoved && at <= known.validUntil ? known : valueHeld(held, prices, index, at, config)
}

function sumPositions(books: AccountBooks, prices: Prices, index: Observed<BtcUsdc>, at: EpochMs, config: AccountValueConfig): Sums {
  const sums: Sums = {
    close: 0n,
    mark: 0n,
    unrealised: 0n,
    clientPnl: 0n,
    clientPnlClose: 0n,
    hedgeClose: 0n,
    hedgeMark: 0n,
    initial: 0n,
    maintenance: 0n,
    below: 0n,
    above: 0n,
    coinCost: 0n,
    hedges: [],
    stale: [],
    missing: [],
  }
  for (const held of books.positions.values()) {
    if (held.quantity === 0n) continue
    const valued = currentValue(held, prices, index, at, config)
    add(sums, held, valued)
    if (valued.stale) widen(sums, held, valued, index, config)
    if (held.currency === 'BTC' && isPaidFor(held.instrument)) sums.coinCost += costInUsdc(held, index.lastKnown().value.units)
  }
  if (books.netted !== undefined)
    netMargin(books, sums, (held) => currentValue(held, prices, index, at, config), config.maintenanceMarginRate)
  for (const currency of THIRD) if (balanceOf(books.balances, CASH, currency) !== 0n) sums.missing.push(currency as string as InstrumentId)
  return sums
}

function add(sums: Sums, held: Held, valued: Valued): void {
  if (valued.missing) sums.missing.push(held.instrument.id)
  sums.close += valued.close
  sums.mark += valued.mark
  sums.unrealised += valued.unrealised
  if (valued.initial !== 0n) sums.initial += valued.initial
  if (valued.maintenance !== 0n) sums.maintenance += valued.maintenance
  if (held.book === 'client') {
    sums.clientPnl += valued.unrealised
    sums.clientPnlClose += valued.unrealised - valued.mark + valued.close
  }
  if (held.book !== 'hedge') return
  sums.hedgeClose += valued.close
  sums.hedgeMark += valued.mark
  if (!valued.missing) sums.hedges.push({ instrument: held.instrument.id, quantity: new Quantity(held.quantity), close: usd(valued.close) })
}

function widen(sums: Sums, held: Held, valued: Valued, index: Observed<BtcUsdc>, config: AccountValueConfig): void {
  const move = multiplyUnits(notionalOf(held, index.lastKnown().value.units), config.staleMoveMax.units)
  const isLongOption = held.instrument.kind === 'option' && held.quantity > 0n
  const fall = isLongOption && valued.close < move ? valued.close : move
  sums.below += fall
  sums.above += (valued.mark > valued.close ? valued.mark - valued.close : 0n) + move
  sums.stale.push(held.instrument.id)
}

/** A coin balance is as doubtful as the index it is valued at. */
function doubtCoin(
  books: AccountBooks,
  sums: Sums,
  index: Observed<BtcUsdc>,
  worth: bigint,
  at: EpochMs,
  config: AccountValueConfig,
): void {
  if (at <= freshUntil(index, config.markMaxAgeMs)) return
  const move = multiplyUnits(worth < 0n ? -worth : worth, config.staleMoveMax.units)
  sums.below += move
  sums.above += move
  sums.stale.push('BTC' as InstrumentId)
}

function usd(units: bigint): Money<'USDC'> {
  return new Money<'USDC'>(units)
}
