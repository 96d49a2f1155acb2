/** Pairs of options on small random chains: the solver against exhaustive search, and the guarantee against the payoffs themselves. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Money, usdc } from '#units/money.ts'
import { multiplyUnits } from '#units/exact.ts'
import { price } from '#units/price.ts'
import type { BtcUsdc } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import type { OptionQuote } from '#topics/market.ts'
import { cheapestPair, isOfKind } from './combinations.ts'
import type { Kind } from './combinations.ts'
import { exactPair, legsOf, pairWanted } from './combination-terms.ts'
import type { Leg, PairWanted, Split } from './combination-terms.ts'
import { floorPriceOf, payoutOf } from './floor.ts'
import type { FloorWanted } from './gates.ts'
import { accountValue, DEMO, optionQuote, T0 } from './protection.fixture.ts'
import { chainsOf } from './listing.ts'
import { quotesConfig } from './quote-config.ts'
import type { SelectionInputs } from './selection.ts'

const EXPIRIES = ['6FEB26', '13FEB26'] as const
const CONFIG = quotesConfig.parse({ quoteMaxAgeMs: 1e9, spreadMax: '10' })
interface Row {
  readonly expiry: number
  readonly step: number
  readonly ticks: number
  readonly tenths: number
  readonly venue: boolean
}
const row = fc.record({
  expiry: fc.integer({ min: 0, max: 1 }),
  step: fc.integer({ min: 0, max: 5 }),
  ticks: fc.integer({ min: 1, max: 400 }),
  tenths: fc.integer({ min: 0, max: 12 }),
  venue: fc.boolean(),
})
const asked = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 9 }),
  side: fc.constantFrom('long' as const, 'short' as const),
  lots: fc.integer({ min: 2, max: 10 }),
  floor: fc.option(fc.integer({ min: 20, max: 140 }), { nil: undefined }),
  least: fc.option(fc.integer({ min: 9_000, max: 19_500 }), { nil: undefined }),
})
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never

/** Strikes 3,000 apart away from the index on the side that protects, prices in ticks of 0.0001 coin. */
function quoteOf({ expiry, step, ticks, tenths, venue }: Row, side: Asked['side']): OptionQuote {
  const strike = side === 'long' ? 88_000 - step * 3_000 : 88_000 + step * 3_000
  const name = `BTC-${EXPIRIES[expiry]}-${strike}-${side === 'long' ? 'P' : 'C'}`
  const ask = (ticks / 10_000).toFixed(4)
  return { ...optionQuote(name, { bid: ask, ask, mark: ask, size: (tenths / 10).toFixed(1) }), venue: venue ? 'deribit' : 'other' }
}
function inputsOf({ rows, side, lots, floor, least }: Asked): SelectionInputs {
  const index: BtcUsdc = price('88000')
  const wanted: FloorWanted | undefined = least === undefined ? undefined : { least: usdc(String(least)), code: 'equity_floor_not_met' }
  return {
    at: T0,
    index,
    account: accountValue(),
    equityBefore: usdc('20000'),
    config: CONFIG,
    chains: chainsOf(rows.map((one) => quoteOf(one, side))),
    floorPrice: floor === undefined ? undefined : floorPriceOf(index, ratio((floor / 1_000).toFixed(3)), side),
    wanted,
    only: undefined,
    terms: {
      account: DEMO,
      asset: 'BTC',
      side,
      tierName: 'Bronze',
      leverage: 5,
      size: btc((lots / 10).toFixed(1)),
      tenorDays: 7,
      renewal: 'none',
    },
  }
}

function cheapest(costs: readonly Money<'USDC'>[]): string {
  return costs.reduce<Money<'USDC'> | undefined>((a, b) => (a === undefined || b.isBelow(a) ? b : a), undefined)?.toString() ?? 'none'
}
function everyPair(legs: readonly Leg[], kind: Kind, wanted: PairWanted): readonly Split[] {
  return legs.flatMap((a, i) =>
    legs
      .slice(i + 1)
      .flatMap((b) =>
        isOfKind(a, b, kind)
          ? Array.from({ length: wanted.lots - 1 }, (_, k) => k + 1).flatMap((n) =>
              n <= a.lots && wanted.lots - n <= b.lots ? (exactPair(a, n, b, wanted) ?? []) : [],
            )
          : [],
      ),
  )
}
/** The whole size in one option, as a pair with itself: two lots apart and added. */
function everySingle(legs: readonly Leg[], wanted: PairWanted): readonly Split[] {
  return legs.flatMap((leg) => (leg.lots >= wanted.lots ? (exactPair(leg, 1, leg, wanted) ?? []) : []))
}

