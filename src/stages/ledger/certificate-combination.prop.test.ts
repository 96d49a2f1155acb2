/**
 * The certificate of a cover of two options against what really happens: both are delivered and the position is closed in the books, with the
 * venue's own fee functions, at indices drawn and at the certificate's worst one. What is marked to the market is the sum of the two.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DERIBIT_OPTION_FEES, optionDeliveryFee } from '#domain/fees.ts'
import { divide, divideUnits, formatUnits, multiplyUnits, ONE } from '#units/exact.ts'
import { Money, usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { epochMs } from '#units/time.ts'
import type { Component } from '#engine/component.ts'
import type { CoverageCertificate } from '#topics/proof.ts'
import { approve } from './books.fixture.ts'
import { books } from './books.ts'
import { certificate } from './certificate.ts'
import { COVER, EXPIRY } from './certificate.fixture.ts'
import { DEMO, feedIndex, feedMark, feedOption, fill, harness, only, open, PERP } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { mtm, standingMtm } from './mtm.ts'
import type { MtmState } from './mtm.ts'

/** A delivery is told in coin, rounded at 1e-18 of it: up to 1e-13 USDC a leg. */
const COIN_ROUNDING = 10n ** 6n

interface Drawn {
  readonly isLong: boolean
  readonly tenths: readonly [number, number]
  readonly cash: number
  readonly entry: number
  readonly index: number
  readonly away: readonly [number, number]
  readonly premium: readonly [number, number]
}
const drawn: fc.Arbitrary<Drawn> = fc.record({
  isLong: fc.boolean(),
  tenths: fc.tuple(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 15 })),
  cash: fc.integer({ min: 40_000, max: 200_000 }),
  entry: fc.integer({ min: 75_000, max: 105_000 }),
  index: fc.integer({ min: 80_000, max: 100_000 }),
  away: fc.tuple(fc.integer({ min: -3, max: 8 }), fc.integer({ min: 9, max: 25 })),
  premium: fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 })),
})

interface Leg {
  readonly name: string
  readonly size: string
  readonly coins: bigint
  readonly strike: bigint
  readonly paid: bigint
  readonly fee: bigint
  readonly price: string
}
interface Built {
  readonly at: Harness
  readonly certificate: CoverageCertificate
  readonly legs: readonly Leg[]
  readonly size: string
}
function legsOf({ isLong, tenths, index, away, premium }: Drawn): readonly Leg[] {
  return [0, 1].map((i) => {
    const strike = Math.round(index / 1_000) * 1_000 + (isLong ? -1 : 1) * (away[i] ?? 0) * 1_000
    const coins = (BigInt(tenths[i] ?? 1) * ONE) / 10n
    return {
      name: `BTC-6FEB26-${strike}-${isLong ? 'P' : 'C'}`,
      size: formatUnits(coins),
      coins,
      strike: BigInt(strike) * ONE,
      paid: multiplyUnits(coins, divideUnits(BigInt(premium[i] ?? 1), 10_000n)) * BigInt(index),
      fee: multiplyUnits(coins, divideUnits(3n, 10_000n)) * BigInt(index),
      price: ((premium[i] ?? 1) / 10_000).toFixed(4),
    }
  })
}
const total = (legs: readonly Leg[], of: (leg: Leg) => bigint): bigint => legs.reduce((sum, leg) => sum + of(leg), 0n)

/** Position, purchase of both and activation; the floor by the mean strike, exit costs at the dearer strike or at twice that. */
function built(inputs: Drawn, more: readonly Component[] = []): Built {
  const { isLong, cash, entry, index } = inputs
  const at = harness([books, certificate, ...more])
  const legs = legsOf(inputs)
  const coins = total(legs, (leg) => leg.coins)
  const size = formatUnits(coins)
  open(at, { USDC: String(cash) })
  feedIndex(at, String(index))
  feedMark(at, PERP, String(index), { bid: String(index), ask: String(index) })
  approve(at, 'p1', 'client', PERP)
  fill(at, { side: isLong ? 'buy' : 'sell', quantity: size, price: String(entry), orderId: 'p1' })
  const dir = isLong ? 1n : -1n
  const strike = divide(
    total(legs, (leg) => leg.strike * leg.coins),
    coins,
    isLong ? 'floor' : 'ceil',
  )
  const before = usdc(String(cash)).units + dir * coins * BigInt(index - entry)
  const highest = legs.reduce((most, leg) => (leg.strike > most ? leg.strike : most), 0n)
  const exit = multiplyUnits(multiplyUnits(coins, divideUnits(65n, 100_000n)), isLong ? highest : 2n * highest, 'ceil')
  const lost = multiplyUnits(BigInt(index) * ONE - strike, coins, 'ceil') * dir
  const spent = total(legs, (leg) => leg.paid + leg.fee)
  const shown = legs.map((leg) => ({
    venue: 'deribit',
    instrument: leg.name,
    size: leg.size,
    strike: formatUnits(leg.strike),
    expiry: EXPIRY,
    filled: leg.size,
    premiumCoin: leg.price,
    premium: formatUnits(leg.paid),
    fee: formatUnits(leg.fee),
  }))
  const cover = {
    ...COVER,
    terms: { ...COVER.terms, side: isLong ? 'long' : 'short', size },
    instrument: legs[0]?.name,
    optionType: isLong ? 'put' : 'call',
    strike: formatUnits(strike),
    size,
    index: String(index),
    premium: formatUnits(total(legs, (leg) => leg.paid)),
    fee: formatUnits(total(legs, (leg) => leg.fee)),
    floorPrice: formatUnits(strike),
    floorEquity: formatUnits(before - lost - spent - exit),
    exitCostMax: formatUnits(exit),
    equityBefore: formatUnits(before),
    legs: shown,
    ...(isLong ? {} : { floorHoldsUpTo: formatUnits(2n * highest) }),
  }
  at.wire('coverages', { ...cover, legs: shown.map((leg) => ({ ...leg, filled: '0' })) })
  for (const [i, leg] of legs.entries()) {
    approve(at, `c${i}`, 'hedge', leg.name as never)
    const terms = { instrument: leg.name as never, side: 'buy', quantity: leg.size, price: leg.price, index: String(index) } as const
    fill(at, { ...terms, orderId: `c${i}`, fee: formatUnits(multiplyUnits(leg.coins, divideUnits(3n, 10_000n))), feeCurrency: 'BTC' })
  }
  const [told] = only(at.wire('coverages', { ...cover, state: 'active', filled: size, activatedAt: at.at }), 'coverage_certificates')
  assert.ok(told)
  return { at, certificate: told, legs, size }
}

