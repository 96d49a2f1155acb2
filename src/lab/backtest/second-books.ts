/**
 * A second computation of what the account is worth, from what the venue said (fills, funding, deliveries, transfers) and the last recorded
 * prices alone: decimal.js, average prices, nothing of `stages/ledger`. Its difference to the platform's books is the report's `residual`.
 * Linear perpetual: cash moves by (exit - average entry) x closed; options: premium and fee leave as coin x index of the trade, a
 * delivery pays coin x settlement index. Units: USDC. Edges: an option that the last snapshot leaves out counts at the coin price it was
 * last recorded with, one never recorded or without a real bid at what it would settle at; what an insurance fund pays is told apart.
 */
import { Decimal } from 'decimal.js'
import { idOf } from '#sim/venue/statement.ts'
import type { VenueOutput } from '#sim/venue/state.ts'
import type { VenueQuote } from '#sim/venue/quotes.ts'
import type { VenueFill } from '#topics/orders.ts'
import type { VenueFunding, VenueSettlement, VenueTransfer } from '#topics/account.ts'
import type { BtcUsdc } from '#units/price.ts'

const D = Decimal.clone({ precision: 60 })

export interface SecondBooks {
  readonly equityClose: string
  readonly equityMark: string
  readonly premiumPaid: string
  /** From options sold before their expiry. */
  readonly premiumReceived: string
  readonly payout: string
  readonly fees: string
  readonly fundingPaid: string
  /** What the venue's fund paid for a loss beyond the account's money. */
  readonly insurance: string
}
/** The last recorded price of every instrument. */
export interface LastPrices {
  readonly index: BtcUsdc
  readonly quotes: ReadonlyMap<string, Pick<VenueQuote, 'bid' | 'mark'>>
  /** A bid under this share of what the contract would settle at, at most its mark, is none (docs/decisions/0014). */
  readonly stubBidShare: string
}

interface Perpetual {
  quantity: Decimal
  average: Decimal
}

export function secondBooks(cash: string, said: readonly VenueOutput[], last: LastPrices): SecondBooks {
  const books = new Totals(cash)
  const seen = new Set<string>()
  for (const output of said) {
    const id = idOf(output)
    // The venue tells again what it is asked for again; each event counts once.
    if (id === undefined || seen.has(id)) continue
    seen.add(id)
    if (output.topic === 'venue_fills') books.fill(output.body)
    if (output.topic === 'venue_funding') books.funding(output.body)
    if (output.topic === 'venue_settlements') books.settlement(output.body)
    if (output.topic === 'venue_transfers') books.transfer(output.body)
  }
  return books.at(last)
}

class Totals {
  #cash: Decimal
  #premium = new D(0)
  #sold = new D(0)
  #payout = new D(0)
  #fees = new D(0)
  #fundingPaid = new D(0)
  #insurance = new D(0)
  readonly #perpetual: Perpetual = { quantity: new D(0), average: new D(0) }
  readonly #options = new Map<string, Decimal>()

  constructor(cash: string) {
    this.#cash = new D(cash)
  }

  fill({ instrument, side, price, quantity, fee, feeCurrency, index }: VenueFill): void {
    const size = new D(quantity.toString()).times(side === 'buy' ? 1 : -1)
    const feeUsdc = feeCurrency === 'BTC' ? new D(fee.toString()).times(index.toString()) : new D(fee.toString())
    this.#fees = this.#fees.plus(feeUsdc)
    this.#cash = this.#cash.minus(feeUsdc)
    if (/-[PC]$/.test(instrument)) {
      const premium = size.times(price.toString()).times(index.toString())
      if (side === 'buy') this.#premium = this.#premium.plus(premium)
      else this.#sold = this.#sold.minus(premium)
      this.#cash = this.#cash.minus(premium)
      this.#options.set(instrument, (this.#options.get(instrument) ?? new D(0)).plus(size))
    } else this.#trade(size, new D(price.toString()))
  }

  funding({ amount }: VenueFunding): void {
    this.#fundingPaid = this.#fundingPaid.plus(amount.toString())
    this.#cash = this.#cash.minus(amount.toString())
  }

