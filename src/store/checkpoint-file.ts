/**
 * The file of signed checkpoints of one journal, `<checkpointFolder>/<journalId>.jsonl`, outside the journal's own folder so that one mishap does not take both.
 * Appended and synced. A torn last line (power cut) is closed by a newline before the next append, stays, and is reported as damaged. Above
 * `FILE_BYTES_MAX` the periodic lines but the newest are dropped: a later checkpoint vouches for all that an earlier one did, and sealed ones stay.
 */
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { checkpointLine, parseCheckpoints, type Checkpoint, type CheckpointOwner } from '#engine/journal/checkpoint.ts'
import type { Crypto, VerifyingCrypto } from '#engine/journal/crypto-port.ts'
import { ensureFolder, replaceFile, syncFolder, writeAll } from './durable-file.ts'
import { nodeText } from './node-crypto.ts'

const FILE_BYTES_MAX = 8_000_000
const PERIODIC_LINES_KEPT = 1_000

export function checkpointPath(folder: string, journalId: string): string {
  return join(folder, `${journalId}.jsonl`)
}

export interface CheckpointFile {
  append(checkpoint: Checkpoint): void
  close(): void
}

export function openCheckpointFile(path: string, folder: string, crypto: Pick<Crypto, 'sign'>): CheckpointFile {
  ensureFolder(folder)
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > FILE_BYTES_MAX) thinOut(path)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const file = openSync(path, 'a', 0o600)
  if (before !== '' && !before.endsWith('\n')) writeAll(file, Buffer.from('\n'))
  syncFolder(folder)
  return {
    append(checkpoint) {
      const whole = fstatSync(file).size
      try {
        writeAll(file, Buffer.from(checkpointLine(checkpoint, crypto, nodeText)))
      } catch (error) {
        ftruncateSync(file, whole) // half a line of a full disk would read as damage for ever
        throw error
      }
      fsyncSync(file)
    },
    close: () => closeSync(file),
  }
}

/** The newest line that is rightly signed by the owner. Read from the end: a signature check costs as much as hashing 100 KB. */
export function lastCheckpoint(path: string, owner: CheckpointOwner, crypto: Pick<VerifyingCrypto, 'verify'>): Checkpoint | undefined {
  if (!existsSync(path)) return undefined
  for (const line of readFileSync(path, 'utf8').split('\n').toReversed()) {
    const parsed = parseCheckpoints(line, owner, crypto, nodeText)[0]
    if (parsed?.kind === 'valid') return parsed.checkpoint
  }
  return undefined
}

export function thinOut(path: string): void {
  const lines = readFileSync(path, 'utf8').split('\n')
  const kept = lines.filter((line, index) => !line.includes('"reason":"periodic"') || index >= lines.length - PERIODIC_LINES_KEPT)
  replaceFile(path, [kept.join('\n')])
}
