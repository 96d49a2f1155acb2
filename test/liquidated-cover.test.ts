/** A covered account the venue liquidates all the same: its own messages through books and protection, to the end of the cover. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AnyEvent } from '#engine/component.ts'
import { bench } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { createVenue } from '#sim/venue/state.ts'
import type { VenueOutput, VenueState } from '#sim/venue/state.ts'
import { venueStep } from '#sim/venue/step.ts'
import { place } from '#sim/venue/venue.fixture.ts'
import { books } from '#stages/ledger/books.ts'
import { audit } from '#stages/monitoring/audit.ts'
import { health } from '#stages/monitoring/health.ts'
import { coverage } from '#stages/protection/coverage.ts'
import {
  command,
  confirmation,
  coversOf,
  decisionKinds,
  DEMO,
  EXPIRY_6FEB,
  indexPrice,
  intents,
  markOf,
  optionQuote,
  PUT_80,
  QUOTE_PARAMS,
  T0,
} from '#stages/protection/protection.fixture.ts'
import { quotes } from '#stages/protection/quotes.ts'
import { price } from '#units/price.ts'
import type { CoinPremium } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#units/time.ts'

const PUT = PUT_80 as InstrumentId
const AGE = 30 * DAY_MS
const FED: ReadonlySet<string> = new Set(['account_raw', 'venue_fills', 'venue_transfers', 'venue_settlements'])

function market(state: VenueState, offsetMs: number, index: string, coin: string, bid: string | undefined): readonly VenueOutput[] {
  const at = price<'BTC', 'USDC'>(index)
  const size = quantity<'BTC'>('10')
  const mark: CoinPremium = price(coin)
  const perpetual = { instrument: LINEAR_PERPETUAL, bid: at, bidSize: size, ask: at, askSize: size, mark: at }
  const put = {
    instrument: PUT,
    ask: mark,
    askSize: size,
    mark,
    ...(bid === undefined ? {} : { bid: price<'BTC', 'BTC'>(bid), bidSize: size }),
  }
  return venueStep(state, { at: T0 + offsetMs, type: 'quotes', index: at, quotes: [put, perpetual] })
}

/** What the venue says reaches the engine message by message. */
function tell(on: Bench, offsetMs: number, said: readonly VenueOutput[]): readonly AnyEvent[] {
  return said.filter(({ topic }) => FED.has(topic)).flatMap(({ topic, body }) => [...on.feed(offsetMs, topic, body as never)])
}

function covered(): { readonly on: Bench; readonly venue: VenueState } {
  const on = bench([books, quotes, coverage, health, audit], {
    'protection/quotes': { quoteMaxAgeMs: AGE, indexMaxAgeMs: AGE, accountMaxAgeMs: AGE },
    'protection/coverage': { quoteMaxAgeMs: AGE },
  })
  const venue = createVenue({ venue: 'deribit', accounts: [{ account: DEMO, usdc: '20000', leverage: 5 }] })
  market(venue, 0, '88000', '0.0065', '0.0060')
  tell(on, 0, venueStep(venue, { at: T0, type: 'query_statement', account: DEMO }))
  on.feed(0, 'index_prices', indexPrice('88000'))
  on.feed(0, 'marks', markOf('88000'))
  on.feed(0, 'option_quotes', optionQuote(PUT_80, { bid: '0.0060', ask: '0.0065', mark: '0.0062' }))
  tell(on, 0, place(venue, { id: 'open', account: DEMO, side: 'buy', size: '1' }))
  const [intent] = intents(on.feed(1, 'accepted_commands', command('protect', QUOTE_PARAMS)))
  assert.ok(intent !== undefined)
  on.feed(2, 'hedge_trades', { ...intent, orderId: 'cover' } as never)
  tell(on, 2, place(venue, { id: 'cover', account: DEMO, instrument: PUT, side: 'buy', size: '1' }))
  const active = coversOf(on.feed(3, 'trade_confirmations', confirmation(intent, '1')))
  assert.deepEqual(
    active.map(({ state, alarm }) => [state, alarm]),
    [['active', undefined]],
  )
  return { on, venue }
}

function alertsOf(events: readonly AnyEvent[]): string[] {
  return events.flatMap((event) => (event.topic === 'alerts' ? [`${event.body.name} ${event.body.state}`] : []))
}
function auditOf(events: readonly AnyEvent[]): string[] {
  return events.flatMap((event) => (event.topic === 'audit_events' ? [event.body.event] : []))
}

test('[P-14] a liquidation sells position and put: alarm at once, the cover closed with its reason, nothing bought again', () => {
  const { on, venue } = covered()
  // a real bid, over half of the mark, and far under what it would deliver: 0.145 x 60,000 where 20,000 are due
  const said = market(venue, HOUR_MS, '60000', '0.28', '0.145')
  const events = tell(on, HOUR_MS, said)
  assert.deepEqual(
    coversOf(events).map(({ state, alarm, explanation }) => [state, alarm, explanation?.code]),
    [
      ['active', 'over_protected', 'over_protected'],
      ['closed', 'hedge_gone', 'hedge_gone'],
    ],
  )
  assert.deepEqual(decisionKinds(events), ['over_protected', 'hedge_gone'])
  assert.deepEqual(alertsOf(events), ['coverage_alarm raised'])
  assert.deepEqual(auditOf(events), ['coverage_alarm', 'coverage_alarm'])
  const minutes = [HOUR_MS + MINUTE_MS, EXPIRY_6FEB - HOUR_MS, EXPIRY_6FEB, EXPIRY_6FEB + MINUTE_MS]
  const after = minutes.flatMap((at) => [...on.feed(at, 'clock_tick', { name: 'minute', dueAt: T0 })])
  assert.deepEqual([coversOf(after), decisionKinds(after), intents(after)], [[], [], []])
})

test('[P-14] a put nobody bids for outlives the liquidation: it stays with its alarm and is delivered at its expiry', () => {
  const { on, venue } = covered()
  // without a bid the venue counts its mark, here under what it would deliver
  const events = tell(on, HOUR_MS, market(venue, HOUR_MS, '60000', '0.05', undefined))
  assert.deepEqual(
    coversOf(events).map(({ state, alarm }) => [state, alarm]),
    [['active', 'over_protected']],
  )
  const end = on.feed(EXPIRY_6FEB, 'clock_tick', { name: 'minute', dueAt: T0 })
  assert.deepEqual([coversOf(end).map(({ state }) => state), decisionKinds(end), intents(end)], [['settling'], ['cover_settling'], []])
  const settle = { type: 'settle', instrument: PUT, index: price('60000'), basis: 'venue' } as const
  const paid = tell(on, EXPIRY_6FEB + 1, venueStep(venue, { at: T0 + EXPIRY_6FEB + 1, ...settle }))
  assert.deepEqual(
    coversOf(paid).map(({ state, payout, alarm }) => [state, payout?.toFixed(2), alarm]),
    [['expired', '20000.00', undefined]],
  )
})
