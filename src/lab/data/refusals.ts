/**
 * What the data readers say about input they do not take. A bad row is a `DataRefusal`: it is left out, told with file, line, field,
 * value and rule, and counted. A file that cannot be read as its layout is a `DataFileError`, thrown. Things worth a word that lose
 * no row (an unknown column, a missing final newline) are notes, told once per file and counted.
 * Units: lines count from 1, the header being line 1. Edges: the list of refusals is capped, the counts are not; files appear by base
 * name, never by path.
 */
import { basename } from 'node:path'
import { scalar } from '#base/result.ts'
import type { Scalar } from '#base/result.ts'

export type DataRefusalCode =
  | 'column_count'
  | 'bad_quoting'
  | 'missing_value'
  | 'not_a_decimal'
  | 'negative_zero'
  | 'negative'
  | 'not_positive'
  | 'out_of_range'
  | 'too_precise'
  | 'not_epoch_ms'
  | 'unknown_value'
  | 'outside_month'
  | 'disorder'
  | 'duplicate_time'
  | 'off_grid'
  | 'ohlc_inconsistent'
  | 'bad_instrument'
  | 'expired_instrument'
  | 'duplicate_instrument'
  | 'name_mismatch'
  | 'crossed_quote'
  | 'ask_below_intrinsic'
  | 'bid_above_bound'

export interface DataRefusal {
  readonly code: DataRefusalCode
  readonly file: string
  readonly line: number
  readonly field: string
  readonly seen: Scalar
  readonly limit: Scalar
}

export type DataNoteCode = 'unknown_column' | 'blank_line' | 'no_final_newline' | 'empty_snapshot' | 'thin_snapshot' | 'places_cut'

export interface DataNote {
  readonly code: DataNoteCode
  readonly file: string
  readonly seen: string
  readonly count: number
}

export interface DataReport {
  /** The first `cap` refusals, in the order met. */
  readonly refusals: readonly DataRefusal[]
  readonly refused: number
  /** File to code to count; complete. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** File to rows that were looked at (those outside the window are not). */
  readonly rows: Readonly<Record<string, number>>
  readonly notes: readonly DataNote[]
}

export interface DataCollector {
  readonly refuse: (refusal: DataRefusal) => void
  readonly note: (code: DataNoteCode, file: string, seen: string) => void
  readonly countRow: (file: string) => void
  readonly report: () => DataReport
}

export function dataCollector(cap = 1000): DataCollector {
  const refusals: DataRefusal[] = []
  const counts: Record<string, Record<string, number>> = {}
  const rows: Record<string, number> = {}
  const notes = new Map<string, DataNote>()
  let refused = 0
  return {
    refuse: (refusal) => {
      refused += 1
      if (refusals.length < cap) refusals.push(refusal)
      const ofFile = (counts[refusal.file] ??= {})
      ofFile[refusal.code] = (ofFile[refusal.code] ?? 0) + 1
    },
    note: (code, file, seen) => {
      const key = JSON.stringify([code, file, seen])
      notes.set(key, { code, file, seen, count: (notes.get(key)?.count ?? 0) + 1 })
    },
    countRow: (file) => {
      rows[file] = (rows[file] ?? 0) + 1
    },
    report: () => ({ refusals: [...refusals], refused, counts: structuredClone(counts), rows: { ...rows }, notes: [...notes.values()] }),
  }
}

export type DataFileErrorCode =
  | 'not_found'
  | 'not_readable'
  | 'not_gzip'
  | 'unexpected_gzip'
  | 'truncated_gzip'
  | 'corrupt_gzip'
  | 'line_too_long'
  | 'empty_file'
  | 'missing_column'
  | 'duplicate_column'
  | 'snapshot_too_large'
  | 'no_files'
  | 'ambiguous_file'
  | 'mixed_series'
  | 'unknown_interval'
  | 'unknown_series'
  | 'nothing_in_window'

/** The whole file (or folder) cannot be read as what it should be. */
export class DataFileError extends Error {
  override readonly name = 'DataFileError'
  readonly code: DataFileErrorCode
  readonly file: string
  readonly line: number
  readonly field: string
  readonly seen: Scalar
  readonly limit: Scalar

  constructor(
    code: DataFileErrorCode,
    at: { readonly file: string; readonly line?: number; readonly field: string },
    seen: unknown,
    limit: Scalar,
  ) {
    const file = basename(at.file)
    const line = at.line ?? 0
    super(`${file}${line > 0 ? `:${line}` : ''}: ${code} (${at.field}: ${String(scalar(seen))}, wanted ${String(limit)})`)
    this.code = code
    this.file = file
    this.line = line
    this.field = at.field
    this.seen = scalar(seen)
    this.limit = limit
  }
}
