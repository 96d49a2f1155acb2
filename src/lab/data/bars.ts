/**
 * Recorded bars (`timestamp,open,high,low,close[,volume,volume_usd,trades]`), streamed in time order over the files of one series.
 * `at` is the start of the bar as recorded; nothing in a bar is known before `closeAt`, so whoever trades on one stamps it with that.
 * Units: prices in the quote currency, volume in coin or in USD as the column says. Edges: high and low must bound open and close;
 * a repeated start, a step back, or a start off the interval's grid is refused; holes stay holes and show as `maxAgeMs` over the
 * interval (distance from this start to the next; see `max-age.ts`). A volume with more than 18 places (a float's noise) is cut
 * there and noted.
 */
import type { DurationMs, EpochMs } from '#units/time.ts'
import { later } from '#units/time.ts'
import type { BarSeries } from './bar-files.ts'
import { readCsv } from './csv.ts'
import type { CsvRow } from './csv-row.ts'
import type { CsvLayout } from './csv.ts'
import { compareDecimals } from './decimal-text.ts'
import { withMaxAge } from './max-age.ts'
import type { Aged } from './max-age.ts'
import { DataFileError } from './refusals.ts'
import type { DataCollector } from './refusals.ts'
import { inTimeOrder } from './time-order.ts'
import type { Timed } from './time-order.ts'
import type { DataWindow } from './window.ts'

interface RecordedBar {
  readonly at: EpochMs
  readonly closeAt: EpochMs
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume?: string
  readonly volumeUsd?: string
  readonly trades?: string
  readonly file: string
  readonly line: number
}
export type Bar = RecordedBar & Aged

export interface BarRequest {
  readonly series: BarSeries
  readonly window: DataWindow
  readonly collector: DataCollector
}

const BAR_LAYOUT: CsvLayout = {
  required: ['timestamp', 'open', 'high', 'low', 'close'],
  optional: ['volume', 'volume_usd', 'trades'],
  ignored: [],
}
const COUNT = /^(?:0|[1-9]\d{0,14})$/

/** Bars whose start lies in the window. */
export async function* readBars({ series, window, collector }: BarRequest): AsyncGenerator<Bar, void, undefined> {
  let found = false
  for await (const bar of withMaxAge(inTimeOrder(barsOf(series, window, collector), collector), window)) {
    found = true
    yield bar
  }
  if (!found)
    throw new DataFileError(
      'nothing_in_window',
      { file: series.files[0] ?? series.name, field: 'timestamp' },
      `${window.from} to ${window.to}`,
      'a good bar',
    )
}

async function* barsOf(
  { files, intervalMs }: BarSeries,
  { from }: DataWindow,
  collector: DataCollector,
): AsyncGenerator<Timed<RecordedBar>, void, undefined> {
  for (const path of files) {
    for await (const rows of readCsv(path, BAR_LAYOUT, collector)) {
      for (const row of rows) {
        const at = row.instant('timestamp')
        if (row.fault === undefined && at < from) continue
        collector.countRow(row.file)
        const value = parseBar(row, at, intervalMs)
        if (row.placesCut) collector.note('places_cut', row.file, 'volume')
        if (row.fault !== undefined) collector.refuse(row.fault)
        else yield { at, row, value }
      }
    }
  }
}

function parseBar(row: CsvRow, at: EpochMs, intervalMs: DurationMs): RecordedBar {
  if (at % intervalMs !== 0) row.fail('off_grid', 'timestamp', `a multiple of ${intervalMs}`)
  const [open, high, low, close] = [row.positive('open'), row.positive('high'), row.positive('low'), row.positive('close')]
  if (row.fault === undefined) checkRange(row, { open, high, low, close })
  return {
    at,
    closeAt: later(at, intervalMs),
    open,
    high,
    low,
    close,
    ...(row.has('volume') ? { volume: row.volume('volume') } : {}),
    ...(row.has('volume_usd') ? { volumeUsd: row.volume('volume_usd') } : {}),
    ...(row.has('trades') ? { trades: countOf(row) } : {}),
    file: row.file,
    line: row.line,
  }
}

function countOf(row: CsvRow): string {
  const text = row.text('trades')
  if (!COUNT.test(text)) row.fail(text === '' ? 'missing_value' : 'not_a_decimal', 'trades', 'a whole number')
  return text
}

function checkRange(row: CsvRow, { open, high, low, close }: Pick<RecordedBar, 'open' | 'high' | 'low' | 'close'>): void {
  for (const [field, value] of [
    ['open', open],
    ['close', close],
  ] as const) {
    if (compareDecimals(high, value) < 0) row.fail('ohlc_inconsistent', 'high', `>= ${field} ${value}`)
    if (compareDecimals(low, value) > 0) row.fail('ohlc_inconsistent', 'low', `<= ${field} ${value}`)
  }
}
