/** Fees of perpetuals by tier and of options with their caps, at each limit and beside it (V-04, V-05, C-65). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { money, usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { DEFAULT_TIERS, DERIBIT_OPTION_FEES, effectiveRate, notionalFee, optionDeliveryFee, optionTradeFee, tierFor } from './fees.ts'
import type { FeeTier } from './fees.ts'

test('[V-04] a volume equal to the threshold is in the higher tier; below every threshold there is none', () => {
  assert.equal(tierFor(DEFAULT_TIERS, usdc('9999.999999999999999999'))?.name, 'Tier 1')
  assert.equal(tierFor(DEFAULT_TIERS, usdc('10000'))?.name, 'Tier 2')
  assert.equal(tierFor(DEFAULT_TIERS, usdc('-0.01')), undefined)
})

test('[V-05] [C-65] reduce-only takes a fifth off a positive rate and leaves zero and a rebate alone', () => {
  const tier = (makerRate: string): FeeTier => ({
    name: 't',
    volumeThreshold: usdc('0'),
    makerRate: ratio(makerRate),
    takerRate: ratio('0.001'),
  })
  assert.equal(effectiveRate(tier('0.0001'), 'maker', true).toString(), '0.00008')
  assert.equal(effectiveRate(tier('0'), 'maker', true).toString(), '0')
  assert.equal(effectiveRate(tier('-0.0001'), 'maker', true).toString(), '-0.0001')
  assert.equal(notionalFee(usdc('1000'), ratio('-0.0001')).toString(), '-0.1')
})

test('[V-05] an option trade pays 0.0003 coin per coin, at most an eighth of the premium', () => {
  const fee = (premium: string, size: string): string =>
    optionTradeFee(price<'BTC', 'BTC'>(premium), btc(size), DERIBIT_OPTION_FEES).toString()
  assert.equal(fee('0.05', '1'), '0.0003')
  assert.equal(fee('0.0024', '1'), '0.0003') // the cap meets the rate
  assert.equal(fee('0.0023', '1'), '0.0002875')
  assert.equal(fee('0.0001', '10'), '0.000125')
})

test('[V-05] delivery pays 0.00015 coin per coin, at most an eighth of the payout, nothing when worthless', () => {
  const fee = (payout: string, size: string): string => optionDeliveryFee(money<'BTC'>(payout), btc(size), DERIBIT_OPTION_FEES).toString()
  assert.equal(fee('0.25', '1'), '0.00015')
  assert.equal(fee('0.0012', '1'), '0.00015')
  assert.equal(fee('0.0008', '1'), '0.0001')
  assert.equal(fee('0', '1'), '0')
  assert.equal(fee('0.25', '-1'), '0.00015')
})
