/**
 * Floor of a durable journal: SQLite with WAL and synchronous=FULL, one row per record, no hash, no thread, no protocol. The log is stretched before
 * measuring, as ours is, so that neither side pays for a growing file.
 */
import { DatabaseSync } from 'node:sqlite'

export interface SqliteFloor {
  /** `rows` rows in transactions of `perTransaction`; returns rows per second. */
  insert(rows: number, perTransaction: number): number
  /** Milliseconds of one row committed alone. */
  insertOne(): number
  close(): void
}

export function sqliteFloor(path: string, text: string): SqliteFloor {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE records (seq INTEGER PRIMARY KEY, text TEXT NOT NULL)')
  database.exec(
    'CREATE TABLE stretch (x BLOB); INSERT INTO stretch VALUES (zeroblob(4096000)); DROP TABLE stretch; PRAGMA wal_checkpoint(RESTART)',
  )
  const insert = database.prepare('INSERT INTO records (seq, text) VALUES (?, ?)')
  let seq = 0
  return {
    insert(rows, perTransaction) {
      const start = performance.now()
      for (let done = 0; done < rows; done += perTransaction) {
        database.exec('BEGIN')
        for (let index = 0; index < perTransaction; index += 1) insert.run((seq += 1), text)
        database.exec('COMMIT')
      }
      return (rows * 1_000) / (performance.now() - start)
    },
    insertOne() {
      const start = performance.now()
      insert.run((seq += 1), text)
      return performance.now() - start
    },
    close: () => database.close(),
  }
}
