/**
 * Quotes that may buy two options, on small random chains: what the parts say adds up to the whole, no book is asked for more than it offers, the pair
 * costs less than the option it replaces and lasts as long, and its floor holds at every index, computed from the payoffs and fees alone.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { multiplyUnits } from '#units/exact.ts'
import { Money, usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import type { OptionQuote } from '#topics/market.ts'
import type { PutQuote, QuoteRequest } from '#topics/protection.ts'
import { payoutOf } from './floor.ts'
import { chainsOf } from './listing.ts'
import { makePutQuote } from './put-quote.ts'
import { accountValue, DEMO, indexPrice, optionQuote, T0 } from './protection.fixture.ts'
import { quotesConfig } from './quote-config.ts'

const EXPIRIES = ['6FEB26', '13FEB26'] as const
const MARKUPS = { premium_markup_pct_by_tier: { Bronze: 0.07 }, min_fee_usdc_by_tier: { Bronze: 30 } }
const AGES = { quoteMaxAgeMs: 1e9, indexMaxAgeMs: 1e9, accountMaxAgeMs: 1e9, spreadMax: '10' }
const CONFIG = quotesConfig.parse({ ...AGES, riskControls: MARKUPS })

const row = fc.record({
  expiry: fc.integer({ min: 0, max: 1 }),
  step: fc.integer({ min: 0, max: 6 }),
  ticks: fc.integer({ min: 10, max: 300 }),
  tenths: fc.integer({ min: 0, max: 15 }),
})
const asked = fc.record({
  rows: fc.uniqueArray(row, { minLength: 3, maxLength: 10, selector: ({ expiry, step }) => expiry * 10 + step }),
  side: fc.constantFrom('long' as const, 'short' as const),
  lots: fc.integer({ min: 2, max: 12 }),
  floor: fc.integer({ min: 20, max: 160 }),
  fixed: fc.option(fc.integer({ min: 100, max: 2_000 }), { nil: undefined }),
})
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never

function quotesOf({ rows, side }: Asked): readonly OptionQuote[] {
  return rows.map(({ expiry, step, ticks, tenths }) => {
    const strike = side === 'long' ? 87_000 - step * 3_000 : 89_000 + step * 3_000
    const ask = (ticks / 10_000).toFixed(4)
    const name = `BTC-${EXPIRIES[expiry]}-${strike}-${side === 'long' ? 'P' : 'C'}`
    return optionQuote(name, { bid: ask, ask, mark: ask, size: (tenths / 10).toFixed(1) })
  })
}
function quoteOf(one: Asked, combinations: 'allowed' | undefined): PutQuote {
  const { side, lots, floor, fixed } = one
  const terms: QuoteRequest['terms'] = {
    account: DEMO,
    asset: 'BTC',
    side,
    tierName: 'Bronze',
    leverage: 5,
    size: btc((lots / 10).toFixed(1)),
    drawdownFloor: ratio((floor / 1_000).toFixed(3)),
    tenorDays: 7,
    renewal: 'none',
    ...(fixed === undefined ? {} : { premiumMax: usdc(String(fixed)) }),
    ...(combinations === undefined ? {} : { combinations }),
  }
  return makePutQuote({
    at: T0,
    seq: 1,
    request: { requestId: 'r', cause: 'command', terms },
    chains: chainsOf(quotesOf(one)),
    index: indexPrice('88000'),
    account: { at: T0, value: accountValue({ cash: '30000', maintenance: '900' }) },
    old: undefined,
    config: CONFIG,
  })
}

/** Cash, position, both options and every fee at a settlement, without the formulas of the stage. */
function settledAt(quote: PutQuote, at: number): Money<'USDC'> {
  const { legs, terms, charge } = quote
  assert.ok(legs !== undefined && charge !== undefined)
  const s: BtcUsdc = price(String(at))
  const dir = terms.side === 'long' ? 1n : -1n
  const moved = new Money<'USDC'>(multiplyUnits((s.units - price('88000').units) * dir, terms.size.units))
  let equity = usdc('30000').plus(moved).minus(charge.charged).minus(s.times(terms.size).times(CONFIG.fees.takerRate, 'up'))
  for (const { strike, size } of legs) {
    const payout = payoutOf(terms.side === 'long' ? 'put' : 'call', strike, s, size)
    const byRate = s.times(size).times(CONFIG.fees.deliveryRate, 'up')
    const byCap = payout.times(CONFIG.fees.deliveryCap, 'up')
    equity = equity.plus(payout).minus(byCap.isBelow(byRate) ? byCap : byRate)
  }
  return equity
}

test('[P-02] [P-07] a pair that is quoted: its parts add up, its books have it, it costs less, and its floor holds at every index', () => {
  let [pairs, instead] = [0, 0]
  fc.assert(
    fc.property(asked, fc.array(fc.integer({ min: 1, max: 180_000 }), { minLength: 4, maxLength: 4 }), (one, settlements) => {
      const single = quoteOf(one, undefined)
      const quote = quoteOf(one, 'allowed')
      assert.equal(single.legs, undefined, 'unasked it is one option')
      if (single.status === 'ok') assert.equal(quote.status, 'ok')
      const { legs, selected, charge, terms } = quote
      if (legs === undefined || selected === undefined || charge === undefined) return
      pairs += 1
      const sum = (of: (leg: NonNullable<typeof legs>[number]) => { readonly units: bigint }): bigint =>
        legs.reduce((all, leg) => all + of(leg).units, 0n)
      assert.deepEqual(
        [sum(({ size }) => size), sum(({ premium }) => premium), sum(({ fee }) => fee)],
        [terms.size.units, selected.premium.units, selected.fee.units],
      )
      assert.equal(
        charge.lines.reduce((all, { usdc: line }) => all + line.units, 0n),
        charge.charged.units,
        'the lines add up to the charge',
      )
      for (const { size, book } of legs) assert.ok(book.askSize.units >= size.units, 'no more than is offered')
      assert.ok(
        quote.floorPrice !== undefined && selected.strike.compare(quote.floorPrice) * (one.side === 'long' ? 1 : -1) >= 0,
        'the mean holds the floor price',
      )
      if (terms.premiumMax !== undefined) assert.ok(terms.premiumMax.isAtLeast(charge.charged))
      if (single.status === 'ok' && single.charge !== undefined && single.selected !== undefined) {
        instead += 1
        assert.ok(charge.charged.isBelow(single.charge.charged), 'cheaper than the option it replaces')
        assert.ok(selected.expiry >= single.selected.expiry, 'and for as long')
        assert.equal(quote.single?.saves.toString(), single.charge.charged.minus(charge.charged).toString())
      }
      const highest = Math.max(...legs.map(({ strike }) => Math.round(strike.toNumber())))
      for (const at of [...settlements, ...legs.map(({ strike }) => Math.round(strike.toNumber())), 88_000, 2 * highest]) {
        if (one.side === 'short' && at > 2 * highest) continue // beyond what the floor of a short speaks of
        const left = settledAt(quote, at)
        assert.ok(left.isAtLeast(selected.floorEquity), `at ${at}: ${left.toString()} under ${selected.floorEquity.toString()}`)
      }
    }),
    { numRuns: 600 },
  )
  assert.ok(pairs > 40 && instead > 12, `seen often: ${pairs} pairs, ${instead} in place of an option`)
})
