/** A bench for the order life cycle: approvals, durability and the venue's words by hand; every recorded event of every step is kept. */
import { usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { epochMs } from '#units/time.ts'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { AccountId, OrderId, OrderState } from '#domain/order.ts'
import { approvedOrder } from '#topics/orders.ts'
import type { OrderUpdate, VenueFill } from '#topics/orders.ts'
import type { BodyOf, TopicName } from '#topics/registry.ts'
import type { AnyEvent } from '#engine/component.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import { orders } from './orders.ts'

export const DEMO = 'demo' as AccountId
export const FIRST = 'se1-0' as OrderId

interface Wire {
  readonly orderId: string
  readonly quantity: string
  readonly type: string
  readonly timeInForce: string
  readonly reduceOnly: boolean
  readonly goodUntil: number
  readonly trigger: { readonly source: string; readonly price: string }
}
/** Read like a record of the journal: only risk makes approved orders. */
export function approved(change: Partial<Wire> = {}): BodyOf<'hedge_trades'> {
  const { orderId = FIRST } = change
  return approvedOrder.parse({
    orderId,
    intentId: `i-${orderId}`,
    account: DEMO,
    book: 'client',
    purpose: 'open_position',
    venue: 'sim',
    instrument: LINEAR_PERPETUAL,
    side: 'buy',
    quantity: '1',
    type: 'market',
    timeInForce: 'IOC',
    limitPrice: '100000',
    reduceOnly: false,
    postOnly: false,
    goodUntil: T0 + 5_000,
    ...change,
  })
}

export class Life {
  readonly bench = bench([orders])
  readonly log: AnyEvent[] = []

  constructor(epoch = 'e1') {
    this.start(0, epoch)
    this.feed(0, 'venue_links', { venue: 'sim', state: 'up' })
    const timers = this.log.filter(({ topic }) => topic === 'timer_requests')
    this.log.splice(0, this.log.length, ...timers)
  }

  feed<T extends TopicName>(at: number, topic: T, body: BodyOf<T>): AnyEvent[] {
    const events = this.bench.feed(at, topic, body)
    this.log.push(...events)
    return events
  }

  start(at: number, epoch: string): AnyEvent[] {
    const body = {
      sessionId: epoch,
      epoch,
      mode: 'sim',
      codeDigest: '',
      configDigest: '',
      config: null,
      node: '',
      architecture: '',
      startedAt: epochMs(T0 + at),
    } as const
    return this.feed(at, 'session_started', body)
  }

  /** Approved, not yet durable. */
  approve(at: number, change: Partial<Wire> = {}): void {
    this.feed(at, 'hedge_trades', approved(change))
  }

  synced(at: number): AnyEvent[] {
    return this.feed(at, 'journal_synced', { uptoSeq: this.bench.engine.seq })
  }

  /** Approved, durable and sent at `at`. */
  send(at: number, change: Partial<Wire> = {}): void {
    this.approve(at, change)
    this.synced(at)
  }

  update(at: number, status: OrderUpdate['status'], filled = '0', change: Partial<OrderUpdate> = {}): AnyEvent[] {
    return this.feed(at, 'order_updates', { venue: 'sim', orderId: FIRST, status, filled: btc(filled), ...change })
  }

  fill(at: number, tradeId: string, quantity: string, change: Partial<VenueFill> = {}): AnyEvent[] {
    return this.feed(at, 'venue_fills', {
      venue: 'sim',
      account: DEMO,
      tradeId,
      orderId: FIRST,
      instrument: LINEAR_PERPETUAL,
      side: 'buy',
      price: price('99990'),
      quantity: btc(quantity),
      fee: usdc('5'),
      feeCurrency: 'USDC',
      liquidity: 'taker',
      index: price('100000'),
      venueAt: epochMs(T0 + at),
      ...change,
    })
  }

  /** Delivers timers that were asked for and are due, in order, up to `at`. */
  passTo(at: number): AnyEvent[] {
    const out: AnyEvent[] = []
    for (;;) {
      const due = only(this.log, 'timer_requests')
        .filter((timer) => timer.at <= T0 + at && !this.#rung.has(`${timer.name}@${timer.at}`))
        .toSorted((a, b) => a.at - b.at)[0]
      if (due === undefined) return out
      this.#rung.add(`${due.name}@${due.at}`)
      out.push(...this.feed(Math.max(due.at - T0, this.bench.engine.at - T0), 'clock_tick', { name: due.name, dueAt: due.at }))
    }
  }
  readonly #rung = new Set<string>()

  states(orderId: string = FIRST): OrderState[] {
    return only(this.log, 'order_states')
      .filter((told) => told.orderId === orderId)
      .map(({ state }) => state)
  }

  last(orderId: string = FIRST): BodyOf<'order_states'> | undefined {
    return only(this.log, 'order_states').findLast((told) => told.orderId === orderId)
  }

  confirmations(): BodyOf<'trade_confirmations'>[] {
    return only(this.log, 'trade_confirmations')
  }

  /** Sends as `action attempt`. */
  sends(): string[] {
    return only(this.log, 'order_sends').map(({ action, attempt }) => `${action} ${attempt}`)
  }
}
