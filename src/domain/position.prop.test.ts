/** Cost arithmetic against decimal.js at 60 digits, which keeps every trade and closes first in, average cost, the slow way. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { formatUnits } from '#units/exact.ts'
import { applyTrade, averageEntryOf, FLAT, guardedWorth, unguarded, worthOf } from './position.ts'
import type { Contract, CostPosition } from './position.ts'

const Wide = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_EVEN })
type Wide = Decimal

interface Slow {
  readonly quantity: Wide
  readonly average: Wide
  readonly realised: Wide
}
const trade = fc.record({ sign: fc.constantFrom(1n, -1n), lots: fc.bigInt(1n, 50_000n), cents: fc.bigInt(100_000n, 20_000_000n) })
const LOT = 10n ** 14n
const CENT = 10n ** 16n

function decimalOf(units: bigint): Wide {
  return new Wide(formatUnits(units))
}

/** Average cost by its definition: adding averages (harmonically for an inverse contract), reducing keeps, crossing starts anew. */
function slowTrade(contract: Contract, held: Slow, size: Wide, price: Wide): Slow {
  const after = held.quantity.plus(size)
  if (held.quantity.isZero() || held.quantity.isPositive() === size.isPositive()) {
    const [a, b] = [held.quantity, size]
    const isFirst = held.quantity.isZero()
    const linear = isFirst ? price : a.times(held.average).plus(b.times(price)).div(after)
    const harmonic = isFirst ? price : after.div(a.div(held.average).plus(b.div(price)))
    return { quantity: after, average: contract === 'linear' ? linear : harmonic, realised: held.realised }
  }
  const closed = size.abs().greaterThan(held.quantity.abs()) ? held.quantity : size.negated()
  const gain =
    contract === 'linear'
      ? closed.times(price.minus(held.average))
      : closed.times(new Wide(1).div(held.average).minus(new Wide(1).div(price)))
  const crossed = !after.isZero() && after.isPositive() !== held.quantity.isPositive()
  return { quantity: after, average: crossed ? price : held.average, realised: held.realised.plus(gain) }
}

for (const contract of ['linear', 'inverse'] as const) {
  test(`[PE-06] [F-A06] ${contract}: quantity exact, realised within 1e-15, average within 1e-12 of decimal arithmetic`, () => {
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 40 }), (trades) => {
        let held: CostPosition = FLAT
        let realised = 0n
        let slow: Slow = { quantity: new Wide(0), average: new Wide(0), realised: new Wide(0) }
        for (const { sign, lots, cents } of trades) {
          const [size, price] = [sign * lots * (contract === 'linear' ? LOT : 10n ** 19n), cents * CENT]
          const effect = applyTrade(held, size, guardedWorth(contract, size, price))
          held = effect
          realised += effect.realised
          slow = slowTrade(contract, slow, decimalOf(size), decimalOf(price))
          assert.equal(formatUnits(held.quantity), slow.quantity.toFixed())
          assert.ok(
            decimalOf(unguarded(realised)).minus(slow.realised).abs().lessThan('1e-15'),
            `realised ${formatUnits(unguarded(realised))}`,
          )
          const average = averageEntryOf(contract, held.quantity, held.cost)
          if (average !== undefined)
            assert.ok(decimalOf(average).minus(slow.average).abs().lessThanOrEqualTo('1e-12'), `average ${formatUnits(average)}`)
        }
      }),
      { numRuns: 150 },
    )
  })
}

test('[F-A06] worth is conserved: cost + what was paid out = what was paid in, to the last digit', () => {
  fc.assert(
    fc.property(fc.array(trade, { minLength: 1, maxLength: 40 }), (trades) => {
      let held: CostPosition = FLAT
      let [paid, realised] = [0n, 0n]
      for (const { sign, lots, cents } of trades) {
        const worth = worthOf('linear', sign * lots * LOT, cents * CENT)
        const effect = applyTrade(held, sign * lots * LOT, worth)
        paid += worth
        realised += effect.realised
        held = effect
        assert.equal(held.cost, paid + realised)
        if (held.quantity === 0n) assert.equal(held.cost, 0n)
      }
    }),
  )
})

test('a trade without a size is a bug', () => {
  assert.throws(() => applyTrade(FLAT, 0n, 0n), /a trade has a size/)
})
