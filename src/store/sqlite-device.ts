/**
 * The journal's device over a folder of SQLite segments (WAL, synchronous=FULL). A batch is one row, inserted by one autocommitted statement in `sync`:
 * three calls (begin, insert, commit) would cost a lone record more than its hash. Atomic: SQLite either commits the row or does not. Pages of 8 KB
 * read a third faster than those of 4 KB, which are a tenth faster for a lone record; verification is what needs it (bench/journal.bench.ts).
 */
import { assert } from '#base/assert.ts'
import type { DeviceResult, JournalDevice, Piece } from '#engine/journal/device.ts'
import { syncFolder } from './durable-file.ts'
import { listSegments, SegmentReader, segmentPath } from './segment-reader.ts'
import { openSqlite, sqliteFailure, type SqliteDatabase, type SqliteStatement } from './sqlite.ts'

/** As long as SQLite lets the log grow before it copies it back: 1,000 pages. */
const LOG_BYTES = 8_192_000

export interface SqliteDeviceOptions {
  /** Quota per segment in pages of 8 KB: beyond it SQLite reports a full disk. */
  readonly pagesMax?: number
  /** Stretch the write-ahead log when a segment is opened: syncing a file that does not grow takes a lone record a third less time. */
  readonly stretchesLog: boolean
  /** Each batch is on the medium when `sync` returns; otherwise all of them are when `close` returns, and a crash before leaves no journal. */
  readonly isDurable: boolean
}

interface Writing {
  readonly segment: number
  readonly database: SqliteDatabase
  readonly insert: SqliteStatement
  end: number
}

export class SqliteDevice implements JournalDevice {
  readonly isAtomic = true
  /** What SQLite said to the last operation that failed. */
  lastError = ''
  readonly #folder: string
  readonly #reader: SegmentReader
  readonly #stretchesLog: boolean
  readonly #isDurable: boolean
  #pagesMax: number | undefined
  #writing: Writing | undefined
  #pending: Uint8Array | undefined

  constructor(folder: string, options: SqliteDeviceOptions) {
    this.#folder = folder
    this.#reader = new SegmentReader(folder)
    this.#stretchesLog = options.stretchesLog
    this.#isDurable = options.isDurable
    this.#pagesMax = options.pagesMax
  }

  segments(): readonly number[] {
    return listSegments(this.#folder)
  }

  read(segment: number, at: number): Piece | undefined {
    return this.#reader.read(segment, at)
  }

  append(bytes: Uint8Array): DeviceResult {
    assert(this.#pending === undefined, 'each append is synced or truncated before the next')
    this.#pending = bytes
    return 'ok'
  }

  sync(): DeviceResult {
    const bytes = this.#pending
    if (bytes === undefined) return 'ok'
    return this.#attempt(() => {
      const writing = this.#current()
      writing.insert.run(writing.end, bytes)
      writing.end += bytes.length
      this.#pending = undefined
    })
  }

  truncate(at: number): DeviceResult {
    this.#pending = undefined
    return this.#attempt(() => {
      const writing = this.#current()
      if (writing.end <= at) return
      writing.database.prepare('DELETE FROM batches WHERE at >= ?').run(at)
      writing.end = at
    })
  }

  rotate(segment: number): DeviceResult {
    return this.#attempt(() => {
      this.#open(segment)
      syncFolder(this.#folder)
    })
  }

  setPagesMax(pagesMax: number): void {
    this.#pagesMax = pagesMax
    this.#writing?.database.exec(`PRAGMA max_page_count = ${pagesMax}`)
  }

  close(): void {
    this.#reader.close()
    this.#finish()
  }

  /** Listing the folder would cost a lone record a tenth of its commit, so it is done once. */
  #current(): Writing {
    return this.#writing ?? this.#open(this.segments().at(-1) ?? 1)
  }

  #open(segment: number): Writing {
    if (this.#writing?.segment === segment) return this.#writing
    this.#finish()
    const database = openSqlite(segmentPath(this.#folder, segment), 'write')
    try {
      database.exec('PRAGMA page_size = 8192')
      // a log is for what must survive a crash; without one every page is written once instead of twice
      database.exec(
        this.#isDurable ? 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL' : 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF',
      )
      if (this.#pagesMax !== undefined) database.exec(`PRAGMA max_page_count = ${this.#pagesMax}`)
      database.exec('CREATE TABLE IF NOT EXISTS batches (at INTEGER PRIMARY KEY, frame BLOB NOT NULL)')
      if (this.#stretchesLog) stretchLog(database)
      const last = database.prepare('SELECT at + length(frame) AS end FROM batches ORDER BY at DESC LIMIT 1').get()
      const insert = database.prepare('INSERT INTO batches (at, frame) VALUES (?, ?)')
      this.#writing = { segment, database, insert, end: Number(last?.['end'] ?? 0) }
      return this.#writing
    } catch (error) {
      database.close()
      throw error
    }
  }

  #finish(): void {
    const writing = this.#writing
    this.#writing = undefined
    if (writing === undefined) return
    if (!this.#isDurable) writing.database.exec('PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL')
    writing.database.close()
  }

  #attempt(operation: () => void): DeviceResult {
    try {
      operation()
      return 'ok'
    } catch (error) {
      const failure =
        sqliteFailure(error) ?? (error instanceof Error && 'code' in error && error.code === 'ENOSPC' ? 'no_space' : undefined)
      this.lastError = error instanceof Error ? error.message : String(error)
      return failure === 'no_space' ? 'no_space' : 'io_error'
    }
  }
}

/** In a table of its own, so that a crash on the way leaves no row among the batches. */
function stretchLog(database: SqliteDatabase): void {
  database.exec(`DROP TABLE IF EXISTS stretch; CREATE TABLE stretch (x BLOB); INSERT INTO stretch VALUES (zeroblob(${LOG_BYTES}))`)
  database.exec('DROP TABLE stretch; PRAGMA wal_checkpoint(RESTART)')
}
