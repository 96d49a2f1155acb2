/** Hand-made markets for the tests of protection: an index, an account, option quotes by name, and the answers a venue would give. */
import { accountWorth, acceptedCommand, confirmationOf, DEMO } from '#engine/facts.fixture.ts'
import { bench, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { OrderIntent } from '#domain/order.ts'
import { money, usdc } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import { Money as Amount } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc, quantity } from '#units/quantity.ts'
import { DAY_MS, durationMs, epochMs, HOUR_MS } from '#units/time.ts'
import type { AccountValue, VenueSettlement } from '#topics/account.ts'
import type { VolatilityContext } from '#topics/analysis.ts'
import type { IndexPrice, Mark, OptionQuote } from '#topics/market.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { BodyOf } from '#topics/registry.ts'
import type { Json } from '#topics/schema.ts'
import type { Coverage } from '#topics/protection.ts'
import { coverage } from './coverage.ts'
import { position } from './position.ts'
import { quotes } from './quotes.ts'

export { DEMO, T0 }
export const EXPIRY_6FEB = 8 * DAY_MS + 8 * HOUR_MS // 2026-02-06T08:00Z as an offset from T0
export const PUT_78 = 'BTC-6FEB26-78000-P'
export const PUT_80 = 'BTC-6FEB26-80000-P'
export const PUT_82 = 'BTC-6FEB26-82000-P'

/** Long ages, as a recording has them: each test that is about age states its own. */
const AGES = { quoteMaxAgeMs: 30 * DAY_MS, indexMaxAgeMs: 30 * DAY_MS, accountMaxAgeMs: 30 * DAY_MS }
export function protectionBench(config: Readonly<Record<string, object>> = {}): Bench {
  return bench([quotes, coverage, position], {
    'protection/quotes': { ...AGES, ...config['protection/quotes'] },
    'protection/coverage': { quoteMaxAgeMs: 30 * DAY_MS, ...config['protection/coverage'] },
    'protection/position': { markMaxAgeMs: 30 * DAY_MS, ...config['protection/position'] },
  })
}

export function indexPrice(text: string, offsetMs = 0, maxAgeMs = 30 * DAY_MS): IndexPrice {
  return { venue: 'deribit', asset: 'BTC', price: price(text), observedAt: epochMs(T0 + offsetMs), maxAgeMs: durationMs(maxAgeMs) }
}

export interface QuoteText {
  readonly bid?: string
  readonly ask?: string
  readonly mark?: string
  readonly size?: string
  readonly bidSize?: string
  readonly offsetMs?: number
  readonly maxAgeMs?: number
}
export function optionQuote(
  instrument: string,
  { bid, ask, mark, size = '10', bidSize = '10', offsetMs = 0, maxAgeMs = 30 * DAY_MS }: QuoteText,
): OptionQuote {
  return {
    venue: 'deribit',
    instrument: instrument as InstrumentId,
    bid: bid === undefined ? undefined : price(bid),
    ask: ask === undefined ? undefined : price(ask),
    bidSize: btc(bidSize),
    askSize: btc(size),
    mark: mark === undefined ? undefined : price(mark),
    markIv: undefined,
    delta: undefined,
    underlyingPrice: undefined,
    sizeBasis: 'quoted',
    observedAt: epochMs(T0 + offsetMs),
    maxAgeMs: durationMs(maxAgeMs),
  }
}

export function markOf(text: string, offsetMs = 0, maxAgeMs = 30 * DAY_MS): Mark {
  return {
    instrument: 'BTC_USDC-PERPETUAL' as InstrumentId,
    mark: price(text),
    bid: undefined,
    ask: undefined,
    index: price(text),
    observedAt: epochMs(T0 + offsetMs),
    maxAgeMs: durationMs(maxAgeMs),
  }
}

/** What analysis says of volatility. */
export function volatility(ivRegime: VolatilityContext['ivRegime'], iv: number): VolatilityContext {
  return { asset: 'BTC', ivRegime, iv, tenorDays: 7, realised24h: undefined, realisedAnnual: undefined, spanMs: durationMs(0) }
}

interface ValueText {
  readonly cash?: string
  readonly equity?: string
  readonly hedge?: string
  readonly maintenance?: string
}
export function accountValue({ cash = '20000', equity = cash, hedge = '0', maintenance = '900' }: ValueText = {}): AccountValue {
  return accountWorth(usdc(equity), price('88000'), {
    cash: usdc(cash),
    positionPnl: usdc(equity).minus(usdc(cash)).minus(usdc(hedge)),
    hedgeClose: usdc(hedge),
    hedgeMark: usdc(hedge),
    initialMargin: usdc('17600'),
    maintenanceMargin: usdc(maintenance),
  })
}

