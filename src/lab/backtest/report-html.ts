/**
 * `report.html`: one file that needs nothing else, readable without a script, on a phone, on paper and by a screen reader. First what
 * happened and what it says about the promise, then the charts, then every cover, refusal and decision, and what the recording lacks.
 * A function of the report alone, so that equal runs give equal bytes.
 */
import { tableHtml } from './html-table.ts'
import { amount, escapeHtml, seenText, shortened, timeTag, words } from './html-text.ts'
import type { DecisionRow, RefusalRow } from './ledger-of-run.ts'
import { equityChart, indexChart } from './report-charts.ts'
import { REPORT_STYLE } from './report-style.ts'
import type { CoverRow, Report } from './report.ts'

export function reportHtml(report: Report): string {
  const { title, config, sentences } = report
  const { from, to } = config.request
  const about = `Backtest from ${String(from)} to ${String(to)} (UTC), ${report.series.length} recorded instants, amounts in USDC.`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="about">${escapeHtml(about)}</p>
<p class="verdict${isWarning(report) ? ' warns' : ''}">${sentences.map(escapeHtml).join(' ')}</p>
</header>
${figures(report)}
${equityChart(report)}
${indexChart(report)}
${covers(report.coverages)}
${refusals(report.refusals)}
${sums(report)}
${decisions(report.decisions)}
${lacks(report)}
${origins(report)}
</main>
</body>
</html>
`
}

function isWarning({ totals, coverages }: Report): boolean {
  return coverages.length === 0 || totals.worstBreach !== '0'
}

function figures({ totals, coverages, liquidatedAtIso }: Report): string {
  const unbroken = totals.firstFloorEquity === null ? 'nothing limited the loss' : 'never under the floor in force'
  const under = totals.worstBreach === '0' ? unbroken : `up to ${amount(totals.worstBreach)} under the floor in force`
  const floor = totals.firstFloorEquity === null ? 'no cover was in force' : `lowest in force ${amount(totals.lowestFloorEquity)}`
  const twin = liquidatedAtIso === null ? 'not liquidated' : `liquidated ${liquidatedAtIso.slice(0, 10).replaceAll('-', '\u2011')}`
  const cards: readonly (readonly [string, string, string])[] = [
    ['Account at the end', amount(totals.equityEnd), `began with ${amount(totals.equityStart)}`],
    ['Without covers', amount(totals.equityEndUnprotected), twin],
    ['Lowest value', amount(totals.lowestEquity), under],
    ['First floor', amount(totals.firstFloorEquity), floor],
    [
      'Premium',
      amount(totals.premiumPaid),
      `${coverages.length} ${coverages.length === 1 ? 'cover' : 'covers'}, ${amount(totals.premiumReceived)} from sales`,
    ],
    ['Payout', amount(totals.payout), `fees ${amount(totals.fees)}, funding ${amount(totals.funding)}`],
  ]
  const items = cards.map(
    ([name, value, aside]) => `<div><dt>${name}</dt><dd class="value">${value}</dd><dd class="aside">${escapeHtml(aside)}</dd></div>`,
  )
  return `<dl class="figures">${items.join('')}</dl>`
}

function covers(rows: readonly CoverRow[]): string {
  const table = tableHtml<CoverRow>({
    caption: 'Options bought; premium and fee at the index of the purchase, payout at the settlement index',
    rows,
    columns: [
      { name: 'Bought', style: 'when', cell: ({ boughtAtIso }) => timeTag(boughtAtIso) },
      {
        name: 'Option',
        style: 'name',
        cell: ({ instrument, size }) => `${escapeHtml(instrument)}<span class="aside">x ${size} BTC</span>`,
      },
      {
        name: 'Premium',
        style: 'number',
        cell: ({ premiumUsdc, premiumCoin, index }) =>
          `${amount(premiumUsdc)}<span class="aside">${premiumCoin} BTC at ${amount(index)}</span>`,
      },
      { name: 'Fee', style: 'number', cell: ({ feeUsdc }) => amount(feeUsdc) },
      { name: 'Floor', style: 'number', cell: ({ floorEquity }) => amount(floorEquity) },
      { name: 'Limit', style: 'number', cell: ({ drawdownLimit }) => amount(drawdownLimit) },
      {
        name: 'Ended',
        style: 'when',
        cell: ({ endedAtIso, expiryIso, state }) =>
          endedAtIso === null
            ? `open<span class="aside">to ${timeTag(expiryIso)}</span>`
            : `${timeTag(endedAtIso)}<span class="aside">${escapeHtml(state)}</span>`,
      },
      { name: 'Settlement index', style: 'number', cell: ({ settlementIndex }) => amount(settlementIndex) },
      { name: 'Payout', style: 'number', cell: ({ payoutUsdc }) => amount(payoutUsdc) },
    ],
  })
  return `<section><h2>Covers</h2>${rows.length === 0 ? '<p>None was bought.</p>' : table}</section>`
}

function refusals(rows: readonly RefusalRow[]): string {
  const table = tableHtml<RefusalRow>({
    caption: 'What was asked for and not done, with the smallest change that would have passed',
    rows,
    columns: [
      { name: 'UTC', style: 'when', cell: ({ atIso }) => timeTag(atIso) },
      { name: 'Refusal', style: 'name', cell: ({ code }) => escapeHtml(words(code)) },
      { name: 'Gate', cell: ({ explanation }) => escapeHtml(explanation.gate) },
      { name: 'Field', cell: ({ explanation }) => escapeHtml(explanation.field) },
      ...seenLimitFlip<RefusalRow>(({ explanation }) => explanation),
      { name: 'Times', style: 'number', cell: ({ times }) => String(times) },
    ],
  })
  return `<section><h2>Refusals</h2>${rows.length === 0 ? '<p>None.</p>' : table}</section>`
}

function decisions(rows: readonly DecisionRow[]): string {
  const table = tableHtml<DecisionRow>({
    caption: 'Every decision of the run, in order',
    rows,
    columns: [
      { name: 'UTC', style: 'when', cell: ({ atIso }) => timeTag(atIso) },
      { name: 'Decision', style: 'name', cell: ({ what }) => escapeHtml(words(what)) },
      { name: 'Detail', style: 'wide', cell: ({ detail }) => escapeHtml(shortened(detail)) },
      { name: 'Gate', cell: ({ explanation }) => escapeHtml(explanation?.gate ?? '') },
      ...seenLimitFlip<DecisionRow>(({ explanation }) => explanation),
    ],
  })
  return `<section><h2>Decisions</h2>${table}</section>`
}

function seenLimitFlip<Row>(explanationOf: (row: Row) => DecisionRow['explanation']) {
  return [
    { name: 'Seen', cell: (row: Row) => escapeHtml(seenText(explanationOf(row)?.field ?? '', explanationOf(row)?.seen)) },
    { name: 'Limit', cell: (row: Row) => escapeHtml(seenText(explanationOf(row)?.field ?? '', explanationOf(row)?.limit)) },
    {
      name: 'What would flip it',
      cell: (row: Row) => {
        const flip = explanationOf(row)?.flip
        return flip === undefined ? '' : escapeHtml(`${flip.field} ${seenText(flip.field, flip.to)}`)
      },
    },
  ] as const
}

function sums({ totals }: Report): string {
  const rows: readonly (readonly [string, string, string])[] = [
    ['Equity at the start', totals.equityStart, ''],
    [
      '+ realized',
      totals.realized,
      totals.insurance === '0'
        ? 'closed trades, covers paid out, sold or expired'
        : `with ${amount(totals.insurance)} that the venue’s fund bore`,
    ],
    ['+ unrealized', totals.unrealized, 'what is still open, at the conservative close'],
    [`${'\u2212'} fees`, totals.fees, `of these ${amount(totals.exitFees)} for deliveries and closing`],
    [`${'\u2212'} funding`, totals.funding, 'positive when paid'],
    ['= equity at the end', totals.equityEnd, `a second computation from fills and prices differs by ${amount(totals.residual)}`],
  ]
  const body = rows.map(
    ([name, value, note], i) =>
      `<tr${i === rows.length - 1 ? ' class="sum"' : ''}><td>${name}</td><td class="number">${amount(value)}</td><td>${escapeHtml(note)}</td></tr>`,
  )
  return `<section><h2>How the figures add up</h2><div class="scroll"><table><thead><tr><th scope="col">Item</th><th scope="col" class="number">USDC</th><th scope="col">What it is</th></tr></thead><tbody>${body.join('\n')}</tbody></table></div></section>`
}

function lacks({ config, dataReport }: Report): string {
  const refused = dataReport.refusals.map(
    ({ file, line, field, seen, limit, code }) =>
      `<li>${escapeHtml(`${file}:${line} ${field}: ${String(seen)} (${words(code)}, wanted ${String(limit)})`)}</li>`,
  )
  const rows =
    dataReport.refused === 0
      ? '<p>Every row of the recording that was looked at could be read.</p>'
      : `<p>${dataReport.refused} rows of the recording were refused.</p><details><summary>Which</summary><ul>${refused.join('')}</ul></details>`
  return `<section><h2>What the recording lacks, and what stands in</h2><ul>${config.assumptions.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>${rows}</section>`
}

function origins({ config, journalHash }: Report): string {
  const asked = Object.entries(config.request).filter(([, value]) => value !== null)
  const items = [
    ...config.data.map(({ file, sha256 }) => [file, sha256] as const),
    ['Configuration', config.configDigest] as const,
    ['Code', config.codeDigest] as const,
    ['Journal', journalHash] as const,
  ]
  return `<section><h2>What this was made from</h2>
<p class="note">${escapeHtml(asked.map(([name, value]) => `${name} ${String(value)}`).join(', '))}.</p>
<p class="note">The same files, configuration and code give this report again, byte for byte. Exact values stand in <code>report.json</code>; the journal beside it can be verified and replayed.</p>
${tableHtml({
  caption: 'SHA-256',
  rows: items,
  columns: [
    { name: 'Of', cell: ([name]) => escapeHtml(name) },
    { name: 'Digest', cell: ([, digest]) => `<code>${escapeHtml(digest)}</code>` },
  ],
})}</section>`
}
