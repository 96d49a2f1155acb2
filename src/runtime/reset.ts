/**
 * `--reset`: the journals of engine and venue, sealed by their last checkpoint, move into `archive/<n>` as they are, and a new pair begins.
 * Nothing is deleted. Both are locked first: a folder that another process has open is refused (`journal_locked`) before anything moves.
 */
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { lockFolder } from '#store/lock.ts'

const JOURNALS = ['engine', 'venue']
const MOVED = [...JOURNALS, 'history', 'logs']

export function archiveJournals(dataFolder: string, log: (line: string) => void): void {
  const present = MOVED.filter((name) => existsSync(join(dataFolder, name)))
  if (present.length === 0) return
  const locks = lockAll(dataFolder)
  try {
    move(dataFolder, present, log)
  } finally {
    for (const { release } of locks) release()
  }
}

function lockAll(dataFolder: string): ReturnType<typeof lockFolder>[] {
  const locks: ReturnType<typeof lockFolder>[] = []
  try {
    for (const name of JOURNALS) if (existsSync(join(dataFolder, name))) locks.push(lockFolder(join(dataFolder, name)))
    return locks
  } catch (error) {
    for (const { release } of locks) release()
    throw error
  }
}

function move(dataFolder: string, present: readonly string[], log: (line: string) => void): void {
  const archive = join(dataFolder, 'archive')
  mkdirSync(archive, { recursive: true })
  const numbers = readdirSync(archive).map(Number).filter(Number.isInteger)
  const target = join(archive, String(Math.max(0, ...numbers) + 1))
  mkdirSync(target)
  for (const name of present) renameSync(join(dataFolder, name), join(target, name))
  log(`the old journals are sealed in ${target}`)
}
