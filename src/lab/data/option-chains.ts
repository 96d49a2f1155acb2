/**
 * Recorded Deribit option chains, one snapshot after the other, from monthly files `deribit_options_chain_YYYYMM.csv[.gz]`. The index
 * of a snapshot is the median `index_price` of its BTC rows (its rows were polled one after another, so the index drifts inside it);
 * low and high of it are told too. Rows of other currencies are passed over.
 * Units: as in `option-row.ts`. Edges: a file holds its own month only; of two rows for one instrument the first stands; a snapshot
 * none of whose rows is good is left out and noted; `source` names the lines it came from, for a journal that refers to files.
 */
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { civilFromDays, dayNumberOf } from '#base/civil-date.ts'
import { present } from '#base/assert.ts'
import type { EpochMs } from '#units/time.ts'
import { readCsv } from './csv.ts'
import type { CsvRow } from './csv-row.ts'
import { compareDecimals, medianDecimal } from './decimal-text.ts'
import { withMaxAge } from './max-age.ts'
import type { Aged } from './max-age.ts'
import { OPTION_CHAIN_LAYOUT, optionRowParser } from './option-row.ts'
import type { OptionRow } from './option-row.ts'
import { DataFileError } from './refusals.ts'
import type { DataCollector } from './refusals.ts'
import { TimeGrouping } from './time-groups.ts'
import type { TimeGroup } from './time-groups.ts'
import type { DataWindow } from './window.ts'

export interface RowRange {
  readonly file: string
  readonly firstLine: number
  readonly lastLine: number
}

interface Chain {
  readonly at: EpochMs
  readonly indexPrice: string
  readonly indexLow: string
  readonly indexHigh: string
  readonly rows: readonly OptionRow[]
  readonly source: RowRange
}
export type ChainSnapshot = Chain & Aged

/** A recorded instant; its chain is absent outside the window and when no row of it is good. */
interface Observation {
  readonly at: EpochMs
  readonly chain?: Chain
}

export interface ChainRequest {
  readonly folder: string
  readonly window: DataWindow
  readonly currency: 'BTC'
  readonly collector: DataCollector
}

const MONTH_FILE = /^deribit_options_chain_(\d{4})(\d{2})\.csv(?:\.gz)?$/
const CURRENCY = /^[A-Z]{2,10}$/

export async function* readOptionChains({
  folder,
  window,
  currency,
  collector,
}: ChainRequest): AsyncGenerator<ChainSnapshot, void, undefined> {
  let found = false
  for await (const { at: _, chain, ...age } of withMaxAge(observationsOf(folder, window, currency, collector), window)) {
    if (chain === undefined) continue
    found = true
    yield { ...chain, ...age }
  }
  if (!found)
    throw new DataFileError(
      'nothing_in_window',
      { file: folder, field: 'timestamp' },
      `${window.from} to ${window.to}`,
      'a snapshot with a good row',
    )
}

/** Chain files of the window's months and of the first month after it that has one: the digest of what a study can have read. */
export async function optionChainFiles(folder: string, { from, to }: DataWindow): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new DataFileError(
      'not_found',
      { file: folder, field: 'folder' },
      error instanceof Error && 'code' in error ? error.code : error,
      'a readable folder',
    )
  })
  const months = new Map<number, string>()
  for (const name of names.toSorted()) {
    const match = MONTH_FILE.exec(name)
    if (match === null) continue
    const month = Number(match[1]) * 12 + Number(match[2]) - 1
    const other = months.get(month)
    if (other !== undefined) throw new DataFileError('ambiguous_file', { file: name, field: 'month' }, other, 'one file per month')
    months.set(month, join(folder, name))
  }
  if (months.size === 0)
    throw new DataFileError('no_files', { file: folder, field: 'folder' }, names.length, 'deribit_options_chain_YYYYMM.csv.gz')
  const [first, last] = [monthOf(from), monthOf(to)]
  const inOrder = [...months].toSorted(([a], [b]) => a - b).filter(([month]) => month >= first)
  const after = inOrder.findIndex(([month]) => month > last)
  return inOrder.slice(0, after < 0 ? inOrder.length : after + 1).map(([, path]) => path)
}

async function* observationsOf(
  folder: string,
  window: DataWindow,
  currency: string,
  collector: DataCollector,
): AsyncGenerator<Observation, void, undefined> {
  const grouping = new TimeGrouping(window, collector)
  const observe = observer(currency, collector)
  for (const path of await optionChainFiles(folder, window)) {
    const month = monthOfFile(path)
    for await (const rows of readCsv(path, OPTION_CHAIN_LAYOUT, collector)) {
      for (const row of rows) {
        const at = admitTime(row, month, collector)
        const group = at === undefined ? undefined : grouping.push({ at, row })
        if (group !== undefined) yield observe(group)
      }
    }
  }
  for (const group of grouping.end()) yield observe(group)
}

function admitTime(row: CsvRow, month: number, collector: DataCollector): EpochMs | undefined {
  const at = row.instant('timestamp')
  if (row.fault === undefined && monthOf(at) !== month) row.fail('outside_month', 'timestamp', 'the month in the name of the file')
  if (row.fault === undefined) return at
  collector.refuse(row.fault)
  return undefined
}

function observer(currency: string, collector: DataCollector): (group: TimeGroup) => Observation {
  const parse = optionRowParser()
  let rowsBefore = 0
  return ({ at, rows }) => {
    const good = new Map<string, OptionRow>()
    for (const row of rows) {
      collector.countRow(row.file)
      if (isOther(row, currency)) continue
      const parsed = parse(row, at)
      if (parsed !== undefined && good.has(parsed.instrument)) row.fail('duplicate_instrument', 'instrument_name', 'once per snapshot')
      if (row.fault !== undefined) collector.refuse(row.fault)
      else if (parsed !== undefined) good.set(parsed.instrument, parsed)
    }
    const [first, last] = [rows[0], rows.at(-1)]
    if (first === undefined || last === undefined) return { at }
    if (rows.length * 4 < rowsBefore) collector.note('thin_snapshot', first.file, String(at))
    rowsBefore = rows.length
    if (good.size === 0) {
      collector.note('empty_snapshot', first.file, String(at))
      return { at }
    }
    return { at, chain: chainOf(at, [...good.values()], { file: first.file, firstLine: first.line, lastLine: last.line }) }
  }
}

/** True for a row of another currency; a currency that is no symbol at all is a fault. */
function isOther(row: CsvRow, currency: string): boolean {
  const text = row.text('currency')
  if (text === currency) return false
  if (!CURRENCY.test(text)) row.fail('unknown_value', 'currency', 'a currency symbol such as BTC')
  return row.fault === undefined
}

function chainOf(at: EpochMs, rows: readonly OptionRow[], source: RowRange): Chain {
  const sorted = rows.map((row) => row.indexPrice).toSorted(compareDecimals)
  const indexLow = present(sorted[0], 'a chain has rows')
  return { at, indexPrice: medianDecimal(sorted), indexLow, indexHigh: present(sorted.at(-1), 'a chain has rows'), rows, source }
}

function monthOf(at: EpochMs): number {
  const { year, month } = civilFromDays(dayNumberOf(at))
  return year * 12 + month - 1
}

function monthOfFile(path: string): number {
  const match = present(MONTH_FILE.exec(basename(path)), 'the file was chosen by its name')
  return Number(match[1]) * 12 + Number(match[2]) - 1
}
