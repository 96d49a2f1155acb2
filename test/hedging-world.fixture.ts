/**
 * The whole pipeline and a simulated venue in one process, fed by hand: orders that leave are placed at once, what the venue says comes back
 * message by message, and an approved order is durable as soon as it is written.
 */
import assert from 'node:assert/strict'
import { PIPELINE } from '#pipeline'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { AccountId } from '#domain/order.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import { createVenue } from '#sim/venue/state.ts'
import type { VenueOutput, VenueState } from '#sim/venue/state.ts'
import { venueStep } from '#sim/venue/step.ts'
import type { Json } from '#topics/schema.ts'
import { price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { epochMs } from '#units/time.ts'

export const DEMO = 'demo' as AccountId
const LIMIT = {
  level: 'Bronze',
  initialBalanceUsdc: '20000',
  drawdownLimitUsdc: '18000',
  bufferTargetUsdc: '1000',
  bufferHysteresisUsdc: '500',
}

export class World {
  readonly on: Bench
  readonly venue: VenueState
  at = 0
  seen: AnyEvent[] = []
  private commands = 0

  constructor(loop: object = {}) {
    this.on = bench(PIPELINE, { 'hedging/loop': { accounts: { [DEMO]: LIMIT }, ...loop }, 'risk/limits': { defaultTier: 'Bronze' } })
    this.venue = createVenue({ venue: 'deribit', accounts: [{ account: DEMO, usdc: '20000', leverage: 5 }] })
    const session = { sessionId: 's1', epoch: '1', mode: 'sim', codeDigest: '', configDigest: '', config: {}, node: '', architecture: '' }
    this.feed('session_started', { ...session, startedAt: epochMs(T0) })
    this.feed('venue_links', { venue: 'deribit', state: 'up' })
    this.market('90000')
    this.tell(venueStep(this.venue, { at: T0 + this.at, type: 'query_statement', account: DEMO }))
  }

  market(mark: string): void {
    this.at += 1_000
    const [mid, size] = [price<'BTC', 'USDC'>(mark), quantity<'BTC'>('100')]
    const [bid, ask] = [mid.minus(price('0.5')), mid.plus(price('0.5'))] as [BtcUsdc, BtcUsdc]
    const perpetual = { instrument: LINEAR_PERPETUAL, bid, bidSize: size, ask, askSize: size, mark: mid }
    this.tell(venueStep(this.venue, { at: T0 + this.at, type: 'quotes', index: mid, quotes: [perpetual] }))
    const from = { venue: 'deribit', venueAt: epochMs(T0 + this.at) }
    this.feed('raw_index', { ...from, asset: 'BTC', price: mid })
    this.feed('raw_quotes', { ...from, instrument: LINEAR_PERPETUAL, bid, ask, bidSize: size, askSize: size, mark: mid })
  }

  command(type: string, params: Json): AnyEvent[] {
    const id = `c${++this.commands}`
    return this.feed('commands', { commandId: id, account: DEMO, route: `/${type}`, key: id, bodyHash: id, type, params })
  }

  feed(topic: string, body: unknown): AnyEvent[] {
    this.at += 1
    const events = [...this.on.feed(this.at, topic as 'commands', body as never)]
    this.seen.push(...events)
    const last = only(events, 'hedge_trades').length > 0 ? this.on.engine.seq : undefined
    if (last !== undefined) events.push(...this.feed('journal_synced', { uptoSeq: last }))
    for (const { action, order } of only(
      events.filter((event) => event.at === T0 + this.at),
      'order_sends',
    )) {
      if (action !== 'place' || order === undefined) continue
      events.push(...this.tell(venueStep(this.venue, { at: T0 + this.at, type: 'place', order })))
    }
    return events
  }

  tell(said: readonly VenueOutput[]): AnyEvent[] {
    return said.flatMap(({ topic, body }) => this.feed(topic, body))
  }

  /** Books against the venue's own statement, now. */
  assertReconciled(): void {
    const told = this.tell(venueStep(this.venue, { at: T0 + this.at + 1, type: 'query_statement', account: DEMO }))
    assert.deepEqual(
      only(told, 'reconciliations').map(({ state, differences }) => [state, differences]),
      [['matched', []]],
    )
  }

  held(): Record<string, string> {
    const found: Record<string, string> = {}
    for (const { book, quantity: size } of only(this.seen, 'position_states')) found[book] = size.toString()
    return found
  }

  atVenue(): bigint {
    return this.venue.accounts.get(DEMO)?.positions.get(LINEAR_PERPETUAL)?.quantity ?? 0n
  }
}

export const answersIn = (events: readonly AnyEvent[]): Record<string, Json>[] =>
  only(events, 'command_results').flatMap(({ final, answer }) => (final ? [answer as Record<string, Json>] : []))
