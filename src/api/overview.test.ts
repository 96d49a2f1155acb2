/** The arithmetic of the first screen: liquidation without the cover, both sides, against the definition. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountValue } from '#topics/account.ts'
import { money } from '#units/money.ts'
import { price } from '#units/price.ts'
import { parseUnits } from '#units/exact.ts'
import { liquidationPrice } from './overview.ts'

function valued(equityMark: string, hedgeMark: string, maintenance: string): AccountValue {
  return {
    equityMark: money(equityMark),
    hedgeMark: money(hedgeMark),
    maintenanceMargin: money(maintenance),
    index: price('80000'),
  } as AccountValue
}

test('[V-01] at the liquidation price equity without the hedge equals maintenance margin, long and short', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 2_000, max: 70_000 }),
      fc.constantFrom(1, -1),
      (tenths, perCoin, dir) => {
        const size = tenths / 10
        const equity = size * perCoin
        const value = valued(equity.toFixed(2), '0', (size * 80_000 * 0.01).toFixed(2))
        const text = liquidationPrice(value, parseUnits(size.toFixed(1)) ?? 0n, dir === 1 ? 1n : -1n)
        const at = Number(text)
        assert.ok(Math.abs(equity + dir * size * (at - 80_000) - size * at * 0.01) < 1e-4, `${text}`)
      },
    ),
  )
})

test('[V-01] the hedge is left out, and an account that cannot be liquidated has no such price', () => {
  const one = parseUnits('1') ?? 0n
  assert.equal(liquidationPrice(valued('9000', '1000', '800'), one, 1n), liquidationPrice(valued('8000', '0', '800'), one, 1n))
  assert.equal(liquidationPrice(valued('90000', '0', '800'), one, 1n), null)
  assert.equal(liquidationPrice(valued('9000', '0', '0'), 0n, 1n), null)
})
