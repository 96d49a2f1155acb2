/** Spans that follow, spans that stand still, and the way between them. */
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { canMove, marked, moved, rangeOf, windowOf } from './view-span.ts'

const HOUR = 3_600_000
const KNOWN = { first: 1_000 * HOUR, last: 1_100 * HOUR }
const ALL = { spanMs: Number.POSITIVE_INFINITY, endAt: undefined }

test('[UI-04] a span that follows ends at the newest point and is asked anew only after a sixtieth of it', () => {
  const view = { spanMs: 6 * HOUR, endAt: undefined }
  deepEqual(windowOf(view, KNOWN), { from: 1_094 * HOUR, to: 1_100 * HOUR })
  deepEqual(rangeOf(view, KNOWN.last), { from: 1_094 * HOUR })
  deepEqual(rangeOf(view, KNOWN.last + 359_999), { from: 1_094 * HOUR }, 'six minutes are a sixtieth')
  deepEqual(rangeOf(view, KNOWN.last + 360_000), { from: 1_094 * HOUR + 360_000 })
  deepEqual([windowOf(ALL, KNOWN), rangeOf(ALL, KNOWN.last), rangeOf(view, undefined)], [{ from: KNOWN.first, to: KNOWN.last }, {}, {}])
})

test('[UI-04] half a span back, and back again to the newest, which is followed', () => {
  const back = moved({ spanMs: 6 * HOUR, endAt: undefined }, KNOWN, -1)
  deepEqual(back, { spanMs: 6 * HOUR, endAt: 1_097 * HOUR })
  deepEqual(rangeOf(back, KNOWN.last), { from: 1_091 * HOUR, to: 1_097 * HOUR })
  deepEqual(moved(back, KNOWN, 1), { spanMs: 6 * HOUR, endAt: undefined })
  deepEqual([canMove(back, KNOWN, 1), canMove({ ...back, endAt: undefined }, KNOWN, 1)], [true, false])
  deepEqual(
    [canMove(ALL, KNOWN, -1), canMove(back, KNOWN, -1), canMove({ spanMs: HOUR, endAt: KNOWN.first + HOUR }, KNOWN, -1)],
    [false, true, false],
  )
})

test('[UI-04] what is marked is shown; a slip of the pointer is not', () => {
  deepEqual(marked(KNOWN.first, KNOWN.first + HOUR), { spanMs: HOUR, endAt: KNOWN.first + HOUR })
  equal(marked(KNOWN.first, KNOWN.first + 119_999), undefined)
})
