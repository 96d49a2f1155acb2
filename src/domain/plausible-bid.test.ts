/** A bid is a price from half of what the option is worth on; under it, or without size, it is none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Price, price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { ONE } from '#units/exact.ts'
import { ratio } from '#units/ratio.ts'
import { intrinsicValue, isStubBid, plausibleBid, STUB_BID_SHARE } from './plausible-bid.ts'

const PUT = { optionType: 'put', strike: price<'BTC', 'USDC'>('80000'), settlement: 'BTC' } as const
const INDEX = price('64000').units // 16,000 inside: 0.25 coin

const ROWS = [
  ['at half of the mark', { bid: '0.13', mark: '0.26' }, undefined],
  ['a hair under half of the mark', { bid: '0.1299', mark: '0.26' }, ['stub_bid', 'bid', '0.1299', '0.13']],
  ['half of the intrinsic value where the mark is less', { bid: '0.125', mark: '0.2' }, undefined],
  ['under half of the intrinsic value although the mark is less', { bid: '0.1249', mark: '0.2' }, ['stub_bid', 'bid', '0.1249', '0.125']],
  ['without a mark, against the intrinsic value', { bid: '0.1249' }, ['stub_bid', 'bid', '0.1249', '0.125']],
  ['nobody', {}, ['no_bid', 'bid', null, 'a bid']],
  ['a price without size', { bid: '0.25', bidSize: '0' }, ['no_bid', 'bidSize', '0', 'a bid with size']],
  ['a size nobody states', { bid: '0.25', bidSize: undefined }, undefined],
] as const
for (const [name, quote, refused] of ROWS) {
  test(`[P-14] [V-03] a bid to sell at: ${name}`, () => {
    const { bid, mark, bidSize } = { bid: undefined, mark: undefined, bidSize: '1', ...quote } as Record<string, string | undefined>
    const found = plausibleBid(
      PUT,
      {
        bid: bid === undefined ? undefined : price(bid),
        mark: mark === undefined ? undefined : price(mark),
        bidSize: bidSize === undefined ? undefined : btc(bidSize),
      },
      INDEX,
    )
    const why = found.ok ? undefined : [found.refusal.code, found.refusal.field, found.refusal.seen, found.refusal.limit]
    assert.deepEqual(why, refused)
  })
}

test('[P-14] out of the money the mark decides; without a mark there, and without an index, a bid is taken as it is', () => {
  const call = { optionType: 'call', strike: price<'BTC', 'USDC'>('80000'), settlement: 'BTC' } as const
  assert.equal(plausibleBid(call, { bid: price('0.0001'), mark: price('0.02') }, INDEX).ok, false)
  assert.equal(plausibleBid(call, { bid: price('0.0001') }, INDEX).ok, true)
  assert.equal(plausibleBid(PUT, { bid: price('0.0001') }, undefined).ok, true)
  assert.equal(plausibleBid(PUT, { bid: price('0.0001') }, INDEX, ratio('0')).ok, true, 'a share of nothing refuses nothing')
})

test('[P-14] [V-03] what valuation takes for a stub is sold by nobody; what is refused names the least bid that would do', () => {
  const units = fc.bigInt({ min: 1n, max: ONE })
  fc.assert(
    fc.property(units, units, fc.integer({ min: 20_000, max: 120_000 }), (bid, mark, at) => {
      const index = price(String(at)).units
      const inside = intrinsicValue(PUT, index)
      const [offered, stated] = [new Price<'BTC', 'BTC'>(bid), new Price<'BTC', 'BTC'>(mark)]
      const found = plausibleBid(PUT, { bid: offered, mark: stated }, index)
      const valued = mark < inside ? mark : inside
      if (isStubBid(bid, valued, STUB_BID_SHARE)) assert.equal(found.ok, false)
      const worth = mark > inside ? mark : inside
      assert.equal(found.ok, bid * 2n >= worth)
      if (found.ok) return
      const again = plausibleBid(PUT, { bid: price(String(found.refusal.limit)), mark: stated }, index)
      assert.equal(again.ok, true)
    }),
  )
})
