/**
 * Two covers on one account: what a certificate says the whole account keeps, against what is left when both are delivered and all of the position is
 * closed at one index, in the books, with the venue's own fee functions. No stated floor of either is more than that by more than is named.
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

/** A payout is whole units of coin: each is 1e-18 of the index at most. */
const ROUNDING = 10n ** 6n
const WEEK = 7 * 86_400_000

interface Cover {
  readonly tenths: number
  /** Strike from the index against the position, in thousands. */
  readonly away: number
  /** In ten-thousandths of a coin. */
  readonly premium: number
  readonly isLater: boolean
}
interface Drawn {
  readonly isLong: boolean
  readonly cash: number
  readonly entry: number
  readonly index: number
  /** Of the position, beyond both covers. */
  readonly bare: number
  readonly covers: readonly [Cover, Cover]
}
const cover: fc.Arbitrary<Cover> = fc.record({
  tenths: fc.integer({ min: 1, max: 20 }),
  away: fc.integer({ min: -3, max: 20 }),
  premium: fc.integer({ min: 1, max: 300 }),
  isLater: fc.boolean(),
})
const drawn: fc.Arbitrary<Drawn> = fc.record({
  isLong: fc.boolean(),
  cash: fc.integer({ min: 20_000, max: 200_000 }),
  entry: fc.integer({ min: 80_000, max: 100_000 }),
  index: fc.integer({ min: 85_000, max: 95_000 }),
  bare: fc.integer({ min: 0, max: 5 }),
  covers: fc.tuple(cover, cover),
})

interface Bought {
  readonly coverageId: string
  readonly name: string
  readonly size: string
  readonly strike: number
}
interface Built {
  readonly at: Harness
  readonly position: string
  readonly bought: readonly Bought[]
  /** The newest of each cover, once both stand. */
  readonly certificates: readonly CoverageCertificate[]
}

function coins(tenths: number): string {
  return formatUnits((BigInt(tenths) * ONE) / 10n)
}

function built({ isLong, cash, entry, index, bare, covers }: Drawn): Built {
  const at = harness([books, certificate])
  open(at, { USDC: String(cash) })
  feedIndex(at, String(index))
  feedMark(at, PERP, String(index), { bid: String(index), ask: String(index) })
  approve(at, 'p1', 'client', PERP)
  const position = coins(covers[0].tenths + covers[1].tenths + bare)
  fill(at, { side: isLong ? 'buy' : 'sell', quantity: position, price: String(entry), orderId: 'p1' })
  const dir = isLong ? 1n : -1n
  let certain = usdc(String(cash)).units + dir * usdc(position).units * BigInt(index - entry)
  const bought = covers.map((one, i): Bought => {
    const [made, paid] = purchase(at, one, { isLong, index, certain, number: i + 1 })
    certain -= paid
    return made
  })
  const anew = only(at.feed('clock_tick', { name: 'minute', dueAt: at.at }), 'coverage_certificates')
  const newest = new Map([...only(at.emitted, 'coverage_certificates'), ...anew].map((each) => [each.coverageId as string, each]))
  assert.equal(newest.size, 2)
  return { at, position, bought, certificates: [...newest.values()] }
}

interface About {
  readonly isLong: boolean
  readonly index: number
  readonly certain: bigint
  readonly number: number
}
/** Quoted by the design's formula for this cover alone, bought, active; and what it cost. */
function purchase(
  at: Harness,
  { tenths, away, premium, isLater }: Cover,
  { isLong, index, certain, number }: About,
): readonly [Bought, bigint] {
  const strike = Math.round(index / 1_000) * 1_000 + (isLong ? -away : away) * 1_000
  const [size, units] = [coins(tenths), usdc(coins(tenths)).units]
  const name = `BTC-${isLater ? '13' : '6'}FEB26-${strike}-${isLong ? 'P' : 'C'}`
  const dir = isLong ? 1n : -1n
  const paid = multiplyUnits(units, divideUnits(BigInt(premium), 10_000n)) * BigInt(index)
  const fee = multiplyUnits(units, divideUnits(3n, 10_000n)) * BigInt(index)
  const exit = multiplyUnits(units, divideUnits(65n, 100_000n)) * BigInt(isLong ? strike : 2 * strike)
  const coverageId = `cover-${number}`
  const body = {
    ...COVER,
    coverageId,
    terms: { ...COVER.terms, side: isLong ? 'long' : 'short', size },
    instrument: name,
    optionType: isLong ? 'put' : 'call',
    strike: String(strike),
    expiry: isLater ? EXPIRY + WEEK : EXPIRY,
    size,
    index: String(index),
    premium: formatUnits(paid),
    fee: formatUnits(fee),
    floorPrice: String(strike),
    floorEquity: formatUnits(certain - dir * units * BigInt(index - strike) - paid - fee - exit),
    exitCostMax: formatUnits(exit),
    equityBefore: formatUnits(certain),
    ...(isLong ? {} : { floorHoldsUpTo: String(2 * strike) }),
  }
  at.wire('coverages', body)
  const order = `c${number}`
  approve(at, order, 'hedge', name as never)
  const terms = {
    instrument: name as never,
    side: 'buy',
    quantity: size,
    price: (premium / 10_000).toFixed(4),
    index: String(index),
  } as const
  const coinFee = formatUnits(multiplyUnits(units, divideUnits(3n, 10_000n)))
  fill(at, { ...terms, fee: coinFee, feeCurrency: 'BTC', orderId: order })
  const told = {
    ...terms,
    orderId: order,
    intentId: `${coverageId}-buy-1`,
    account: DEMO,
    book: 'hedge',
    purpose: 'cover',
    state: 'filled',
  }
  const sums = { filled: size, notional: formatUnits(paid / BigInt(index)), notionalUsdc: formatUnits(paid), feesUsdc: formatUnits(fee) }
  at.wire('trade_confirmations', { ...told, ...sums, fees: [{ currency: 'BTC', amount: coinFee }], coverageId })
  at.wire('coverages', { ...body, state: 'active', filled: size, activatedAt: at.at })
  return [{ coverageId, name, size, strike }, paid + fee]
}

