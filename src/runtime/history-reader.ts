/**
 * Ranges of what a row file holds (`row-file.ts`). Of every point the reader keeps floats alone (an instant, the lines that are drawn, its row), enough to
 * choose which points a picture needs (`math/extremes.ts`); the points it gives are read from the file, with their decimal strings. It follows a file
 * that grows and begins anew with one that was replaced. Runs in the reader's thread.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { extremePlaces } from '#math/extremes.ts'
import type { PointsWithin, Range } from './records.ts'
import { existingRows } from './row-file.ts'
import type { RowForm } from './row-file.ts'
import { epochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'

const CHUNK_ROWS = 4_096
type Timed = { readonly at: number }

export class HistoryReader<Point extends Timed> {
  readonly #form: RowForm<Point>
  readonly #folder: string
  readonly #files = new Map<string, Columns<Point>>()

  constructor(form: RowForm<Point>, folder: string) {
    this.#form = form
    this.#folder = folder
  }

  ask(name: string, { from, to, points }: Range): PointsWithin<Point> {
    const files = existingRows(this.#folder, name).map((path) => this.#columnsOf(path))
    const all = joined(files, this.#form.lines)
    const start = from === undefined ? 0 : firstFrom(all.at, from)
    const end = to === undefined ? all.count : firstFrom(all.at, to + 1)
    const window = { from: start, to: Math.max(start, end), max: points }
    const places = extremePlaces(all.at, all.drawn, window)
    return {
      points: pointsAt(files, places, this.#form),
      inRange: window.to - window.from,
      first: all.count === 0 ? null : epochMs(all.at[0] as number),
      last: all.count === 0 ? null : epochMs(all.at[all.count - 1] as number),
    }
  }

  #columnsOf(path: string): Columns<Point> {
    const known = this.#files.get(path)
    const columns = known?.isStill(path) === true ? known : new Columns(path, this.#form)
    this.#files.set(path, columns)
    columns.catchUp()
    return columns
  }
}

/** Points handed over in memory (nothing was written yet, or a test): the same choice. */
export function rangeOf<Point extends Timed>(
  { lines, numbers }: RowForm<Point>,
  points: readonly Point[],
  { from, to, points: max }: Range,
): PointsWithin<Point> {
  const inRange = points.filter(({ at }) => at >= (from ?? 0) && at <= (to ?? Number.MAX_SAFE_INTEGER))
  const rows = inRange.map(numbers)
  const columns = Array.from({ length: 1 + lines }, (_, column) => Float64Array.from(rows, (row) => row[column] ?? Number.NaN))
  const places = extremePlaces(columns[0] as Float64Array, columns.slice(1), { from: 0, to: inRange.length, max })
  return {
    points: places.flatMap((place) => inRange[place] ?? []),
    inRange: inRange.length,
    first: instantOf(points[0]),
    last: instantOf(points.at(-1)),
  }
}

function instantOf(point: Timed | undefined): EpochMs | null {
  return point === undefined ? null : epochMs(point.at)
}

/** The floats of one file, and where each of its points stands in it. */
class Columns<Point extends Timed> {
  readonly path: string
  readonly #form: RowForm<Point>
  readonly #inode: number
  count = 0
  at = new Float64Array(CHUNK_ROWS)
  drawn: Float64Array<ArrayBuffer>[]
  rows = new Uint32Array(CHUNK_ROWS)
  #read = 0

  constructor(path: string, form: RowForm<Point>) {
    this.path = path
    this.#form = form
    this.drawn = Array.from({ length: form.lines }, () => new Float64Array(CHUNK_ROWS))
    this.#inode = inodeOf(path)
  }

  isStill(path: string): boolean {
    return existsSync(path) && inodeOf(path) === this.#inode
  }

  catchUp(): void {
    const file = openSync(this.path, 'r')
    try {
      const rows = Math.floor(fstatSync(file).size / this.#form.bytes)
      while (this.#read < rows) this.#take(file, Math.min(rows, this.#read + CHUNK_ROWS))
    } finally {
      closeSync(file)
    }
  }

  #take(file: number, to: number): void {
    const { bytes, read, numbers } = this.#form
    const text = bytesAt(file, this.#read * bytes, (to - this.#read) * bytes).toString('utf8')
    for (let row = this.#read; row < to; row++) {
      const from = (row - this.#read) * bytes
      const point = read(text.slice(from, from + bytes))
      if (point !== undefined && point.at > (this.count === 0 ? 0 : (this.at[this.count - 1] as number))) this.#add(row, numbers(point))
    }
    this.#read = to
  }

  #add(row: number, [at = 0, ...drawn]: readonly number[]): void {
    if (this.count === this.at.length) this.#grow()
    this.at[this.count] = at
    this.rows[this.count] = row
    for (const [i, column] of this.drawn.entries()) column[this.count] = drawn[i] ?? Number.NaN
    this.count += 1
  }

  #grow(): void {
    const double = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(old.length * 2)
      next.set(old)
      return next
    }
    this.at = double(this.at)
    this.drawn = this.drawn.map(double)
    const rows = new Uint32Array(this.rows.length * 2)
    rows.set(this.rows)
    this.rows = rows
  }
}

type All = Pick<Columns<Timed>, 'count' | 'at' | 'drawn'>

/** One series over both files; without a copy while there is one. */
function joined(files: readonly All[], lines: number): All {
  const [only] = files
  if (only !== undefined && files.length === 1) return only
  const count = files.reduce((sum, file) => sum + file.count, 0)
  const join = (of: (file: All) => Float64Array): Float64Array<ArrayBuffer> => {
    const whole = new Float64Array(count)
    let at = 0
    for (const file of files) {
      whole.set(of(file).subarray(0, file.count), at)
      at += file.count
    }
    return whole
  }
  const none = new Float64Array(0)
  return { count, at: join(({ at }) => at), drawn: Array.from({ length: lines }, (_, i) => join(({ drawn }) => drawn[i] ?? none)) }
}

function pointsAt<Point extends Timed>(files: readonly Columns<Point>[], places: readonly number[], form: RowForm<Point>): Point[] {
  const found: Point[] = []
  let before = 0
  for (const { path, count, rows } of files) {
    const own = places.filter((place) => place >= before && place < before + count).map((place) => rows[place - before] as number)
    if (own.length > 0) found.push(...pointsIn(path, own, form))
    before += count
  }
  return found
}

function pointsIn<Point extends Timed>(path: string, rows: readonly number[], { bytes, read }: RowForm<Point>): Point[] {
  const file = openSync(path, 'r')
  try {
    return rows.flatMap((row) => read(bytesAt(file, row * bytes, bytes).toString('utf8')) ?? [])
  } finally {
    closeSync(file)
  }
}

/** The first place whose instant is not before `at`. */
function firstFrom(x: Float64Array, at: number): number {
  let low = 0
  let high = x.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const value = x[middle] as number
    if (value !== 0 && value < at) low = middle + 1
    else high = middle
  }
  return low
}

function bytesAt(file: number, from: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  const count = readSync(file, buffer, 0, buffer.length, from)
  return buffer.subarray(0, count)
}

function inodeOf(path: string): number {
  const file = openSync(path, 'r')
  try {
    return fstatSync(file).ino
  } finally {
    closeSync(file)
  }
}
