/**
 * The two charts of a run: what the account is worth against its floor, and the index against floor prices and strikes. The floor is a step
 * line: it holds from the purchase of a cover to its end, and where two covers overlap the one bought last is in force.
 */
import { epochMsFromIso } from '#base/civil-date.ts'
import { present } from '#base/assert.ts'
import { chartHtml } from './chart-html.ts'
import type { Band, Chart, Line, Marker } from './chart-html.ts'
import { amountScale, timeScale } from './chart-scale.ts'
import { tableHtml } from './html-table.ts'
import { amount, escapeHtml, instant, timeTag } from './html-text.ts'
import type { CoverRow, Report } from './report.ts'
import type { SeriesPoint } from './ledger-of-run.ts'

type Points = Line['points']

export function equityChart(report: Report): string {
  const { series, coverages, totals } = report
  const lines: Line[] = [
    {
      name: 'Without covers',
      style: 'unprotected',
      kind: 'joined',
      points: seriesOf(series, 'equityUnprotected'),
      note: amount(totals.equityEndUnprotected),
    },
    {
      name: 'Protected, at mark',
      style: 'mark',
      kind: 'joined',
      points: seriesOf(series, 'equityAtMark'),
      note: amount(totals.equityEndAtMark),
    },
    ...(coverages.length === 0 ? [] : [floorLine(report, 'Floor in force', 'floor', 'floorEquity')]),
    {
      name: 'Protected, at the conservative close',
      style: 'protected',
      kind: 'joined',
      points: seriesOf(series, 'equityProtected'),
      note: amount(totals.equityEnd),
    },
  ]
  const summary = `The account between ${amount(totals.lowestEquity)} and its end at ${amount(totals.equityEnd)} USDC; without covers it ends at ${amount(totals.equityEndUnprotected)}.`
  return chart(report, {
    id: 'equity',
    title: 'What the account was worth (USDC)',
    summary,
    lines,
    includeZero: true,
    footer: `${eventList(markersOf(report))}${seriesTable(series)}`,
  })
}

export function indexChart(report: Report): string {
  const { series, coverages } = report
  const lines: Line[] = [
    { name: 'Index', style: 'index', kind: 'joined', points: seriesOf(series, 'index'), note: amount(series.at(-1)?.index) },
    ...(coverages.length === 0
      ? []
      : [floorLine(report, 'Floor price', 'floor', 'floorPrice'), floorLine(report, 'Strike held', 'strike', 'strike')]),
  ]
  const first = series[0]
  const summary = `The index from ${amount(first?.index)} to ${amount(series.at(-1)?.index)} USDC.`
  return chart(report, {
    id: 'index',
    title: 'The index, the floor price and the strike held (USDC)',
    summary,
    lines,
    includeZero: false,
    footer: '',
  })
}

type Drawing = Pick<Chart, 'id' | 'title' | 'summary' | 'lines' | 'footer'> & { readonly includeZero: boolean }

function chart(report: Report, { includeZero, footer, ...rest }: Drawing): string {
  const { from, to } = spanOf(report.series)
  const values = rest.lines.flatMap(({ points }) => points.flatMap(({ value }) => (value === null ? [] : [value])))
  const x = timeScale(from, to)
  return chartHtml({
    ...rest,
    x,
    y: amountScale(values, { includeZero }),
    markers: markersOf(report),
    bands: bandsOf(report, to),
    footer,
  })
}

function seriesOf(series: readonly SeriesPoint[], field: 'index' | 'equityProtected' | 'equityAtMark' | 'equityUnprotected'): Points {
  return series.map((point) => ({ at: msOf(point.atIso), value: Number(point[field]) }))
}

function floorLine({ coverages, series }: Report, name: string, style: string, field: 'floorEquity' | 'floorPrice' | 'strike'): Line {
  const { to } = spanOf(series)
  const stands = coverages.map((cover) => ({ from: msOf(cover.boughtAtIso), until: endOf(cover, to), value: Number(cover[field]) }))
  const instants = [...new Set(stands.flatMap(({ from, until }) => [from, until]))].toSorted((a, b) => a - b)
  const points = instants.map((at) => {
    const inForce = stands
      .filter(({ from, until }) => from <= at && (at < until || (at === to && until === to)))
      .toSorted((a, b) => b.from - a.from)[0]
    return { at, value: inForce?.value ?? null }
  })
  const shown = [...new Set(coverages.map((cover) => amount(cover[field])))]
  return { name, style, kind: 'step', points, note: shown.length <= 3 ? shown.join(', ') : `${shown[0] ?? ''} to ${shown.at(-1) ?? ''}` }
}

