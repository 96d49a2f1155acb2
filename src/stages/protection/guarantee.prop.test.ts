/** The guarantee of a renewal against random paths of the index, its exit paid for, computed without its formula. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { usdc } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import { Money as Amount } from '#units/money.ts'
import { divideUnits } from '#units/exact.ts'
import { DERIBIT_OPTION_FEES, DERIBIT_PERPETUAL_TIERS, notionalFee, optionDeliveryFee } from '#domain/fees.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { DAY_MS } from '#units/time.ts'
import type { CoverageId, QuoteId } from '#domain/order.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { epochMs } from '#units/time.ts'
import type { Coverage, ProtectionTerms, PutQuote } from '#topics/protection.ts'
import { payoutOf } from './floor.ts'
import { chainsOf } from './listing.ts'
import { makePutQuote } from './put-quote.ts'
import { accountValue, DEMO, indexPrice, optionQuote, T0 } from './protection.fixture.ts'
import { quotesConfig } from './quote-config.ts'

const CONFIG = quotesConfig.parse({ quoteMaxAgeMs: 90 * DAY_MS, indexMaxAgeMs: 90 * DAY_MS, accountMaxAgeMs: 90 * DAY_MS })
const CASH = 60_000
const ENTRY = 88_000
const OLD_STRIKE = 80_000

const world = fc.record({
  side: fc.constantFrom('long' as const, 'short' as const),
  index: fc.integer({ min: 60_000, max: 120_000 }),
  newStrike: fc.integer({ min: 60, max: 120 }).map((thousands) => thousands * 1000),
  timeValueTicks: fc.integer({ min: 1, max: 60 }),
  oldTicks: fc.integer({ min: 0, max: 20 }),
  limit: fc.integer({ min: 1, max: 60_000 }),
  tenths: fc.integer({ min: 1, max: 20 }),
  first: fc.integer({ min: 1_000, max: 300_000 }),
  // near the strikes, where nothing is left over, and far away
  second: fc.oneof(fc.integer({ min: 50_000, max: 130_000 }), fc.integer({ min: 1, max: 1_000_000 })),
})

function terms(side: 'long' | 'short', tenths: number): ProtectionTerms {
  return {
    account: DEMO,
    asset: 'BTC',
    side,
    tierName: 'Bronze',
    leverage: 5,
    size: btc((tenths / 10).toFixed(1)),
    equityFloor: ratio('0.0001'),
    tenorDays: 7,
    renewal: 'hold-limit',
  }
}
function oldCover(of: ProtectionTerms): Coverage {
  const letter = of.side === 'long' ? 'P' : 'C'
  return {
    coverageId: 'cover-old' as CoverageId,
    account: DEMO,
    state: 'active',
    quoteId: 'quote-old' as QuoteId,
    terms: of,
    venue: 'deribit',
    instrument: `BTC-30JAN26-${OLD_STRIKE}-${letter}` as InstrumentId,
    optionType: of.side === 'long' ? 'put' : 'call',
    strike: price(String(OLD_STRIKE)),
    expiry: epochMs(T0 + DAY_MS + 8 * 3_600_000),
    size: of.size,
    filled: of.size,
    index: price('88000'),
    premiumCoin: price('0.01'),
    premium: usdc('0'),
    fee: usdc('0'),
    floorPrice: price('79200'),
    floorEquity: usdc('1'),
    drawdownLimit: usdc('1'),
  }
}
const intrinsicTicks = (side: string, strike: number, index: number): number =>
  Math.ceil(Math.max(0, side === 'long' ? strike - index : index - strike) / index / 0.0005)

test('[P-13] whatever the path, equity after leaving at the new settlement is at least the floor equity quoted, with and without a roll', () => {
  let [kept, rolled, tight, beyond] = [0, 0, 0, 0]
  fc.assert(
    fc.property(world, ({ side, index, newStrike, timeValueTicks, oldTicks, limit, tenths, first, second }) => {
      const of = terms(side, tenths)
      const letter = side === 'long' ? 'P' : 'C'
      const sign = side === 'long' ? 1 : -1
      const size = tenths / 10
      const oldBid = intrinsicTicks(side, OLD_STRIKE, index) + oldTicks
      const bidText = (oldBid * 0.0005).toFixed(4)
      const hedge = (Math.floor(oldBid * 5 * index * tenths) / 100_000).toFixed(2)
      const base = CASH + sign * size * (index - ENTRY)
      const ask = ((intrinsicTicks(side, newStrike, index) + timeValueTicks) * 0.0005).toFixed(4)
      const quotes = [
        optionQuote(`BTC-6FEB26-${newStrike}-${letter}`, { ask, bid: ask, mark: ask, size: '100' }),
        optionQuote(`BTC-30JAN26-${OLD_STRIKE}-${letter}`, oldBid > 0 ? { bid: bidText, ask: bidText, mark: bidText, bidSize: '100' } : {}),
      ]
      const quote = makePutQuote({
        at: T0,
        seq: 1,
        request: { requestId: 'r', cause: 'renewal', renews: 'cover-old' as CoverageId, drawdownLimit: usdc(String(limit)), terms: of },
        chains: chainsOf(quotes),
        index: indexPrice(String(index)),
        account: {
          at: T0,
          value: accountValue({ cash: String(CASH), equity: usdc(base.toFixed(2)).plus(usdc(hedge)).toString(), hedge, maintenance: '0' }),
        },
        old: oldCover(of),
        config: CONFIG,
      })
      if (quote.status !== 'ok') return
      if (quote.roll === undefined) kept += 1
      else rolled += 1
      const settled = atSettlement(quote, of, { base, index, sign, first, second })
      assert.ok(quote.floorEquity !== undefined && quote.floorEquity.units >= usdc(String(limit)).units, 'the limit is held')
      const over = settled.minus(quote.floorEquity).plus(beyondBound(quote, second, size))
      if (quote.floorHoldsUpTo?.isAtLeast(price(String(second))) === false) beyond += 1
      if (over.isBelow(usdc((size * 100).toFixed(1)))) tight += 1
      assert.ok(over.units >= -1_000_000n, `${settled.toString()} under the floor ${quote.floorEquity.toString()}`)
    }),
    { numRuns: 3000 },
  )
  const seen = `${kept} kept, ${rolled} rolled, ${tight} near the floor, ${beyond} beyond a short's bound`
  assert.ok(kept > 100 && rolled > 20 && tight > 50 && beyond > 20, `every way must be seen: ${seen}`)
})

/** Over the index a short's floor speaks of, both fees go on: 0.00015 and 0.0005 of each further unit. */
function beyondBound({ floorHoldsUpTo }: PutQuote, index: number, size: number): Money<'USDC'> {
  const further = floorHoldsUpTo === undefined ? 0 : Math.max(0, index - floorHoldsUpTo.toNumber())
  return usdc((0.00065 * further * size).toFixed(9))
}

