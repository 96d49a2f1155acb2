/**
 * CSV with a header, as a stream of rows with their line numbers. Quoting after RFC 4180 (doubled quotes inside quotes) within one
 * line; a field that spans lines is refused, since no layout here has one and a stray quote would otherwise swallow the file.
 * Edges: a missing or doubled column of the layout fails the file; columns the layout does not name are ignored and noted; a row
 * with another number of fields than the header is refused; blank lines are skipped and noted.
 */
import { basename } from 'node:path'
import { CsvRow } from './csv-row.ts'
import { DataFileError } from './refusals.ts'
import type { DataCollector } from './refusals.ts'
import { readLines } from './text-lines.ts'
import type { LineBatch } from './text-lines.ts'

export interface CsvLayout {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  /** Known and not used: no note. */
  readonly ignored: readonly string[]
}

interface CsvContext {
  readonly file: string
  readonly columns: ReadonlyMap<string, number>
  readonly width: number
  readonly collector: DataCollector
}

/** Batches of rows, one per chunk of the file. */
export async function* readCsv(
  path: string,
  layout: CsvLayout,
  collector: DataCollector,
): AsyncGenerator<readonly CsvRow[], void, undefined> {
  let context: CsvContext | undefined
  for await (const batch of readLines(path)) {
    if (batch.unterminated) collector.note('no_final_newline', basename(path), 'last line')
    let start = 0
    if (context === undefined) {
      context = parseHeader(path, batch.lines[0] ?? '', layout, collector)
      start = 1
    }
    yield rowsOf(batch, start, context)
  }
  if (context === undefined) throw new DataFileError('empty_file', { file: path, line: 1, field: 'header' }, '', layout.required.join(','))
}

function rowsOf(batch: LineBatch, start: number, { file, columns, width, collector }: CsvContext): readonly CsvRow[] {
  const rows: CsvRow[] = []
  for (let i = start; i < batch.lines.length; i++) {
    const text = batch.lines[i] ?? ''
    const line = batch.firstLine + i
    if (text === '') {
      collector.note('blank_line', file, 'blank')
      continue
    }
    const cells = splitCells(text)
    if (cells === undefined)
      collector.refuse({ code: 'bad_quoting', file, line, field: 'row', seen: text.slice(0, 80), limit: 'quotes closed and doubled' })
    else if (cells.length !== width) collector.refuse({ code: 'column_count', file, line, field: 'row', seen: cells.length, limit: width })
    else rows.push(new CsvRow({ file, line, columns, cells }))
  }
  return rows
}

function parseHeader(path: string, text: string, { required, optional, ignored }: CsvLayout, collector: DataCollector): CsvContext {
  const names = splitCells(text) ?? []
  const columns = new Map<string, number>()
  const known = new Set([...required, ...optional, ...ignored])
  const file = basename(path)
  for (const [i, name] of names.entries()) {
    if (columns.has(name)) throw new DataFileError('duplicate_column', { file, line: 1, field: name }, name, 'each column once')
    if (!known.has(name)) collector.note('unknown_column', file, name.slice(0, 80))
    columns.set(name, i)
  }
  for (const name of required) {
    if (!columns.has(name)) throw new DataFileError('missing_column', { file, line: 1, field: name }, names.join(','), name)
  }
  return { file, columns, width: names.length, collector }
}

/** Fields of one line, or undefined when its quotes do not match. */
export function splitCells(text: string): readonly string[] | undefined {
  return text.includes('"') ? splitQuoted(text) : text.split(',')
}

function splitQuoted(text: string): readonly string[] | undefined {
  const cells: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y
  while (field.lastIndex <= text.length) {
    const match = field.exec(text)
    if (match === null) return undefined
    cells.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'))
    if (match[3] === '') return cells
  }
  return undefined
}
