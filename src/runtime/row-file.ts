/**
 * Points over market time in a file per name that only grows, `<name>.rows`; ranges of it are read elsewhere (`history-reader.ts`). Every row of a file is as
 * long as the others, so that the n-th is found by its place. At `ROWS_MAX` rows the file becomes `<name>.old.rows`, in the place of the one before it,
 * and another begins: the newest half to whole million is kept. Read models: nothing decides on them. A disk that takes no more costs no step of the
 * engine: it is said once, and what could not be written waits, up to `WAITING_MAX` points, for the next one that can.
 */
import { closeSync, existsSync, ftruncateSync, fstatSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const ROWS_MAX = 500_000
const WAITING_MAX = 10_000

/** How a point is written. */
export interface RowForm<Point extends { readonly at: number }> {
  readonly bytes: number
  /** Lines that are drawn of it. */
  readonly lines: number
  readonly write: (point: Point) => string
  /** Undefined for a row that is no point: it is passed over. */
  readonly read: (row: string) => Point | undefined
  /** The instant, then a float for each line; NaN where it has none. */
  readonly numbers: (point: Point) => readonly number[]
}
interface Kept<Point> {
  /** Of the newest point. */
  at: number
  waiting: Point[]
}

export class RowFile<Point extends { readonly at: number }> {
  readonly #form: RowForm<Point>
  readonly #folder: string
  readonly #log: (line: string) => void
  readonly #rowsMax: number
  readonly #names = new Map<string, Kept<Point>>()
  #isFailing = false

  constructor(form: RowForm<Point>, folder: string, log: (line: string) => void, rowsMax = ROWS_MAX) {
    this.#form = form
    this.#folder = folder
    this.#log = log
    this.#rowsMax = rowsMax
  }

  add(name: string, point: Point): void {
    const kept = this.#names.getOrInsertComputed(name, () => ({ at: 0, waiting: [] }))
    if (kept.at >= point.at) return
    kept.at = point.at
    kept.waiting.push(point)
    if (kept.waiting.length > WAITING_MAX) kept.waiting.shift()
    try {
      this.#write(name, kept)
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) this.#log(`a chart's history is not written: ${error instanceof Error ? error.message : String(error)}`)
      this.#isFailing = true
    }
  }

  #write(name: string, kept: Kept<Point>): void {
    mkdirSync(this.#folder, { recursive: true })
    const { path, old } = rowFiles(this.#folder, name)
    const file = openSync(path, 'a+', 0o600)
    try {
      const size = fstatSync(file).size
      const { bytes } = this.#form
      const whole = size - (size % bytes)
      if (whole < size) ftruncateSync(file, whole) // a row that a crash cut off
      const known = this.#newestAt(file, whole)
      const due = kept.waiting.filter(({ at }) => at > known)
      writeSync(file, due.map(this.#form.write).join(''))
      kept.waiting = []
      if (whole / bytes + due.length >= this.#rowsMax) renameSync(path, old)
    } finally {
      closeSync(file)
    }
  }

  #newestAt(file: number, end: number): number {
    if (end === 0) return 0
    const { bytes, read } = this.#form
    const row = Buffer.alloc(bytes)
    readSync(file, row, 0, bytes, end - bytes)
    return read(row.toString('utf8'))?.at ?? 0
  }
}

/** The file that grows, and the one before it. */
export function rowFiles(folder: string, name: string): { readonly path: string; readonly old: string } {
  const start = join(folder, encodeURIComponent(name))
  return { path: `${start}.rows`, old: `${start}.old.rows` }
}

/** What a reader opens, oldest first. */
export function existingRows(folder: string, name: string): readonly string[] {
  const { path, old } = rowFiles(folder, name)
  return [old, path].filter((file) => existsSync(file))
}
