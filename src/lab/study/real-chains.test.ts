/** The days of the fall of February 2026 as recorded: no floor is broken, and the platform's ledger says the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordedData } from '../data/fixtures/files.ts'
import { reportHtml } from './report-html.ts'
import { studyOf } from './run.ts'
import { requestOf } from './study.fixture.ts'

const DAYS = {
  from: '2026-02-03T12:00:00Z',
  to: '2026-02-06T20:00:00Z',
  tenors: [1, 2],
  floors: ['0.05', '0.10'],
  sides: ['long', 'short'],
} as const

test('[B-01][P-02][P-14] through the fall of February 2026 every floor held', async (t) => {
  const chains = recordedData(t, 'options')
  if (chains === undefined) return
  const request = requestOf(chains, { ...DAYS, heldEvery: 6 })
  const first = await studyOf(request)
  const { totals, held, sides, variants, sentences } = first.report
  assert.ok(totals.asked === 104 && totals.settled > 20, `${totals.asked} asked, ${totals.settled} settled`)
  assert.deepEqual([totals.underFloor, totals.worstOverFloor?.startsWith('-')], [0, false])
  assert.deepEqual(
    variants.map(({ underFloor }) => underFloor),
    [0, 0, 0, 0, 0],
  )
  // a study throws where ledger and oracle are a cent apart, so that some were compared is what has to be said
  assert.ok(held.settled >= 8, `${held.settled} held`)
  assert.ok((sides.find(({ side }) => side === 'long')?.payoutRatio ?? 0) > 1, 'puts paid in the fall')
  assert.match(sentences[1] ?? '', /none ended under its floor/)
  const html = reportHtml(first.report)
  assert.doesNotMatch(html, /NaN|undefined|Infinity|\[object/)
  assert.doesNotMatch(html, /<script|https?:\/\//)
  assert.doesNotMatch(first.csv, /NaN|undefined|Infinity/)
})
