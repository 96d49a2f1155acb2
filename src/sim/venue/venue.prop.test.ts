/**
 * Laws of the venue over random orders, cancels, quotes and prints of two accounts: nothing is traded beyond an order, an id trades once,
 * every balance is what the messages add up to (an outside model that reads only what the venue said), a bounded book, and the same
 * bytes when the venue is saved and loaded on the way.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { AccountId, OrderId } from '#domain/order.ts'
import { multiplyUnits } from '#units/exact.ts'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { balanceOf, positionOf, unrealised } from './account.ts'
import { equityOf, maintenanceMargin } from './margin.ts'
import { loadVenue, saveVenue } from './save.ts'
import { createVenue } from './state.ts'
import type { VenueOutput, VenueState } from './state.ts'
import { venueStep } from './step.ts'
import type { VenueInput } from './step.ts'
import { ALICE, ofTopic, orderOf, place, PUT, quote, T0, usdcPrice } from './venue.fixture.ts'

const BOB = 'bob' as AccountId
const START = 10n ** 18n * 1_000_000n
const EXPIRY = Date.UTC(2026, 1, 6, 8)

const dollars = fc.integer({ min: 79_000, max: 81_000 }).map((n) => `${n}`)
const size = fc.integer({ min: 1, max: 30 }).map((n) => (n / 10).toString())
const who = fc.constantFrom(ALICE, BOB)
const side = fc.constantFrom('buy' as const, 'sell' as const)
const id = fc.integer({ min: 0, max: 60 }).map((n) => `o${n}`)

const perpetualOrder = fc.record({
  id,
  account: who,
  side,
  size,
  limit: dollars,
  reduceOnly: fc.boolean(),
  postOnly: fc.boolean(),
  kind: fc.constantFrom('market', 'GTC', 'IOC', 'FOK', 'stop'),
})
const action = fc.oneof(
  {
    weight: 5,
    arbitrary: perpetualOrder.map(({ kind, limit, postOnly, ...order }) => ({
      type: 'place' as const,
      order: orderOf({
        ...order,
        limit: kind === 'stop' ? (order.side === 'buy' ? '99000' : '1000') : limit,
        type: kind === 'market' ? 'market' : kind === 'stop' ? 'stop' : 'limit',
        tif: kind === 'GTC' || kind === 'stop' ? 'GTC' : kind === 'FOK' ? 'FOK' : 'IOC',
        postOnly: kind === 'GTC' && postOnly,
        ...(kind === 'stop' ? { trigger: ['index', limit] as const } : {}),
        leverage: 10,
      }),
    })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ id, account: who, side, size }).map((order) => ({
      type: 'place' as const,
      order: orderOf({ ...order, instrument: PUT, limit: order.side === 'buy' ? '0.03' : '0.01', type: 'limit', tif: 'IOC' }),
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ id, account: who })
      .map((cancel) => ({ type: 'cancel' as const, account: cancel.account, orderId: cancel.id as OrderId })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ middle: fc.integer({ min: 79_000, max: 81_000 }), bidSize: size, askSize: size })
      .map(({ middle, bidSize, askSize }) => ({
        type: 'quotes' as const,
        index: usdcPrice(`${middle}`),
        quotes: [
          {
            instrument: LINEAR_PERPETUAL,
            bid: price(`${middle - 5}`),
            ask: price(`${middle + 5}`),
            bidSize: quantity(bidSize),
            askSize: quantity(askSize),
            mark: price(`${middle}`),
            fundingRate8h: 0.0001,
          },
          { instrument: PUT, bid: price('0.02'), ask: price('0.021'), bidSize: quantity(bidSize), askSize: quantity(askSize) },
        ],
      })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ aggressor: side, price: dollars, quantity: size }).map((print) => ({
      type: 'print' as const,
      instrument: LINEAR_PERPETUAL,
      print: { aggressor: print.aggressor, price: price(print.price).units, quantity: quantity(print.quantity).units },
    })),
  },
)
const run = fc
  .array(action, { minLength: 5, maxLength: 80 })
  .map((actions): readonly VenueInput[] => [
    ...actions.map((step, i) => ({ ...step, at: T0 + i * 600_000 }) as VenueInput),
    { at: EXPIRY, type: 'settle', instrument: PUT, index: price('77000'), basis: 'venue' },
  ])

function fresh(): VenueState {
  const state = createVenue({
    accounts: [
      { account: ALICE, usdc: '1000000' },
      { account: BOB, usdc: '1000000' },
    ],
  })
  venueStep(state, { at: T0, type: 'quotes', index: usdcPrice('80000'), quotes: [{ instrument: LINEAR_PERPETUAL, mark: price('80000') }] })
  return state
}

/** Equity in cash and perpetual at a mark, from the venue's messages alone: no average, no position keeping, only flows. */
function outsideEquity(said: readonly VenueOutput[], account: string, mark: bigint): bigint {
  let equity = START
  for (const { account: owner, instrument, side: taken, price: at, quantity: traded, fee, index } of ofTopic(said, 'venue_fills')) {
    if (owner !== account) continue
    const signed = taken === 'buy' ? traded.units : -traded.units
    if (instrument === LINEAR_PERPETUAL) equity += multiplyUnits(signed, mark) - multiplyUnits(signed, at.units) - fee.units
    else equity -= multiplyUnits(multiplyUnits(signed, at.units), index.units) + multiplyUnits(fee.units, index.units)
  }
  for (const { account: owner, amount } of ofTopic(said, 'venue_funding')) if (owner === account) equity -= amount.units
  for (const { account: owner, amount } of ofTopic(said, 'venue_transfers')) if (owner === account) equity += amount.units
  for (const { account: owner, payout, fee, settlementIndex } of ofTopic(said, 'venue_settlements')) {
    if (owner === account) equity += multiplyUnits(payout.units, settlementIndex.units) - multiplyUnits(fee.units, settlementIndex.units)
  }
  return equity
}

