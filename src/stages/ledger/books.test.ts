/** The books by hand-worked sequences: every amount below can be followed with pencil and paper. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SPOT } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { epochMs } from '#units/time.ts'
import { books } from './books.ts'
import { approve, fund, lastValue, started, valueNow, view } from './books.fixture.ts'
import {
  assertSound,
  booksStateOf,
  COIN_PUT,
  DEMO,
  feedIndex,
  feedMark,
  feedOption,
  fill,
  harness,
  only,
  open,
  PERP,
  T0,
} from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'

function runG01(instrument: InstrumentId): Harness {
  const at = started()
  fill(at, { instrument, side: 'buy', quantity: '2', price: '50000', fee: '600' })
  const body = {
    venue: 'test',
    account: DEMO,
    fundingId: 'f1',
    instrument,
    rate: '0.0005',
    mark: '50000',
    quantity: '2',
    amount: '50',
    currency: 'USDC',
  }
  at.wire('venue_funding', { ...body, venueAt: at.at })
  fill(at, { instrument, side: 'sell', quantity: '0.5', price: '52000', fee: '260' })
  feedMark(at, instrument, '51000')
  return at
}

test('[G-01] [V-01] [V-02] [C-03] [F-A07] the worked example, as a perpetual and as spot', () => {
  for (const instrument of [PERP, SPOT]) {
    const value = valueNow(runG01(instrument))
    assert.equal(value.equityMark.toFixed(2), '101590.00')
    assert.equal(value.realised.toFixed(2), '1000.00')
    assert.equal(value.unrealised.toFixed(2), '1500.00')
    assert.equal(value.fees.toFixed(2), '860.00')
    assert.equal(value.funding.toFixed(2), '-50.00') // C-57: account sign
  }
  assert.equal(valueNow(runG01(PERP)).cash.toFixed(2), '100090.00')
  assert.equal(valueNow(runG01(SPOT)).cash.toFixed(2), '25090.00')
})

test("[V-01] [C-04] [C-57] the snapshot in the documents' shape: cash 25,090, margin 7,650, available 17,440", () => {
  const full = view(runG01(PERP), 'full')
  const { cash, positionsValue, totalEquity, marginUsed, marginAvailable, equityAvailable, leverage, marginUtilisation } = full
  assert.deepEqual([cash, positionsValue, totalEquity], ['25090', '76500', '101590'])
  assert.deepEqual([marginUsed, marginAvailable, equityAvailable], ['7650', '17440', '93940'])
  assert.deepEqual([leverage, marginUtilisation], ['0.753026872723693277', '0.075302687272369328'])
  assert.deepEqual(full.positions, [
    {
      instrument: PERP,
      book: 'client',
      side: 'long',
      quantity: '1.5',
      markPriceUsdc: '51000',
      markPriceCoin: null,
      notional: '76500',
      unrealised: '1500',
      realised: '1000',
      fundingPaid: '50',
      averageEntryUsdc: '50000',
      isStale: false,
    },
  ])
  const margin = view(runG01(PERP), 'margin')
  assert.deepEqual([margin.cash, margin.positionsValue, margin.totalEquity], ['100090', '1500', '101590'])
})

test('[F-A01] [F-V19] a fill, funding, transfer or settlement told twice is booked once', () => {
  const at = started()
  for (let n = 0; n < 3; n++) {
    fill(at, { side: 'buy', quantity: '1', price: '50000', fee: '25', tradeId: 'same' })
    fund(at, 'same', '5', '1')
    at.wire('venue_transfers', {
      venue: 'test',
      account: DEMO,
      transferId: 'same',
      currency: 'USDC',
      amount: '7',
      reason: 'deposit',
      venueAt: at.at,
    })
  }
  feedMark(at, PERP, '50000')
  assert.equal(valueNow(at).equityMark.toString(), '99977') // 100,000 + 7 - 25 - 5
  assert.equal(view(at, 'margin').positions[0]?.quantity, '1')
})

test('[F-V19] what the opening statement already holds is not booked when it is told again', () => {
  const at = started()
  at.at = epochMs(T0 + 5)
  const old = { venue: 'test', account: DEMO, tradeId: 'before', instrument: PERP, fee: '9', feeCurrency: 'USDC', liquidity: 'taker' }
  assert.deepEqual(at.wire('venue_fills', { ...old, side: 'buy', quantity: '1', price: '50000', index: '50000', venueAt: T0 - 1 }), [])
  assert.equal(at.wire('venue_fills', { ...old, side: 'buy', quantity: '1', price: '50000', index: '50000', venueAt: T0 }).length > 0, true)
})

test('[F-V19] an id beyond the horizon is still not booked twice', () => {
  const at = started(undefined, { idsMax: 1000 })
  for (let n = 0; n <= 1125; n++) {
    at.at = epochMs(T0 + n)
    fill(at, { side: n % 2 === 0 ? 'buy' : 'sell', quantity: '1', price: '50000', tradeId: `n${n}` })
  }
  assert.deepEqual(
    at.wire('venue_fills', {
      venue: 'test',
      account: DEMO,
      tradeId: 'n0',
      instrument: PERP,
      side: 'buy',
      quantity: '1',
      price: '50000',
      fee: '0',
      feeCurrency: 'USDC',
      liquidity: 'taker',
      index: '50000',
      venueAt: T0,
    }),
    [],
  )
  assert.equal(booksStateOf(at).accounts.get(DEMO)?.booked.get('test')?.size, 1000)
})

test('[F-A06] a fill through zero realises on the closed part alone', () => {
  const at = started()
  fill(at, { side: 'buy', quantity: '1', price: '50000' })
  const states = only(fill(at, { side: 'sell', quantity: '3', price: '51000' }), 'position_states')
  assert.equal(states[0]?.quantity.toString(), '-2')
  assert.equal(states[0]?.realised.toString(), '1000')
  assert.equal(states[0]?.averageEntry, '51000')
  feedMark(at, PERP, '51000')
  assert.equal(valueNow(at).unrealised.toString(), '0')
})

test('[F-O16] a fill without an order of ours is adopted and marked; one with an order goes to its book', () => {
  const at = started()
  approve(at, 'o1', 'hedge', PERP, 5)
  const own = fill(at, { side: 'sell', quantity: '1', price: '50000', orderId: 'o1' })
  assert.deepEqual(
    only(own, 'postings').map(({ external }) => external),
    [undefined],
  )
  assert.equal(only(own, 'position_states')[0]?.book, 'hedge')
  const foreign = fill(at, { side: 'buy', quantity: '0.1', price: '50000', instrument: SPOT, orderId: 'unheard-of' })
  assert.deepEqual(
    only(foreign, 'postings').map(({ external }) => external),
    [true],
  )
  assert.equal(only(foreign, 'position_states')[0]?.book, 'client')
  const liquidation = fill(at, { side: 'buy', quantity: '1', price: '49000', fee: '10' })
  assert.deepEqual(
    only(liquidation, 'postings').map(({ kind, external }) => [kind, external]),
    [
      ['trade', true],
      ['fee', true],
    ],
  )
  assert.equal(only(liquidation, 'position_states')[0]?.book, 'hedge')
  assertSound(at)
})

test('[V-02] an opening statement with positions takes them over at the first mark: no result of ours', () => {
  const at = harness([books])
  const positions = [
    { instrument: PERP, quantity: '-1' },
    { instrument: COIN_PUT, quantity: '1' },
  ]
  at.wire('account_raw', {
    venue: 'test',
    account: DEMO,
    statementId: 's',
    balances: [{ currency: 'USDC', amount: '100' }],
    positions,
    openOrders: [],
    venueAt: at.at,
  })
  feedIndex(at, '50000')
  assert.deepEqual(valueNow(at).missingPositions, [PERP, COIN_PUT])
  feedMark(at, PERP, '50500')
  feedOption(at, COIN_PUT, { bid: '0.5', mark: '0.6' })
  assert.equal(valueNow(at).unrealised.toString(), '0')
  assert.equal(valueNow(at).equityMark.toString(), '30100')
  feedMark(at, PERP, '50000')
  assert.equal(valueNow(at).unrealised.toString(), '500')
  assert.equal(view(at, 'margin').positions[0]?.averageEntryUsdc, '50500')
})

test('[V-02] coin that came before any index is carried at the first one', () => {
  const at = harness([books])
  open(at, { BTC: '2' })
  assert.equal(lastValue(at), undefined)
  feedIndex(at, '40000')
  assert.equal(valueNow(at).currencyResult?.toString(), '0')
  feedIndex(at, '45000')
  assert.equal(valueNow(at).currencyResult?.toString(), '10000')
})

test('[F-A02] fees and rebates in either currency, and a currency without a price is named', () => {
  const at = started({ USDC: '1000', USDT: '5' })
  fill(at, { side: 'buy', quantity: '0.1', price: '50000', fee: '0.0001', feeCurrency: 'BTC' })
  fill(at, { side: 'sell', quantity: '0.1', price: '50000', fee: '-2' })
  assert.equal(valueNow(at).fees.toString(), '3')
  assert.deepEqual(valueNow(at).missingPositions, ['USDT'])
})

test('[V-02] funding is shared between books by size, and each book keeps its own position', () => {
  const at = started()
  approve(at, 'o1', 'hedge', PERP)
  approve(at, 'o2', 'client', PERP)
  fill(at, { side: 'buy', quantity: '3', price: '50000', orderId: 'o2' })
  fill(at, { side: 'sell', quantity: '1', price: '50000', orderId: 'o1' })
  fund(at, 'f1', '10', '2')
  assert.deepEqual(
    view(at, 'margin').positions.map(({ book, fundingPaid }) => [book, fundingPaid]),
    [
      ['client', '15'],
      ['hedge', '-5'],
    ],
  )
  assertSound(at)
})

test('[DV-02] [F-M02] a fill in a contract the catalogue does not know, or without a positive size, is not booked', () => {
  const at = started()
  assert.deepEqual(fill(at, { side: 'buy', quantity: '0', price: '50000' }), [])
  assert.deepEqual(fill(at, { side: 'buy', quantity: '-1', price: '50000' }), [])
  assert.deepEqual(fill(at, { side: 'buy', quantity: '1', price: '1', instrument: 'ETH-PERPETUAL' as InstrumentId, index: '50000' }), [])
  assert.equal(view(at, 'margin').positions.length, 0)
})
