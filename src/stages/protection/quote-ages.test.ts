/** How long what a quote rests on may be used (I6), each input at its last instant and one beyond, and that costs are rounded against nobody but up. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { only } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import type { PutQuote } from '#topics/protection.ts'
import {
  accountValue,
  command,
  february,
  holds,
  indexPrice,
  optionQuote,
  protectionBench,
  PUT_80,
  QUOTE_PARAMS,
  T0,
} from './protection.fixture.ts'

interface Market {
  readonly index?: string
  readonly indexLives?: number
  readonly bookLives?: number
  readonly config?: object
}
function market({ index = '88000', indexLives, bookLives, config = {} }: Market): Bench {
  const on = protectionBench({ 'protection/quotes': config })
  holds(on, '1')
  on.feed(0, 'index_prices', indexPrice(index, 0, indexLives))
  on.feed(0, 'account_values', accountValue())
  on.feed(
    0,
    'option_quotes',
    optionQuote(PUT_80, { bid: '0.0060', ask: '0.0065', mark: '0.00625', ...(bookLives === undefined ? {} : { maxAgeMs: bookLives }) }),
  )
  return on
}
function asked(on: Bench, offsetMs: number): PutQuote {
  const [quote] = only(on.feed(offsetMs, 'accepted_commands', command('quote', QUOTE_PARAMS, `q${offsetMs}`)), 'put_quotes')
  assert.ok(quote !== undefined)
  return quote
}
const told = ({ status, explanation }: PutQuote): unknown =>
  status === 'ok' ? status : [explanation?.code, explanation?.field, explanation?.seen]

test('[F-I06] [P-02] the worth of the account is used to its age and not a millisecond longer; so are index and book', () => {
  const aged: readonly (readonly [string, Market])[] = [
    ['account', { config: { accountMaxAgeMs: 10_000 } }],
    ['index', { config: { indexMaxAgeMs: 10_000 } }],
    ['index', { indexLives: 10_000 }],
  ]
  for (const [what, given] of aged) {
    const on = market(given)
    assert.equal(told(asked(on, 10_000)), 'ok', what)
    assert.deepEqual(told(asked(on, 10_001)), ['stale_price', `${what}AgeMs`, 10_001])
  }
  for (const given of [{ config: { quoteMaxAgeMs: 10_000 } }, { bookLives: 10_000 }]) {
    const on = market(given)
    assert.equal(told(asked(on, 10_000)), 'ok', 'book')
    assert.notEqual(told(asked(on, 10_001)), 'ok')
  }
})

test('[F-I06] [P-11] prices behind a quote may be used until the first of them is too old: the index, the book, else their own time', () => {
  const until = (given: Market): number => (asked(market(given), 1_000).goodUntil ?? 0) - T0
  assert.equal(until({}), 31_000, 'the quote’s own 30 s')
  assert.equal(until({ indexLives: 7_000 }), 7_000)
  assert.equal(until({ config: { indexMaxAgeMs: 6_000 } }), 6_000)
  assert.equal(until({ bookLives: 5_000 }), 5_000)
  assert.equal(until({ config: { quoteMaxAgeMs: 4_000 } }), 4_000)
  assert.equal(until({ indexLives: 7_000, bookLives: 5_000, config: { indexMaxAgeMs: 3_000 } }), 3_000)
})

test('[P-02] [P-04] what a hedge costs is rounded up: not a 1e-18 of premium or fee is left out', () => {
  const { selected, charge } = asked(market({ index: '88000.000000000000000001' }), 0)
  // 0.0065 and 0.0003 coin at an index that neither hits: 572 and 26.4, each and a part of the last place
  assert.deepEqual([selected?.premium, selected?.fee].map(String), ['572.000000000000000001', '26.400000000000000001'])
  assert.equal(charge?.charged.toString(), '598.400000000000000002', 'and the charge is their sum')
})

test('[P-02] [P-04] of two options the cost of each is rounded up', () => {
  const on = protectionBench()
  february(on)
  on.feed(1, 'index_prices', indexPrice('88000.000000000000000001', 1))
  const [quote] = only(on.feed(1, 'accepted_commands', command('quote', { ...QUOTE_PARAMS, combinations: 'allowed' })), 'put_quotes')
  assert.deepEqual(
    quote?.legs?.map(({ size, premium, fee }) => [size, premium, fee].map(String)),
    [
      ['0.7', '400.400000000000000001', '18.480000000000000001'],
      ['0.3', '118.800000000000000001', '7.920000000000000001'],
    ],
  )
})
