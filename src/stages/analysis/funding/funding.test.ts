/** Funding in context: what is told when, the side of an account, and when its next booking is expected while intervals change. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId } from '#domain/order.ts'
import { bench, T0 } from '#engine/harness.fixture.ts'
import type { FundingContext } from '#topics/analysis.ts'
import { HOUR_MS } from '#units/time.ts'
import { book, DEMO, hold, rate } from './funding.fixture.ts'
import { funding } from './funding.ts'

const hour = (at: number | undefined): number | undefined => (at === undefined ? undefined : (at - T0) / HOUR_MS)
const expected = (told: readonly FundingContext[]): number | undefined =>
  hour(told.findLast(({ holder }) => holder !== undefined)?.holder?.expectedAt)
const sides = (told: readonly FundingContext[]): string[] =>
  told.flatMap(({ holder }) => (holder === undefined ? [] : [`${holder.account} ${holder.side}`]))

test('[DV-06] a rate is told per interval, per eight hours and as a simple APR, with the next due instant', () => {
  const on = bench([funding])
  const [context, ...rest] = rate(on, 1, 0.0008, 4)
  assert.deepEqual(rest, [])
  assert.deepEqual(
    [context?.fundingRate8h, context?.fundingRateInterval, context?.fundingApr, hour(context?.nextDueAt), context?.maxAgeMs],
    [0.0008, 0.0004, 0.876, 4, 180_000],
  )
  const [unknown] = rate(bench([funding]), 1, 0.0008)
  assert.deepEqual([unknown?.fundingRateInterval, unknown?.nextDueAt, unknown?.fundingApr], [undefined, undefined, 0.876])
})

test('[DV-06] the side of an account: by the sign of rate and position, told when it changes and not with every rate', () => {
  const on = bench([funding])
  assert.deepEqual(hold(on, 0, '1'), [], 'nothing to say before a rate is known')
  hold(on, 0, '-2', { account: 'short' as AccountId })
  assert.deepEqual(sides(rate(on, 1, 0.0001, 8)), ['demo paying', 'short receiving'])
  assert.deepEqual(sides(rate(on, 2, 0.0002, 8)), [])
  assert.deepEqual(sides(rate(on, 3, -0.0002, 8)), ['demo receiving', 'short paying'])
  assert.deepEqual(sides(hold(on, 4, '0')), ['demo none'])
  assert.deepEqual(sides(hold(on, 5, '-1')), ['demo paying'])
})

test('[DV-06] [C-57] books are netted, as the venue charges them; another perpetual and an option have nothing to do with it', () => {
  const on = bench([funding])
  rate(on, 0, 0.0001, 8)
  hold(on, 1, '1')
  const [net] = hold(on, 2, '-1', { book: 'hedge' })
  assert.deepEqual([net?.holder?.quantity.toString(), net?.holder?.side, net?.holder?.expectedAt], ['0', 'none', undefined])
  const [more] = hold(on, 3, '-1.5', { book: 'hedge' })
  assert.deepEqual([more?.holder?.quantity.toString(), more?.holder?.side], ['-0.5', 'receiving'])
  assert.deepEqual(hold(on, 4, '1', { book: 'hedge', instrument: 'BTC-6FEB26-80000-P' as InstrumentId }), [])
  assert.deepEqual(hold(on, 4, '100', { instrument: INVERSE_PERPETUAL }), [], 'its rate is not known')
  const [instrument, account] = rate(on, 5, 0.0001, 1, INVERSE_PERPETUAL)
  assert.deepEqual([instrument?.instrument, account?.holder?.quantity.toString()], [INVERSE_PERPETUAL, '100'])
})

test('[DV-06] the last booking, and the next expected as late after its hour as that one was', () => {
  const on = bench([funding])
  rate(on, 0, 0.0001, 8)
  assert.equal(expected(hold(on, 1, '1')), 8)
  const [booked] = book(on, 8.2, 8, '12.5')
  assert.deepEqual(
    [hour(booked?.holder?.lastFundingAt), booked?.holder?.lastPaid?.amount.toString(), expected([booked as FundingContext])],
    [8, '12.5', 16],
  )
  assert.equal(expected(book(on, 16.1, 16.05)), 24.05)
  assert.deepEqual(book(on, 16.2, 8), [], 'an older one told again changes nothing')
  assert.equal(expected(hold(on, 17, '2')), 24.05, 'more of it is still the same holding')
  assert.equal(expected(hold(on, 18, '0')), undefined)
  assert.equal(expected(hold(on, 23.5, '1')), 24)
  assert.equal(expected(hold(on, 23.6, '0')), undefined)
  assert.equal(expected(hold(on, 24, '1')), 32, 'held from the due instant on, not over it')
})

test('[DV-06] the interval changes 8 h to 4 h to 1 h: what fell due before the change stays due, then the new grid counts', () => {
  const on = bench([funding])
  rate(on, 0, 0.0001, 8)
  hold(on, 1, '1')
  book(on, 8, 8)
  assert.equal(expected(rate(on, 9.5, 0.0001, 4)), 12)
  book(on, 12, 12)
  assert.equal(expected(rate(on, 12.5, 0.0001, 1)), 13)
  assert.equal(expected(book(on, 13, 13)), 14)
  const back = rate(on, 13.5, 0.0001, 8)
  assert.equal(expected(back), 16)
  rate(on, 16.5, 0.0001, 4)
  assert.equal(
    hour(on.engine.stateOf(funding).holdings.get(LINEAR_PERPETUAL)?.get(DEMO)?.expectedAt),
    16,
    'due at 16 under 8 h, not booked',
  )
  assert.equal(expected(book(on, 16.6, 16)), 20)
})

test('[DV-06] where the rate beside a due instant is nothing, no booking is expected for it', () => {
  const on = bench([funding])
  hold(on, 0, '1')
  assert.equal(expected(rate(on, 7.99, 0.0001, 8)), 8)
  assert.equal(expected(rate(on, 8.01, 0, 8)), 16, 'either side of it')
  assert.equal(expected(rate(on, 15.99, 0, 8)), undefined)
  assert.equal(expected(rate(on, 16.01, 0.0001, 8)), 24)
  rate(on, 23.99, 5e-9, 8)
  assert.equal(expected(rate(on, 24.01, 0.0001, 8)), undefined, 'the least rate there is is owed: still expected at 24')
})
