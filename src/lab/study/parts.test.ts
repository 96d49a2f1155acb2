/** The parts of a study by hand: variants of a quote, regimes, the nearest option, order statistics, figures of a table. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { epochMs } from '#units/time.ts'
import type { RawOptionQuote } from '#topics/market.ts'
import type { Observation } from '../backtest/recording.ts'
import { beforeSettlementOf, keptOf } from './outcomes.ts'
import { listedOptions, nearestOption } from './nearest-option.ts'
import { atTheMoneyIv, regimeOf } from './regime.ts'
import type { Outcome, QuoteRow } from './rows.ts'
import { countBy, median, quantile, shareOf } from './statistics.ts'
import { FIRST } from './study.fixture.ts'
import { cellTable, figuresOf } from './tables.ts'
import { VARIANTS, optionQuotesOf, varied } from './variants.ts'

const AT = epochMs(FIRST)
function quote(instrument: string, bid: string | undefined, ask: string | undefined, more: Partial<RawOptionQuote> = {}): RawOptionQuote {
  const size = quantity<'BTC'>('1.9')
  return {
    venue: 'deribit-recorded',
    instrument: instrument as RawOptionQuote['instrument'],
    ...(bid === undefined ? {} : { bid: price<'BTC', 'BTC'>(bid), bidSize: size }),
    ...(ask === undefined ? {} : { ask: price<'BTC', 'BTC'>(ask), askSize: size }),
    sizeBasis: 'volume-share',
    ...more,
  }
}
function observationOf(quotes: readonly RawOptionQuote[], index = '70000'): Observation {
  const offers = quotes.map((body) => ({ topic: 'raw_option_quotes', key: body.instrument, source: 'recording', body }) as const)
  return { at: AT, index: price(index), quotes, offers, maxAgeMs: 1, source: { file: 'x', firstLine: 1, lastLine: 2 } }
}
function variant(name: string): (typeof VARIANTS)[number][number] {
  const found = VARIANTS.flat().find((one) => one.name === name)
  assert.ok(found !== undefined)
  return found
}

test('[B-01] spread doubled: half of it on each side, out to the tick; half the size, down to the lot', () => {
  const seen = (quotes: readonly RawOptionQuote[], name: string): unknown =>
    optionQuotesOf(varied(observationOf(quotes), variant(name))).map(({ bid, ask, askSize }) => [
      bid?.toString(),
      ask?.toString(),
      askSize?.toString(),
    ])
  const quotes = [
    quote('BTC-13FEB26-66500-P', '0.0095', '0.01'),
    quote('BTC-13FEB26-60000-P', '0.0001', '0.0003'),
    quote('BTC-13FEB26-50000-P', undefined, '0.0003'),
    quote('BTC-13FEB26-99000-P', '0.4', undefined),
  ]
  assert.deepEqual(seen(quotes, 'spread doubled'), [
    ['0.009', '0.0105', '1.9'],
    [undefined, '0.0004', '1.9'],
    [undefined, '0.0005', '1.9'],
    ['0.4', undefined, undefined],
  ])
  assert.deepEqual(seen(quotes.slice(0, 1), 'size halved'), [['0.0095', '0.01', '0.9']])
  assert.equal(varied(observationOf(quotes), variant('cash at margin')).quotes.length, 4)
})

test('[AN-08] the regime: nearest expiry to 30 days with both kinds, strike nearest to the index, its limits', () => {
  const iv = (instrument: string, markIv: number): RawOptionQuote => quote(instrument, undefined, undefined, { markIv })
  const quotes = [
    iv('BTC-13MAR26-70000-P', 0.44),
    iv('BTC-13MAR26-70000-C', 0.46),
    iv('BTC-13MAR26-71000-P', 0.9),
    iv('BTC-13MAR26-71000-C', 0.9),
    iv('BTC-12MAR26-70000-P', 0.2), // nearer to 30 days, but without its call
    iv('BTC-27FEB26-70000-P', 0.3),
    iv('BTC-27FEB26-70000-C', 0.3),
  ]
  assert.equal(atTheMoneyIv(AT, price('70400'), quotes), 0.45)
  assert.equal(atTheMoneyIv(AT, price('70000'), quotes.slice(4, 5)), undefined)
  assert.deepEqual([0.399999, 0.4, 0.549999, 0.55, undefined].map(regimeOf), ['calm', 'normal', 'normal', 'stressed', 'unknown'])
})

test('[B-01] the nearest option: first expiry after the tenor, nearest strike that keeps the floor price, whatever its size', () => {
  const observation = observationOf([
    quote('BTC-13FEB26-63000-P', '0.002', '0.003'),
    quote('BTC-13FEB26-62500-P', '0.002', '0.0029'), // under the floor price
    quote('BTC-13FEB26-64000-P', '0.001', '0.002'), // cheaper, but not the nearest
    quote('BTC-12FEB26-63000-P', '0.001', '0.001'), // ends before the tenor
    quote('BTC-20FEB26-63000-P', '0.001', '0.001'), // later than it need be
    quote('BTC-13FEB26-77000-C', undefined, undefined),
  ])
  const of = (side: 'long' | 'short', size: string): unknown =>
    nearestOption(observation, listedOptions(observation), { side, tenorDays: 3, floor: '0.10' }, size)
  assert.deepEqual(of('long', '2'), { instrument: 'BTC-13FEB26-63000-P', strike: 63_000, cost: 462, days: 3, hasSize: false })
  assert.equal(of('short', '1'), undefined) // listed, but nobody asks a price
})

test('[B-01] quantiles of type 7, shares and counts', () => {
  assert.deepEqual([median([3, 1, 2]), quantile([4, 1, 3, 2], 0.25), quantile([1, 2], 1), median([])], [2, 1.75, 2, undefined])
  assert.deepEqual([shareOf(1, 3), shareOf(1, 0)], [0.333333333, null])
  assert.deepEqual(Object.entries(countBy(['b', 'a', 'c', 'c'], (text) => text)), [
    ['c', 2],
    ['a', 1],
    ['b', 1],
  ])
})

test('[B-01] a floor that was not kept is counted, with its worst; quotes one after another are those that begin after the last ended', () => {
  const day = 86_400_000
  const row = (days: number, outcome: Partial<Outcome>, refused?: string): QuoteRow => ({
    snapshot: { at: epochMs(FIRST + days * day), index: '70000', ivAnnual: 0.5, regime: 'normal' },
    cell: { side: 'long', tenorDays: 7, floor: '0.10' },
    code: refused,
    nearest: undefined,
    bought: refused === undefined ? boughtAt(days) : undefined,
    outcome: { ...KEPT, ...outcome },
  })
  const boughtAt = (days: number): NonNullable<QuoteRow['bought']> => ({
    instrument: 'BTC-27FEB26-63000-P',
    expiry: epochMs(FIRST + (days + 7) * day),
    days: 7,
    terms: { side: 'long', size: '1', index: '70000', cash: '35000', askCoin: '0.001', strike: '63000' },
    premium: '70',
    fee: '8.75',
    floorEquity: '0',
    holdsUpTo: undefined,
    notional: 70_000,
    cost: 78.75,
  })
  const rows = [
    row(0, { slack: '3' }),
    row(3, { slack: '-0.001', payout: '300' }),
    row(7, { slack: '-12.5', underBefore: 0.1, isLiquidated: true }),
    row(9, {}, 'no_strike'),
  ]
  const figures = figuresOf(rows)
  assert.deepEqual([figures.underFloor, figures.worstOverFloor, figures.paidOut, figures.refusals], [2, '-12.5', 1, { no_strike: 1 }])
  assert.equal(figures.payoutRatio, Math.round((300 / (3 * 78.75)) * 1e9) / 1e9)
  assert.equal(cellTable(rows)[0]?.apart, 2)
  assert.deepEqual([beforeSettlementOf(rows).timesUnder, beforeSettlementOf(rows).liquidatedAtBid], [1, 1])
  // the picture never draws a broken floor onto the line
  assert.deepEqual(
    keptOf('long', rows).points.map(([, over]) => over),
    [-0.001, 0], // two of the three settled fall on one dot
  )
})

const KEPT: Outcome = {
  settlementIndex: '70000',
  isInterpolated: true,
  payout: '0',
  exitFees: '35',
  equity: '0',
  slack: '0',
  underBefore: 0,
  isLiquidated: false,
  isLiquidatedAtMark: false,
}