/** Delivers both at S and closes the position there with the taker fee: what is left is cash. */
function leftAt({ at, legs, size }: Built, isLong: boolean, index: bigint): bigint {
  at.at = epochMs(EXPIRY)
  for (const { name, size: quantity, coins, strike } of legs) {
    const inside = isLong ? strike - index : index - strike
    const payout = inside > 0n ? divideUnits(multiplyUnits(inside, coins), index) : 0n
    const charged = optionDeliveryFee(new Money<'BTC'>(payout), btc(quantity), DERIBIT_OPTION_FEES)
    at.wire('venue_settlements', {
      venue: 'test',
      account: DEMO,
      settlementId: `s-${name}`,
      instrument: name,
      quantity,
      settlementIndex: formatUnits(index),
      payout: formatUnits(payout),
      fee: charged.toString(),
      currency: 'BTC',
      basis: 'venue',
      venueAt: at.at,
    })
  }
  const coins = usdc(size).units
  const taker = multiplyUnits(multiplyUnits(coins, index), divideUnits(5n, 10_000n))
  const price = formatUnits(index)
  fill(at, { side: isLong ? 'sell' : 'buy', quantity: size, price, index: price, fee: formatUnits(taker), orderId: 'p1' })
  return only(at.emitted, 'account_values').at(-1)?.cash.units ?? assert.fail('a value')
}

test('[P-12] two options settled and closed at any index the floor speaks of keep the certified worst case, and the floor', () => {
  fc.assert(
    fc.property(drawn, fc.integer({ min: 1, max: 2_000 }), (inputs, thousandth) => {
      const one = built(inputs)
      const { settlement } = one.certificate.result
      assert.ok(
        settlement.unexplained.abs().units < COIN_ROUNDING,
        `${settlement.unexplained.toString()} unexplained, ${JSON.stringify(inputs)}`,
      )
      assert.equal(settlement.holds, true)
      const highest = one.legs.reduce((most, leg) => (leg.strike > most ? leg.strike : most), 0n)
      const index = (highest * BigInt(thousandth)) / 1_000n
      const left = leftAt(one, inputs.isLong, index)
      assert.ok(left >= settlement.worst.equity.units - COIN_ROUNDING, `${formatUnits(left)} at ${formatUnits(index)}`)
      assert.ok(left >= settlement.floorEquity.units - COIN_ROUNDING)
    }),
    { numRuns: 40 },
  )
})

test('[P-12] the certified worst case of two options is reached', () => {
  fc.assert(
    fc.property(drawn, (inputs) => {
      const one = built(inputs)
      const { worst } = one.certificate.result.settlement
      fc.pre(worst.index.isPositive())
      const more = leftAt(one, inputs.isLong, worst.index.units) - worst.equity.units
      assert.ok(more >= -COIN_ROUNDING && more < 10n ** 12n, `${formatUnits(more)} above`)
    }),
    { numRuns: 25 },
  )
})

const PAIR: Drawn = { isLong: true, tenths: [6, 4], cash: 40_000, entry: 90_000, index: 90_000, away: [10, 12], premium: [100, 50] }

test('[P-12] the certificate lists both options and the volatility both premiums imply; losing the venue loses both', () => {
  const { inputs, result } = built(PAIR).certificate
  assert.deepEqual(
    inputs.legs.map(({ instrument, quantity, strike }) => [instrument, quantity, strike].map(String)),
    [
      ['BTC-6FEB26-80000-P', '0.6', '80000'],
      ['BTC-6FEB26-78000-P', '0.4', '78000'],
    ],
  )
  assert.deepEqual([inputs.promise.strike, inputs.premium, inputs.size].map(String), ['79200', '720', '1'])
  // 40,000 - 10,800 - 720 - 27 - 52: the promise; the worst case lies at or under the lower strike
  assert.equal(result.settlement.floorEquity.toString(), '28401')
  assert.ok(result.settlement.worst.index.units <= 78_000n * ONE)
  assert.equal(result.path.ivBasis, 'premium')
  assert.deepEqual([result.liquidation.withoutVenue.length, result.coverageRatio.ofSize.toString()], [1, '1'])
})

test('[P-12] marked to the market a cover of two options is worth their sum; unknown where one is', () => {
  const { at } = built(PAIR, [mtm])
  feedOption(at, 'BTC-6FEB26-80000-P' as never, { bid: '0.0095', mark: '0.0095' })
  feedOption(at, 'BTC-6FEB26-78000-P' as never, { bid: '0.0050', mark: '0.0050' })
  // 0.6 x 0.0095 x 90,000 + 0.4 x 0.005 x 90,000
  assert.equal(standingMtm(at.stateOf('ledger/mtm') as MtmState, DEMO)[0]?.hedgeMtm?.toString(), '693')
})
