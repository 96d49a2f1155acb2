/** Only the same refusal of the same wish is taken together, and only where nothing else came between. */
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import type { QuoteShown } from '#api/contract-protection.ts'
import { grouped } from './quote-groups.ts'

const refused = (seq: number, code: string, change: object = {}): QuoteShown =>
  ({
    seq,
    atIso: `2026-01-03T00:00:${String(seq).padStart(2, '0')}.000Z`,
    cause: 'renewal',
    renews: 'cover-1',
    isPreview: false,
    selected: null,
    terms: { size: '1' },
    explanation: { gate: 'g', code, field: 'f', seen: seq, limit: 0, cause: 1 },
    ...change,
  }) as unknown as QuoteShown

test('[API-06] refusals that follow each other for one reason are one row with their count and their first instant', () => {
  const quoted = refused(4, 'x', { selected: { instrument: 'P' }, explanation: null })
  const quotes = [
    refused(9, 'a'),
    refused(8, 'a'),
    refused(7, 'b'),
    refused(6, 'a'),
    quoted,
    refused(3, 'a'),
    refused(2, 'a', { renews: 'cover-2' }),
  ]
  deepEqual(
    grouped(quotes).map(({ newest, count, sinceIso }) => [newest.seq, count, sinceIso?.slice(17, 19)]),
    [
      [9, 2, '08'],
      [7, 1, '07'],
      [6, 1, '06'],
      [4, 1, '04'],
      [3, 1, '03'],
      [2, 1, '02'],
    ],
  )
  deepEqual(grouped([]), [])
})

test('[API-06] two quotes that came about are never taken together', () => {
  const quoted = (seq: number) => refused(seq, 'x', { selected: { instrument: 'P' }, explanation: null })
  deepEqual(
    grouped([quoted(2), quoted(1)]).map(({ count }) => count),
    [1, 1],
  )
})
