/** Guards of orders: identity, idempotency, limits, brakes, age, evidence. */
import type { AnyEvent, Emission, EventOf } from '#engine/component.ts'
import type { ApprovedOrder, OrderState } from '#domain/order.ts'
import type { Reconciliation } from '#topics/account.ts'
import { Quantity } from '#units/quantity.ts'
import type { EpochMs } from '#units/time.ts'
import { ACCOUNTS } from '../world/scene.ts'
import { around, configured, hearing, saying } from './guard.ts'
import type { Guard } from './guard.ts'

const FOR_EVER_MS = 1e12

export const ORDER_GUARDS: readonly Guard[] = [
  {
    name: 'client-order-id',
    loses: 'no order id comes twice, not even after a restart',
    sabotage: {
      epoch: () => 'a1',
      pipeline: around('engine/session', () => (state, event) => ({ state: { ...(state as object), ...sessionOf(event) }, emit: [] })),
    },
  },
  {
    name: 'retry-id',
    loses: 'a retry repeats the order under its own id',
    sabotage: {
      pipeline: saying('execution/orders', (said) => {
        if (said.topic !== 'order_sends' || said.body.attempt < 2 || said.body.order === undefined) return said
        const orderId = `${said.body.orderId}r` as typeof said.body.orderId
        return { ...said, body: { ...said.body, orderId, order: { ...said.body.order, orderId } } }
      }),
    },
  },
  {
    name: 'idempotency',
    loses: 'a repeated command gets the first answer',
    sabotage: {
      pipeline: hearing('engine/command-gate', (event) =>
        event.topic === 'commands' ? { ...event, body: { ...event.body, key: `${event.body.key} ${event.seq}` } } : event,
      ),
    },
  },
  {
    name: 'unknown-worst-case',
    loses: 'orders without a definite answer count against limits',
    sabotage: {
      pipeline: hearing('risk/limits', (event) =>
        event.topic === 'order_states' && (event.body.state === 'sent' || event.body.state === 'unknown')
          ? { ...event, body: { ...event.body, open: new Quantity(0n) } }
          : event,
      ),
    },
  },
  {
    name: 'pricing-only',
    loses: 'a venue that only prices is never bought at, and nothing is valued at it',
    sabotage: { components: configured({ 'admission/market': { pricingOnly: [] } }) },
  },
  {
    name: 'venues-agree',
    loses: 'nothing new is quoted while venues disagree',
    sabotage: { components: configured({ 'admission/market': { venueGapMax: 1 } }) },
  },
  {
    name: 'position-cap',
    loses: 'a book stays within its cap',
    sabotage: {
      components: configured({ 'risk/limits': { books: wideBooks() } }),
    },
  },
  {
    name: 'visibility-delay',
    loses: 'not found is no proof before the venue need show an order',
    sabotage: { components: configured({ 'execution/orders': { visibilityDelayMs: 1, queryBackoffMs: 100, ackTimeoutMs: 100 } }) },
  },
  {
    name: 'restart-unknown',
    loses: 'after a crash an order without a recorded send may have been sent',
    sabotage: {
      pipeline: around('execution/orders', (inner) => (state, event, config) => {
        const vetoed = event.topic === 'session_started' ? forgetApproved(state as Held) : []
        const step = inner(state, event, config)
        return { state: step.state, emit: [...vetoed, ...step.emit] }
      }),
    },
  },
  {
    name: 'order-query',
    loses: 'an order without an answer is asked for',
    sabotage: { asks: (input) => input.type !== 'query_order' && input.type !== 'query_trades_since' },
  },
  {
    name: 'send-recheck',
    loses: 'prices are checked again when the approval is durable',
    sabotage: {
      pipeline: (pipeline) => saying('execution/orders', withGoodUntil(-FOR_EVER_MS))(hearing('execution/orders', goodForEver)(pipeline)),
    },
  },
  {
    name: 'freshness',
    loses: 'no order rests on data past its age',
    sabotage: {
      components: configured({
        'admission/market': { indexMaxAgeMs: FOR_EVER_MS, quoteMaxAgeMs: FOR_EVER_MS, optionMaxAgeMs: FOR_EVER_MS },
        'protection/position': { markMaxAgeMs: FOR_EVER_MS },
        'protection/quotes': { quoteMaxAgeMs: FOR_EVER_MS, indexMaxAgeMs: FOR_EVER_MS, accountMaxAgeMs: FOR_EVER_MS },
        'risk/limits': { priceAgeMaxMs: FOR_EVER_MS },
      }),
    },
  },
  {
    name: 'halt',
    loses: 'while halted only risk-reducing orders leave',
    sabotage: {
      pipeline: (pipeline) =>
        ['risk/limits', 'execution/orders'].reduce((table, name) => hearing(name, deafTo('safety_triggers'))(table), pipeline),
    },
  },
  {
    name: 'reconcile-first',
    loses: 'no new risk before the books agree with the venue',
    sabotage: {
      pipeline: around('risk/limits', (inner) => (state, event, config) => {
        const step = inner(state, event, config)
        if (event.topic !== 'session_started') return step
        for (const account of ACCOUNTS) inner(step.state ?? state, matched(event, account), config)
        return step
      }),
    },
  },
  { name: 'edge-schema', loses: 'malformed market data is refused at the edge', sabotage: { skipsSchema: true } },
]

interface Held {
  readonly orders: ReadonlyMap<string, { readonly order: ApprovedOrder; state: OrderState }>
}

/** What has only an approval is called off, as if nothing could have left before the crash. */
function forgetApproved({ orders }: Held): readonly Emission[] {
  const forgotten: Emission[] = []
  for (const record of orders.values()) {
    if (record.state !== 'approved') continue
    record.state = 'vetoed'
    const { orderId, intentId, account, book, instrument, side, quantity } = record.order
    const none = new Quantity(0n)
    const body = { orderId, intentId, account, book, instrument, side, state: 'vetoed', quantity, filled: none, open: none } as const
    forgotten.push({ topic: 'order_states', key: account, body })
  }
  return forgotten
}

function goodForEver(event: AnyEvent): AnyEvent {
  return event.topic === 'hedge_trades' ? { ...event, body: later(event.body, FOR_EVER_MS) } : event
}

/** What is sent is the order as approved: only the check is gone. */
function withGoodUntil(byMs: number): (said: Emission) => Emission {
  return (said) =>
    said.topic === 'order_sends' && said.body.order !== undefined
      ? { ...said, body: { ...said.body, order: later(said.body.order, byMs) } }
      : said
}

function later<Order extends { readonly goodUntil: EpochMs }>(order: Order, byMs: number): Order {
  return { ...order, goodUntil: (order.goodUntil + byMs) as EpochMs }
}

function deafTo(topic: AnyEvent['topic']): (event: AnyEvent) => AnyEvent | undefined {
  return (event) => (event.topic === topic ? undefined : event)
}

function sessionOf(event: AnyEvent): object {
  return event.topic === 'session_started' ? { epoch: event.body.epoch, mode: event.body.mode } : {}
}

function matched(event: EventOf<'session_started'>, account: string): AnyEvent {
  const body = { account, statementId: '', state: 'matched', differences: [] } as unknown as Reconciliation
  return { ...event, topic: 'reconciliations', body }
}

function wideBooks(): unknown {
  const wide = { positionMax: new Quantity(10n ** 21n), notionalMax: new Quantity(10n ** 27n) }
  return { client: wide, hedge: wide, strategy: wide }
}
