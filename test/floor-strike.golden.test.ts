/** Published vectors of the floor strike (P-02): spot x (1 - f) under a long, spot x (1 + f) over a short. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { price } from '#units/price.ts'
import { ratio } from '#units/ratio.ts'
import { floorPriceOf } from '#stages/protection/floor.ts'

interface Case {
  readonly id: string
  readonly kind: string
  readonly input: { readonly spot: string; readonly drawdown_floor_pct: string; readonly side: 'long' | 'short' }
  readonly expected: { readonly floor_strike: string }
}
const file = new URL('../src/stages/hedging/golden/hedging_rules.json', import.meta.url)

test('[P-02] golden: the floor strike, exact', () => {
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }
  const floors = cases.filter(({ kind }) => kind === 'floor_strike')
  assert.equal(floors.length, 8)
  for (const { id, input, expected } of floors) {
    const floor = floorPriceOf(price<'BTC', 'USDC'>(input.spot), ratio(input.drawdown_floor_pct), input.side)
    assert.equal(floor.toString(), expected.floor_strike, id)
  }
})
