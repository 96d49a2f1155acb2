/**
 * `--reset`: the journals of engine and venue, sealed by their last checkpoint, move into `archive/<n>` as they are, and a new pair begins.
 * Nothing is deleted.
 */
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'

const MOVED = ['engine', 'venue', 'history', 'logs']

export function archiveJournals(dataFolder: string, log: (line: string) => void): void {
  const present = MOVED.filter((name) => existsSync(join(dataFolder, name)))
  if (present.length === 0) return
  const archive = join(dataFolder, 'archive')
  mkdirSync(archive, { recursive: true })
  const numbers = readdirSync(archive).map(Number).filter(Number.isInteger)
  const target = join(archive, String(Math.max(0, ...numbers) + 1))
  mkdirSync(target)
  for (const name of present) renameSync(join(dataFolder, name), join(target, name))
  log(`the old journals are sealed in ${target}`)
}
