/**
 * Ranges of an account's history. Of every point the reader keeps six floats (an instant and five amounts, 48 bytes), enough to choose which points a
 * picture needs (`math/extremes.ts`); the points it gives are read from the file, with their decimal strings. It follows a file that grows and
 * begins anew with one that was replaced. Runs in the reader's thread.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { extremePlaces } from '#math/extremes.ts'
import { existingHistory } from './account-history.ts'
import { pointOf, ROW_BYTES } from './history-row.ts'
import type { HistoryPoint } from './platform.ts'
import type { HistoryQuery, HistoryRange } from './records.ts'
import { epochMs } from '#units/time.ts'

const CHUNK_ROWS = 4_096
const DRAWN = 4

export class HistoryReader {
  readonly #folder: string
  readonly #files = new Map<string, Columns>()

  constructor(folder: string) {
    this.#folder = folder
  }

  ask({ account, from, to, points }: HistoryQuery): HistoryRange {
    const files = existingHistory(this.#folder, account).map((path) => this.#columnsOf(path))
    const all = joined(files)
    const start = from === undefined ? 0 : firstFrom(all.at, from)
    const end = to === undefined ? all.count : firstFrom(all.at, to + 1)
    const window = { from: start, to: Math.max(start, end), max: points }
    const places = extremePlaces(all.at, all.drawn, window)
    return {
      points: pointsAt(files, places),
      inRange: window.to - window.from,
      first: all.count === 0 ? null : epochMs(all.at[0] as number),
      last: all.count === 0 ? null : epochMs(all.at[all.count - 1] as number),
    }
  }

  #columnsOf(path: string): Columns {
    const known = this.#files.get(path)
    const columns = known?.isStill(path) === true ? known : new Columns(path)
    this.#files.set(path, columns)
    columns.catchUp()
    return columns
  }
}

/** Points handed over in memory (nothing was written yet, or a test): the same choice. */
export function rangeOf(points: readonly HistoryPoint[], { from, to, points: max }: HistoryQuery): HistoryRange {
  const inRange = points.filter(({ at }) => at >= (from ?? 0) && at <= (to ?? Number.MAX_SAFE_INTEGER))
  const columns = columnsFrom(inRange)
  const places = extremePlaces(columns[0] as Float64Array, columns.slice(1), { from: 0, to: inRange.length, max })
  return {
    points: places.flatMap((place) => inRange[place] ?? []),
    inRange: inRange.length,
    first: points[0]?.at ?? null,
    last: points.at(-1)?.at ?? null,
  }
}

function numbersOf({ at, index, equityClose, equityUnprotected, floorEquity }: HistoryPoint): number[] {
  return [at, Number(index), Number(equityClose), Number(equityUnprotected), floorEquity === null ? Number.NaN : Number(floorEquity)]
}

function columnsFrom(points: readonly HistoryPoint[]): Float64Array[] {
  const rows = points.map(numbersOf)
  return Array.from({ length: 1 + DRAWN }, (_, column) => Float64Array.from(rows, (row) => row[column] ?? Number.NaN))
}

/** The floats of one file, and where each of its points stands in it. */
class Columns {
  readonly path: string
  readonly #inode: number
  count = 0
  at = new Float64Array(CHUNK_ROWS)
  drawn = Array.from({ length: DRAWN }, () => new Float64Array(CHUNK_ROWS))
  rows = new Uint32Array(CHUNK_ROWS)
  #read = 0

  constructor(path: string) {
    this.path = path
    this.#inode = inodeOf(path)
  }

  isStill(path: string): boolean {
    return existsSync(path) && inodeOf(path) === this.#inode
  }

  catchUp(): void {
    const file = openSync(this.path, 'r')
    try {
      const rows = Math.floor(fstatSync(file).size / ROW_BYTES)
      while (this.#read < rows) this.#take(file, Math.min(rows, this.#read + CHUNK_ROWS))
    } finally {
      closeSync(file)
    }
  }

  #take(file: number, to: number): void {
    const text = bytesAt(file, this.#read, to - this.#read).toString('utf8')
    for (let row = this.#read; row < to; row++) {
      const from = (row - this.#read) * ROW_BYTES
      const point = pointOf(text.slice(from, from + ROW_BYTES))
      if (point !== undefined && point.at > (this.count === 0 ? 0 : (this.at[this.count - 1] as number))) this.#add(row, numbersOf(point))
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

type All = Pick<Columns, 'count' | 'at' | 'drawn'>

/** One series over both files; without a copy while there is one. */
function joined(files: readonly Columns[]): All {
  const [only] = files
  if (only !== undefined && files.length === 1) return only
  const count = files.reduce((sum, file) => sum + file.count, 0)
  const join = (of: (file: Columns) => Float64Array): Float64Array<ArrayBuffer> => {
    const whole = new Float64Array(count)
    let at = 0
    for (const file of files) {
      whole.set(of(file).subarray(0, file.count), at)
      at += file.count
    }
    return whole
  }
  const none = new Float64Array(0)
  return { count, at: join(({ at }) => at), drawn: Array.from({ length: DRAWN }, (_, i) => join(({ drawn }) => drawn[i] ?? none)) }
}

function pointsAt(files: readonly Columns[], places: readonly number[]): HistoryPoint[] {
  const found: HistoryPoint[] = []
  let before = 0
  for (const { path, count, rows } of files) {
    const own = places.filter((place) => place >= before && place < before + count).map((place) => rows[place - before] as number)
    if (own.length > 0) found.push(...pointsIn(path, own))
    before += count
  }
  return found
}

function pointsIn(path: string, rows: readonly number[]): HistoryPoint[] {
  const file = openSync(path, 'r')
  try {
    return rows.flatMap((row) => pointOf(bytesAt(file, row, 1).toString('utf8')) ?? [])
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

function bytesAt(file: number, row: number, rows: number): Buffer {
  const buffer = Buffer.alloc(rows * ROW_BYTES)
  const count = readSync(file, buffer, 0, buffer.length, row * ROW_BYTES)
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
