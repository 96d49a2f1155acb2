/**
 * `report.html` of a study: one file that needs nothing else, in the dress of the backtest's report. First what was found, then the pictures, the
 * tables, and what the recording lacks. A function of the report alone, so that equal studies give equal bytes.
 */
import { tableHtml } from '../backtest/html-table.ts'
import { amount, escapeHtml } from '../backtest/html-text.ts'
import { REPORT_STYLE } from '../backtest/report-style.ts'
import { costPicture, keptPicture, marketPictures } from './report-pictures.ts'
import { costGrid, held, nearest, pairs, questions, regimes, variants } from './report-tables.ts'
import type { StudyReport } from './report.ts'
import { counted, factor, fixed, percent } from './study-text.ts'

const STYLE = `
.dots{fill:none;stroke-width:4.5;stroke-linecap:round;vector-effect:non-scaling-stroke;opacity:.6}
.dots.protected{stroke:var(--protected)}.dots.unprotected{stroke:var(--unprotected)}
.grids{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));gap:1.25rem}.grids>div{min-width:0}
.grid-of-cells td,.grid-of-cells th{text-align:center;border:1px solid var(--edge);padding:.4rem}
.grid-of-cells th[scope=row]{text-align:left;white-space:nowrap}
.grid-of-cells td{background:color-mix(in srgb,var(--protected) var(--ink-share),var(--card))}
.grid-of-cells b{display:block;font-size:1.15rem}.grid-of-cells span{display:block;color:var(--soft);font-size:.78rem;white-space:nowrap}
.findings{max-width:78ch;padding-left:1.1rem}.findings li{margin:.4rem 0}
.bar{display:block;width:9rem;height:.35rem;background:var(--grid);border-radius:.2rem}.bar i{display:block;height:100%;background:var(--protected);border-radius:.2rem}
`.trim()

/** Asked, kept, before: what a reader needs first. */
const VERDICTS = 3

export function reportHtml(report: StudyReport): string {
  const { title, sentences, span } = report
  const about = `${span.quoted} of ${span.recorded} recorded snapshots quoted, ${span.fromIso.slice(0, 10)} to ${span.toIso.slice(0, 10)} (UTC); amounts in USDC, costs as shares of notional.`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${REPORT_STYLE}
${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="about">${escapeHtml(about)}</p>
<p class="verdict${isWarning(report) ? ' warns' : ''}">${sentences.slice(0, VERDICTS).map(escapeHtml).join(' ')}</p>
</header>
${cards(report)}
<ul class="findings">${sentences
    .slice(VERDICTS)
    .map((text) => `<li>${escapeHtml(text)}</li>`)
    .join('')}</ul>
${keptPicture(report)}
${costGrid(report)}
${questions(report)}
${costPicture(report)}
${marketPictures(report)}
${regimes(report)}
${variants(report)}
${nearest(report)}
${pairs(report)}
${held(report)}
${lacks(report)}
${origins(report)}
</main>
</body>
</html>
`
}

function isWarning({ totals, pairs: found }: StudyReport): boolean {
  return totals.underFloor > 0 || (found?.underFloor ?? 0) > 0 || totals.settled === 0 || totals.beforeSettlement.liquidatedAtBid > 0
}

function cards({ totals, sides, held: own }: StudyReport): string {
  const refusals = counted(totals.refusals)
  const ratios = sides.map(({ side, payoutRatio }) => `${side} ${factor(payoutRatio)}`).join(', ')
  const { liquidatedAtBid, liquidatedAtMark, underMax } = totals.beforeSettlement
  const cells: readonly (readonly [string, string, string])[] = [
    [
      'Quotes given',
      percent(totals.shareQuotable),
      refusals === '' ? `of ${fixed(totals.asked, 0)}, none refused` : `of ${fixed(totals.asked, 0)}; ${refusals}`,
    ],
    ['Under the floor', fixed(totals.underFloor, 0), `of ${fixed(totals.settled, 0)} at settlement`],
    ['Nearest to it', amount(totals.worstOverFloor), 'USDC over the floor'],
    [
      'Furthest under before',
      percent(underMax),
      `at a bid, of notional; at margin ${liquidatedAtBid} at the bid, ${liquidatedAtMark} at the mark`,
    ],
    ['Payout over cost', factor(totals.payoutRatio), ratios],
    ['Held by the platform', fixed(own.settled, 0), own.differenceMax === null ? 'none' : 'to the cent as the second computation says'],
  ]
  const items = cells.map(
    ([name, value, aside]) => `<div><dt>${name}</dt><dd class="value">${value}</dd><dd class="aside">${escapeHtml(aside)}</dd></div>`,
  )
  return `<dl class="figures">${items.join('')}</dl>`
}

function lacks({ config, dataReport, totals }: StudyReport): string {
  const rows =
    dataReport.refused === 0 ? 'Every row that was looked at could be read.' : `${dataReport.refused} rows of the recording were refused.`
  const items = [...config.assumptions, `${fixed(totals.open, 0)} quotes expire after the last snapshot.`, rows]
  return `<section><h2>What the recording lacks, and what stands in</h2><ul>${items.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul></section>`
}

function origins({ config, journalHash, quotesCsvSha256 }: StudyReport): string {
  const asked = Object.entries(config.request).map(([name, value]) => `${name} ${value}`)
  const rows = [
    ...config.data.map(({ file, sha256 }) => [file, sha256] as const),
    ['Configuration', config.configDigest] as const,
    ['Code', config.codeDigest] as const,
    ['Records of the engines', journalHash] as const,
    ['quotes.csv', quotesCsvSha256] as const,
  ]
  return `<section><h2>What this was made from</h2>
<p class="note">${escapeHtml(asked.join('; '))}.</p>
<p class="note">The same files, configuration and code give this report again, byte for byte. Every quote with its exact amounts stands in <code>quotes.csv</code>, all figures in <code>report.json</code>.</p>
${tableHtml({
  caption: 'SHA-256',
  rows,
  columns: [
    { name: 'Of', cell: ([name]) => escapeHtml(name) },
    { name: 'Digest', cell: ([, digest]) => `<code>${escapeHtml(digest)}</code>` },
  ],
})}</section>`
}
