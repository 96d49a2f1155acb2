/**
 * Orders of the hedge book, marketable IOC limits. A perpetual is bounded `slippageMax` from its mark, rounded to the tick inside that bound;
 * an option at the touch itself, since its ticks are coarse and its book thin. The price's own age ends the order's life. A hedge in
 * the perpetual never says reduce-only: the venue sees one position of all books, and what releases a hedge opens there (risk judges
 * it as what it is to the account); a sale of options is reduce-only in both.
 */
import { ok, refuse } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import { multiplyUnits, ONE, roundUnits } from '#units/exact.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { ratioFromFloat } from '#units/ratio.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import { instrumentOf, LINEAR_PERPETUAL, premiumTick } from '#domain/catalogue.ts'
import { DERIBIT_OPTION_FEES, optionTradeFee } from '#domain/fees.ts'
import type { InstrumentId, Side } from '#domain/instrument.ts'
import { Observed } from '#domain/observed.ts'
import type { AccountId, CommandId, IntentId, OrderIntent } from '#domain/order.ts'
import type { HedgeSkip } from '#topics/hedging.ts'
import type { Mark, OptionQuote } from '#topics/market.ts'
import type { StepPrices } from './costs.ts'
import type { LoopConfig } from './loop-config.ts'
import { optionOf } from './loop-state.ts'
import type { LoopState } from './loop-state.ts'

export interface Wanted {
  readonly intentId: IntentId
  readonly account: AccountId
  readonly instrument: InstrumentId
  readonly side: Side
  readonly size: bigint
  readonly leverage: number | undefined
  readonly commandId: CommandId | undefined
}
export interface Priced {
  readonly prices: StepPrices
  readonly limitPrice: Price
  readonly goodUntil: EpochMs
}
export type PriceRefusal = 'no_price' | 'stale_price' | 'unsupported_instrument'

export function lotOf(instrument: InstrumentId): bigint {
  const found = instrumentOf(instrument)
  return found.ok ? found.value.lot.units : ONE
}

/** Where an order would trade now, or why nobody can say. */
export function priceStep(
  { mark, quotes }: LoopState,
  instrument: InstrumentId,
  side: Side,
  at: EpochMs,
  config: LoopConfig,
): Result<Priced, PriceRefusal> {
  if (instrument === LINEAR_PERPETUAL) return priceOfMark(mark, side, at, config)
  if (optionOf(instrument)?.settlement !== 'BTC')
    return refuse('unsupported_instrument', 'instrument', instrument, `${LINEAR_PERPETUAL} or a listed option`, {
      field: 'instrument',
      to: LINEAR_PERPETUAL,
    })
  return priceOfOption(quotes.get(instrument), mark, side, at, config)
}

/** How a decision names it: no price and an old one are the same to it. */
export function unpriced({ code }: Refusal<PriceRefusal>): HedgeSkip {
  return code === 'unsupported_instrument' ? code : 'stale_price'
}

function priceOfMark(mark: Mark | undefined, side: Side, at: EpochMs, config: LoopConfig): Result<Priced, PriceRefusal> {
  if (mark === undefined) return refuse('no_price', 'mark', undefined, `a mark of ${LINEAR_PERPETUAL}`)
  const fresh = freshOf(mark, mark.mark, at, config.markMaxAgeMs)
  if (!fresh.ok) return fresh
  const level = mark.mark.units
  const isBuy = side === 'buy'
  const slip = ratioFromFloat(config.slippageMax, 6).units
  const bound = multiplyUnits(level, isBuy ? ONE + slip : ONE - slip)
  const tick = instrumentOf(LINEAR_PERPETUAL)
  const limit = roundUnits(bound, tick.ok ? tick.value.tick.units : 1n, isBuy ? 'floor' : 'ceil')
  const touch = (isBuy ? mark.ask : mark.bid)?.units ?? level
  const fee = multiplyUnits(touch, config.takerRate.units, 'ceil')
  return ok({
    prices: { touch, mark: level, index: level, fee },
    limitPrice: new Price(limit),
    goodUntil: goodUntil(mark, config.markMaxAgeMs),
  })
}

/** Premiums in coin, at the perpetual's mark for their USDC: the index is not told to the loop. */
function priceOfOption(
  quote: OptionQuote | undefined,
  mark: Mark | undefined,
  side: Side,
  at: EpochMs,
  config: LoopConfig,
): Result<Priced, PriceRefusal> {
  const touch = side === 'buy' ? quote?.ask : quote?.bid
  if (quote === undefined || touch === undefined || mark === undefined)
    return refuse('no_price', side === 'buy' ? 'ask' : 'bid', undefined, 'a quoted price')
  const fresh = freshOf(quote, touch, at, config.quoteMaxAgeMs)
  if (!fresh.ok) return fresh
  const rate = mark.index.units
  const fee = optionTradeFee(touch, new Quantity<'BTC'>(ONE), DERIBIT_OPTION_FEES).units
  const inUsdc = (premium: bigint): bigint => multiplyUnits(premium, rate, 'ceil')
  const limit = roundUnits(touch.units, premiumTick(touch).units, side === 'buy' ? 'ceil' : 'floor')
  return ok({
    prices: { touch: inUsdc(touch.units), mark: inUsdc((quote.mark ?? touch).units), index: rate, fee: inUsdc(fee) },
    limitPrice: new Price(limit),
    goodUntil: goodUntil(quote, config.quoteMaxAgeMs),
  })
}

interface Aged {
  readonly observedAt: EpochMs
  readonly maxAgeMs: DurationMs
}

function freshOf<T>({ observedAt, maxAgeMs }: Aged, value: T, at: EpochMs, readerMaxAgeMs: number): Result<T, 'stale_price'> {
  return new Observed(value, observedAt, maxAgeMs).read(at, readerMaxAgeMs as DurationMs)
}

function goodUntil({ observedAt, maxAgeMs }: Aged, readerMaxAgeMs: number): EpochMs {
  return Math.floor(observedAt + Math.min(maxAgeMs, readerMaxAgeMs)) as EpochMs
}

export function hedgeIntent(wanted: Wanted, { limitPrice, goodUntil: until }: Priced, venue: string): OrderIntent {
  const { intentId, account, instrument, side, size, leverage, commandId } = wanted
  const isPerpetual = instrument === LINEAR_PERPETUAL
  return {
    intentId,
    account,
    book: 'hedge',
    purpose: 'hedge',
    venue,
    instrument,
    side,
    quantity: new Quantity(size),
    type: 'limit',
    timeInForce: 'IOC',
    limitPrice,
    reduceOnly: !isPerpetual && side === 'sell',
    postOnly: false,
    goodUntil: until,
    ...(isPerpetual && leverage !== undefined ? { leverage } : {}),
    ...(commandId === undefined ? {} : { commandId }),
  }
}
