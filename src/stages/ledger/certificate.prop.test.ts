/**
 * A certificate against what really happens: the account is settled and closed in the books with the venue's own fee functions, at indices drawn
 * and at the certificate's worst one. Nothing of the certificate's arithmetic is used to say what came out.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DERIBIT_OPTION_FEES, optionDeliveryFee } from '#domain/fees.ts'
import { divideUnits, formatUnits, multiplyUnits, ONE } from '#units/exact.ts'
import { Money, usdc } from '#units/money.ts'
import { btc } from '#units/quantity.ts'
import { epochMs } from '#units/time.ts'
import type { CoverageCertificate } from '#topics/proof.ts'
import { approve } from './books.fixture.ts'
import { books } from './books.ts'
import { certificate } from './certificate.ts'
import { COVER, EXPIRY } from './certificate.fixture.ts'
import { DEMO, feedIndex, feedMark, fill, harness, only, open, PERP } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'

interface Drawn {
  readonly isLong: boolean
  readonly tenths: number
  readonly cash: number
  readonly entry: number
  readonly index: number
  readonly away: number
  readonly premium: number
}
const drawn: fc.Arbitrary<Drawn> = fc.record({
  isLong: fc.boolean(),
  tenths: fc.integer({ min: 1, max: 30 }),
  cash: fc.integer({ min: 20_000, max: 200_000 }),
  entry: fc.integer({ min: 70_000, max: 110_000 }),
  index: fc.integer({ min: 80_000, max: 100_000 }),
  /** Strike from the index against the position, in thousands; may lie beyond it. */
  away: fc.integer({ min: -5, max: 25 }),
  premium: fc.integer({ min: 1, max: 400 }),
})

interface Built {
  readonly at: Harness
  readonly certificate: CoverageCertificate
  readonly name: string
  readonly size: string
  readonly strike: number
}
/** Position, quote, purchase and activation; the floor by the design's formula, exit costs at the strike or at twice the strike. */
function built({ isLong, tenths, cash, entry, index, away, premium }: Drawn): Built {
  const at = harness([books, certificate])
  const strike = Math.round(index / 1_000) * 1_000 + (isLong ? -away : away) * 1_000
  const size = formatUnits((BigInt(tenths) * ONE) / 10n)
  const name = `BTC-6FEB26-${strike}-${isLong ? 'P' : 'C'}`
  open(at, { USDC: String(cash) })
  feedIndex(at, String(index))
  feedMark(at, PERP, String(index), { bid: String(index), ask: String(index) })
  approve(at, 'p1', 'client', PERP)
  fill(at, { side: isLong ? 'buy' : 'sell', quantity: size, price: String(entry), orderId: 'p1' })
  const coins = usdc(size).units
  const dir = isLong ? 1n : -1n
  const before = usdc(String(cash)).units + dir * coins * BigInt(index - entry)
  const paid = multiplyUnits(coins, divideUnits(BigInt(premium), 10_000n)) * BigInt(index)
  const fee = multiplyUnits(coins, divideUnits(3n, 10_000n)) * BigInt(index)
  const worst = isLong ? strike : 2 * strike
  const exit = multiplyUnits(coins, divideUnits(65n, 100_000n)) * BigInt(worst)
  const floor = before - dir * coins * BigInt(index - strike) - paid - fee - exit
  const cover = {
    ...COVER,
    terms: { ...COVER.terms, side: isLong ? 'long' : 'short', size },
    instrument: name,
    optionType: isLong ? 'put' : 'call',
    strike: String(strike),
    size,
    index: String(index),
    premium: formatUnits(paid),
    fee: formatUnits(fee),
    floorPrice: String(strike),
    floorEquity: formatUnits(floor),
    exitCostMax: formatUnits(exit),
    equityBefore: formatUnits(before),
    ...(isLong ? {} : { floorHoldsUpTo: String(2 * strike) }),
  }
  at.wire('coverages', cover)
  approve(at, 'c1', 'hedge', name as never)
  const price = (premium / 10_000).toFixed(4)
  const terms = { instrument: name as never, side: 'buy', quantity: size, price, index: String(index), orderId: 'c1' } as const
  fill(at, { ...terms, fee: formatUnits(multiplyUnits(coins, divideUnits(3n, 10_000n))), feeCurrency: 'BTC' })
  const [told] = only(at.wire('coverages', { ...cover, state: 'active', filled: size, activatedAt: at.at }), 'coverage_certificates')
  assert.ok(told)
  return { at, certificate: told, name, size, strike }
}

/** Delivers the option at S and closes the position there with the taker fee: what is left is cash. */
function leftAt({ at, name, size, strike }: Built, isLong: boolean, index: bigint): bigint {
  const coins = usdc(size).units
  const inside = isLong ? BigInt(strike) * ONE - index : index - BigInt(strike) * ONE
  const payout = inside > 0n ? divideUnits(multiplyUnits(inside, coins), index) : 0n
  const charged = optionDeliveryFee(new Money<'BTC'>(payout), btc(size), DERIBIT_OPTION_FEES)
  at.at = epochMs(EXPIRY)
  const delivery = {
    venue: 'test',
    account: DEMO,
    settlementId: 's1',
    instrument: name,
    quantity: size,
    settlementIndex: formatUnits(index),
  }
  at.wire('venue_settlements', {
    ...delivery,
    payout: formatUnits(payout),
    fee: charged.toString(),
    currency: 'BTC',
    basis: 'venue',
    venueAt: at.at,
  })
  const taker = multiplyUnits(multiplyUnits(coins, index), divideUnits(5n, 10_000n))
  fill(at, {
    side: isLong ? 'sell' : 'buy',
    quantity: size,
    price: formatUnits(index),
    index: formatUnits(index),
    fee: formatUnits(taker),
    orderId: 'p1',
  })
  return only(at.emitted, 'account_values').at(-1)?.cash.units ?? assert.fail('a value')
}

test('[P-12] settled and closed at any index the floor speaks of, the account keeps the certified worst case, and the floor', () => {
  fc.assert(
    fc.property(drawn, fc.integer({ min: 1, max: 2_000 }), (inputs, thousandth) => {
      const one = built(inputs)
      const { settlement } = one.certificate.result
      assert.deepEqual([settlement.unexplained.toString(), settlement.holds], ['0', true], JSON.stringify(inputs))
      const index = (BigInt(one.strike) * ONE * BigInt(thousandth)) / 1_000n
      const left = leftAt(one, inputs.isLong, index)
      assert.ok(left >= settlement.worst.equity.units - 1_000n, `${formatUnits(left)} at ${formatUnits(index)}`)
      assert.ok(left >= settlement.floorEquity.units - 1_000n)
    }),
    { numRuns: 40 },
  )
})

test('[P-12] the certified worst case is reached: settled at its index nothing more is left than it says', () => {
  fc.assert(
    fc.property(drawn, (inputs) => {
      const one = built(inputs)
      const { worst } = one.certificate.result.settlement
      fc.pre(worst.index.isPositive())
      const left = leftAt(one, inputs.isLong, worst.index.units)
      const more = left - worst.equity.units
      assert.ok(more >= -1_000n && more < 10n ** 12n, `${formatUnits(more)} above`)
    }),
    { numRuns: 25 },
  )
})
