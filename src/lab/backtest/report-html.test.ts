/** The page: nothing from outside, no script, every decision and refusal in it, text escaped, scales round. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasData, reportOf } from './backtest.fixture.ts'
import { amountScale, timeScale } from './chart-scale.ts'
import { amount, escapeHtml, seenText, shortened, span } from './html-text.ts'
import { reportHtml } from './report-html.ts'

test('[B-01] the page stands alone, without a script, and shows every decision, refusal and cover', async (t) => {
  if (!hasData(t)) return
  const report = await reportOf('page', { to: '2026-02-01', tenorDays: 1 })
  const page = reportHtml(report)
  assert.ok(page.startsWith('<!doctype html>\n<html lang="en">'))
  assert.doesNotMatch(page, /<script|https?:|@import|url\(|<img|<link(?! rel="icon" href="data:,")/)
  const rows = (heading: string): number =>
    (/<tbody[^>]*>([\s\S]*?)<\/tbody>/.exec(page.slice(page.indexOf(`<h2>${heading}</h2>`)))?.[1] ?? '').split('<tr').length - 1
  assert.equal(rows('Decisions'), report.decisions.length)
  assert.equal(rows('Covers'), report.coverages.length)
  assert.equal(page.match(/<path class="line floor" d="M[^"]*V/g)?.length, 2, 'floor equity and floor price are step lines')
  assert.equal(page.match(/<figure/g)?.length, 2)
  for (const { sha256 } of report.config.data) assert.ok(page.includes(sha256))
  for (const tag of ['section', 'figure', 'table', 'details', 'ul', 'svg']) {
    assert.equal(page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length, page.match(new RegExp(`</${tag}>`, 'g'))?.length, tag)
  }
  const hostile = reportHtml({ ...report, title: '<script>alert(1)</script>', refusals: [] })
  assert.doesNotMatch(hostile, /<script/)
  assert.match(hostile, /<h2>Refusals<\/h2><p>None\.<\/p>/)
})

test('[B-01] amounts to the cent, thousands apart; spans and instants in words', () => {
  assert.deepEqual(
    [amount('-1234567.891'), amount('-0.001'), amount('999.995'), amount(null), amount('0')],
    ['\u22121,234,567.89', '0.00', '1,000.00', '–', '0.00'],
  )
  assert.deepEqual([span(43_200_000), span(5_430_000), span(600_000), span(5_000)], ['12 h', '1 h 31 min', '10 min', '5 s'])
  assert.deepEqual(
    [seenText('expiresInMs', 600_000), seenText('at', 1_770_364_800_000), seenText('filled', '0'), seenText('x', undefined)],
    ['10 min', '2026-02-06\u00a008:00', '0', ''],
  )
  assert.equal(shortened('payoutUsdc 14458.109999999999973903, size 1'), 'payoutUsdc 14458.11, size 1')
  assert.equal(escapeHtml(`<a href="x">&'`), '&lt;a href=&quot;x&quot;&gt;&amp;&#39;')
})

test('[B-01] scales end on round values around the data', () => {
  const scale = amountScale([63_900, 87_868], { includeZero: false })
  assert.deepEqual(
    scale.ticks.map(({ label }) => label),
    ['60,000', '65,000', '70,000', '75,000', '80,000', '85,000', '90,000'],
  )
  assert.deepEqual([scale.place(60_000), scale.place(90_000)], [0, 1])
  const flat = amountScale([5], { includeZero: false })
  assert.ok(flat.place(5) >= 0 && flat.place(5) <= 1)
  assert.deepEqual(amountScale([-183, 20_000], { includeZero: true }).ticks[0]?.label, '\u22125,000')
  const days = timeScale(Date.UTC(2026, 0, 29, 4), Date.UTC(2026, 1, 1, 4))
  assert.deepEqual(
    days.ticks.map(({ label }) => label),
    ['01-30', '01-31', '02-01'],
  )
  assert.equal(days.place(Date.UTC(2026, 0, 30, 16)), 0.5)
})
