/**
 * Where a journal ends by its own records, against where its newest signed checkpoint saw it. What was written after that checkpoint may be
 * missing unseen; what it signed may not. Without a checkpoint of this journal nothing can be said.
 */
import { dirname, join, resolve } from 'node:path'
import { checkpointPath, lastCheckpoint } from '#store/checkpoint-file.ts'
import { readIdentity } from '#store/journal-host.ts'
import { verifyingCrypto } from '#store/node-crypto.ts'

export interface Tail {
  readonly state: 'whole' | 'cut' | 'unsigned'
  /** The last record that is signed; null without a checkpoint. */
  readonly signedSeq: number | null
}

export function tailOf(folder: string, lastSeq: number, checkpointFolder = join(dirname(resolve(folder)), 'checkpoints')): Tail {
  const identity = readIdentity(folder)
  if (identity === undefined) return { state: 'unsigned', signedSeq: null }
  const signed = lastCheckpoint(checkpointPath(checkpointFolder, identity.journalId), identity, verifyingCrypto())
  if (signed === undefined) return { state: 'unsigned', signedSeq: null }
  return { state: signed.seq > lastSeq ? 'cut' : 'whole', signedSeq: signed.seq }
}
