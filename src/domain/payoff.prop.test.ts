/** The payoff picture: exact at its points and, between them, the line a reader sees is the equity itself; without a cover it is the plain position. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { multiplyUnits, ONE } from '#units/exact.ts'
import { money, usdc } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import { epochMs } from '#units/time.ts'
import { settlementLine } from './certificate.ts'
import type { CertificateInputs } from './certificate-record.ts'
import { settledEquity } from './certificate-settlement.ts'
import type { InstrumentId } from './instrument.ts'
import { payoffCurve } from './payoff.ts'

const NONE = usdc('0')
const RATES = {
  deliveryRate: ratio('0.00015'),
  deliveryCap: ratio('0.125'),
  takerRate: ratio('0.0005'),
  maintenanceMarginRate: ratio('0.01'),
  optionMarginCredit: ratio('1'),
}
interface Drawn {
  readonly isLong: boolean
  readonly index: number
  readonly strikeShare: number
  readonly cash: number
  readonly premium: number
}

/** One BTC, opened at the index. */
function inputsOf({ isLong, index, strikeShare, cash, premium }: Drawn): CertificateInputs {
  const strike = price<'BTC', 'USDC'>((index * (isLong ? 1 - strikeShare : 1 + strikeShare)).toFixed(2))
  const size = btc('1')
  const contracts = isLong ? size : size.negated()
  const at = epochMs(1_770_000_000_000)
  return {
    certifiedAt: at,
    activatedAt: at,
    expiry: epochMs(at + 600_000_000),
    side: isLong ? 'long' : 'short',
    size,
    moving: size,
    index: price(String(index)),
    legs: [{ venue: 'deribit', instrument: 'x' as InstrumentId, optionType: isLong ? 'put' : 'call', strike, quantity: size }],
    premium: usdc(String(premium)),
    promise: { floorEquity: NONE, floorPrice: strike, drawdownLimit: NONE, exitCostMax: NONE, owed: usdc('3') },
    books: {
      cash: usdc(String(cash - premium)),
      coin: money<'BTC'>('0'),
      contracts,
      cost: usdc(String(isLong ? index : -index)),
      protectable: contracts,
      leftOut: [],
    },
    since: { basis: NONE, funding: NONE, transfers: NONE, trading: NONE, otherCovers: NONE },
    rates: RATES,
    grid: { spotMultipleMax: 3, ivShifts: [0], renewWindowMs: 1, gapMoveMax: ratio('0.01') },
  }
}
const drawn = fc.record({
  isLong: fc.boolean(),
  index: fc.integer({ min: 20_000, max: 150_000 }),
  strikeShare: fc.double({ min: 0.01, max: 0.35, noNaN: true }),
  cash: fc.integer({ min: 5_000, max: 80_000 }),
  premium: fc.integer({ min: 1, max: 2_000 }),
})
const RANGE = { low: (ONE * 6n) / 10n, high: (ONE * 14n) / 10n }
const TOLERANCE = 10n ** 13n // the kinks' own rounding times a few coins

test('[P-12] between two points the straight line is the certificate’s own equity, with the cover and without', () => {
  fc.assert(
    fc.property(drawn, fc.double({ min: 0, max: 1, noNaN: true }), (one, share) => {
      const inputs = inputsOf(one)
      const line = settlementLine(inputs)
      const { points } = payoffCurve(inputs, inputs.premium, RANGE)
      assert.ok(points.length >= 3)
      for (const [i, right] of points.entries()) {
        const left = points[i - 1]
        assert.equal(right.withCover.units, settledEquity(line, right.index.units))
        if (left === undefined) continue
        const part = BigInt(Math.round(share * 1e6)) * 10n ** 12n
        const index = left.index.units + multiplyUnits(right.index.units - left.index.units, part)
        const drawnAt = left.withCover.units + multiplyUnits(right.withCover.units - left.withCover.units, part)
        const gap = drawnAt - settledEquity(line, index)
        assert.ok(gap < TOLERANCE && gap > -TOLERANCE, `${gap} at ${index}`)
      }
    }),
  )
})

test('[P-12] without the cover: premium and what is owed are not spent, nothing is paid out, each account is closed where its margin is used up', () => {
  fc.assert(
    fc.property(drawn, (one) => {
      const inputs = inputsOf(one)
      const { points, liquidation } = payoffCurve(inputs, inputs.premium, RANGE)
      const dir = one.isLong ? 1n : -1n
      for (const { index, withoutCover } of points) {
        const closing = multiplyUnits(index.units, RATES.takerRate.units, 'ceil')
        const plain = BigInt(one.cash) * ONE + dir * (index.units - BigInt(one.index) * ONE) - closing
        const gap = withoutCover.units - plain
        assert.ok(gap <= 2n && gap >= -2n, `${gap}`)
      }
      const dirOf = Number(dir)
      const marginAt = (at: number): number => one.cash + dirOf * (at - one.index) - 0.01 * at
      const { withCover: own, withoutCover: bare } = liquidation
      if (bare !== undefined) assert.ok(Math.abs(marginAt(bare.toNumber())) < 1e-6, `${bare.toString()}`)
      if (own === undefined) return
      const strike = inputs.legs[0]?.strike.toNumber() ?? 0
      const payout = Math.max(0, dirOf * (strike - own.toNumber()))
      assert.ok(Math.abs(marginAt(own.toNumber()) - one.premium + payout) < 1e-6, `${own.toString()}`)
    }),
  )
})