/** What the venue charges for delivery and for closing the position at the taker rate. */
function leaving(option: 'put' | 'call', strike: PutQuote['index'] & {}, index: number, size: ProtectionTerms['size']): Money<'USDC'> {
  const at = price<'BTC', 'USDC'>(String(index))
  const payout = new Amount<'BTC'>(divideUnits(payoutOf(option, strike, at, size).units, at.units))
  const taker = DERIBIT_PERPETUAL_TIERS[0]?.takerRate
  assert.ok(taker !== undefined)
  return optionDeliveryFee(payout, size, DERIBIT_OPTION_FEES)
    .convert(at)
    .plus(notionalFee(at.times(size), taker))
}

interface Path {
  readonly base: number
  readonly index: number
  readonly sign: number
  readonly first: number
  readonly second: number
}
/** Cash, position, both payoffs along the path, delivered and closed; written without the stage's formula for the floor. */
function atSettlement(quote: PutQuote, of: ProtectionTerms, { base, index, sign, first, second }: Path): Money<'USDC'> {
  const { selected, roll, optionType } = quote
  assert.ok(selected !== undefined && optionType !== undefined)
  const position = price<'BTC', 'USDC'>(String(second))
    .times(of.size)
    .minus(price<'BTC', 'USDC'>(String(index)).times(of.size))
  const pnl = sign === 1 ? position : position.negated()
  const oldWorth =
    roll === undefined ? payoutOf(optionType, price(String(OLD_STRIKE)), price(String(first)), of.size) : roll.proceeds.minus(roll.fee)
  const costs = leaving(optionType, selected.strike, second, of.size)
  const newWorth = payoutOf(optionType, selected.strike, price(String(second)), of.size)
  return usdc(base.toFixed(2)).plus(pnl).plus(oldWorth).plus(newWorth).minus(selected.premium).minus(selected.fee).minus(costs)
}