test('[DV-11] balances are what the messages add up to, no fill exceeds its order, no id trades as two orders', () => {
  fc.assert(
    fc.property(run, (inputs) => {
      const state = fresh()
      const said = inputs.flatMap((input) => [...venueStep(state, input)])
      const mark = state.markets.get(LINEAR_PERPETUAL)
      assert.ok(mark)
      const wanted = new Map<string, bigint>()
      for (const input of inputs)
        if (input.type === 'place' && !wanted.has(input.order.orderId)) wanted.set(input.order.orderId, input.order.quantity.units)
      const filled = new Map<string, bigint>()
      for (const { orderId = '', quantity: traded } of ofTopic(said, 'venue_fills'))
        filled.set(orderId, (filled.get(orderId) ?? 0n) + traded.units)
      for (const [orderId, sum] of filled) {
        assert.ok(orderId === '' || sum <= (wanted.get(orderId) ?? 0n), `${orderId} traded more than it asked for`)
        if (orderId !== '') assert.equal(state.orders.get(orderId)?.filled, sum)
      }
      for (const account of state.accounts.values()) {
        const open = unrealised(mark.instrument, positionOf(account, LINEAR_PERPETUAL), mark.mark)
        assert.equal(balanceOf(account, 'USDC') + open, outsideEquity(said, account.id, mark.mark))
        let moved = 0n
        for (const amount of account.moved.values()) moved += amount
        assert.equal(moved, balanceOf(account, 'USDC'))
      }
    }),
    { numRuns: 150 },
  )
})

test('[DV-11] a reduce-only order never leaves its account on the other side', () => {
  fc.assert(
    fc.property(run, (inputs) => {
      const state = fresh()
      for (const input of inputs) {
        const before = new Map([...state.accounts.values()].map((account) => [account.id, positionOf(account, LINEAR_PERPETUAL).quantity]))
        const reducing = ofTopic(venueStep(state, input), 'venue_fills').filter(
          ({ orderId = '' }) => state.orders.get(orderId)?.reduceOnly === true,
        )
        for (const { account, instrument } of reducing) {
          const [was, is] = [before.get(account) ?? 0n, positionOf(state.accounts.get(account) ?? assert.fail(), LINEAR_PERPETUAL).quantity]
          const others = reducing.length > 1 || instrument !== LINEAR_PERPETUAL
          assert.ok(others || was * is >= 0n, `${account} went from ${was} to ${is}`)
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('[DV-11] the book never stays crossed, and holds nothing that has ended', () => {
  fc.assert(
    fc.property(run, (inputs) => {
      const state = fresh()
      for (const input of inputs) {
        venueStep(state, input)
        for (const { book } of state.markets.values()) {
          const [bid, ask] = [book.bids.resting[0]?.price, book.asks.resting[0]?.price]
          assert.ok(bid === undefined || ask === undefined || bid < ask)
          for (const { orderId, open } of [...book.bids.resting, ...book.asks.resting]) {
            const record = state.orders.get(orderId)
            assert.ok(record !== undefined && (record.status === 'accepted' || record.status === 'triggered'))
            assert.equal(open, record.target - record.filled)
          }
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('[DV-11] the same bytes with saving and loading in the middle', () => {
  fc.assert(
    fc.property(run, fc.nat(100), (inputs, cut) => {
      const straight = fresh()
      let broken = fresh()
      inputs.forEach((input, i) => {
        if (i === cut % inputs.length) broken = loadVenue(JSON.parse(JSON.stringify(saveVenue(broken))))
        assert.equal(JSON.stringify(venueStep(broken, input)), JSON.stringify(venueStep(straight, input)))
      })
      assert.equal(JSON.stringify(saveVenue(broken)), JSON.stringify(saveVenue(straight)))
    }),
    { numRuns: 60 },
  )
})

test('[DV-11] after any price no account stands at or under its maintenance margin, whatever zone it was thought safe in', () => {
  const held = fc.record({
    side: fc.constantFrom('buy', 'sell'),
    tenths: fc.integer({ min: 1, max: 40 }),
    spare: fc.integer({ min: 0, max: 60_000 }),
  })
  const moves = fc.array(fc.integer({ min: 40_000, max: 160_000 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(held, moves, fc.boolean(), ({ side, tenths, spare }, path, buysPut) => {
      const size = (tenths / 10).toFixed(1)
      const state = createVenue({ accounts: [{ account: ALICE, usdc: String(tenths * 1_700 + spare), leverage: 5 }] })
      quote(state, T0, '80000', ['79999', '100', '80001', '100'])
      place(state, { id: 'a', side: side as 'buy' | 'sell', size })
      if (buysPut) {
        const book = { instrument: PUT, bid: price('0.001'), bidSize: quantity('9'), ask: price('0.002'), askSize: quantity('9') }
        venueStep(state, { at: T0, type: 'quotes', quotes: [book] })
        place(state, { id: 'b', instrument: PUT, size: '0.1', type: 'limit', limit: '0.002' })
      }
      path.forEach((level, i) => {
        quote(state, T0 + 1_000 * (i + 1), String(level), [String(level - 1), '100', String(level + 1), '100'])
        for (const account of state.accounts.values()) {
          const needed = maintenanceMargin(state, account)
          assert.ok(needed === 0n || equityOf(state, account) > needed, `at ${level} ${equityOf(state, account)} over ${needed}`)
        }
      })
    }),
    { numRuns: 300 },
  )
})