function bandsOf({ coverages }: Report, to: number): Band[] {
  return coverages.map((cover) => ({ from: msOf(cover.boughtAtIso), to: endOf(cover, to) }))
}

function markersOf({ coverages, liquidatedAtIso, accountLiquidatedAtIso, decisions }: Report): Marker[] {
  const bought = coverages.map((cover, i): Marker => {
    const isRenewal = i > 0
    const text = `${instant(cover.boughtAtIso)} ${isRenewal ? 'renewed with' : 'bought'} ${cover.instrument} for ${amount(cover.premiumUsdc)}`
    return { at: msOf(cover.boughtAtIso), letter: isRenewal ? 'R' : 'B', text, style: 'buy', row: 0 }
  })
  const ended = coverages.flatMap((cover): Marker[] => {
    if (cover.endedAtIso === null) return []
    const isSold = cover.state === 'closed'
    const paid = cover.payoutUsdc === null ? 'ended, nothing was delivered' : `expired, paid ${amount(cover.payoutUsdc)}`
    const what = isSold ? 'sold' : paid
    return [
      {
        at: msOf(cover.endedAtIso),
        letter: isSold ? 'S' : 'E',
        text: `${instant(cover.endedAtIso)} ${cover.instrument} ${what}`,
        style: 'end',
        row: 1,
      },
    ]
  })
  const closing = decisions.filter(({ what }) => what === 'position_closing')
  const closed = closing.map(({ atIso }): Marker => ({
    at: msOf(atIso),
    letter: 'C',
    text: `${instant(atIso)} position closed, as no cover kept the limit`,
    style: 'end',
    row: 2,
  }))
  const lost: Marker[] =
    liquidatedAtIso === null
      ? []
      : [{ at: msOf(liquidatedAtIso), letter: 'L', text: `${instant(liquidatedAtIso)} liquidated without covers`, style: 'loss', row: 2 }]
  const own: Marker[] =
    accountLiquidatedAtIso === null
      ? []
      : [
          {
            at: msOf(accountLiquidatedAtIso),
            letter: 'A',
            text: `${instant(accountLiquidatedAtIso)} the account itself liquidated`,
            style: 'loss',
            row: 3,
          },
        ]
  return withoutEmptyRows([...bought, ...ended, ...lost, ...own, ...closed])
}

function withoutEmptyRows(markers: readonly Marker[]): Marker[] {
  const used = [...new Set(markers.map(({ row }) => row))].toSorted((a, b) => a - b)
  return markers.map((marker) => ({ ...marker, row: used.indexOf(marker.row) }))
}

function eventList(markers: readonly Marker[]): string {
  if (markers.length === 0) return ''
  const items = markers
    .toSorted((a, b) => a.at - b.at)
    .map(({ letter, text, style }) => `<li><span class="chip ${style}" aria-hidden="true">${letter}</span>${escapeHtml(text)}</li>`)
  return `<ul class="events">${items.join('')}</ul>`
}

function seriesTable(series: readonly SeriesPoint[]): string {
  const hasStale = series.some(({ stale }) => stale.length > 0)
  const table = tableHtml<SeriesPoint>({
    caption: 'Every recorded instant, in USDC',
    isStacked: false,
    rows: series,
    columns: [
      { name: 'UTC', style: 'when', cell: ({ atIso }) => timeTag(atIso) },
      { name: 'Index', style: 'number', cell: ({ index }) => amount(index) },
      { name: 'Protected, close', style: 'number', cell: ({ equityProtected }) => amount(equityProtected) },
      { name: 'Protected, mark', style: 'number', cell: ({ equityAtMark }) => amount(equityAtMark) },
      { name: 'Without covers', style: 'number', cell: ({ equityUnprotected }) => amount(equityUnprotected) },
      { name: 'Floor', style: 'number', cell: ({ floorEquity }) => amount(floorEquity) },
      ...(hasStale ? [{ name: 'Valued at an older price', cell: ({ stale }: SeriesPoint) => escapeHtml(stale.join(', ')) }] : []),
    ],
  })
  return `<details><summary>The chart as a table</summary>${table}</details>`
}

function spanOf(series: readonly SeriesPoint[]): { readonly from: number; readonly to: number } {
  return { from: msOf(series[0]?.atIso ?? ''), to: msOf(series.at(-1)?.atIso ?? '') }
}

function endOf({ endedAtIso }: CoverRow, to: number): number {
  return endedAtIso === null ? to : msOf(endedAtIso)
}

function msOf(iso: string): number {
  return present(epochMsFromIso(iso), 'a report has instants in ISO 8601')
}
