/** The exact worst case at settlement: by hand, against dense grids, and beyond the last kink. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Money, usdc } from '#units/money.ts'
import { Price, price } from '#units/price.ts'
import { btc, Quantity } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { ONE } from '#units/exact.ts'
import { firstCrossing, kinksOf, settledEquity, slopeBeyond, worstSettlement } from './certificate-settlement.ts'
import type { SettlementLine } from './certificate-settlement.ts'

const FEES = { deliveryRate: ratio('0.00015'), deliveryCap: ratio('0.125'), takerRate: ratio('0.0005') }
const LONG: SettlementLine = {
  base: usdc('20000'),
  index: price('90000'),
  moving: btc('1'),
  legs: [{ optionType: 'put', strike: price('81000'), quantity: btc('1') }],
  fees: FEES,
}
const units = (dollars: number): bigint => BigInt(dollars) * ONE

test('[P-12] a long with a put: the worst settlement is just under the strike, less both fees', () => {
  // 20,000 - 9,000 = 11,000 at 81,000; closing 40.50; the delivery fee starts at 0 there and grows faster than the closing fee falls
  const { equity, index } = worstSettlement(LONG, 0n, units(270_000))
  const kink = (0.125 * 81_000) / (0.125 + 0.00015) // where delivery reaches its rate: 80,902.92
  assert.ok(Math.abs(index.toNumber() - kink) < 1e-6, index.toString())
  assert.ok(Math.abs(equity.toNumber() - (11_000 - kink * 0.00065)) < 1e-6, equity.toString())
  assert.ok(slopeBeyond(LONG) > 0n)
  assert.equal(new Money(settledEquity(LONG, units(81_000))).toString(), '10959.5')
  assert.equal(new Money(settledEquity(LONG, 0n)).toString(), '11000')
})

test('[P-12] a short with a call loses 0.00065 a dollar above its strike: the slope says so', () => {
  const short: SettlementLine = { ...LONG, moving: btc('-1'), legs: [{ optionType: 'call', strike: price('99000'), quantity: btc('1') }] }
  assert.equal(new Quantity(slopeBeyond(short)).toString(), '-0.00065')
  const { equity, index } = worstSettlement(short, 0n, units(198_000))
  assert.equal(index.toString(), '198000')
  assert.equal(equity.toString(), '10871.3') // 20,000 - 9,000 - 198,000 x 0.00065
})

test('[P-12] an open long loses all the way down; with a gap after settlement the put no longer follows', () => {
  assert.deepEqual(worstSettlement({ ...LONG, legs: [] }, 0n, units(270_000)), { equity: usdc('-70000'), index: usdc('0') })
  const gap = worstSettlement({ ...LONG, gapMove: ratio('-0.05') }, 0n, units(270_000))
  assert.ok(
    gap.equity.toNumber() < 11_000 - 0.05 * 80_900 - 40 && gap.equity.toNumber() > 11_000 - 0.05 * 81_000 - 60,
    gap.equity.toString(),
  )
})

const spread = fc.record({
  base: fc.integer({ min: -50_000, max: 80_000 }),
  index: fc.integer({ min: 20_000, max: 150_000 }),
  moving: fc.integer({ min: -30, max: 30 }),
  gap: fc.constantFrom(undefined, '-0.05', '0.05'),
  legs: fc.array(
    fc.record({
      optionType: fc.constantFrom<'put' | 'call'>('put', 'call'),
      strike: fc.integer({ min: 15_000, max: 200_000 }),
      quantity: fc.integer({ min: -20, max: 30 }).filter((n) => n !== 0),
    }),
    { maxLength: 4 },
  ),
})

test('[P-12] no index of a dense grid is worse than the worst kink, whatever is held', () => {
  fc.assert(
    fc.property(spread, fc.array(fc.bigInt({ min: 0n, max: 400_000n * ONE }), { minLength: 200, maxLength: 200 }), (drawn, indices) => {
      const line: SettlementLine = {
        base: usdc(String(drawn.base)),
        index: price(String(drawn.index)),
        moving: new Quantity((BigInt(drawn.moving) * ONE) / 10n),
        legs: drawn.legs.map(({ optionType, strike, quantity }) => ({
          optionType,
          strike: new Price(units(strike)),
          quantity: new Quantity((BigInt(quantity) * ONE) / 10n),
        })),
        fees: FEES,
        ...(drawn.gap === undefined ? {} : { gapMove: ratio(drawn.gap) }),
      }
      const worst = worstSettlement(line, 0n, 400_000n * ONE)
      assert.equal(settledEquity(line, worst.index.units), worst.equity.units)
      // rounding against the account makes every evaluation low by up to 1e-18 a product; nothing else may lie under the worst kink
      for (const index of indices) assert.ok(settledEquity(line, index) >= worst.equity.units - 40n)
      const edges = kinksOf(line, 0n, 400_000n * ONE)
      for (const [i, index] of edges.entries()) assert.ok(i === 0 || (edges[i - 1] ?? 0n) < index)
    }),
    { numRuns: 60 },
  )
})

test('[P-12] the slope beyond the last kink is that of two far indices', () => {
  fc.assert(
    fc.property(spread, ({ base, index, moving, legs }) => {
      const line: SettlementLine = {
        base: usdc(String(base)),
        index: price(String(index)),
        moving: new Quantity((BigInt(moving) * ONE) / 10n),
        legs: legs.map((leg) => ({
          optionType: leg.optionType,
          strike: new Price(units(leg.strike)),
          quantity: new Quantity((BigInt(leg.quantity) * ONE) / 10n),
        })),
        fees: FEES,
      }
      const rise = settledEquity(line, units(2_000_000)) - settledEquity(line, units(1_000_000))
      const difference = rise - slopeBeyond(line) * 1_000_000n
      assert.ok(difference > -1_000_040n && difference < 1_000_040n * 10n, String(difference))
    }),
  )
})

test('the first crossing of a broken line is found from the side it starts on', () => {
  const value = (index: bigint): bigint => index - units(50)
  assert.equal(firstCrossing(value, [units(100), units(60), 0n]), units(50))
  assert.equal(firstCrossing(value, [units(100), units(60)]), undefined)
  assert.equal(firstCrossing(value, [units(40)]), units(40))
})
