/** Laws of the choice of points: bounded, in order, with both ends and every column's least and greatest value. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { extremePlaces } from './extremes.ts'

const value = fc.oneof(
  { weight: 9, arbitrary: fc.double({ noNaN: true, min: -1e9, max: 1e9 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
)
const series = fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), value, value), { minLength: 1, maxLength: 400 }).map((rows) => {
  let at = 0
  return {
    x: Float64Array.from(rows, ([step]) => (at += step)),
    columns: [Float64Array.from(rows, ([, a]) => a), Float64Array.from(rows, ([, , b]) => b)],
  }
})

test('[UI-04] never more points than asked, in order, each once, first and last always', () => {
  fc.assert(
    fc.property(series, fc.integer({ min: 2, max: 500 }), ({ x, columns }, max) => {
      const places = extremePlaces(x, columns, { from: 0, to: x.length, max })
      assert.ok(places.length <= max)
      assert.equal(places[0], 0)
      assert.equal(places.at(-1), x.length - 1)
      assert.ok(places.every((place, i) => i === 0 || place > (places[i - 1] as number)))
      if (x.length <= max) assert.equal(places.length, x.length)
    }),
  )
})

test('[UI-04] with room for one span, every column keeps its extremes; NaN is no value', () => {
  fc.assert(
    fc.property(series, fc.integer({ min: 8, max: 60 }), ({ x, columns }, max) => {
      const places = extremePlaces(x, columns, { from: 0, to: x.length, max })
      for (const column of columns) {
        const values = [...column].filter((each) => !Number.isNaN(each))
        if (values.length === 0) continue
        const chosen = places.map((place) => column[place] as number).filter((each) => !Number.isNaN(each))
        assert.deepEqual([Math.min(...chosen), Math.max(...chosen)], [Math.min(...values), Math.max(...values)])
      }
    }),
  )
})

test('[UI-04] a window looks at nothing outside it; an empty one gives nothing', () => {
  const x = Float64Array.from({ length: 100 }, (_, i) => i)
  const column = Float64Array.from({ length: 100 }, (_, i) => (i === 5 || i === 95 ? 1_000 : i % 7))
  const places = extremePlaces(x, [column], { from: 20, to: 80, max: 10 })
  assert.ok(places.every((place) => place >= 20 && place < 80))
  assert.deepEqual(extremePlaces(x, [column], { from: 50, to: 50, max: 10 }), [])
})
