/** Black-76 against published high-precision vectors, each within its own stated tolerance. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { priceBlack76, type OptionRight } from './black76.ts'

interface Side {
  readonly price: number
  readonly delta: number
}
interface Vector {
  readonly id: string
  readonly input: { forward: number; strike: number; time: number; rate: number; vol: number }
  readonly expected: Readonly<Record<OptionRight, Side>>
  readonly atol: Readonly<Record<OptionRight, Side>>
}
const vectors = JSON.parse(readFileSync(new URL('./golden/options_black76.json', import.meta.url), 'utf8')) as {
  case_count: number
  cases: Vector[]
}

test('[options_black76] price and delta of every published vector, put and call', () => {
  assert.equal(vectors.cases.length, vectors.case_count)
  for (const { id, input, expected, atol } of vectors.cases) {
    for (const right of ['call', 'put'] as const) {
      const { forward, strike, time: years, rate, vol: ivAnnual } = input
      const got = priceBlack76({ right, forward, strike, years, rate, ivAnnual })
      for (const field of ['price', 'delta'] as const) {
        const off = Math.abs(got[field] - expected[right][field])
        assert.ok(off <= atol[right][field], `${id} ${right} ${field}: ${got[field]} against ${expected[right][field]}, off by ${off}`)
      }
    }
  }
})
