/** The second computation on its own: hand-counted trades, so that agreeing with the ledger means something. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VenueOutput } from '#sim/venue/state.ts'
import { price } from '#units/price.ts'
import { exitCosts, secondBooks } from './second-books.ts'

let ids = 0
function said(topic: VenueOutput['topic'], body: Readonly<Record<string, unknown>>): VenueOutput {
  const id = `${topic}-${++ids}`
  return { topic, key: 'a', body: { tradeId: id, fundingId: id, settlementId: id, transferId: id, ...body } } as unknown as VenueOutput
}
const trade = (side: 'buy' | 'sell', quantity: string, at: string, fee: string): VenueOutput =>
  said('venue_fills', { instrument: 'BTC_USDC-PERPETUAL', side, quantity, price: at, fee, feeCurrency: 'USDC', index: at })
const option = (side: 'buy' | 'sell', at: string, index: string): VenueOutput =>
  said('venue_fills', { instrument: 'BTC-6FEB26-80000-P', side, quantity: '2', price: at, fee: '0.0006', feeCurrency: 'BTC', index })
const delivery = said('venue_settlements', {
  instrument: 'BTC-6FEB26-80000-P',
  payout: '0.5',
  fee: '0.0003',
  currency: 'BTC',
  settlementIndex: '64000',
})
const prices = (index: string, quotes: Readonly<Record<string, { bid?: string; mark?: string }>> = {}) => ({
  index: price<'BTC', 'USDC'>(index),
  stubBidShare: '0.5',
  quotes: new Map(
    Object.entries(quotes).map(([name, { bid, mark }]) => [
      name,
      { bid: bid === undefined ? undefined : price<'BTC', 'BTC'>(bid), mark: mark === undefined ? undefined : price<'BTC', 'BTC'>(mark) },
    ]),
  ),
})

test('[V-02] a perpetual through zero: partial close, flip, fees, funding', () => {
  const books = secondBooks(
    '1000',
    [trade('buy', '2', '100', '1'), trade('sell', '1', '130', '2'), trade('sell', '3', '90', '3'), said('venue_funding', { amount: '4' })],
    prices('80'),
  )
  // 1000 - 1 + 30 - 2 - 10 - 3 - 4, and -2 at 90 against 80.
  assert.deepEqual([books.equityClose, books.equityMark, books.fees, books.fundingPaid], ['1030', '1030', '6', '4'])
})

test('[DV-03] an option bought with coin at the index, valued at bid and mark, delivered at the settlement index', () => {
  const bought = secondBooks(
    '1000',
    [option('buy', '0.002', '80000')],
    prices('81000', { 'BTC-6FEB26-80000-P': { bid: '0.001', mark: '0.0015' } }),
  )
  assert.deepEqual([bought.premiumPaid, bought.fees, bought.equityClose, bought.equityMark], ['320', '48', '794', '875'])
  const unseen = secondBooks('1000', [option('buy', '0.002', '80000')], prices('81000'))
  assert.equal(unseen.equityClose, '632', 'never quoted: worth nothing')
  const delivered = secondBooks('1000', [option('buy', '0.002', '80000'), delivery], prices('60000'))
  assert.deepEqual([delivered.payout, delivered.equityClose], ['32000', '32612.8'])
})

test('[DV-03] a bid under half of what the put would settle at counts as none, one at half of it as it is', () => {
  const at = (bid: string, mark: string): string =>
    secondBooks('1000', [option('buy', '0.002', '80000')], prices('64000', { 'BTC-6FEB26-80000-P': { bid, mark } })).equityClose
  // 632 in cash, two puts: it would settle at 0.25 coin
  assert.equal(at('0.125', '0.26'), '16632')
  assert.equal(at('0.1249', '0.26'), '32632')
  assert.equal(at('0.0999', '0.2'), '26232', 'of the mark, where that is less')
})

test('[V-02] what the venue tells twice counts once; a sale is no negative premium; insurance is told apart', () => {
  const [buy, sell] = [option('buy', '0.002', '80000'), option('sell', '0.003', '80000')]
  const books = secondBooks(
    '1000',
    [buy, buy, sell, sell, said('venue_transfers', { amount: '7', reason: 'insurance_fund' })],
    prices('80000'),
  )
  assert.deepEqual([books.premiumPaid, books.premiumReceived, books.insurance, books.equityClose], ['320', '480', '7', '1071'])
})

test('[V-02] costs of leaving: deliveries and what closes the perpetual, not what opened it', () => {
  assert.equal(
    exitCosts([trade('buy', '1', '100', '1'), option('buy', '0.002', '80000'), delivery, trade('sell', '1', '100', '2')]),
    '21.2',
  )
})
