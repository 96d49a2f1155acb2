/** A study over a chain written by hand, to the cent; what it refuses; what it says of a floor that was not kept. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { usdc } from '#units/money.ts'
import { reportHtml } from './report-html.ts'
import type { StudyRequest } from './request.ts'
import { StudyRefusal } from './request.ts'
import { runStudy, studyOf } from './run.ts'
import { handChains, newFolder, requestOf, tenPut } from './study.fixture.ts'

test('[B-01][P-02][P-14] one quote by hand: what it cost, where it settled, what it kept over its floor', async (t) => {
  const { report, csv } = await studyOf(requestOf(await handChains(t)))
  const [row] = csv.split('\n').slice(1)
  // cash 35,000; opening fee 35; premium 0.01 x 70,000; fee 0.0003 x 70,000; floor = 35,000 - 35 - 3,500 - 700 - 21 - 66,500 x 0.00065
  assert.match(
    row ?? '',
    /^2026-02-10T08:00:00.000Z,70000,0.4500,normal,long,2,0.05,ok,BTC-13FEB26-66500-P,2026-02-13T08:00:00.000Z,3.0000,0.01,/,
  )
  assert.match(row ?? '', /,700,21,30700\.775,35000,64600,interpolated,1900,41\.99,30702\.01,1\.235,/)
  const { totals, held, cells, regimes } = report
  assert.deepEqual([totals.asked, totals.quotable, totals.settled, totals.underFloor, totals.worstOverFloor], [2, 1, 1, 0, '1.235'])
  assert.deepEqual(totals.refusals, { no_expiry: 1 }) // the second snapshot lists an expiry 14 days off alone
  assert.deepEqual([cells[0]?.costMedian, cells[0]?.costPerYearMedian], [0.0103, 1.253166667])
  assert.deepEqual([cells[0]?.payoutRatio, cells[0]?.nearest.sameOption], [2.635228849, 1])
  assert.deepEqual(
    regimes.map(({ regime, asked }) => [regime, asked]),
    [
      ['normal', 1],
      ['unknown', 1],
    ],
  )
  assert.deepEqual([held.covers, held.settled, held.differenceMax], [1, 1, '0.000000000'])
  // closing gets a fifth of 32.30 back at the venue, and the floor does not count on it
  assert.equal(usdc(held.rows[0]?.equity ?? '0').toFixed(2), '30708.47')
  assert.match(report.sentences.join(' '), /1 cover expired .*none ended under its floor, all costs paid, and the nearest kept 1\.24 USDC/)
})

test('[B-01] half the size, twice the spread, ten times the position: each asks the platform again', async (t) => {
  const { report } = await studyOf(requestOf(await handChains(t, [tenPut(66_500)]), { heldEvery: 0 }))
  const told = report.variants.map(({ variant, quotable, refusals, costMedian }) => [
    variant,
    quotable,
    refusals['insufficient_size'] ?? 0,
    costMedian,
  ])
  assert.deepEqual(told, [
    ['recorded', 1, 0, 0.0103],
    ['cash at margin', 1, 0, 0.0103],
    ['position x10', 0, 1, null], // 10 % of 7 and 1 % of 120.5 are 1.9
    ['size halved', 0, 1, null], // 0.9
    ['spread doubled', 0, 0, null], // 0.0105 against 0.0090 is 15.3 % of the mark
  ])
  assert.equal(report.variants.at(-1)?.refusals['spread_too_wide'], 1)
  assert.equal(report.held.covers, 0)
})

test('[B-01] an account at its margin is asked for as well, and what it cannot promise is refused with the reason', async (t) => {
  const rows = [tenPut(56_500, { bid_price: '0.0029', ask_price: '0.0031', mark_price: '0.003' })]
  const { report } = await studyOf(requestOf(await handChains(t, rows), { floors: ['0.20'], cashShare: '0.22' }))
  assert.deepEqual(
    [report.totals.quotable, report.variants[1]?.variant, report.variants[1]?.refusals['floor_below_margin']],
    [1, 'cash at margin', 1],
  )
})

test('[B-01] nothing quotable is exit code 3, and the report says so', async (t) => {
  const out = newFolder('nothing')
  t.after(() => rmSync(out, { recursive: true, force: true }))
  const outcome = await runStudy(requestOf(await handChains(t), { tenors: [20], out }))
  assert.equal(outcome.exitCode, 3)
  const html = readFileSync(join(out, 'report.html'), 'utf8')
  assert.match(html, /class="verdict warns"/)
  assert.match(html, /nothing is known of the floors/)
})

test('[DX-02] what cannot be studied is refused before anything is written, field by field', async (t) => {
  const chains = await handChains(t)
  const cases: readonly (readonly [Partial<StudyRequest>, string, string])[] = [
    [{ from: '2026-02-30' }, 'from', 'invalid_window'],
    [{ from: '2026-02-20', to: '2026-02-10' }, 'to', 'invalid_window'],
    [{ from: '2026-02-20' }, 'from', 'nothing_in_window'],
    [{ tierName: 'Copper' }, 'tierName', 'unknown_tier'],
    [{ leverage: 10 }, 'leverage', 'invalid_leverage'],
    [{ cashShare: '0.218' }, 'cash-share', 'insufficient_margin'],
    [{ heldEvery: 0, cashShare: '0.202' }, 'cash-share', 'insufficient_margin'],
    [{ size: '0.05' }, 'size', 'invalid_size'],
    [{ tenors: [0] }, 'tenorDays', 'invalid_tenor'],
  ]
  for (const [changes, field, code] of cases) {
    await assert.rejects(studyOf(requestOf(chains, changes)), (error: unknown) => {
      assert.ok(error instanceof StudyRefusal, String(error))
      assert.deepEqual([error.field, error.code], [field, code], JSON.stringify(changes))
      return true
    })
  }
  assert.equal((await studyOf(requestOf(chains, { heldEvery: 0, cashShare: '0.203' }))).report.totals.quotable, 1)
})

test('[DX-02] a folder that holds another report is left alone', async (t) => {
  const out = newFolder('held')
  t.after(() => rmSync(out, { recursive: true, force: true }))
  mkdirSync(out)
  writeFileSync(join(out, 'report.json'), 'mine')
  const chains = await handChains(t)
  await assert.rejects(runStudy(requestOf(chains, { out })), { field: 'out', code: 'folder_in_use' })
  assert.equal(readFileSync(join(out, 'report.json'), 'utf8'), 'mine')
  rmSync(join(out, 'report.json'))
  await runStudy(requestOf(chains, { out }))
  await runStudy(requestOf(chains, { out })) // its own is replaced
  assert.ok(existsSync(join(out, 'quotes.csv')))
})

test('[B-01] a snapshot is quoted when long enough has passed since the last one quoted', async (t) => {
  const chains = await handChains(t)
  const quoted = async (hours: number): Promise<number> =>
    (await studyOf(requestOf(chains, { everyMs: hours * 3_600_000 }))).report.span.quoted
  assert.deepEqual([await quoted(76), await quoted(77)], [2, 1])
})

test('[B-01] the same study twice is the same bytes: report, page and quotes', async (t) => {
  const request = requestOf(await handChains(t), { floors: ['0.05', '0.10'], sides: ['long', 'short'] })
  const [first, second] = [await studyOf(request), await studyOf(request)]
  assert.equal(JSON.stringify(first.report), JSON.stringify(second.report))
  assert.equal(reportHtml(first.report), reportHtml(second.report))
  assert.equal(first.csv, second.csv)
  const other = await studyOf({ ...request, size: '1.1' })
  assert.notEqual(other.report.journalHash, first.report.journalHash)
})

test('[P-02] [B-01] with pairs allowed every question is asked twice: how many are pairs, what they cost beside one option, what they kept', async (t) => {
  // the floor price 65,100 lies between two strikes: 0.6 of 66,500 and 0.4 of 63,000 hold it on average
  const request = requestOf(await handChains(t), { floors: ['0.07'], combinations: 'allowed' })
  const { report, csv, pairsCsv } = await studyOf(request)
  const found = report.pairs
  assert.ok(found !== null)
  assert.deepEqual([found.asked, found.quotable, found.pairs, found.sharePairs, found.onlyAsPair, found.compared], [2, 1, 1, 1, 0, 1])
  // (0.006 + 0.00124) x 70,000 + 21 = 527.8 where one option costs 721
  assert.deepEqual([found.costRatioMedian, found.savedUsdc, found.savedShare], [0.732038835, '193.20', 0.267961165])
  const [row] = (pairsCsv ?? '').split('\n').slice(1)
  assert.match(row ?? '', /,ok,0\.6 BTC-13FEB26-66500-P at 0\.01 \+ 0\.4 BTC-13FEB26-63000-P at 0\.0031,/)
  // 35,000 - 35 - 527.8 - 4,900 - 66,500 x 0.00065 (leaving as if all were of the dearer strike); at 64,600 that strike pays 1,140 for 5.814
  assert.match(row ?? '', /,506\.8,21,29493\.975,35000,64600,interpolated,1140,38\.114,30139\.086,645\.111,/)
  assert.deepEqual([found.settled, found.paidOut, found.underFloor, found.worstOverFloor], [1, 1, 0, '645.111'])
  assert.deepEqual([report.held.covers, report.held.settled, report.held.differenceMax], [2, 2, '0.000000000'])
  assert.match(report.sentences.join(' '), /1 of 1 answers were a pair \(100\.0 %\): a day they cost 0\.73x of the single option/)
  assert.match(reportHtml(report), /<h2>Two options as one cover<\/h2>/)
  assert.deepEqual(
    report.variants.map(({ variant }) => variant),
    ['recorded', 'cash at margin', 'position x10', 'pairs allowed', 'size halved', 'spread doubled'],
  )

  const { combinations: _, ...alone } = request
  const plain = await studyOf(alone)
  assert.deepEqual([plain.report.pairs, plain.pairsCsv, plain.csv], [null, undefined, csv])
  assert.doesNotMatch(reportHtml(plain.report), /Two options as one cover/)
})
