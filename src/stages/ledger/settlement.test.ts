/** Coin-settled and USDC-settled contracts, in accounts with and without coin, against hand-worked amounts (DV-03). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InstrumentId } from '#domain/instrument.ts'
import { approve, started, valueNow } from './books.fixture.ts'
import { COIN_PUT, COIN_PUT_BOUGHT, DEMO, feedIndex, feedOption, fill, INVERSE, only } from './ledger.fixture.ts'

test('[DV-03] coin-settled option without coin: premium at the purchase index, payout at the settlement index', () => {
  const at = started({ USDC: '20000' })
  approve(at, 'o1', 'hedge', COIN_PUT)
  const bought = fill(at, { ...COIN_PUT_BOUGHT, orderId: 'o1' })
  assert.deepEqual(
    only(bought, 'postings').map(({ kind }) => kind),
    ['conversion', 'premium', 'conversion', 'fee'],
  )
  assert.deepEqual(only(bought, 'postings')[0]?.rate, { price: only(bought, 'postings')[1]?.rate?.price, at: at.at })
  assert.equal(only(bought, 'postings')[0]?.rate?.price.toString(), '82345.67')
  feedOption(at, COIN_PUT, { bid: '0.011', mark: '0.012' })
  const held = valueNow(at)
  assert.equal(held.premiumPaid.toString(), '1012.851741') // 0.0123 x 82,345.67
  assert.equal(held.fees.toString(), '24.703701') // 0.0003 x 82,345.67
  assert.equal(held.hedgeClose.toString(), '550') // 0.011 x 50,000
  assert.equal(held.hedgeMark.toString(), '600')
  assert.deepEqual(
    held.hedges?.map(({ instrument, quantity, close }) => [instrument, quantity.toString(), close.toString()]),
    [[COIN_PUT, '1', '550']],
  )
  assert.equal(held.equityClose.toString(), '19512.444558')
  assert.equal(held.unrealised.toString(), '-412.851741')
  const settlement = {
    venue: 'test',
    account: DEMO,
    settlementId: 's1',
    instrument: COIN_PUT,
    quantity: '1',
    settlementIndex: '64000',
    payout: '0.25',
  }
  at.wire('venue_settlements', { ...settlement, fee: '0.00015', currency: 'BTC', basis: 'venue', venueAt: at.at })
  const done = valueNow(at)
  assert.equal(done.payout.toString(), '16000') // 0.25 x 64,000
  assert.equal(done.realised.toString(), '14987.148259') // 16,000 - 1,012.851741
  assert.equal(done.fees.toString(), '34.303701') // + 0.00015 x 64,000
  assert.equal(done.equityMark.toString(), '34952.844558')
  assert.equal(done.unrealised.toString(), '0')
})

test('[DV-03] coin-settled option of an account with coin: result in coin, the balance revalued on its own', () => {
  const at = started({ USDC: '1000', BTC: '1' }, { coinAccounts: [DEMO] })
  fill(at, { instrument: COIN_PUT, side: 'buy', quantity: '1', price: '0.02', index: '50000', fee: '0.0003', feeCurrency: 'BTC' })
  feedOption(at, COIN_PUT, { bid: '0.02', mark: '0.02' })
  feedIndex(at, '60000')
  const held = valueNow(at)
  assert.equal(held.equityMark.toString(), '60982') // 1,000 + (1 - 0.02 - 0.0003 + 0.02) x 60,000
  assert.equal(held.fees.toString(), '15') // 0.0003 at 50,000
  assert.equal(held.unrealised.toString(), '0') // in coin it is worth what it cost
  assert.equal(held.currencyResult?.toString(), '9997') // 0.9997 x 10,000
  fill(at, { instrument: COIN_PUT, side: 'sell', quantity: '1', price: '0.03', index: '60000' })
  assert.equal(valueNow(at).realised.toString(), '600') // 0.01 x 60,000
  assert.equal(valueNow(at).equityMark.toString(), '61582')
})

test('[DV-03] USDC-settled option: price, payout and fee are USDC', () => {
  const at = started({ USDC: '5000' })
  const name = 'BTC_USDC-6FEB26-80000-P' as InstrumentId
  fill(at, { instrument: name, side: 'buy', quantity: '0.5', price: '1200', index: '50000', fee: '12' })
  feedOption(at, name, { bid: '1100', mark: '1150' })
  assert.equal(valueNow(at).equityClose.toString(), '4938') // 5,000 - 600 - 12 + 550
  const settlement = {
    venue: 'test',
    account: DEMO,
    settlementId: 's1',
    instrument: name,
    quantity: '0.5',
    settlementIndex: '70000',
    payout: '5000',
  }
  at.wire('venue_settlements', { ...settlement, fee: '5', currency: 'USDC', basis: 'venue', venueAt: at.at })
  assert.equal(valueNow(at).realised.toString(), '4400')
  assert.equal(valueNow(at).equityMark.toString(), '9383')
})

test('[DV-03] inverse perpetual without coin: its coin result is exchanged at the index of the fill', () => {
  const at = started({ USDC: '10000' })
  fill(at, { instrument: INVERSE, side: 'buy', quantity: '50000', price: '50000', index: '50000' })
  fill(at, { instrument: INVERSE, side: 'sell', quantity: '50000', price: '62500', index: '62500' })
  assert.equal(valueNow(at).realised.toString(), '12500') // (1 - 0.8) coin x 62,500
  assert.equal(valueNow(at).cash.toString(), '22500')
})
