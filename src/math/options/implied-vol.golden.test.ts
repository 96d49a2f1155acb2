/** Implied volatility against published roots of 80 digits, each within its own tolerance; prices at and beyond the bounds are refused. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { greeksBlack76 } from './black76-greeks.ts'
import { impliedVol } from './implied-vol.ts'
import type { ImpliedVol } from './implied-vol.ts'
import type { OptionRight } from './black76.ts'

interface Vector {
  readonly id: string
  readonly kind: 'solve' | 'reprice_only' | 'reject' | 'zero_vol'
  readonly input: { side: OptionRight; forward: number; strike: number; time: number; rate: number; price: number }
  readonly expected: { readonly vol?: number; readonly reason?: string; readonly reprice_atol?: number }
  readonly atol?: { readonly vol: number }
}
const { cases, case_count } = JSON.parse(readFileSync(new URL('./golden/implied_vol.json', import.meta.url), 'utf8')) as {
  cases: Vector[]
  case_count: number
}
const REASONS: Readonly<Record<string, string>> = {
  below_intrinsic: 'below_intrinsic',
  at_or_above_maximum: 'above_maximum',
  negative_price: 'negative_price',
  invalid_time: 'years_not_positive',
  invalid_forward: 'forward_not_positive',
  invalid_strike: 'strike_not_positive',
}

function solve({ side, forward, strike, time: years, rate, price }: Vector['input']): ImpliedVol {
  return impliedVol({ isCall: side === 'call', price: price * Math.exp(rate * years), forward, strike, years })
}
function vectorsOf(kind: Vector['kind'], count: number): readonly Vector[] {
  const vectors = cases.filter((vector) => vector.kind === kind)
  assert.equal(vectors.length, count)
  return vectors
}

test('[implied_vol] every attainable price gives its volatility', (t) => {
  assert.equal(cases.length, case_count)
  let worst = { of: 0, id: '' }
  for (const { id, input, expected, atol } of vectorsOf('solve', 185)) {
    const solved = solve(input)
    assert.ok(solved.ok, id)
    const off = Math.abs(solved.vol - (expected.vol ?? Number.NaN))
    const allowed = atol?.vol ?? 0
    assert.ok(off <= allowed, `${id}: ${solved.vol} against ${expected.vol}, off by ${off}, allowed ${allowed}`)
    if (off / allowed > worst.of) worst = { of: off / allowed, id }
  }
  t.diagnostic(`worst ${(100 * worst.of).toFixed(2)} % of its tolerance, ${worst.id}`)
})

test('[implied_vol] where the price fixes the volatility badly, the volatility reprices', (t) => {
  let worst = 0
  for (const { id, input, expected } of vectorsOf('reprice_only', 12)) {
    const solved = solve(input)
    assert.ok(solved.ok, id)
    const { side: right, forward, strike, time: years, rate, price } = input
    const off = Math.abs(greeksBlack76({ right, forward, strike, years, rate, ivAnnual: solved.vol }).price - price)
    assert.ok(off <= (expected.reprice_atol ?? 0), `${id}: off by ${off}, allowed ${expected.reprice_atol}`)
    worst = Math.max(worst, off / (expected.reprice_atol ?? 0))
  }
  t.diagnostic(`worst ${(100 * worst).toFixed(2)} % of its tolerance`)
})

test('[implied_vol] [F-M13] a price that no volatility gives is refused by name', () => {
  for (const { id, input, expected } of vectorsOf('reject', 12)) {
    const refused = solve(input)
    assert.ok(!refused.ok, id)
    assert.equal(refused.reason, REASONS[expected.reason ?? ''], id)
  }
})

test('[implied_vol] intrinsic value means volatility 0', () => {
  for (const { id, input } of vectorsOf('zero_vol', 4)) assert.deepEqual(solve(input), { ok: true, vol: 0 }, id)
})
