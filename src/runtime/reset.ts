/**
 * `--reset`: the journals of engine and venue, sealed by their last checkpoint, move into `archive/<n>` as they are, and a new pair begins.
 * Nothing is deleted; the journal that follows names the seal in its first record (C-34). Both are locked first: a folder that another process has open is refused (`journal_locked`) before anything moves.
 */
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { checkpointPath, lastCheckpoint } from '#store/checkpoint-file.ts'
import { readIdentity } from '#store/journal-host.ts'
import { lockFolder } from '#store/lock.ts'
import { verifyingCrypto } from '#store/node-crypto.ts'
import type { ResetOutcome } from './platform.ts'

const JOURNALS = ['engine', 'venue']
const MOVED = [...JOURNALS, 'history', 'logs']

/** What the next journal follows; undefined where there was no engine's journal, or none that can be read. */
export type Sealed = ResetOutcome['sealedJournal']

export function archiveJournals(dataFolder: string, log: (line: string) => void): Sealed | undefined {
  const present = MOVED.filter((name) => existsSync(join(dataFolder, name)))
  if (present.length === 0) return undefined
  const locks = lockAll(dataFolder)
  try {
    const seal = sealOf(dataFolder)
    const archive = move(dataFolder, present, log)
    return seal === undefined ? undefined : { ...seal, archive }
  } finally {
    for (const { release } of locks) release()
  }
}

/** The last signed checkpoint of the engine's journal: how far it goes and the head of its chain there. */
function sealOf(dataFolder: string): Omit<Sealed, 'archive'> | undefined {
  const folder = join(dataFolder, 'engine')
  const identity = existsSync(folder) ? readIdentity(folder) : undefined
  if (identity === undefined) return undefined
  const { journalId } = identity
  const checkpoint = lastCheckpoint(checkpointPath(join(dataFolder, 'checkpoints'), journalId), identity, verifyingCrypto())
  return checkpoint === undefined ? undefined : { journalId, seq: checkpoint.seq, head: checkpoint.head }
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

function move(dataFolder: string, present: readonly string[], log: (line: string) => void): string {
  const archive = join(dataFolder, 'archive')
  mkdirSync(archive, { recursive: true })
  const numbers = readdirSync(archive).map(Number).filter(Number.isInteger)
  const target = join(archive, String(Math.max(0, ...numbers) + 1))
  mkdirSync(target)
  for (const name of present) renameSync(join(dataFolder, name), join(target, name))
  log(`the old journals are sealed in ${target}`)
  return join('archive', basename(target))
}
