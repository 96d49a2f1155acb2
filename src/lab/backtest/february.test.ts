/** The crash of February 2026, long 1 BTC at 5x: the figures, the promise, the report's form, and its bytes in other places. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { AnyEvent, Component } from '#engine/component.ts'
import { PIPELINE } from '#pipeline'
import { Money, usdc } from '#units/money.ts'
import type { VenueFill } from '#topics/orders.ts'
import { assertSound, atSettlement, hasData, OPTIONS, outFolder, reportOf, requestOf } from './backtest.fixture.ts'
import { reportHtml } from './report-html.ts'
import { backtestReport } from './run.ts'

const february = () => reportOf('february')

test('[P-14] the twin is liquidated at 15:51 on 5 February; the account keeps its floor at settlement', async (t) => {
  if (!hasData(t)) return
  const report = await february()
  const { totals, coverages } = report
  assertSound(report)
  assert.equal(report.liquidatedAtIso?.slice(0, 16), '2026-02-05T15:51')
  assert.equal(report.accountLiquidatedAtIso, null)
  assert.equal(totals.equityEndUnprotected, '0', 'what the liquidation fee left of it')
  assert.equal(coverages.length, 1)
  const cover = coverages[0]
  assert.deepEqual(
    [cover?.instrument, cover?.size, cover?.premiumCoin, cover?.index, cover?.premiumUsdc, cover?.feeUsdc, cover?.state],
    ['BTC-6FEB26-80000-P', '1', '0.0025', '87784.72', '219.4618', '26.335416', 'expired'],
  )
  // (80,000 - 65,541.89) x 1, the index linear between 04:31 and 09:35 at 08:00.
  assert.deepEqual([cover?.settlementIndex, usdc(cover?.payoutUsdc ?? '').toFixed(6)], ['65541.89', '14458.110000'])
  assert.equal(cover?.expiryIso, '2026-02-06T08:00:00.000Z')
  const { kept, promised } = atSettlement(report)
  assert.ok(kept.isAtLeast(promised), `${kept.toString()} at or above ${promised.toString()}`)
})

test('[P-14] before settlement the account lies under the floor by the discount of the bid alone, which is named', async (t) => {
  if (!hasData(t)) return
  const { totals, series, sentences } = await february()
  const gap = usdc(totals.worstBreach)
  assert.ok(gap.isPositive())
  const deepest = series.find(
    ({ equityProtected, floorEquity }) => floorEquity !== null && usdc(floorEquity).minus(usdc(equityProtected)).units === gap.units,
  )
  assert.ok(deepest !== undefined)
  const discount = usdc(deepest.equityAtMark).minus(usdc(deepest.equityProtected))
  assert.ok(
    gap.minus(usdc(totals.worstBreachAtMark)).compare(discount) <= 0,
    'the gap is the discount of the bid, and what there is at mark',
  )
  assert.equal(totals.lowestEquity, '11662.642934')
  assert.equal(
    gap.toString(),
    usdc(totals.firstFloorEquity ?? '')
      .minus(usdc(totals.lowestEquity))
      .toString(),
  )
  assert.ok(
    sentences.some((sentence) => sentence.includes(`${gap.toFixed(2)} under the floor in force`)),
    sentences.join('\n'),
  )
})

test('[P-13] a renewal that cannot keep the limit is refused with its figures, and the position closes with its cover', async (t) => {
  if (!hasData(t)) return
  const { refusals, decisions } = await february()
  assert.deepEqual([...new Set(refusals.map(({ code }) => code))], ['below_drawdown_limit'])
  for (const { explanation } of refusals) {
    assert.equal(explanation.gate, 'protection/quote')
    assert.ok(usdc(String(explanation.seen)).isBelow(usdc(String(explanation.limit))))
    assert.equal(explanation.flip?.to, explanation.seen)
  }
  const kinds = decisions.map(({ what }) => what)
  assert.deepEqual(kinds.slice(-5), ['position_closing', 'order approved', 'cover expired', 'payout_booked', 'order filled'])
  assert.equal(decisions.find(({ what }) => what === 'position_closing')?.atIso, '2026-02-06T08:00:00.000Z')
})

test('[B-01] the report has the documented keys, decimal strings, and nothing of the machine or the day', async (t) => {
  if (!hasData(t)) return
  const report = await february()
  for (const key of ['config', 'series', 'coverages', 'refusals', 'liquidatedAtIso', 'totals', 'journalHash']) assert.ok(key in report, key)
  const points = Object.keys(report.series[0] ?? {})
  for (const key of ['atIso', 'index', 'equityProtected', 'equityAtMark', 'equityUnprotected', 'floorEquity'])
    assert.ok(points.includes(key), key)
  const covers = Object.keys(report.coverages[0] ?? {})
  for (const key of [
    'coverageId',
    'boughtAtIso',
    'instrument',
    'size',
    'premiumCoin',
    'index',
    'premiumUsdc',
    'feeUsdc',
    'expiryIso',
    'settlementIndex',
    'payoutUsdc',
  ])
    assert.ok(covers.includes(key), key)
  for (const value of Object.values(report.totals)) assert.match(value ?? '0', /^-?\d+(\.\d+)?$/)
  assert.equal(report.series.length, 43)
  assert.deepEqual(
    report.config.data.map(({ file }) => file),
    ['deribit_options_chain_202601.csv.gz', 'deribit_options_chain_202602.csv.gz', 'deribit_options_chain_202603.csv.gz'],
  )
  for (const digest of [report.journalHash, report.config.configDigest, ...report.config.data.map(({ sha256 }) => sha256)])
    assert.match(digest, /^[0-9a-f]{64}$/)
  const text = JSON.stringify(report)
  for (const trace of [OPTIONS, outFolder(''), '/tmp', process.cwd(), new Date().toISOString().slice(0, 10)])
    assert.ok(!text.includes(trace), trace)
})

test('[B-01] another folder and another time zone give the same bytes, report and page', async (t) => {
  if (!hasData(t)) return
  const report = await february()
  const here = [`${JSON.stringify(report, null, 2)}\n`, reportHtml(report)]
  const script = outFolder('again.ts')
  const request = { ...requestOf('elsewhere'), out: join(outFolder('elsewhere'), 'deep', 'er') }
  const run = new URL('./run.ts', import.meta.url)
  writeFileSync(script, `import { runBacktest } from ${JSON.stringify(run.href)}\nawait runBacktest(${JSON.stringify(request)})\n`)
  const child = spawnSync(process.execPath, [script], {
    env: { ...process.env, TZ: 'Asia/Tokyo' },
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    encoding: 'utf8',
  })
  assert.equal(child.status, 0, child.stderr)
  for (const [i, name] of ['report.json', 'report.html'].entries()) {
    const there = readFileSync(join(request.out, name), 'utf8')
    const line = there.split('\n').findIndex((text, at) => text !== here[i]?.split('\n')[at])
    assert.equal(line, -1, `${name} is the same in line ${line + 1}`)
    assert.ok(there === here[i])
  }
})

test('[V-02] books that are a cent off have no report', async (t) => {
  if (!hasData(t)) return
  const tampered = PIPELINE.map((component) => (component.name === 'ledger/books' ? chargingMore(component, '0.011') : component))
  await assert.rejects(
    backtestReport(requestOf('tampered', { to: '2026-01-29' }), { pipeline: tampered }),
    /agree to the cent, not -0\.0219999\d* USDC apart/,
  )
  const nearly = PIPELINE.map((component) => (component.name === 'ledger/books' ? chargingMore(component, '0.0049') : component))
  const report = await backtestReport(requestOf('nearly', { to: '2026-01-29' }), { pipeline: nearly })
  assert.equal(usdc(report.totals.residual).toFixed(4), '-0.0098', 'two fills, each half a cent too dear, and said so')
})

/** The ledger, told of a fee that the venue did not charge. */
function chargingMore(component: Component, usdcMore: string): Component {
  const dearer = (event: AnyEvent): AnyEvent => {
    if (event.topic !== 'venue_fills') return event
    const { fee, feeCurrency, index }: VenueFill = event.body
    const more = feeCurrency === 'BTC' ? (usdc(usdcMore).units * 10n ** 18n) / index.units : usdc(usdcMore).units
    return { ...event, body: { ...event.body, fee: new Money(fee.units + more) } } as AnyEvent
  }
  return { ...component, step: (state, event, config) => component.step(state, dearer(event), config) }
}