  settlement({ instrument, payout, fee, currency, settlementIndex }: VenueSettlement): void {
    const rate = currency === 'BTC' ? new D(settlementIndex.toString()) : new D(1)
    const paid = new D(payout.toString()).times(rate)
    const feeUsdc = new D(fee.toString()).times(rate)
    this.#payout = this.#payout.plus(paid)
    this.#fees = this.#fees.plus(feeUsdc)
    this.#cash = this.#cash.plus(paid).minus(feeUsdc)
    this.#options.delete(instrument)
  }

  transfer({ amount, reason }: VenueTransfer): void {
    this.#cash = this.#cash.plus(amount.toString())
    if (reason === 'insurance_fund') this.#insurance = this.#insurance.plus(amount.toString())
  }

  at({ index, quotes, stubBidShare }: LastPrices): SecondBooks {
    const { quantity, average } = this.#perpetual
    const base = this.#cash.plus(new D(index.toString()).minus(average).times(quantity))
    const worth = (price: 'bid' | 'mark'): Decimal =>
      [...this.#options].reduce((sum, [instrument, held]) => {
        const quote = quotes.get(instrument)
        const settled = unquoted(instrument, index.toString(), quote?.mark?.toString())
        const bid = quote?.bid === undefined || settled.times(stubBidShare).greaterThan(quote.bid.toString()) ? undefined : quote.bid
        const stated = price === 'mark' ? (quote?.mark ?? bid) : bid // without a mark the bid stands for it
        const coin = stated === undefined ? settled : new D(stated.toString())
        return sum.plus(held.times(coin).times(index.toString()))
      }, new D(0))
    return {
      equityClose: base.plus(worth('bid')).toFixed(),
      equityMark: base.plus(worth('mark')).toFixed(),
      premiumPaid: this.#premium.toFixed(),
      premiumReceived: this.#sold.toFixed(),
      payout: this.#payout.toFixed(),
      fees: this.#fees.toFixed(),
      fundingPaid: this.#fundingPaid.toFixed(),
      insurance: this.#insurance.toFixed(),
    }
  }

  #trade(size: Decimal, price: Decimal): void {
    const held = this.#perpetual
    const isAdding = held.quantity.isZero() || held.quantity.isPositive() === size.isPositive()
    if (isAdding) {
      const total = held.quantity.plus(size)
      held.average = held.quantity.times(held.average).plus(size.times(price)).div(total)
      held.quantity = total
      return
    }
    const closed = Decimal.min(size.abs(), held.quantity.abs()).times(held.quantity.isPositive() ? 1 : -1)
    this.#cash = this.#cash.plus(price.minus(held.average).times(closed))
    held.quantity = held.quantity.plus(size)
    if (!held.quantity.isZero() && held.quantity.isPositive() === size.isPositive()) held.average = price
  }
}

/** Fees of leaving: deliveries of covers, and what reduces the perpetual. A floor at settlement cannot know them all beforehand. */
export function exitCosts(said: readonly VenueOutput[]): string {
  const seen = new Set<string>()
  let paid = new D(0)
  let held = new D(0)
  for (const output of said) {
    const id = idOf(output)
    if (id === undefined || seen.has(id)) continue
    seen.add(id)
    if (output.topic === 'venue_settlements') {
      const { fee, currency, settlementIndex } = output.body
      paid = paid.plus(new D(fee.toString()).times(currency === 'BTC' ? settlementIndex.toString() : 1))
    }
    if (output.topic !== 'venue_fills' || /-[PC]$/.test(output.body.instrument)) continue
    const size = new D(output.body.quantity.toString()).times(output.body.side === 'buy' ? 1 : -1)
    if (!held.isZero() && held.isPositive() !== size.isPositive()) paid = paid.plus(output.body.fee.toString())
    held = held.plus(size)
  }
  return paid.toFixed()
}

/** Nobody bids, or under this share of it: what the contract would settle at now, in coin, at most its mark. The name says strike and kind (`BTC-6FEB26-80000-P`). */
function unquoted(instrument: string, index: string, mark: string | undefined): Decimal {
  const [, , strike = '0', kind] = instrument.split('-')
  const inside = kind === 'P' ? new D(strike).minus(index) : new D(index).minus(strike)
  const worth = Decimal.max(inside, 0).div(index)
  return mark === undefined ? worth : Decimal.min(worth, mark)
}
