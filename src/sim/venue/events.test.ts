/** What happens to an account beside orders: conversion, delivery, funding, liquidation, deposits; figures worked by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL, SPOT } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { formatUnits } from '#units/exact.ts'
import { usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { balanceOf } from './account.ts'
import { equityOf } from './margin.ts'
import { venueStep } from './step.ts'
import type { VenueState } from './state.ts'
import { ALICE, fedVenue, fillLine, ofTopic, place, PUT, quote, statusLine, T0, usdcPrice } from './venue.fixture.ts'

const cash = (state: VenueState, currency: 'USDC' | 'BTC' = 'USDC'): string => formatUnits(balanceOf(account(state), currency))
const account = (state: VenueState): NonNullable<ReturnType<VenueState['accounts']['get']>> => {
  const found = state.accounts.get(ALICE)
  assert.ok(found)
  return found
}

test('[DV-03] coin premium, fee and payout of an account without coin: converted at the index, at delivery at the settlement index', () => {
  const state = fedVenue()
  const [fill] = ofTopic(place(state, { id: 'o', instrument: PUT, type: 'limit', limit: '0.021' }), 'venue_fills')
  assert.equal(fill?.index.toString(), '80000')
  assert.equal(cash(state), '98296') // 100,000 - (0.021 + 0.0003) x 80,000
  const expiry = Date.UTC(2026, 1, 6, 8)
  const said = venueStep(state, { at: expiry, type: 'settle', instrument: PUT, index: price('64000'), basis: 'venue' })
  const [settlement] = ofTopic(said, 'venue_settlements')
  assert.equal(settlement?.payout.toString(), '0.25')
  assert.equal(settlement?.fee.toString(), '0.00015')
  assert.equal(settlement?.quantity.toString(), '1')
  assert.equal(settlement?.currency, 'BTC')
  assert.equal(settlement?.venueAt, expiry)
  assert.equal(cash(state), '114286.4') // + (0.25 - 0.00015) x 64,000
  assert.equal(account(state).positions.size, 0)
})

test('[DV-03] an account that holds coin pays the premium in coin', () => {
  const state = fedVenue({ accounts: [{ account: ALICE, usdc: '100', btc: '1', holdsCoin: true }] })
  place(state, { id: 'o', instrument: PUT, type: 'limit', limit: '0.021' })
  assert.equal(cash(state), '100')
  assert.equal(cash(state, 'BTC'), '0.9787')
})

test('[DV-03] an option settled in USDC: premium, capped fee and payout in USDC', () => {
  const state = fedVenue()
  const call = 'BTC_USDC-6FEB26-90000-C' as InstrumentId
  venueStep(state, { at: T0, type: 'quotes', quotes: [{ instrument: call, ask: price('100'), askSize: quantity('5') }] })
  assert.equal(fillLine(place(state, { id: 'o', instrument: call, size: '2', limit: '100' })), 'buy 2 @ 100 fee 25 USDC taker')
  venueStep(state, { at: Date.UTC(2026, 1, 6, 8), type: 'settle', instrument: call, index: price('91000'), basis: 'venue' })
  assert.equal(cash(state), '101747.7') // 100,000 - 200 - 25 + 2,000 - 27.3
})

test('a worthless option is settled at zero, and what stood on its book expires', () => {
  const state = fedVenue()
  place(state, { id: 'o', instrument: PUT, limit: '0.021' })
  place(state, { id: 'sell', instrument: PUT, side: 'sell', type: 'limit', limit: '0.05' })
  const said = venueStep(state, { at: Date.UTC(2026, 1, 6, 8), type: 'settle', instrument: PUT, index: price('80000'), basis: 'venue' })
  assert.equal(statusLine(said), 'expired 0 instrument_expired')
  assert.equal(ofTopic(said, 'venue_settlements')[0]?.payout.toString(), '0')
})

test('the last bid is not needed to sell an option: selling more than is held is refused', () => {
  const state = fedVenue()
  place(state, { id: 'o', instrument: PUT, limit: '0.021' })
  assert.equal(
    statusLine(place(state, { id: 'a', instrument: PUT, side: 'sell', type: 'limit', size: '0.6', limit: '0.05' })),
    'accepted 0',
  )
  assert.equal(
    statusLine(place(state, { id: 'b', instrument: PUT, side: 'sell', type: 'limit', size: '0.5', limit: '0.05' })),
    'rejected 0 insufficient_balance',
  )
  assert.equal(
    fillLine(place(state, { id: 'c', instrument: PUT, side: 'sell', size: '0.4', limit: '0.02' })),
    'sell 0.4 @ 0.02 fee 0.00012 BTC taker',
  )
})

test('[DV-11] funding at 00, 08 and 16 UTC at the mark before it: a long pays a positive rate, a short receives it', () => {
  for (const side of ['buy', 'sell'] as const) {
    const state = fedVenue()
    place(state, { id: 'o', side, size: '2' })
    const before = balanceOf(account(state), 'USDC')
    const rate = { instrument: LINEAR_PERPETUAL, mark: price('80100'), fundingRate8h: 0.0001 }
    venueStep(state, { at: T0 + 1, type: 'quotes', index: usdcPrice('80000'), quotes: [rate] })
    assert.equal(ofTopic(venueStep(state, { at: Date.UTC(2026, 0, 29, 16) - 1, type: 'advance' }), 'venue_funding').length, 0)
    const [funding] = ofTopic(venueStep(state, { at: Date.UTC(2026, 0, 29, 16), type: 'advance' }), 'venue_funding')
    const amount = side === 'buy' ? '16.02' : '-16.02'
    assert.equal(funding?.amount.toString(), amount)
    assert.equal(funding?.rate, '0.0001')
    assert.equal(funding?.venueAt, Date.UTC(2026, 0, 29, 16))
    assert.equal(formatUnits(before - balanceOf(account(state), 'USDC')), amount)
  }
})

test('[DV-11] inverse perpetual: margin, fee, result and funding in coin', () => {
  const state = fedVenue({ accounts: [{ account: ALICE, btc: '1', holdsCoin: true, leverage: 10 }] })
  const at = (mark: string): void => {
    const quotes = [
      {
        instrument: INVERSE_PERPETUAL,
        bid: price(mark),
        ask: price(mark),
        bidSize: quantity('1000000'),
        askSize: quantity('1000000'),
        mark: price(mark),
      },
    ]
    venueStep(state, { at: state.at + 1, type: 'quotes', index: usdcPrice(mark), quotes })
  }
  at('80000')
  assert.equal(fillLine(place(state, { id: 'a', instrument: INVERSE_PERPETUAL, size: '80000' })), 'buy 80000 @ 80000 fee 0.0005 BTC taker')
  at('100000')
  place(state, { id: 'b', instrument: INVERSE_PERPETUAL, side: 'sell', size: '80000', reduceOnly: true })
  assert.equal(cash(state, 'BTC'), '1.19918') // 1 - 0.0005 + (1 - 0.8) - 0.8 x 0.0005 x 0.8
})

test('[DV-11] spot: coin against cash, fee by tier, no sale of what is not there', () => {
  const state = fedVenue()
  venueStep(state, {
    at: T0,
    type: 'quotes',
    quotes: [{ instrument: SPOT, bid: price('79990'), ask: price('80000'), bidSize: quantity('5'), askSize: quantity('5') }],
  })
  assert.equal(fillLine(place(state, { id: 'a', instrument: SPOT, size: '0.5', limit: '80000' })), 'buy 0.5 @ 80000 fee 400 USDC taker')
  assert.equal(fillLine(place(state, { id: 'b', instrument: SPOT, size: '0.1', limit: '80000' })), 'buy 0.1 @ 80000 fee 48 USDC taker')
  assert.equal(cash(state), '51552')
  assert.equal(cash(state, 'BTC'), '0.6')
  assert.equal(statusLine(place(state, { id: 'c', instrument: SPOT, side: 'sell', size: '0.6001' })), 'rejected 0 insufficient_balance')
})

test('[V-05] a reduce-only order that reduces pays a fifth less', () => {
  const state = fedVenue()
  place(state, { id: 'a' })
  assert.equal(fillLine(place(state, { id: 'b', side: 'sell', reduceOnly: true })), 'sell 1 @ 79999 fee 31.9996 USDC taker')
})

test('[DV-11] liquidation at the first observation at or under maintenance margin, and not one tick before', () => {
  // 1 at 80,001, cash 17,000 - 40.0005: equity 16,959.9995 + mark - 80,001 meets 1 % of the mark at 63,677.779...
  const at = (mark: string): { readonly fills: string; readonly state: VenueState } => {
    const state = fedVenue({ accounts: [{ account: ALICE, usdc: '17000', leverage: 5 }] })
    place(state, { id: 'a' })
    return { fills: fillLine(quote(state, T0 + 1, mark, [mark, '9', mark, '9'])), state }
  }
  assert.equal(at('63678').fills, '')
  const { fills, state } = at('63677.5')
  assert.equal(fills, 'sell 1 @ 63677.5 fee 318.3875 USDC taker')
  assert.equal(cash(state), '318.112') // 16,959.9995 - 16,323.5 - 318.3875
  assert.equal(fillLine(quote(state, T0 + 2, '50000', ['50000', '9', '50000', '9'])), '')
})

test('[DV-11] equality is liquidation: cash 20,000, long 1 from 80,000, maintenance 20 % of notional meet at exactly 75,000', () => {
  const fills = (mark: string): string => {
    const free = [{ name: 'free', volumeThreshold: '0', makerRate: '0', takerRate: '0' }]
    const state = fedVenue({
      accounts: [{ account: ALICE, usdc: '20000', leverage: 5 }],
      maintenanceMarginRate: '0.2',
      liquidationFeeRate: '0',
      perpetualTiers: free,
    })
    quote(state, T0, '80000', ['79999', '2', '80000', '2'])
    place(state, { id: 'a' })
    return fillLine(quote(state, T0 + 1, mark, ['75000', '9', '75001', '9']))
  }
  assert.equal(fills('75000.00000000000001'), '')
  assert.equal(fills('75000'), 'sell 1 @ 75000 fee 0 USDC taker')
})

test('[DV-11] a gap through zero: the account keeps nothing, the insurance fund pays, and both are told', () => {
  const state = fedVenue({ accounts: [{ account: ALICE, usdc: '17000', leverage: 5 }] })
  place(state, { id: 'a' })
  const said = quote(state, T0 + 1, '60000', ['60000', '9', '60000', '9'])
  const [transfer] = ofTopic(said, 'venue_transfers')
  assert.equal(transfer?.amount.toString(), '3341.0005') // 16,959.9995 - 20,001 - 300
  assert.equal(transfer?.reason, 'insurance_fund')
  assert.equal(cash(state), '0')
  assert.equal(formatUnits(state.insurance.USDC), '-3341.0005')
})

test('[DV-11] hedge value at its bid counts towards margin; without it the same account is liquidated', () => {
  const crash = (covered: boolean): number => {
    const state = fedVenue({ accounts: [{ account: ALICE, usdc: '20000', leverage: 5 }] })
    place(state, { id: 'a' })
    if (covered) place(state, { id: 'p', instrument: PUT, limit: '0.021' })
    venueStep(state, { at: T0 + 1, type: 'quotes', quotes: [{ instrument: PUT, bid: price('0.32'), bidSize: quantity('1') }] })
    return ofTopic(quote(state, T0 + 2, '60500', ['60500', '9', '60501', '9']), 'venue_fills').length
  }
  assert.equal(crash(true), 0)
  assert.equal(crash(false), 1)
})

test('an option nobody bids for counts as what it would deliver, at most its mark', () => {
  const state = fedVenue()
  place(state, { id: 'p', instrument: PUT, limit: '0.021' })
  const before = balanceOf(account(state), 'USDC')
  const worth = (index: string, mark: string): string => {
    venueStep(state, { at: state.at + 1, type: 'quotes', index: usdcPrice(index), quotes: [{ instrument: PUT, mark: price(mark) }] })
    return formatUnits(equityOf(state, account(state)) - before)
  }
  assert.equal(worth('64000', '0.3'), '16000')
  assert.equal(worth('64000', '0.2'), '12800')
  assert.equal(worth('90000', '0.01'), '0')
})

test('[DV-11] a bid under half of what an option would deliver, at most its mark, counts as none for margin', () => {
  const state = fedVenue()
  place(state, { id: 'p', instrument: PUT, limit: '0.021' })
  const before = balanceOf(account(state), 'USDC')
  const worth = (bid: string, mark?: string): string => {
    const quotes = [{ instrument: PUT, bid: price(bid), ...(mark === undefined ? {} : { mark: price(mark) }) }]
    venueStep(state, { at: state.at + 1, type: 'quotes', index: usdcPrice('64000'), quotes })
    return formatUnits(equityOf(state, account(state)) - before)
  }
  // it would deliver 0.25 coin
  assert.equal(worth('0.125', '0.3'), '8000', 'at half')
  assert.equal(worth('0.124999999999999999', '0.3'), '16000', 'just under')
  assert.equal(worth('0.125000000000000001', '0.3'), '8000.000000000000064', 'just over')
  assert.equal(worth('0.1', '0.2'), '6400', 'at half of the mark, where that is less')
  assert.equal(worth('0.0999', '0.2'), '12800')
  const off = fedVenue({ stubBidShare: '0' })
  place(off, { id: 'p', instrument: PUT, limit: '0.021' })
  const cashOff = balanceOf(account(off), 'USDC')
  venueStep(off, {
    at: off.at + 1,
    type: 'quotes',
    index: usdcPrice('64000'),
    quotes: [{ instrument: PUT, bid: price('0.0001'), mark: price('0.3') }],
  })
  assert.equal(formatUnits(equityOf(off, account(off)) - cashOff), '6.4')
})

test('deposits move the balance and are told as transfers', () => {
  const state = fedVenue()
  const said = venueStep(state, { at: T0 + 1, type: 'deposit', account: ALICE, currency: 'USDC', amount: usdc('250.5'), reason: 'deposit' })
  assert.equal(ofTopic(said, 'venue_transfers')[0]?.amount.toString(), '250.5')
  assert.equal(cash(state), '100250.5')
})
