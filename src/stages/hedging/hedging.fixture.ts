/** Hand-made accounts for the tests of the loop: marks, values, positions, covers, and the answers a venue would give. */
import { accountWorth, acceptedCommand, confirmationOf, DEMO } from '#engine/facts.fixture.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { Book, CoverageId, OrderIntent, QuoteId } from '#domain/order.ts'
import { usdc } from '#units/money.ts'
import { price as anyPrice } from '#units/price.ts'
import type { BtcUsdc, CoinPremium } from '#units/price.ts'
import { btc, quantity } from '#units/quantity.ts'
import { DAY_MS, durationMs, epochMs, HOUR_MS } from '#units/time.ts'
import type { AccountValue } from '#topics/account.ts'
import type { HedgeDecision, HedgeEvaluation } from '#topics/hedging.ts'
import type { OptionQuote } from '#topics/market.ts'
import type { BodyOf } from '#topics/registry.ts'
import type { Json } from '#topics/schema.ts'
import { hedgeLoop } from './loop.ts'

export { DEMO, only, T0 }
const price = (text: string): BtcUsdc => anyPrice<'BTC', 'USDC'>(text)
const premium = (text: string): CoinPremium => anyPrice<'BTC', 'BTC'>(text)
export const PUT = 'BTC-6FEB26-80000-P' as InstrumentId
export const LATER_PUT = 'BTC-13FEB26-80000-P' as InstrumentId
export const CALL = 'BTC-6FEB26-100000-C' as InstrumentId

export function loopBench(config: object = {}): Bench {
  return bench([hedgeLoop], { 'hedging/loop': { markMaxAgeMs: DAY_MS, quoteMaxAgeMs: DAY_MS, ...config } })
}

export function markAt(
  on: Bench,
  text: string,
  offsetMs = 0,
  { bid, ask, maxAgeMs = DAY_MS }: { bid?: string; ask?: string; maxAgeMs?: number } = {},
): void {
  on.feed(offsetMs, 'marks', {
    instrument: LINEAR_PERPETUAL,
    mark: price(text),
    bid: bid === undefined ? undefined : price(bid),
    ask: ask === undefined ? undefined : price(ask),
    index: price(text),
    observedAt: epochMs(T0 + offsetMs),
    maxAgeMs: durationMs(maxAgeMs),
  })
}

export function worth(on: Bench, equity: string, change: Partial<AccountValue> = {}, offsetMs = 0): AnyEvent[] {
  return on.feed(offsetMs, 'account_values', accountWorth(usdc(equity), price('90000'), change))
}

export function holds(on: Bench, book: Book, size: string, instrument: InstrumentId = LINEAR_PERPETUAL, offsetMs = 0): AnyEvent[] {
  return on.feed(offsetMs, 'position_states', {
    account: DEMO,
    book,
    instrument,
    quantity: btc(size),
    averageEntry: undefined,
    realised: usdc('0'),
    currency: 'USDC',
  })
}

export function covers(on: Bench, size: string, limit: string, instrument: InstrumentId = PUT): void {
  on.feed(0, 'coverages', {
    coverageId: `cover-${instrument}` as CoverageId,
    account: DEMO,
    state: 'active',
    quoteId: 'q1' as QuoteId,
    terms: {
      account: DEMO,
      asset: 'BTC',
      side: 'long',
      tierName: 'Bronze',
      leverage: 5,
      size: btc(size),
      renewal: 'hold-limit',
      tenorDays: 7,
    } as unknown as BodyOf<'coverages'>['terms'],
    venue: 'deribit',
    instrument,
    optionType: 'put',
    strike: price('80000'),
    expiry: epochMs(T0 + 8 * DAY_MS + 8 * HOUR_MS),
    size: btc(size),
    filled: btc(size),
    index: price('90000'),
    premiumCoin: premium('0.006'),
    premium: usdc('540'),
    fee: usdc('20'),
    floorPrice: price('80000'),
    floorEquity: usdc(limit),
    drawdownLimit: usdc(limit),
  })
}

export function quoted(on: Bench, instrument: InstrumentId, { bid, ask }: { bid?: string; ask?: string }, offsetMs = 0): void {
  const quote: OptionQuote = {
    venue: 'deribit',
    instrument,
    bid: bid === undefined ? undefined : premium(bid),
    ask: ask === undefined ? undefined : premium(ask),
    bidSize: btc('10'),
    askSize: btc('10'),
    mark: undefined,
    markIv: undefined,
    delta: undefined,
    underlyingPrice: undefined,
    sizeBasis: 'quoted',
    observedAt: epochMs(T0 + offsetMs),
    maxAgeMs: durationMs(DAY_MS),
  }
  on.feed(offsetMs, 'option_quotes', quote)
}

/** A long of one coin at 90,000 without a cover; the limit and the band come with each request. */
export function longAccount(equity: string, config: object = {}, hedge?: string): Bench {
  const on = loopBench(config)
  markAt(on, '90000', 0, { bid: '89990', ask: '90010' })
  worth(on, equity)
  holds(on, 'client', '1')
  if (hedge !== undefined) holds(on, 'hedge', hedge)
  return on
}

let commands = 0
export function command(type: string, params: Json): BodyOf<'accepted_commands'> {
  return acceptedCommand(type, params, `${type}-${++commands}`)
}
export const BAND = { drawdownLimitUsdc: '18000', target: '1000', hysteresis: '500' }
export function tick(on: Bench, params: { readonly [key: string]: Json } = {}, offsetMs = 0): AnyEvent[] {
  return on.feed(offsetMs, 'accepted_commands', command('loop_tick', { ...BAND, ...params }))
}

export function decisions(events: readonly AnyEvent[]): HedgeDecision[] {
  return only(events, 'hedge_decisions')
}
export function evaluations(events: readonly AnyEvent[]): HedgeEvaluation[] {
  return only(events, 'hedge_evaluations')
}
export function intents(events: readonly AnyEvent[]): OrderIntent[] {
  return only(events, 'hedging_intents')
}
export function answers(events: readonly AnyEvent[]): { readonly [key: string]: Json }[] {
  return only(events, 'command_results')
    .filter(({ final }) => final)
    .map(({ answer }) => answer as { readonly [key: string]: Json })
}

type Answer = { readonly [key: string]: Json } | undefined
export function rowsOf(answer: Answer, name: string): readonly { readonly [key: string]: Json }[] {
  return (answer === undefined ? [] : answer[name]) as readonly { readonly [key: string]: Json }[]
}
export function whyOf(answer: Answer): { readonly [key: string]: Json } {
  return (answer === undefined ? {} : answer['explanation']) as { readonly [key: string]: Json }
}

/** An option of the hedge book that was bought as a hedge. */
export function ownsOption(on: Bench, instrument: InstrumentId, size: string): void {
  const intent = { intentId: `own-${instrument}-${size}`, account: DEMO, book: 'hedge', purpose: 'hedge', instrument, side: 'buy' }
  const whole = { quantity: quantity(size), limitPrice: premium('0.01') }
  fills(on, { ...intent, ...whole } as unknown as OrderIntent, size)
  holds(on, 'hedge', size, instrument)
}

/** The end of an order: the ledger's word on the position first, as it comes. */
export function fills(on: Bench, intent: OrderIntent, filled: string, offsetMs = 0): AnyEvent[] {
  return on.feed(offsetMs, 'trade_confirmations', confirmationOf(intent, quantity(filled)))
}
