/**
 * An account, a venue and a clock in which anything may happen in any order to the covers of one account: purchases of one option and of two, orders
 * filled whole, in part or not at all, refused, filled late on either side, liquidations, bids that come and go, closes of the client, renewals
 * and deliveries. What a venue tells of one fill is told in one step. `laws` holds the covers against the venue's own count after every act.
 */
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent, Emission } from '#engine/component.ts'
import { explain } from '#domain/explanation.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { formatUnits, ONE } from '#units/exact.ts'
import { usdc } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import { price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS } from '#units/time.ts'
import type { Coverage } from '#topics/protection.ts'
import type { BodyOf, TopicName } from '#topics/registry.ts'
import { coverage } from './coverage.ts'
import {
  accountValue,
  command,
  confirmation,
  DEMO,
  EXPIRY_6FEB,
  february,
  holds,
  indexPrice,
  markOf,
  optionQuote,
  PUT_80,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'
import { CALM, FALLEN, stormBench, STRIKES } from './storm-market.fixture.ts'
import type { Act, Step } from './storm-market.fixture.ts'
import { checkEnd, checkIntent, checkLaws, shown } from './storm-laws.fixture.ts'
import { expiryOf, StormVenue } from './storm-venue.fixture.ts'
import type { Order } from './storm-venue.fixture.ts'

const WINDOW = EXPIRY_6FEB - 12 * HOUR_MS
export class CoverStorm {
  readonly #out: Emission[] = []
  readonly #on: Bench
  readonly venue = new StormVenue()
  readonly covers = new Map<string, Coverage>()
  readonly decisions: { readonly kind: string; readonly coverageId: string | undefined }[] = []
  readonly finals = new Map<string, number>()
  readonly asked: string[] = []
  readonly log: string[] = []
  #perpetual = (ONE * 14n) / 10n
  #bid: 'good' | 'stub' | 'none' = 'good'

  constructor(isPriced: boolean) {
    this.#on = stormBench(this.#out, isPriced)
    february(this.#on)
    holds(this.#on, formatUnits(this.#perpetual))
    this.#on.feed(0, 'marks', markOf('88000'))
  }

  get hasPosition(): boolean {
    return this.#perpetual > 0n
  }

  get unwinds(): number {
    return this.#on.engine.stateOf(coverage).unwinds.size
  }

  laws(): void {
    checkLaws(this)
  }

  ended(): void {
    checkEnd(this)
  }

  do({ act, pick, share }: Step): void {
    this.venue.at += 100
    this.log.push(`${act} ${pick} ${share}`)
    const acts: Record<Act, () => void> = {
      protect: () => this.#protect({}),
      pair: () => this.#protect({ combinations: 'allowed' }),
      bought: () => this.#buy({}),
      pair_bought: () => this.#buy({ combinations: 'allowed' }),
      end: () => this.#end(pick, share),
      part: () => this.#part(pick),
      refuse: () => this.#refuse(pick),
      late: () => this.#late(pick, share),
      liquidate: () => this.#liquidate(pick, share),
      bids: () => this.#bids((['good', 'stub', 'none'] as const)[pick % 3] ?? 'good'),
      close: () => this.#close(pick),
      minute: () => this.minute(),
      window: () => this.#window(),
      expiry: () => this.#expiry(),
      settle: () => this.#settle(pick),
    }
    acts[act]()
  }

  /** The rest of the story, calmly: every order ends, the clock runs, what is due is delivered. */
  finish(): void {
    for (const bid of ['good', 'good'] as const) {
      this.#drain()
      this.#bids(bid)
      for (let i = 0; i < 3; i++) this.minute()
    }
    this.#window()
    this.minute()
    this.#drain()
    for (const until of [EXPIRY_6FEB, EXPIRY_6FEB + 7 * DAY_MS]) {
      this.venue.at = Math.max(this.venue.at, until)
      this.minute()
      this.#drain()
      for (let i = 0; i < 6; i++) this.#settle(0)
      for (let i = 0; i < 3; i++) this.minute()
      this.#drain()
    }
  }

  #drain(): void {
    for (let i = 0; i < 60 && this.venue.open().length > 0; i++) {
      this.venue.at += 10
      this.#end(i, 2)
    }
  }

  #feed<T extends TopicName>(topic: T, body: BodyOf<T>): void {
    this.#take(this.#on.feed(this.venue.at, topic, body))
  }

  #take(events: readonly AnyEvent[]): void {
    for (const event of events) {
      if (event.topic === 'coverages') this.covers.set(event.body.coverageId, event.body)
      if (event.topic === 'coverages') this.log.push(`    ${shown(event.body)}`)
      if (event.topic === 'protection_decisions') {
        const { kind, coverageId } = event.body
        this.decisions.push({ kind, coverageId })
        this.log.push(`    ${kind} ${coverageId ?? ''}`)
      }
      if (event.topic === 'command_results' && event.body.final) this.#answered(event.body)
      if (event.topic === 'protection_intents') this.#intended(event.body)
    }
  }

  #answered({ commandId: id, answer }: BodyOf<'command_results'>): void {
    const { status, reason } = answer as { readonly status: string; readonly reason?: string }
    this.log.push(`    answer ${status} ${reason ?? ''}`)
    this.finals.set(id, (this.finals.get(id) ?? 0) + 1)
  }

  #intended(intent: Order['intent']): void {
    this.log.push(`    ${intent.intentId} ${intent.side} ${intent.quantity.toString()} ${intent.instrument}`)
    checkIntent(this, intent)
    this.venue.orders.set(intent.intentId, { intent, filled: 0n, ended: false })
  }

  #protect(params: Record<string, string>): void {
    if (this.venue.at >= WINDOW) return
    const id = `protect-${this.venue.at}`
    this.asked.push(id)
    const size = this.covers.size === 0 ? '1' : '0.4'
    this.#feed('accepted_commands', command('protect', { ...QUOTE_PARAMS, positionSize: size, ...params }, id))
  }

  /** The second try of a half, so that each order of it may be filled late. */
  #buy(params: Record<string, string>): void {
    this.#protect(params)
    this.#end(0, 1)
    this.#drain()
  }

  #end(pick: number, share: number): void {
    const order = drawn(this.venue.open(), pick)
    if (order?.intent.book === 'client') this.#closed(order, share)
    else if (order !== undefined) this.#tell(this.venue.end(order, share))
  }

  #part(pick: number): void {
    const order = drawn(
      this.venue.open().filter(({ intent }) => intent.book === 'hedge' && intent.timeInForce !== 'FOK'),
      pick,
    )
    if (order !== undefined) this.#tell(this.venue.part(order))
  }

  #late(pick: number, share: number): void {
    const unfilled = [...this.venue.orders.values()].filter(
      ({ ended, filled, intent }) => ended && filled < intent.quantity.units && intent.book === 'hedge',
    )
    const order = drawn(unfilled, pick)
    if (order !== undefined) this.#tell(this.venue.late(order, share))
  }

  #liquidate(pick: number, share: number): void {
    const instrument = drawn(this.#heldOf(), pick)
    if (instrument !== undefined) this.#tell(this.venue.liquidate(instrument, share))
  }

  #heldOf(): string[] {
    return [...this.venue.hedges].flatMap(([name, { quantity }]) => (quantity > 0n ? [name] : []))
  }

  #settle(pick: number): void {
    const instrument = drawn(
      this.#heldOf().filter((name) => this.venue.at >= expiryOf(name)),
      pick,
    )
    if (instrument === undefined) return
    const { told, body } = this.venue.settle(instrument, STRIKES[instrument] ?? '0')
    this.#out.push(...told)
    this.#feed('venue_settlements', body)
  }

  #closed(order: Order, share: number): void {
    const wanted = share % 3 === 0 ? 0n : order.intent.quantity.units
    order.ended = true
    order.filled = wanted < this.#perpetual ? wanted : this.#perpetual
    this.#perpetual -= order.filled
    holds(this.#on, formatUnits(this.#perpetual), this.venue.at)
    this.#feed('trade_confirmations', confirmation(order.intent, formatUnits(order.filled), this.venue.index))
  }

  /** In one step. */
  #tell(told: readonly Emission[]): void {
    if (told.length === 0) return
    this.#out.push(...told)
    const fill = {
      venue: 'deribit',
      account: DEMO,
      tradeId: `t-${this.venue.at}`,
      instrument: PUT_80 as InstrumentId,
      side: 'buy',
    } as const
    const money = { price: price('1'), quantity: new Quantity(0n), fee: usdc('0') as Money, index: price(this.venue.index) }
    this.#feed('venue_fills', { ...fill, ...money, feeCurrency: 'USDC', liquidity: 'taker', venueAt: epochMs(T0 + this.venue.at) })
  }

  #refuse(pick: number): void {
    const order = drawn(this.venue.open(), pick)
    if (order === undefined || order.filled > 0n) return
    const { intentId, account, book, purpose, instrument, quantity } = order.intent
    order.ended = true
    order.filled = quantity.units // nothing of it can come late
    const explanation = explain('risk/order-gate', 0, { code: 'halted', field: 'mode', seen: 'halt', limit: 'normal' })
    this.#feed('order_refusals', { intentId, account, book, purpose, instrument, explanation })
  }

  #bids(kind: 'good' | 'stub' | 'none'): void {
    this.#bid = kind
    const book = this.venue.index === '88000' ? CALM : FALLEN
    for (const [name, [bid, ask]] of Object.entries(book)) {
      const shownBid = kind === 'good' ? { bid } : kind === 'stub' ? { bid: '0.0001' } : {}
      this.#feed('option_quotes', optionQuote(name, { ...shownBid, ask, mark: bid, offsetMs: this.venue.at }))
    }
  }

  #close(pick: number): void {
    const standing = [...this.covers.values()].filter(({ state }) => state === 'active' || state === 'settling')
    const cover = standing[pick % Math.max(standing.length, 1)]
    if (cover === undefined) return
    const id = `close-${this.venue.at}`
    this.asked.push(id)
    this.#feed('account_values', accountValue({ cash: '1000', equity: '1000' }))
    const stated = { initialBalanceUsdc: 1000, drawdownLimitUsdc: cover.drawdownLimit.toString(), positionPnlUsdc: 0, hedgeMtmUsdc: 0 }
    const wish = {
      instrument: cover.instrument,
      amount: cover.filled.toString(),
      side: 'sell',
      intent: 'close',
      coverageId: cover.coverageId,
    }
    this.#feed('accepted_commands', command('order', { ...wish, ...stated }, id))
    this.#account()
  }

  #account(): void {
    const value = this.venue.index === '88000' ? accountValue() : accountValue({ cash: '19472', equity: '14075.8', hedge: '1603.8' })
    this.#feed('account_values', value)
  }

  minute(): void {
    this.venue.at += MINUTE_MS
    this.#feed('clock_tick', { name: 'minute', dueAt: T0 })
  }

  /** The index has fallen to 81,000 half a day before the end: renewals are due, and find following options. */
  #window(): void {
    if (this.venue.at >= WINDOW) return
    this.venue.at = WINDOW
    this.venue.index = '81000'
    this.#feed('index_prices', indexPrice('81000', this.venue.at))
    this.#feed('marks', markOf('81000', this.venue.at))
    this.#account()
    this.#bids(this.#bid)
    this.minute()
  }

  #expiry(): void {
    if (this.venue.at < WINDOW || this.venue.at >= EXPIRY_6FEB) return
    this.venue.at = EXPIRY_6FEB
    this.#feed('clock_tick', { name: 'expiry:cover', dueAt: T0 })
  }
}

function drawn<T>(from: readonly T[], pick: number): T | undefined {
  return from[pick % Math.max(from.length, 1)]
}
