/** The formulas of the promise, by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { walkAsks } from './book-walk.ts'
import { quotesConfig } from './quote-config.ts'
import { exitCostsOf, floorEquityOf, floorPriceOf, payoutOf, strikeHolds } from './floor.ts'

const INDEX = price<'BTC', 'USDC'>('88000')

test('[P-02] floor price under a long, over a short; the strike at it holds, one dollar beyond does not', () => {
  assert.equal(floorPriceOf(INDEX, ratio('0.1'), 'long').toString(), '79200')
  assert.equal(floorPriceOf(INDEX, ratio('0.1'), 'short').toString(), '96800')
  const cases = [
    ['79200', 'long', true],
    ['79199', 'long', false],
    ['79201', 'long', true],
    ['96800', 'short', true],
    ['96801', 'short', false],
    ['96799', 'short', true],
  ] as const
  for (const [strike, side, holds] of cases) assert.equal(strikeHolds(price(strike), floorPriceOf(INDEX, ratio('0.1'), side), side), holds)
})

test('[P-02] floor equity is equity less the way to the strike and the costs, signed', () => {
  const base = { equityBefore: usdc('20000'), size: btc('2'), index: INDEX, premium: usdc('1000.5'), fee: usdc('50'), exitCosts: usdc('0') }
  assert.equal(floorEquityOf({ ...base, side: 'long', strike: price('80000') }).toString(), '2949.5')
  assert.equal(floorEquityOf({ ...base, side: 'long', strike: price('90000') }).toString(), '22949.5')
  assert.equal(floorEquityOf({ ...base, side: 'short', strike: price('96000') }).toString(), '2949.5')
  assert.equal(floorEquityOf({ ...base, side: 'long', strike: price('80000'), exitCosts: usdc('104') }).toString(), '2845.5')
})

const RATES = { deliveryRate: ratio('0.00015'), deliveryCap: ratio('0.125'), takerRate: ratio('0.0005'), settlementMultipleMax: ratio('2') }
function exit(side: 'long' | 'short', strike: string, size: string, rates = RATES): (string | undefined)[] {
  const { delivery, closing, total, indexMax } = exitCostsOf({ side, strike: price(strike), size: btc(size) }, rates)
  return [delivery, closing, total, indexMax].map((value) => value?.toString())
}

test('[P-02] exit costs at their worst: a long at its strike, a short at the highest index its floor speaks of', () => {
  // 0.00015 x 80,000 x 0.5 and 0.0005 x 80,000 x 0.5
  assert.deepEqual(exit('long', '80000', '0.5'), ['6', '20', '26', undefined])
  // twice the strike: 0.00015 x 192,000 and 0.0005 x 192,000
  assert.deepEqual(exit('short', '96000', '1'), ['28.8', '96', '124.8', '192000'])
  // up to 96,048 the cap binds: 0.125 x 48 = 6 against 14.4072; the taker fee is 48.024
  const near = { ...RATES, settlementMultipleMax: ratio('1.0005') }
  assert.deepEqual(exit('short', '96000', '1', near), ['6', '48.024', '54.024', '96048'])
  // a cap under the rate binds for a long as well
  assert.equal(exit('long', '80000', '1', { ...RATES, deliveryCap: ratio('0.0001') })[0], '8')
  assert.equal(quotesConfig.safeParse({ settlementMultipleMax: '0.99' }).success, false)
})

test('[P-14] payout by the contract: intrinsic value x size, never negative', () => {
  assert.equal(payoutOf('put', price('80000'), price('65000.5'), btc('0.3')).toString(), '4499.85')
  assert.equal(payoutOf('put', price('80000'), price('80000'), btc('1')).toString(), '0')
  assert.equal(payoutOf('call', price('80000'), price('80001'), btc('1')).toString(), '1')
  assert.equal(payoutOf('call', price('80000'), price('79999'), btc('1')).toString(), '0')
})

test('[P-03] slippage walks the levels for the exact size; a book too short is no price', () => {
  const levels = [
    { price: price<'BTC', 'BTC'>('0.01'), size: btc('1') },
    { price: price<'BTC', 'BTC'>('0.02'), size: btc('1') },
  ]
  assert.deepEqual(JSON.parse(JSON.stringify(walkAsks(levels, btc('1')))), { average: '0.01', worst: '0.01', slippage: '0' })
  assert.deepEqual(JSON.parse(JSON.stringify(walkAsks(levels, btc('2')))), { average: '0.015', worst: '0.02', slippage: '0.5' })
  assert.equal(walkAsks(levels, btc('2.1')), undefined)
  assert.equal(walkAsks([], btc('0.1')), undefined)
})
