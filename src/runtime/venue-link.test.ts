/** What the venue is asked for: everything since the books last agreed with it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyEvent } from '#engine/component.ts'
import { Engine } from '#engine/engine.ts'
import type { Input } from '#engine/engine.ts'
import { PIPELINE } from '#pipeline'
import type { VenueOutput } from '#sim/venue/state.ts'
import type { VenueInput } from '#sim/venue/step.ts'
import { TOPICS } from '#topics/registry.ts'
import type { TopicName } from '#topics/registry.ts'
import { epochMs } from '#units/time.ts'
import { resolveConfig } from './config.ts'
import { isNews, toVenue } from './venue-link.ts'

const T0 = 1_769_644_800_000
const ALICE = { venue: 'sim', account: 'alice' }

function engineThatHeard(inputs: readonly (readonly [TopicName, number, Readonly<Record<string, unknown>>])[]): Engine {
  const engine = new Engine({ pipeline: PIPELINE, config: resolveConfig([]).components })
  for (const [topic, offsetMs, wire] of inputs) {
    const { schema } = TOPICS[topic] as unknown as { readonly schema: { parse(body: unknown): unknown } }
    const body = schema.parse({ ...ALICE, venueAt: T0 + offsetMs, ...wire })
    engine.take({ at: epochMs(T0 + offsetMs), topic, key: 'alice', source: 'test', cause: 0, body } as Input)
  }
  return engine
}

function asked(engine: Engine): readonly VenueInput[] {
  const inputs: VenueInput[] = []
  const body = { queryId: 'q1', venue: 'sim', kind: 'statement', account: 'alice' }
  const effect = {
    seq: 1,
    at: epochMs(T0),
    topic: 'venue_queries',
    key: 'alice',
    source: 'test',
    cause: 0,
    body,
  } as AnyEvent<'venue_queries'>
  toVenue({ venue: { take: (input) => inputs.push(input) }, engine, accounts: ['alice'] }, epochMs(T0 + 9_000), effect)
  return inputs
}

const statement = (id: string, lastTradeId: string | undefined, balance: string, quantity: string) => ({
  statementId: id,
  balances: [{ currency: 'USDC', amount: balance }],
  positions: quantity === '0' ? [] : [{ instrument: 'BTC_USDC-PERPETUAL', quantity }],
  openOrders: [],
  ...(lastTradeId === undefined ? {} : { lastTradeId }),
})
const fill = (tradeId: string) => ({
  tradeId,
  instrument: 'BTC_USDC-PERPETUAL',
  side: 'buy',
  price: '80000',
  quantity: '0.1',
  fee: '0',
  feeCurrency: 'USDC',
  liquidity: 'taker',
  index: '80000',
})

test('[F-V03] a fill that was lost is asked for although a later one is booked', () => {
  const engine = engineThatHeard([
    ['account_raw', 0, statement('q0', undefined, '1000', '0')],
    ['venue_fills', 10, fill('t1')],
    ['account_raw', 20, statement('q1', 't1', '1000', '0.1')],
    ['venue_fills', 40, fill('t3')], // t2 never came
  ])
  assert.deepEqual(
    asked(engine).map((input) => [input.type, 'afterId' in input ? input.afterId : undefined]),
    [
      ['query_trades_since', 't1'],
      ['query_statement', undefined],
    ],
  )
})

test('[F-V03] before the first statement there is nothing to compare, and only the statement is asked for', () => {
  assert.deepEqual(
    asked(engineThatHeard([])).map(({ type }) => type),
    ['query_statement'],
  )
})

test('[F-A01] a fill that is booked is no news; one that is not, and every other word, is', () => {
  const engine = engineThatHeard([
    ['account_raw', 0, statement('s1', undefined, '10000', '0')],
    ['venue_fills', 1, fill('t1')],
  ])
  const said = (tradeId: string): VenueOutput => {
    const body = TOPICS.venue_fills.schema.parse({ ...ALICE, venueAt: T0 + 1, ...fill(tradeId) })
    return { topic: 'venue_fills', key: 'alice', body }
  }
  assert.deepEqual([isNews(engine, said('t1')), isNews(engine, said('t2'))], [false, true])
  const update = { venue: 'sim', orderId: 'o1', status: 'filled', filled: '0.1', venueAt: T0 }
  assert.equal(isNews(engine, { topic: 'order_updates', key: 'alice', body: TOPICS.order_updates.schema.parse(update) }), true)
})
