/**
 * Reads the segments of a journal folder, `segment-00000001.sqlite` and so on: one table `batches(at, frame)` with a frame per row, `at` its byte offset
 * in the segment. Only `frame` is hashed; `at` is checked by the scanner against the frames before it. A segment file without the table was cut off
 * while it was created and counts as empty. One segment is open at a time.
 */
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UnreadableError, type Piece, type ReadableDevice } from '#engine/journal/device.ts'
import { openSqlite, sqliteFailure, type SqliteDatabase, type SqliteStatement } from './sqlite.ts'

const SEGMENT_FILE = /^segment-(\d{8,})\.sqlite$/

export function segmentPath(folder: string, segment: number): string {
  return join(folder, `segment-${String(segment).padStart(8, '0')}.sqlite`)
}

export function listSegments(folder: string): number[] {
  const numbers = readdirSync(folder).flatMap((name) => SEGMENT_FILE.exec(name)?.[1] ?? [])
  return numbers.map(Number).toSorted((left, right) => left - right)
}

/** The write-ahead log counts: it holds what has not been copied into the file yet. */
export function segmentBytes(folder: string, segment: number): number {
  const path = segmentPath(folder, segment)
  return [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}

export function removeSegment(folder: string, segment: number): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(segmentPath(folder, segment) + suffix, { force: true })
}

interface Opened {
  readonly segment: number
  readonly database: SqliteDatabase
  /** Undefined: no table yet. */
  readonly next: SqliteStatement | undefined
}

export class SegmentReader implements ReadableDevice {
  readonly isAtomic = true
  readonly #folder: string
  #opened: Opened | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  segments(): readonly number[] {
    return listSegments(this.#folder)
  }

  read(segment: number, at: number): Piece | undefined {
    try {
      const row = this.#open(segment).next?.get(at)
      return row === undefined ? undefined : piece(row)
    } catch (error) {
      if (error instanceof UnreadableError || sqliteFailure(error) === undefined) throw error
      throw new UnreadableError(`${segmentPath(this.#folder, segment)}: ${(error as Error).message}`, { cause: error })
    }
  }

  close(): void {
    this.#opened?.database.close()
    this.#opened = undefined
  }

  #open(segment: number): Opened {
    if (this.#opened?.segment === segment) return this.#opened
    this.close()
    const database = openSqlite(segmentPath(this.#folder, segment), 'read')
    try {
      const hasTable = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'batches'").get() !== undefined
      const next = hasTable ? database.prepare('SELECT at, frame FROM batches WHERE at >= ? ORDER BY at LIMIT 1') : undefined
      this.#opened = { segment, database, next }
      return this.#opened
    } catch (error) {
      database.close()
      throw error
    }
  }
}

function piece({ at, frame }: Readonly<Record<string, unknown>>): Piece {
  if (typeof at !== 'number' || !(frame instanceof Uint8Array)) throw new UnreadableError('a row does not hold a frame')
  return { at, bytes: frame }
}
