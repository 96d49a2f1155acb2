/**
 * Which files make one series of bars. A path is a file or a folder; a folder must hold one series, possibly cut into several files
 * (`binance_spot_btcusdt_1h_20180101_20200919.csv.gz` and `…_20200920_20231231.csv.gz`), since bars of two instruments laid end to
 * end would look like a market move. The series is the name up to its dates, its interval the part before them (1m, 5m, 30m, 1h, 1d).
 * Edges: a name without an interval is refused rather than guessed from the spacing, which holes would falsify.
 */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { durationMs } from '#units/time.ts'
import type { DurationMs } from '#units/time.ts'
import { DataFileError } from './refusals.ts'

export interface BarSeries {
  readonly name: string
  readonly intervalMs: DurationMs
  /** In order of time by name. */
  readonly files: readonly string[]
}

const CSV_FILE = /\.csv(?:\.gz)?$/
const SERIES = /^(.*?_(\d{1,2})([mhd])(?:_trade|_quote)?)(?:_(?:to_)?\d.*)?\.csv(?:\.gz)?$/
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

export async function findBarSeries(path: string): Promise<BarSeries> {
  const files = await csvFiles(path)
  const series = files.map((file) => ({ file, ...seriesOf(file) }))
  const first = series[0]
  if (first === undefined) throw new DataFileError('no_files', { file: path, field: 'folder' }, 0, 'a .csv or .csv.gz file of bars')
  const other = series.find(({ name }) => name !== first.name)
  if (other !== undefined)
    throw new DataFileError('mixed_series', { file: path, field: 'series' }, `${first.name} and ${other.name}`, 'one series')
  return { name: first.name, intervalMs: first.intervalMs, files }
}

async function csvFiles(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const names = await readdir(path)
    return names
      .filter((name) => CSV_FILE.test(name))
      .toSorted()
      .map((name) => join(path, name))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    throw new DataFileError('not_found', { file: path, field: 'path' }, code, 'a readable file or folder')
  }
}

function seriesOf(file: string): { readonly name: string; readonly intervalMs: DurationMs } {
  const match = SERIES.exec(basename(file))
  const ms = Number(match?.[2]) * (UNIT_MS[match?.[3] ?? ''] ?? 0)
  if (match?.[1] === undefined || !(ms > 0)) {
    throw new DataFileError(
      'unknown_interval',
      { file, field: 'name' },
      basename(file),
      'an interval in the name, such as venue_btcusdt_1h_20180101.csv.gz',
    )
  }
  return { name: match[1], intervalMs: durationMs(ms) }
}
