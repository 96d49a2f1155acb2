/** The venue over recorded snapshots: what trades when, interpolation, expiry in between; figures worked by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { OrderId } from '#domain/order.ts'
import { formatUnits } from '#units/exact.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { balanceOf } from './account.ts'
import { createRecordedVenue, loadRecordedVenue, recordedStep, saveRecordedVenue } from './recorded-venue.ts'
import type { RecordedInput, RecordedTerms, RecordedVenue } from './recorded-venue.ts'
import type { VenueQuote } from './quotes.ts'
import type { VenueOutput } from './state.ts'
import { ALICE, fillLine, ofTopic, orderOf, PUT, statusLine, usdcPrice } from './venue.fixture.ts'
import type { OrderText } from './venue.fixture.ts'

const HOUR = 3_600_000
const S1 = Date.UTC(2026, 1, 6, 2)
const S2 = S1 + 8 * HOUR
const EXPIRY = Date.UTC(2026, 1, 6, 8)

const made = (terms: Partial<RecordedTerms> = {}, usdc = '100000'): RecordedVenue =>
  createRecordedVenue({ venue: 'deribit', accounts: [{ account: ALICE, usdc, leverage: 5 }] }, terms)
const put = (bid: string, ask: string, instrument = PUT): VenueQuote => ({
  instrument,
  bid: price(bid),
  bidSize: quantity('5'),
  ask: price(ask),
  askSize: quantity('5'),
})
const snapshot = (state: RecordedVenue, at: number, index: string, options: readonly VenueQuote[] = []): readonly VenueOutput[] =>
  recordedStep(state, { type: 'snapshot', at, index: usdcPrice(index), options })
const send = (state: RecordedVenue, at: number, order: OrderText): readonly VenueOutput[] =>
  recordedStep(state, { type: 'place', at, order: orderOf(order) })

test('[DV-11] sent at the instant of a snapshot: the perpetual at its index, the option at its recorded ask', () => {
  const state = made()
  snapshot(state, S1, '80000', [put('0.02', '0.021')])
  assert.equal(fillLine(send(state, S1, { id: 'a' })), 'buy 1 @ 80000 fee 40 USDC taker')
  assert.equal(
    fillLine(send(state, S1 + 1_000, { id: 'b', instrument: PUT, limit: '0.021', size: '6' })),
    'buy 5 @ 0.021 fee 0.0015 BTC taker',
  )
})

test('[DV-11] the half-spread is paid on both sides', () => {
  const state = made({ halfSpread: '0.0005' })
  snapshot(state, S1, '80000')
  assert.equal(fillLine(send(state, S1, { id: 'a' })), 'buy 1 @ 80040 fee 40.02 USDC taker')
  assert.equal(fillLine(send(state, S1, { id: 'b', side: 'sell' })), 'sell 1 @ 79960 fee 39.98 USDC taker')
})

test('[DV-11] sent between two snapshots: waits; the perpetual trades at the index of the sending instant, the option at the new quotes', () => {
  const state = made()
  snapshot(state, S1, '80000', [put('0.02', '0.021', 'BTC-13FEB26-80000-P' as typeof PUT)])
  const option = { instrument: 'BTC-13FEB26-80000-P' as typeof PUT, limit: '0.05' }
  assert.equal(statusLine(send(state, S1 + HOUR, { id: 'p', ...option })), 'accepted 0')
  assert.equal(statusLine(send(state, S1 + 2 * HOUR, { id: 'a' })), 'accepted 0')
  assert.equal(statusLine(send(state, S1 + 2 * HOUR, { id: 'a' })), 'accepted 0 duplicate_order_id')
  const said = snapshot(state, S2, '72000', [put('0.04', '0.045', option.instrument)])
  assert.equal(fillLine(said), 'buy 1 @ 78000 fee 39 USDC taker, buy 1 @ 0.045 fee 0.0003 BTC taker')
  const [perpetual, cover] = ofTopic(said, 'venue_fills')
  assert.deepEqual([perpetual?.venueAt, perpetual?.index.toString()], [S1 + 2 * HOUR, '78000'])
  assert.deepEqual([cover?.venueAt, cover?.index.toString()], [S2, '72000'])
})

test('[DV-11] cancelled while waiting: never traded', () => {
  const state = made()
  snapshot(state, S1, '80000')
  send(state, S1 + HOUR, { id: 'a' })
  assert.equal(
    statusLine(recordedStep(state, { type: 'cancel', at: S1 + 2 * HOUR, account: ALICE, orderId: 'a' as OrderId })),
    'cancelled 0 requested',
  )
  assert.equal(fillLine(snapshot(state, S2, '72000')), '')
})

test('[DV-11] an expiry between two snapshots settles when the next arrives, at the index linear in time, and says so', () => {
  const state = made()
  snapshot(state, S1, '80000', [put('0.02', '0.021')])
  send(state, S1, { id: 'a', instrument: PUT, limit: '0.021' })
  send(state, EXPIRY + HOUR, { id: 'late', instrument: PUT, limit: '0.021' })
  const said = snapshot(state, S2, '64000')
  const [settlement] = ofTopic(said, 'venue_settlements')
  assert.equal(settlement?.settlementIndex.toString(), '68000') // 6 of 8 hours from 80,000 to 64,000
  assert.equal(settlement?.basis, 'interpolated')
  assert.equal(settlement?.venueAt, EXPIRY)
  assert.equal(settlement?.payout.toString(), '0.176470588235294118')
  assert.equal(statusLine(said), 'rejected 0 expired_instrument')
  // 100,000 - 0.0213 x 80,000 + 12,000 - 0.00015 x 68,000
  assert.equal(
    Number(formatUnits(balanceOf(state.venue.accounts.values().next().value ?? assert.fail(), 'USDC'))).toFixed(9),
    '110285.800000000',
  )
})

test('[DV-11] funding between snapshots at the stated constant and the index of its hour; none when it is zero', () => {
  for (const fundingRate8h of [0, 0.0001]) {
    const state = made({ fundingRate8h })
    snapshot(state, S1, '80000')
    send(state, S1, { id: 'a' })
    const [funding] = ofTopic(snapshot(state, S2, '64000'), 'venue_funding')
    assert.equal(funding?.amount.toString(), fundingRate8h === 0 ? undefined : '6.8')
    assert.equal(funding?.mark.toString(), fundingRate8h === 0 ? undefined : '68000')
  }
})

test('[DV-11] liquidated at the first snapshot at or under maintenance margin, not in between', () => {
  const state = made({}, '17000')
  snapshot(state, S1, '80000')
  send(state, S1, { id: 'a' })
  send(state, S1 + 7 * HOUR, { id: 'in between', side: 'sell', size: '0.1' })
  assert.equal(fillLine(snapshot(state, S2, '64000')), 'sell 0.1 @ 66000 fee 3.3 USDC taker')
  assert.match(fillLine(snapshot(state, S2 + HOUR, '62000')), /^sell 0\.9 @ 62000 fee 279 USDC taker$/)
  assert.equal(ofTopic(snapshot(state, S2 + 2 * HOUR, '40000'), 'venue_fills').length, 0)
})

test('[DV-11] an instrument that a snapshot leaves out cannot be traded until it returns', () => {
  const state = made()
  const instrument = 'BTC-13FEB26-80000-P' as typeof PUT
  snapshot(state, S1, '80000', [put('0.02', '0.021', instrument)])
  snapshot(state, S2, '80000')
  assert.equal(statusLine(send(state, S2, { id: 'a', instrument, limit: '0.05' })), 'cancelled 0 no_liquidity_within_limit')
  snapshot(state, S2 + HOUR, '80000', [put('0.02', '0.021', instrument)])
  assert.equal(statusLine(send(state, S2 + HOUR, { id: 'b', instrument, limit: '0.05' })), 'filled 1')
})

test('a run equals itself with saving and loading after every input', () => {
  const inputs: readonly RecordedInput[] = [
    { type: 'snapshot', at: S1, index: usdcPrice('80000'), options: [put('0.02', '0.021')] },
    { type: 'place', at: S1, order: orderOf({ id: 'a' }) },
    { type: 'place', at: S1, order: orderOf({ id: 'b', instrument: PUT, limit: '0.021' }) },
    { type: 'place', at: S1 + HOUR, order: orderOf({ id: 'c', side: 'sell', size: '0.5', reduceOnly: true }) },
    {
      type: 'place',
      at: S1 + HOUR,
      order: orderOf({ id: 'd', side: 'sell', size: '0.5', type: 'stop', trigger: ['index', '65000'], tif: 'GTC' }),
    },
    { type: 'snapshot', at: S2, index: usdcPrice('66000'), options: [] },
    { type: 'query_statement', at: S2, account: ALICE },
    { type: 'snapshot', at: S2 + HOUR, index: usdcPrice('64000'), options: [] },
  ]
  const straight = made({ fundingRate8h: 0.0001 })
  let broken = made({ fundingRate8h: 0.0001 })
  for (const input of inputs) {
    const expected = JSON.stringify(recordedStep(straight, input))
    broken = loadRecordedVenue(JSON.parse(JSON.stringify(saveRecordedVenue(broken))))
    assert.equal(JSON.stringify(recordedStep(broken, input)), expected)
  }
  assert.equal(JSON.stringify(saveRecordedVenue(broken)), JSON.stringify(saveRecordedVenue(straight)))
  assert.equal(straight.venue.accounts.get(ALICE)?.positions.get(LINEAR_PERPETUAL), undefined)
})
