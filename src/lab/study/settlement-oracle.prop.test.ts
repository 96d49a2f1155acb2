/** Laws of the second computation: what is kept never falls under the floor by hand, and its index agrees with the venue's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrng } from '#base/prng.ts'
import { interpolatedIndex } from '#sim/venue/recorded-venue.ts'
import { formatUnits } from '#units/exact.ts'
import { price } from '#units/price.ts'
import { D, equityAt, linearIndex, purchaseOf, settledAt } from './settlement-oracle.ts'
import type { HeldTerms } from './settlement-oracle.ts'

const PUT: HeldTerms = { side: 'long', size: '2', index: '80000', cash: '60000', askCoin: '0.0008', strike: '72000' }

test('[B-01][P-14] premium, fee under its cap, payout and both fees of leaving, by hand', () => {
  // the fee cap binds: 0.125 x 0.0008 = 0.0001 under 0.0003
  const { premium, fee } = purchaseOf(PUT)
  assert.deepEqual([premium.toFixed(), fee.toFixed()], ['128', '16'])
  const { payout, delivery, closing, equity } = settledAt(PUT, '60000')
  assert.deepEqual([payout.toFixed(), delivery.toFixed(), closing.toFixed()], ['24000', '18', '60'])
  assert.equal(equity.toFixed(), String(60_000 - 80 - 128 - 16 - 40_000 + 24_000 - 18 - 60))
  // the delivery cap binds: 0.125 x 20 = 2.5 under 0.00015 x 2 x 71,990
  assert.equal(settledAt(PUT, '71990').delivery.toFixed(), '2.5')
  const short = settledAt({ ...PUT, side: 'short', strike: '88000' }, '90000', new D('0.2'))
  assert.deepEqual([short.payout.toFixed(), short.closing.toFixed()], ['4000', '72'])
  assert.equal(short.equity.toFixed(), String(60_000 - 80 - 128 - 16 - 20_000 + 4_000 - 27 - 72))
})

test('[B-01][P-14] of a pair each option pays and is delivered for its own part; the position is closed once', () => {
  const legs = [
    { instrument: 'a', size: '1.2', askCoin: '0.0008', strike: '72000' },
    { instrument: 'b', size: '0.8', askCoin: '0.01', strike: '76000' },
  ]
  const pair: HeldTerms = { ...PUT, legs }
  const { premium, fee } = purchaseOf(pair)
  // 0.0008 x 1.2 x 80,000 and 0.01 x 0.8 x 80,000; fees 0.0001 (its cap) and 0.0003 of each notional
  assert.deepEqual([premium.toFixed(), fee.toFixed()], ['716.8', '28.8'])
  const { payout, delivery, closing, equity } = settledAt(pair, '73000')
  // 0.8 x 3,000; 0.00015 x 0.8 x 73,000; closing of all two
  assert.deepEqual([payout.toFixed(), delivery.toFixed(), closing.toFixed()], ['2400', '8.76', '73'])
  assert.equal(equity.toFixed(), '47492.64') // 60,000 - 80 - 716.8 - 28.8 - 14,000 + 2,400 - 8.76 - 73
  assert.equal(equityAt(pair, new D('1000'), '70000', ['0.02', '0.1']).toFixed(), String(1_000 - 20_000 + 1_680 + 5_600))
  const alone = settledAt({ ...PUT, legs: [{ instrument: 'a', size: '2', askCoin: '0.0008', strike: '72000' }] }, '60000')
  assert.equal(alone.equity.toFixed(), settledAt(PUT, '60000').equity.toFixed())
})

test('[B-01] nowhere does a covered account keep less than at its strike, bar the fees of leaving', () => {
  const random = createPrng(20_260_210)
  for (let i = 0; i < 2_000; i++) {
    const side = i % 2 === 0 ? 'long' : 'short'
    const strike = Math.round(random.uniform() * 60_000 + 40_000)
    const terms: HeldTerms = {
      side,
      size: String((1 + (i % 30)) / 10),
      index: '70000',
      cash: '100000',
      askCoin: '0.013',
      strike: String(strike),
    }
    const S = Math.round(random.uniform() * (side === 'long' ? 200_000 : strike * 2 - 1) + 1)
    const worst = side === 'long' ? strike : strike * 2
    const { premium, fee } = purchaseOf(terms)
    const exits = new D(worst).times(terms.size).times('0.00065')
    const lost = new D(70_000 - strike).times(terms.size).times(side === 'long' ? 1 : -1)
    const floor = new D(terms.cash).minus(new D(terms.size).times(35)).minus(premium).minus(fee).minus(lost).minus(exits)
    const { equity } = settledAt(terms, String(S))
    assert.ok(equity.greaterThanOrEqualTo(floor), `${JSON.stringify(terms)} at ${S}: ${equity.toFixed()} under ${floor.toFixed()}`)
  }
})

test('[B-01] the index between two snapshots is the one the recorded venue settles at', () => {
  const random = createPrng(7)
  for (let i = 0; i < 500; i++) {
    const [a, b] = [(50_000 + random.uniform() * 50_000).toFixed(3), (50_000 + random.uniform() * 50_000).toFixed(3)]
    const to = 1 + Math.floor(random.uniform() * 1e8)
    const at = Math.floor(random.uniform() * (to + 1))
    const venue = interpolatedIndex({ at: 0, index: price(a).units }, { at: to, index: price(b).units }, at)
    if (at === to) continue
    assert.equal(linearIndex({ at: 0, index: a }, { at: to, index: b }, at), formatUnits(venue), `${a} ${b} ${at}/${to}`)
  }
  assert.equal(linearIndex({ at: 0, index: '1' }, { at: 9, index: '70000.123' }, 9), '70000.123') // a recorded value stays as recorded
})
