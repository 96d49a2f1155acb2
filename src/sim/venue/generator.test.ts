/** The venue with the seeded market inside: what it tells and when, deliveries, the same bytes however it is driven. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { TOPICS } from '#topics/registry.ts'
import { loadVenue, saveVenue } from './save.ts'
import { createVenue } from './state.ts'
import type { VenueOutput, VenueState } from './state.ts'
import { venueStep } from './step.ts'
import type { VenueInput } from './step.ts'
import { ALICE, ofTopic, orderOf } from './venue.fixture.ts'

const START = Date.UTC(2026, 0, 5, 7, 58)

function made(scenario: 'calm' | 'crash' = 'calm', optionQuoteMs = 30_000): VenueState {
  return createVenue({
    accounts: [{ account: ALICE, usdc: '50000', leverage: 5 }],
    market: { seed: 7, scenario, startAt: START, startPrice: 90_000, optionQuoteMs, heldQuoteMs: 2_000 },
  })
}
const advance = (state: VenueState, at: number): readonly VenueOutput[] => venueStep(state, { type: 'advance', at })
const count = (said: readonly VenueOutput[], topic: VenueOutput['topic']): number => said.filter((output) => output.topic === topic).length

/** The cheapest put asked for among those that expire at 08:00 of the first day. */
function cheapPut(state: VenueState): VenueOutput & { readonly topic: 'raw_option_quotes' } {
  const quotes = advance(state, START).filter((output) => output.topic === 'raw_option_quotes')
  const found = quotes.find(({ key, body }) => key.startsWith('BTC-5JAN26-') && key.endsWith('-P') && body.ask !== undefined)
  assert.ok(found)
  return found
}

test('[DV-11] the market inside: index and perpetual every second, options when due, held ones more often', () => {
  const state = made()
  const put = cheapPut(state)
  assert.ok(state.index > 0n)
  const second = advance(state, START + 1_000)
  assert.deepEqual([count(second, 'raw_index'), count(second, 'raw_quotes'), count(second, 'raw_option_quotes')], [1, 1, 0])
  const bought = venueStep(state, {
    type: 'place',
    at: START + 1_000,
    order: orderOf({ id: 'p', instrument: put.body.instrument, size: '0.1', limit: '0.9' }),
  })
  assert.equal(count(bought, 'venue_fills'), 1)
  assert.deepEqual(
    advance(state, START + 2_000)
      .filter(({ topic }) => topic === 'raw_option_quotes')
      .map(({ key }) => key),
    [put.key],
  )
  const minute = advance(state, START + 62_000)
  assert.equal(count(minute, 'raw_index'), 60)
  const options = minute.filter(({ topic }) => topic === 'raw_option_quotes').map(({ key }) => key)
  assert.equal(new Set(options).size, options.length, 'conflated: one quote of an instrument in one advance')
  assert.ok(options.length > 100)
})

test('[DV-11] 08:00 inside: the option is delivered at the average of the half hour, funding is paid, both once', () => {
  const state = made()
  const put = cheapPut(state)
  venueStep(state, { type: 'place', at: START, order: orderOf({ id: 'p', instrument: put.body.instrument, size: '0.1', limit: '0.9' }) })
  venueStep(state, { type: 'place', at: START, order: orderOf({ id: 'o', size: '0.5' }) })
  const said = advance(state, START + 300_000)
  const [settlement, another] = ofTopic(said, 'venue_settlements')
  assert.equal(another, undefined)
  assert.equal(settlement?.instrument, put.key)
  assert.equal(settlement?.basis, 'venue')
  assert.equal(settlement?.venueAt, Date.UTC(2026, 0, 5, 8))
  assert.equal(state.generator?.settlements.at(-1)?.price, settlement?.settlementIndex.toNumber())
  assert.equal(ofTopic(said, 'venue_funding').length, 1)
  assert.equal(state.markets.has(put.key), false)
})

test('every message of the venue is one its topic accepts', () => {
  const state = made()
  const put = cheapPut(state)
  const said = [
    ...venueStep(state, {
      type: 'place',
      at: START,
      order: orderOf({ id: 'p', instrument: put.body.instrument, size: '0.1', limit: '0.9' }),
    }),
    ...venueStep(state, { type: 'place', at: START, order: orderOf({ id: 'o', size: '0.5' }) }),
    ...venueStep(state, { type: 'place', at: START, order: orderOf({ id: 'r', size: '500' }) }),
    ...advance(state, START + 130_000),
    ...venueStep(state, { type: 'query_statement', at: START + 130_000, account: ALICE }),
  ]
  assert.deepEqual([...new Set(said.map(({ topic }) => topic))].sort(), [
    'account_raw',
    'order_updates',
    'raw_index',
    'raw_option_quotes',
    'raw_quotes',
    'venue_fills',
    'venue_funding',
    'venue_settlements',
  ])
  for (const { topic, body } of said) {
    const parsed = TOPICS[topic].schema.safeParse(JSON.parse(JSON.stringify(body)))
    assert.ok(parsed.success, `${topic} ${JSON.stringify(body)}: ${parsed.error?.message ?? ''}`)
    assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), JSON.parse(JSON.stringify(body)), 'no field is lost on the way')
  }
})

test('[DV-11] the same seed gives the same bytes, however the time is cut and with a restart in the middle', () => {
  const orders = (at: number): readonly VenueInput[] => [
    { type: 'place', at, order: orderOf({ id: `b${at}`, size: '0.3' }) },
    { type: 'place', at, order: orderOf({ id: `l${at}`, type: 'limit', side: 'sell', size: '0.3', limit: '90100', reduceOnly: true }) },
    {
      type: 'place',
      at,
      order: orderOf({ id: `s${at}`, type: 'stop', tif: 'GTC', side: 'sell', size: '0.1', trigger: ['mark', '89950'] }),
    },
  ]
  const whole = made('crash')
  let parts = made('crash')
  const accountEvents = (said: readonly VenueOutput[]): string =>
    JSON.stringify(said.filter(({ topic }) => !topic.startsWith('raw_option')))
  const first = orders(START + 10_000).map((input) => accountEvents(venueStep(whole, input)))
  const second = accountEvents(advance(whole, START + 200_000))
  const again = orders(START + 10_000).map((input) => accountEvents(venueStep(parts, input)))
  assert.deepEqual(again, first)
  const pieces: VenueOutput[] = []
  for (let at = START + 10_000; at <= START + 200_000; at += 10_000) {
    pieces.push(...advance(parts, at))
    parts = loadVenue(JSON.parse(JSON.stringify(saveVenue(parts))))
  }
  assert.equal(accountEvents(pieces), second)
  assert.equal(JSON.stringify(saveVenue(parts)), JSON.stringify(saveVenue(whole)))
})

test('[DV-11] a crash liquidates an unhedged account with 25 times leverage', () => {
  const state = made('crash', 86_400_000)
  venueStep(state, { type: 'place', at: START, order: orderOf({ id: 'o', size: '12', leverage: 25 }) })
  let sold = 0
  for (let hour = 1; hour <= 72 && sold === 0; hour += 1) {
    const fills = ofTopic(advance(state, START + hour * 3_600_000), 'venue_fills')
    sold = fills.filter(({ instrument, orderId }) => instrument === LINEAR_PERPETUAL && orderId === undefined).length
  }
  assert.equal(sold, 1)
  assert.equal(state.accounts.get(ALICE)?.positions.size, 0)
})
