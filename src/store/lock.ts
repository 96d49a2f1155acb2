/**
 * One process per folder. The lock is SQLite's exclusive lock on `lock.sqlite`, which the operating system releases when the process ends however it
 * ends, so nothing can go stale. `lock-holder.json` only says who holds it and decides nothing. On POSIX a program that opens and closes
 * `lock.sqlite` by other means inside this process would release the lock: leave the file alone.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from './durable-file.ts'
import { journalError } from './journal-error.ts'
import { openSqlite, sqliteFailure } from './sqlite.ts'

export interface FolderLock {
  release(): void
}

export function lockFolder(folder: string): FolderLock {
  const database = openSqlite(join(folder, 'lock.sqlite'), 'lock')
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (sqliteFailure(error) !== 'busy') throw error
    throw journalError('journal_locked', folder, holder(folder), 'a folder no other process has open')
  }
  replaceFile(join(folder, 'lock-holder.json'), [JSON.stringify({ pid: process.pid })])
  return { release: () => database.close() }
}

function holder(folder: string): string {
  try {
    const { pid } = JSON.parse(readFileSync(join(folder, 'lock-holder.json'), 'utf8')) as { readonly pid?: unknown }
    return typeof pid === 'number' ? `held by process ${pid}` : 'held by another process'
  } catch {
    return 'held by another process'
  }
}
