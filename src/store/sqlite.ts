/**
 * The only file that names `node:sqlite`, whose class is announced to be renamed. Failures of the medium leave as `SqliteFailure` with the one
 * distinction callers need: no space (nothing happened, may be retried), busy (another process), damaged, or an I/O error (never to be retried).
 *
 * The first to open a file after its writer went away locks it for as long as it reads the write-ahead log, and so does whoever copies the log back.
 * Two who verify the same journal meet there; so each waits for the other. A lock that is a statement ("this folder is taken") is not waited for.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite'

export type SqliteDatabase = DatabaseSync
export type SqliteStatement = StatementSync

export type SqliteFailure = 'no_space' | 'busy' | 'damaged' | 'io_error'

/** Primary result codes of SQLite (sqlite.org/rescode.html); the extended code keeps them in its low byte. */
const FAILURES: Readonly<Record<number, SqliteFailure>> = { 5: 'busy', 6: 'busy', 11: 'damaged', 13: 'no_space', 26: 'damaged' }

/** Longer than any log takes to be read, shorter than a person waits. */
const WAIT_MS = 5_000

export function openSqlite(path: string, mode: 'write' | 'read' | 'lock'): SqliteDatabase {
  return new DatabaseSync(path, { readOnly: mode === 'read', timeout: mode === 'lock' ? 0 : WAIT_MS })
}

/** Undefined when the error is not SQLite's. */
export function sqliteFailure(error: unknown): SqliteFailure | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return FAILURES[error.errcode & 0xff] ?? 'io_error'
}
