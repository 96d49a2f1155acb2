/**
 * Recorded funding rates of one perpetual (`timestamp,exchange,symbol,interval_hours,funding_rate`), streamed in time order.
 * Units: the rate is a fraction per interval as plain decimal text, positive when longs pay shorts; interval in hours.
 * Edges: a rate beyond 10 % per interval is a unit error (the widest venue cap recorded is 0.375 %); stamps off the hour stay as
 * recorded; an exchange or symbol the file does not have at all fails, so that a typing error is not a market without funding.
 */
import type { EpochMs } from '#units/time.ts'
import { readCsv } from './csv.ts'
import type { CsvRow } from './csv-row.ts'
import type { CsvLayout } from './csv.ts'
import { DataFileError } from './refusals.ts'
import type { DataCollector } from './refusals.ts'
import { inTimeOrder } from './time-order.ts'
import type { Timed } from './time-order.ts'
import type { DataWindow } from './window.ts'

export interface FundingPoint {
  readonly at: EpochMs
  readonly exchange: string
  readonly symbol: string
  readonly intervalHours: number
  readonly fundingRate: string
  readonly file: string
  readonly line: number
}

export interface FundingRequest {
  readonly file: string
  readonly exchange: string
  readonly symbol: string
  readonly window: DataWindow
  readonly collector: DataCollector
}

const FUNDING_LAYOUT: CsvLayout = {
  required: ['timestamp', 'exchange', 'symbol', 'interval_hours', 'funding_rate'],
  optional: [],
  ignored: [],
}
const RATE_MAX = 0.1
const INTERVALS = new Set(['1', '2', '4', '8', '12', '24'])

export async function* readFunding(request: FundingRequest): AsyncGenerator<FundingPoint, void, undefined> {
  const { file, exchange, symbol, window, collector } = request
  const seen = { series: false, point: false }
  for await (const point of inTimeOrder(pointsOf(request, seen), collector)) {
    seen.point = true
    yield point
  }
  if (!seen.series)
    throw new DataFileError('unknown_series', { file, field: 'exchange, symbol' }, `${exchange} ${symbol}`, 'a series of this file')
  if (!seen.point)
    throw new DataFileError('nothing_in_window', { file, field: 'timestamp' }, `${window.from} to ${window.to}`, 'a good funding rate')
}

async function* pointsOf(
  { file, exchange, symbol, window, collector }: FundingRequest,
  seen: { series: boolean },
): AsyncGenerator<Timed<FundingPoint>, void, undefined> {
  for await (const rows of readCsv(file, FUNDING_LAYOUT, collector)) {
    for (const row of rows) {
      if (row.text('exchange') !== exchange || row.text('symbol') !== symbol) continue
      seen.series = true
      const at = row.instant('timestamp')
      if (row.fault === undefined && (at < window.from || at > window.to)) continue
      collector.countRow(row.file)
      const value = parsePoint(row, { at, exchange, symbol })
      if (row.fault !== undefined) collector.refuse(row.fault)
      else yield { at, row, value }
    }
  }
}

function parsePoint(row: CsvRow, { at, exchange, symbol }: Pick<FundingPoint, 'at' | 'exchange' | 'symbol'>): FundingPoint {
  if (!INTERVALS.has(row.text('interval_hours'))) row.fail('unknown_value', 'interval_hours', [...INTERVALS].join(', '))
  const fundingRate = row.signed('funding_rate')
  if (!(Math.abs(Number(fundingRate)) <= RATE_MAX)) row.fail('out_of_range', 'funding_rate', `-${RATE_MAX} to ${RATE_MAX}`)
  return { at, exchange, symbol, intervalHours: Number(row.text('interval_hours')), fundingRate, file: row.file, line: row.line }
}
