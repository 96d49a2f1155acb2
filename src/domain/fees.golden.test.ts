/** Fee tiers and rates against exact rational arithmetic; the worked examples of the specification by name. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { usdc } from '#units/money.ts'
import { ratio } from '#units/ratio.ts'
import { DEFAULT_TIERS, effectiveRate, notionalFee, tierFor } from './fees.ts'
import type { FeeTier, Liquidity } from './fees.ts'

interface Case {
  readonly id: string
  readonly input: {
    tiers: { name: string; volume_threshold: string; maker_rate: string; taker_rate: string }[]
    volume_30d: string
    notional: string
    liquidity: Liquidity
    reduce_only: boolean
    reduce_only_discount: string
  }
  readonly expected: { tier: string; base_rate: string; effective_rate: string; fee: string }
}
const { cases } = JSON.parse(readFileSync(new URL('golden/fees.json', import.meta.url), 'utf8')) as { cases: Case[] }

for (const { id, input, expected } of cases) {
  test(`[golden fees] ${id}`, () => {
    const tiers: FeeTier[] = input.tiers.map((tier) => ({
      name: tier.name,
      volumeThreshold: usdc(tier.volume_threshold),
      makerRate: ratio(tier.maker_rate),
      takerRate: ratio(tier.taker_rate),
    }))
    const tier = tierFor(tiers, usdc(input.volume_30d))
    assert.equal(tier?.name, expected.tier)
    assert.ok(tier)
    assert.equal(effectiveRate(tier, input.liquidity, false).toString(), expected.base_rate)
    const rate = effectiveRate(tier, input.liquidity, input.reduce_only, ratio(input.reduce_only_discount))
    assert.equal(rate.toString(), expected.effective_rate)
    assert.equal(notionalFee(usdc(input.notional), rate).toString(), expected.fee)
  })
}

function feeOf(volume: string, notional: string, liquidity: Liquidity, reduces: boolean): string {
  const tier = tierFor(DEFAULT_TIERS, usdc(volume))
  assert.ok(tier)
  return notionalFee(usdc(notional), effectiveRate(tier, liquidity, reduces)).toFixed(2)
}

test('[G-02] notional 10,000: Tier 2 maker 40.00, taker 60.00, taker reduce-only 48.00; Tier 1 maker 60.00, taker 100.00', () => {
  assert.equal(feeOf('25000', '10000', 'maker', false), '40.00')
  assert.equal(feeOf('25000', '10000', 'taker', false), '60.00')
  assert.equal(feeOf('25000', '10000', 'taker', true), '48.00')
  assert.equal(feeOf('0', '10000', 'maker', false), '60.00')
  assert.equal(feeOf('0', '10000', 'taker', false), '100.00')
})

test('[G-02] the two trades of G-01 are Tier 1 maker and Tier 1 taker', () => {
  assert.equal(feeOf('0', '100000', 'maker', false), '600.00')
  assert.equal(feeOf('9999.99', '26000', 'taker', false), '260.00')
})