/** Delivers both at one index and closes the position there: what is left is cash. */
function leftAt({ at, bought, position }: Built, isLong: boolean, index: bigint): bigint {
  at.at = epochMs(EXPIRY + WEEK)
  for (const [i, { name, size, strike }] of bought.entries()) {
    const inside = isLong ? BigInt(strike) * ONE - index : index - BigInt(strike) * ONE
    const payout = inside > 0n ? divideUnits(multiplyUnits(inside, usdc(size).units), index) : 0n
    const fee = optionDeliveryFee(new Money<'BTC'>(payout), btc(size), DERIBIT_OPTION_FEES).toString()
    const about = {
      venue: 'test',
      account: DEMO,
      settlementId: `s${i}`,
      instrument: name,
      quantity: size,
      settlementIndex: formatUnits(index),
    }
    at.wire('venue_settlements', { ...about, payout: formatUnits(payout), fee, currency: 'BTC', basis: 'venue', venueAt: at.at })
  }
  const taker = multiplyUnits(multiplyUnits(usdc(position).units, index), divideUnits(5n, 10_000n))
  const terms = { side: isLong ? 'sell' : 'buy', quantity: position, price: formatUnits(index), index: formatUnits(index) } as const
  fill(at, { ...terms, fee: formatUnits(taker), orderId: 'p1' })
  return only(at.emitted, 'account_values').at(-1)?.cash.units ?? assert.fail('a value')
}

test('[P-12] [P-11] two covers of an account: settled together at any index it keeps what each certificate says of the whole, and no stated floor is more', () => {
  fc.assert(
    fc.property(drawn, fc.integer({ min: 1, max: 2_000 }), (inputs, thousandth) => {
      const one = built(inputs)
      const sameOption = one.bought[0]?.name === one.bought[1]?.name
      fc.pre(!sameOption)
      const low = Math.min(...one.bought.map(({ strike }) => strike))
      const index = (BigInt(low) * ONE * BigInt(thousandth)) / 1_000n
      const left = leftAt(one, inputs.isLong, index)
      for (const { coverageId, inputs: read, result } of one.certificates) {
        const { account, settlement } = result
        assert.equal(settlement.unexplained.toString(), '0', coverageId)
        assert.deepEqual([result.uncovered.toString(), read.beside?.length], [coins(inputs.bare), 1], coverageId)
        assert.ok(account !== undefined)
        assert.ok(left >= account.worst.equity.units - ROUNDING, `${coverageId}: ${formatUnits(left)} at ${formatUnits(index)}`)
        assert.ok(left >= settlement.floorEquity.minus(account.belowFloor).units - ROUNDING, `${coverageId}: the floor, less what is named`)
      }
    }),
    { numRuns: 40 },
  )
})

test('[P-12] what it says the account keeps is reached where both covers last as long', () => {
  fc.assert(
    fc.property(drawn, (inputs) => {
      const one = built(inputs)
      fc.pre(one.bought[0]?.name !== one.bought[1]?.name)
      const [own] = one.certificates.filter(({ result }) => result.account?.covers === 1)
      const worst = own?.result.account?.worst
      fc.pre(worst?.index.isPositive() === true)
      if (worst === undefined) return
      const more = leftAt(one, inputs.isLong, worst.index.units) - worst.equity.units
      assert.ok(more >= -ROUNDING && more < 10n ** 12n, `${formatUnits(more)} above`)
    }),
    { numRuns: 25 },
  )
})