export const QUOTE_PARAMS = {
  asset: 'BTC',
  side: 'long',
  tierName: 'Bronze',
  leverage: 5,
  positionSize: '1',
  drawdownFloorPct: '0.10',
  tenorDays: 7,
} as const

export function command(type: string, params: Json, id = `${type}-1`): BodyOf<'accepted_commands'> {
  return acceptedCommand(type, params, id)
}

/** What the client book holds of the perpetual, signed. */
export function holds(on: Bench, size: string, offsetMs = 0, account = DEMO): readonly AnyEvent[] {
  return on.feed(offsetMs, 'position_states', {
    account,
    book: 'client',
    instrument: 'BTC_USDC-PERPETUAL' as InstrumentId,
    quantity: btc(size),
    averageEntry: '88000',
    realised: usdc('0'),
    currency: 'USDC',
  })
}

/** A long of one coin, index 88,000 and three puts of 6 February: 78,000 (wrong side), 80,000 and 82,000. */
export function february(on: Bench, offsetMs = 0): void {
  holds(on, '1', offsetMs)
  on.feed(offsetMs, 'index_prices', indexPrice('88000', offsetMs))
  on.feed(offsetMs, 'account_values', accountValue())
  on.feed(offsetMs, 'option_quotes', optionQuote(PUT_78, { bid: '0.0040', ask: '0.0045', mark: '0.0042', offsetMs }))
  on.feed(offsetMs, 'option_quotes', optionQuote(PUT_80, { bid: '0.0060', ask: '0.0065', mark: '0.0062', offsetMs }))
  on.feed(offsetMs, 'option_quotes', optionQuote(PUT_82, { bid: '0.0090', ask: '0.0095', mark: '0.0092', offsetMs }))
}

export function intents(events: readonly AnyEvent[]): OrderIntent[] {
  return events.flatMap((event) => (event.topic === 'protection_intents' ? [event.body] : []))
}
export function coversOf(events: readonly AnyEvent[]): Coverage[] {
  return events.flatMap((event) => (event.topic === 'coverages' ? [event.body] : []))
}
export function decisionKinds(events: readonly AnyEvent[]): string[] {
  return events.flatMap((event) => (event.topic === 'protection_decisions' ? [event.body.kind] : []))
}
export function finalAnswers(events: readonly AnyEvent[]): Record<string, Json>[] {
  return events.flatMap((event) =>
    event.topic === 'command_results' && event.body.final ? [event.body.answer as Record<string, Json>] : [],
  )
}

/** The end of an intent's order: `filled` at the limit price, the venue's option fee, each in USDC at the index given. */
export function confirmation(intent: OrderIntent, filled: string, index = '88000'): TradeConfirmation {
  const size = quantity(filled)
  const notional = intent.limitPrice.times(size)
  const coin = new Amount<'BTC'>(notional.units)
  const fee: Money<'BTC'> = new Amount<'BTC'>((size.units * 3n) / 10_000n)
  const option = intent.book === 'hedge'
  return {
    ...confirmationOf(intent, size),
    notional,
    ...(option ? { notionalUsdc: coin.convert(price(index)), feesUsdc: fee.convert(price(index)) } : {}),
    fees: option ? [{ currency: 'BTC', amount: fee }] : [],
  }
}

/** What the venue books at the end of a put of 6 February: the payout of all that was held of it, in coin, less a fee of 0.0001. */
export function settlement(instrument: string, quantity: string, index: string, payoutCoin: string): VenueSettlement {
  return {
    account: DEMO,
    venue: 'deribit',
    settlementId: `s-${instrument}`,
    instrument: instrument as InstrumentId,
    quantity: btc(quantity),
    settlementIndex: price(index),
    payout: money(payoutCoin),
    fee: money('0.0001'),
    currency: 'BTC',
    basis: 'venue',
    venueAt: epochMs(T0 + EXPIRY_6FEB),
  }
}

/** An order's end on the bench: what it bought or sold at its limit price. */
export function filled(on: Bench, intent: OrderIntent, size: string, offsetMs = 2000): readonly AnyEvent[] {
  return on.feed(offsetMs, 'trade_confirmations', confirmation(intent, size))
}

/** A cover bought through `protect` and filled at once. */
export function protectedAccount(on: Bench, params: Record<string, Json> = {}): Coverage {
  february(on)
  const placed = on.feed(0, 'accepted_commands', command('protect', { ...QUOTE_PARAMS, ...params }))
  const intent = intents(placed)[0]
  if (intent === undefined) throw new Error(`protect placed nothing: ${JSON.stringify(finalAnswers(placed))}`)
  const active = coversOf(on.feed(100, 'trade_confirmations', confirmation(intent, intent.quantity.toString())))[0]
  if (active === undefined) throw new Error('a filled cover is active')
  return active
}