test('[P-02] the solver finds what exhaustive search finds, or a single option is cheaper still', () => {
  let found = 0
  fc.assert(
    fc.property(asked, fc.constantFrom('two_strikes' as const, 'two_expiries' as const), (one, kind) => {
      const inputs = inputsOf(one)
      const legs = legsOf(inputs)
      const wanted = pairWanted(inputs)
      const solved = cheapestPair(legs, kind, wanted)
      const singles = everySingle(legs, wanted).map(({ cost }) => cost)
      const all = everyPair(legs, kind, wanted).map(({ cost }) => cost)
      assert.equal(cheapest([...(solved === undefined ? [] : [solved.cost]), ...singles]), cheapest([...all, ...singles]))
      if (solved === undefined) return
      found += 1
      assert.ok(all.every((cost) => cost.isAtLeast(solved.cost) || singles.some((single) => cost.isAtLeast(single))))
    }),
    { numRuns: 2_000 },
  )
  assert.ok(found > 200, `pairs are found often, not ${found} times`)
})

test('[P-02] what a pair of one expiry promises holds at every settlement, all fees paid', () => {
  let checked = 0
  fc.assert(
    fc.property(asked, fc.array(fc.integer({ min: 1, max: 170_000 }), { minLength: 5, maxLength: 5 }), (one, settlements) => {
      const inputs = inputsOf(one)
      const split = cheapestPair(legsOf(inputs), 'two_strikes', pairWanted(inputs))
      if (split === undefined) return
      checked += 1
      const { size } = inputs.terms
      const dir = one.side === 'long' ? 1n : -1n
      const strikes = split.legs.map(({ leg }) => leg.listed.option.strike.toNumber())
      for (const at of [...settlements, ...strikes, 88_000]) {
        if (one.side === 'short' && at > Math.max(...strikes) * 2) continue // beyond what the floor of a short speaks of
        const s: BtcUsdc = price(String(at))
        const moved = new Money<'USDC'>(multiplyUnits((s.units - inputs.index.units) * dir, size.units))
        const closing = s.times(size).times(CONFIG.fees.takerRate, 'up')
        let equity = inputs.equityBefore.plus(moved).minus(split.cost).minus(closing)
        for (const { leg, size: part } of split.legs) {
          const payout = payoutOf(leg.listed.option.optionType, leg.listed.option.strike, s, part)
          const byRate = s.times(part).times(CONFIG.fees.deliveryRate, 'up')
          const byCap = payout.times(CONFIG.fees.deliveryCap, 'up')
          equity = equity.plus(payout).minus(byCap.isBelow(byRate) ? byCap : byRate)
        }
        assert.ok(equity.isAtLeast(split.floorEquity), `at ${at}: ${equity.toString()} under ${split.floorEquity.toString()}`)
        if (inputs.wanted !== undefined) assert.ok(equity.isAtLeast(inputs.wanted.least))
      }
    }),
    { numRuns: 1_500 },
  )
  assert.ok(checked > 150, `checked often, not ${checked} times`)
})

test('[P-02] a floor that floats cannot tell from the mean of two strikes still takes a lot more of the nearer one', () => {
  const rows = [
    { expiry: 0, step: 0, ticks: 200, tenths: 12, venue: true },
    { expiry: 0, step: 5, ticks: 20, tenths: 12, venue: true },
  ]
  const inputs = inputsOf({ rows, side: 'long', lots: 10, floor: undefined, least: undefined })
  const nearer = (floorPrice: string): unknown => {
    const of = { ...inputs, floorPrice: price<'BTC', 'USDC'>(floorPrice) }
    return cheapestPair(legsOf(of), 'two_strikes', pairWanted(of))
      ?.legs.find(({ leg }) => leg.listed.option.strike.toString() === '88000')
      ?.size.toString()
  }
  assert.deepEqual([nearer('82000'), nearer('82000.000000000000000001')], ['0.6', '0.7'])
})
