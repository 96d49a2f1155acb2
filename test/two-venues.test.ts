/**
 * Two venues through the whole pipeline: the one that executes and one that only prices. What the second says can never value an account, be
 * bought at, or win by being quick; where the two disagree nothing new is quoted and the alarm stands until they agree.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import { bench, only, T0 } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AnyEvent } from '#engine/component.ts'
import { PIPELINE } from '#pipeline'
import { usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { durationMs, epochMs } from '#units/time.ts'

const DEMO = 'demo' as AccountId
const PUT = 'BTC-6FEB26-80000-P' as InstrumentId
const DERIBIT = 'deribit'
const BYBIT = 'bybit'
const BYBIT_AGE = durationMs(3_000)

function index(on: Bench, venue: string, text: string, at: number, venueAt = at): AnyEvent[] {
  return on.feed(at, 'raw_index', { venue, asset: 'BTC', price: price<'BTC', 'USDC'>(text), venueAt: epochMs(T0 + venueAt) }, 'BTC')
}
function put(on: Bench, venue: string, [bid, ask]: readonly [string, string], at: number, venueAt = at): AnyEvent[] {
  const age = venue === BYBIT ? { maxAgeMs: BYBIT_AGE } : {}
  const sides = { bid: price<'BTC', 'BTC'>(bid), ask: price<'BTC', 'BTC'>(ask), bidSize: btc('10'), askSize: btc('10') }
  const body = { venue, instrument: PUT, ...sides, sizeBasis: 'quoted' as const, venueAt: epochMs(T0 + venueAt), ...age }
  return on.feed(at, 'raw_option_quotes', body, PUT)
}
/** Index 88,000 and a put at 0.0060 / 0.0065, an account of 20,000 USDC. */
function platform(): Bench {
  const on = bench(PIPELINE, {
    'admission/market': { pricingOnly: [BYBIT] },
    'protection/coverage': { requirePosition: false },
    'protection/quotes': { requirePosition: false },
  })
  on.feed(0, 'venue_links', { venue: DERIBIT, state: 'up', clockOffsetMs: 0 })
  deribit(on, 0)
  const balances = [{ currency: 'USDC' as const, amount: usdc('20000') }]
  const statement = { venue: DERIBIT, account: DEMO, statementId: 's1', balances, positions: [], openOrders: [], venueAt: T0 }
  on.feed(0, 'account_raw', statement, DEMO)
  deribit(on, 10)
  return on
}
function deribit(on: Bench, at: number): void {
  index(on, DERIBIT, '88000', at)
  const quote = { bid: price<'BTC', 'USDC'>('87999.5'), ask: price<'BTC', 'USDC'>('88000.5'), mark: price<'BTC', 'USDC'>('88000') }
  on.feed(at, 'raw_quotes', { venue: DERIBIT, instrument: LINEAR_PERPETUAL, ...quote, venueAt: epochMs(T0 + at) }, LINEAR_PERPETUAL)
  put(on, DERIBIT, ['0.0060', '0.0065'], at)
}
function quote(on: Bench, at: number) {
  const terms = { asset: 'BTC', side: 'long', tierName: 'Bronze', leverage: 5, positionSize: '1', drawdownFloorPct: '0.10', tenorDays: 7 }
  const command = {
    commandId: `q${at}` as CommandId,
    account: DEMO,
    route: 'test',
    key: `q${at}`,
    bodyHash: '',
    type: 'quote',
    params: terms,
  }
  const [made] = only(on.feed(at, 'commands', command, DEMO), 'put_quotes')
  assert.ok(made !== undefined)
  return made
}
const venuesOf = ({ venues = [] }: ReturnType<typeof quote>): string[] => venues.map(({ venue }) => venue)
const alarms = (events: readonly AnyEvent[]): string[] => only(events, 'alerts').map(({ name, state }) => `${name} ${state}`)

test('[P-10] [C-39] the better price is shown first, the cover is bought where it can be', () => {
  const on = platform()
  index(on, BYBIT, '88010', 20)
  const heard = put(on, BYBIT, ['0.0059', '0.0062'], 20)
  assert.deepEqual(
    heard.map(({ topic }) => topic),
    ['pricing_quotes'],
    'nothing is valued anew at it',
  )
  const made = quote(on, 30)
  assert.deepEqual([made.status, made.venue, made.selected?.premium.toString()], ['ok', DERIBIT, '572'])
  assert.deepEqual(venuesOf(made), [BYBIT, DERIBIT])
})

test('[F-V21] an old price that comes first: refused at the door by its stamp, last by its age', () => {
  const on = platform()
  assert.deepEqual(
    only(put(on, BYBIT, ['0.0010', '0.0011'], 4_000, 500), 'market_refusals').map(({ explanation }) => explanation.code),
    ['stale_price'],
  )
  put(on, BYBIT, ['0.0059', '0.0062'], 4_000)
  deribit(on, 7_001)
  const made = quote(on, 7_001)
  assert.deepEqual([made.status, made.venue, ...venuesOf(made)], ['ok', DERIBIT, DERIBIT, BYBIT])
  assert.match(made.venues?.[1]?.lostBecause ?? '', /^its book is 3001 ms old, over its limit of 3000 ms$/)
})

test('[F-V20] indexes apart: alarm and no quote at once; agreed again, both are over', () => {
  const on = platform()
  assert.deepEqual(alarms(index(on, BYBIT, '88900', 20)), ['venues_disagree raised'])
  assert.deepEqual(quote(on, 30).explanation?.code, 'venues_disagree')
  assert.deepEqual(alarms(index(on, BYBIT, '88100', 40)), ['venues_disagree cleared'])
  assert.equal(quote(on, 50).status, 'ok')
})

test('[F-V20] books apart about the one option there is: alarm and no quote', () => {
  const on = platform()
  put(on, BYBIT, ['0.0140', '0.0150'], 20)
  const terms = { asset: 'BTC', side: 'long', tierName: 'Bronze', leverage: 5, positionSize: '1', drawdownFloorPct: '0.10', tenorDays: 7 }
  const command = { commandId: 'q' as CommandId, account: DEMO, route: 'test', key: 'q', bodyHash: '', type: 'quote', params: terms }
  const events = on.feed(30, 'commands', command, DEMO)
  assert.deepEqual(
    only(events, 'put_quotes').map(({ status, explanation }) => [status, explanation?.code]),
    [['no_quote', 'venues_disagree']],
  )
  assert.deepEqual(alarms(events), ['venues_disagree raised'])
})
