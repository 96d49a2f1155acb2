/** Normal density and distribution against published values, and where floating-point numbers end. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { normalCdf, normalPdf } from './normal.ts'

interface Vector {
  readonly id: string
  readonly fn: string
  readonly args: readonly number[]
  readonly expected: number
}
const { cases, tolerance } = JSON.parse(readFileSync(new URL('./golden/special_functions.json', import.meta.url), 'utf8')) as {
  cases: Vector[]
  tolerance: { by_fn: Record<string, { rtol: number; atol: number }> }
}

for (const [fn, evaluate, rows] of [
  ['norm_cdf', normalCdf, 25],
  ['norm_pdf', normalPdf, 9],
] as const) {
  test(`[special_functions] ${fn} of every published vector, tails included`, () => {
    const vectors = cases.filter((vector) => vector.fn === fn)
    assert.equal(vectors.length, rows)
    const rtol = tolerance.by_fn[fn]?.rtol ?? 0
    for (const { id, args, expected } of vectors) {
      const got = evaluate(args[0] ?? Number.NaN)
      assert.ok(Math.abs(got - expected) <= rtol * Math.abs(expected), `${id}: ${got} against ${expected}`)
    }
  })
}

test('the distribution ends where numbers end', () => {
  assert.equal(normalCdf(-40), 0)
  assert.equal(normalCdf(40), 1)
  assert.equal(normalCdf(Infinity), 1)
  assert.equal(normalCdf(-Infinity), 0)
  assert.ok(Number.isNaN(normalCdf(Number.NaN)))
})
