/**
 * Feeds the ledger's components as the engine does: one input, then everything it caused in order, until quiet. Bodies are written as the
 * wire writes them and parsed by the topics' own schemas, so that a test cannot state what no venue could say.
 */
import assert from 'node:assert/strict'
import type { z } from 'zod'
import type { AnyEvent, Component, EventOf } from '#engine/component.ts'
import { TOPICS } from '#topics/registry.ts'
import type { BodyOf, TopicName } from '#topics/registry.ts'
import { price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { durationMs, epochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId } from '#domain/order.ts'
import { balanceOf, trialBalance } from './chart.ts'
import type { BooksConfig } from './books.ts'
import type { BooksState } from './books-state.ts'
import { bridge } from './bridge.ts'

export const T0 = epochMs(1_770_000_000_000)
export const DEMO = 'demo' as AccountId
export const PERP = 'BTC_USDC-PERPETUAL' as InstrumentId
export const INVERSE = 'BTC-PERPETUAL' as InstrumentId
export const COIN_PUT = 'BTC-6FEB26-80000-P' as InstrumentId

export interface Harness {
  readonly emitted: AnyEvent[]
  /** Of the last input. */
  last: readonly AnyEvent[]
  at: EpochMs
  feed<T extends TopicName>(topic: T, body: BodyOf<T>): readonly AnyEvent[]
  wire<T extends TopicName>(topic: T, body: object): readonly AnyEvent[]
  stateOf(name: string): unknown
  configOf(name: string): unknown
  replaceState(name: string, state: unknown): void
}

export function harness(parts: readonly Component[], configs: Readonly<Record<string, unknown>> = {}): Harness {
  const config = new Map(parts.map((part) => [part.name, part.config.parse(configs[part.name])]))
  const states = new Map(parts.map((part) => [part.name, part.initial(config.get(part.name))]))
  const emitted: AnyEvent[] = []
  let seq = 0
  const route = (event: AnyEvent): AnyEvent[] =>
    parts.flatMap((part) => {
      if (!part.consumes.includes(event.topic)) return []
      const { state, emit } = part.step(states.get(part.name), event, config.get(part.name))
      if (state !== undefined) states.set(part.name, state)
      return emit.map((e): AnyEvent => ({ ...e, seq: ++seq, at: event.at, source: part.name, cause: event.seq }) as AnyEvent)
    })
  const self: Harness = {
    emitted,
    last: [],
    at: T0,
    feed(topic, body) {
      const input = { seq: ++seq, at: self.at, topic, key: 'test', source: 'test', cause: 0, body } as unknown as AnyEvent
      const queue: AnyEvent[] = [input]
      const caused: AnyEvent[] = []
      for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
        const next = route(event)
        queue.push(...next)
        caused.push(...next)
      }
      emitted.push(...caused)
      self.last = caused
      return caused
    },
    wire(topic, body) {
      const { schema } = TOPICS[topic] as { readonly schema: z.ZodType }
      return self.feed(topic, schema.parse(body) as never)
    },
    stateOf: (name) => states.get(name),
    configOf: (name) => config.get(name),
    replaceState: (name, state) => void states.set(name, state),
  }
  return self
}

export function only<T extends TopicName>(events: readonly AnyEvent[], topic: T): readonly BodyOf<T>[] {
  return (events as readonly EventOf<TopicName>[]).filter((event) => event.topic === topic).map(({ body }) => body as BodyOf<T>)
}

const DAY = durationMs(86_400_000)

export function feedIndex(at: Harness, index: string): readonly AnyEvent[] {
  return at.feed('index_prices', { venue: 'test', observedAt: at.at, maxAgeMs: DAY, asset: 'BTC', price: price(index) as BtcUsdc })
}

export function feedMark(
  at: Harness,
  instrument: InstrumentId,
  mark: string,
  quote: { readonly bid?: string; readonly ask?: string } = {},
): readonly AnyEvent[] {
  const side = (text: string | undefined): BtcUsdc | undefined => (text === undefined ? undefined : (price(text) as BtcUsdc))
  const value = price(mark) as BtcUsdc
  return at.feed('marks', {
    instrument,
    mark: value,
    bid: side(quote.bid),
    ask: side(quote.ask),
    index: value,
    observedAt: at.at,
    maxAgeMs: DAY,
  })
}

export function feedOption(
  at: Harness,
  instrument: InstrumentId,
  quote: { readonly bid?: string; readonly ask?: string; readonly mark?: string },
): readonly AnyEvent[] {
  const of = (text: string | undefined): never | undefined => (text === undefined ? undefined : (price(text) as never))
  const prices = { bid: of(quote.bid), ask: of(quote.ask), mark: of(quote.mark) }
  const absent = { bidSize: undefined, askSize: undefined, markIv: undefined, delta: undefined, underlyingPrice: undefined }
  return at.feed('option_quotes', {
    venue: 'test',
    observedAt: at.at,
    maxAgeMs: DAY,
    instrument,
    ...prices,
    ...absent,
    sizeBasis: 'quoted',
  })
}

export function open(at: Harness, balances: Readonly<Record<string, string>>, account: AccountId = DEMO): readonly AnyEvent[] {
  const stated = Object.entries(balances).map(([currency, amount]) => ({ currency, amount }))
  return at.wire('account_raw', {
    venue: 'test',
    account,
    statementId: 'opening',
    balances: stated,
    positions: [],
    openOrders: [],
    venueAt: at.at,
  })
}

let trades = 0
export interface FillText {
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly price: string
  readonly fee?: string
  readonly feeCurrency?: string
  readonly instrument?: InstrumentId
  readonly index?: string
  readonly tradeId?: string
  readonly orderId?: string
}

/** A put for 0.0123 coin at an index that divides into nothing round. */
export const COIN_PUT_BOUGHT = {
  instrument: COIN_PUT,
  side: 'buy',
  quantity: '1',
  price: '0.0123',
  index: '82345.67',
  fee: '0.0003',
  feeCurrency: 'BTC',
} as const

export function fill(at: Harness, text: FillText): readonly AnyEvent[] {
  const base = {
    venue: 'test',
    account: DEMO,
    tradeId: `t${++trades}`,
    instrument: PERP,
    fee: '0',
    feeCurrency: 'USDC',
    liquidity: 'taker',
  }
  return at.wire('venue_fills', { ...base, index: text.index ?? text.price, venueAt: at.at, ...text })
}

/** What the lead of every step must find: books that balance and a bridge without residual. */
export function assertSound(at: Harness, account: AccountId = DEMO): void {
  const state = booksStateOf(at)
  const own = state.accounts.get(account)
  for (const currency of ['USDC', 'BTC', 'USDT', 'USD'] as const) {
    assert.equal(own === undefined ? 0n : trialBalance(own.balances, currency), 0n, `${currency} sums to zero`)
  }
  const span = bridge(state, account, at.at, booksConfigOf(at))
  assert.equal(span === undefined ? '0' : span.residual.toString(), '0', 'no residual')
  if (own !== undefined) for (const currency of ['USDC', 'BTC'] as const) assert.equal(balanceOf(own.balances, 'conversion', currency), 0n)
}

export function booksConfigOf(at: Harness): BooksConfig {
  return at.configOf('ledger/books') as BooksConfig
}

export function booksStateOf(at: Harness): BooksState {
  return at.stateOf('ledger/books') as BooksState
}
