/**
 * The journal over real files, synchronous: recovery, the protocol's writer, checkpoints, retention. Hosted by a worker (`journal-worker.ts`) and by
 * `openJournalSync`. The folder's lock is held by whoever calls. Checkpoints are written when batches became durable and `CHECKPOINT_EVERY_MS` have
 * passed, at a seal, at a snapshot and at the end; one that cannot be written is reported and tried again, since it only widens the bound.
 */
import { randomBytes } from 'node:crypto'
import { resolve, sep } from 'node:path'
import { fromHex, toHex } from '#base/hex.ts'
import type { CheckpointReason } from '#engine/journal/checkpoint.ts'
import { perform } from '#engine/journal/drive.ts'
import { decodeFrame, isFault, recordsOf } from '#engine/journal/frame.ts'
import { recover, type Dropped } from '#engine/journal/recover.ts'
import { readPiece, type Position } from '#engine/journal/scan.ts'
import { journalWriter, openingText, type Durable, type JournalWriter, type WriterLimits } from '#engine/journal/writer.ts'
import type { Bundle } from '#engine/journal/record.ts'
import { checkpointPath, lastCheckpoint, openCheckpointFile, type CheckpointFile } from './checkpoint-file.ts'
import { ensureFolder } from './durable-file.ts'
import { damagedJournal, journalError } from './journal-error.ts'
import { nodeText, sha256, signingCrypto, verifyingCrypto } from './node-crypto.ts'
import { droppableSegments } from './retention.ts'
import type { SealKey } from './seal-key.ts'
import { listSegments, removeSegment, SegmentReader } from './segment-reader.ts'
import { SqliteDevice } from './sqlite-device.ts'
import { wallClockMs } from './wall-clock.ts'

export const CHECKPOINT_EVERY_MS = 1_000
/** A segment below this size is not worth a stretched log of 8 MB. */
const STRETCH_SEGMENT_BYTES_MIN = 16_000_000

export interface JournalOptions {
  readonly folder: string
  /** Outside `folder`. */
  readonly checkpointFolder: string
  readonly key: SealKey
  /** A segment is sealed at the first batch beyond this size. */
  readonly segmentBytesMax?: number
  /** Sealed segments older than the last two snapshots are dropped above this total. */
  readonly keepBytes?: number
  readonly batchRecordsMax?: number
  readonly batchBytesMax?: number
  /** Recovery checks from this segment on and trusts what lies before. Default: everything. */
  readonly trustedSegment?: number
  /** False for a run that can be made again: synced when a segment ends and at the close, not with each batch. Default: true. */
  readonly isDurable?: boolean
  /** Quota per segment in pages of 8 KB. Default: the disk is the limit. */
  readonly segmentPagesMax?: number
}

export interface OpenedJournal {
  readonly journalId: string
  readonly isNew: boolean
  readonly lastSeq: number
  readonly batchNo: number
  readonly head: string
  readonly dropped: Dropped | undefined
  /** Batches after the last checkpoint found: what the medium could have lost unseen before this start. */
  readonly batchesUnsigned: number
}

export type HostEvent =
  | Durable
  | { readonly kind: 'full' }
  | { readonly kind: 'failed'; readonly detail: string }
  | { readonly kind: 'checkpoint_failed'; readonly detail: string }

export interface JournalHost {
  readonly opened: OpenedJournal
  readonly writer: JournalWriter
  append(bundle: Bundle): void
  /** One operation on the medium; false when there is nothing to do. */
  step(): boolean
  retry(): void
  checkpoint(reason: CheckpointReason): void
  /** Milliseconds until a checkpoint is due; undefined when nothing is new. */
  checkpointDueIn(): number | undefined
  retain(): number[]
  close(): void
}

export interface JournalIdentity {
  readonly journalId: string
  readonly publicKey: string
}

export function openHost(options: JournalOptions, onEvent: (event: HostEvent) => void): JournalHost {
  const { folder, checkpointFolder, key } = options
  checkFolders(folder, checkpointFolder)
  ensureFolder(folder)
  const segmentBytesMax = options.segmentBytesMax ?? 256_000_000
  const device = new SqliteDevice(folder, {
    ...(options.segmentPagesMax === undefined ? {} : { pagesMax: options.segmentPagesMax }),
    isDurable: options.isDurable ?? true,
    stretchesLog: options.isDurable !== false && segmentBytesMax > STRETCH_SEGMENT_BYTES_MIN && options.segmentPagesMax === undefined,
  })
  const { identity, isNew, position, dropped, batchesUnsigned } = recoverFolder(options, device)
  const { journalId } = identity
  const limits: WriterLimits = {
    segmentBytesMax,
    batchRecordsMax: options.batchRecordsMax ?? 4_096,
    batchTextMax: options.batchBytesMax ?? 4_000_000,
  }
  const text = openingText({ journalId, publicKey: key.publicKey, createdAt: wallClockMs() })
  const writer = journalWriter({
    position,
    journalId: fromHex(journalId) ?? new Uint8Array(16),
    openingText: text,
    limits,
    codec: nodeText,
    sha256,
  })
  const checkpoints = openCheckpointFile(checkpointPath(checkpointFolder, journalId), checkpointFolder, signingCrypto(key.privateKey))
  const stamp = checkpointer({ writer, file: checkpoints, identity, firstSegment: listSegments(folder)[0] ?? 1, onEvent })

  /** The checkpoint that names the new beginning comes first: after a crash in between too much is kept, never too little signed. */
  const retain = (): number[] => {
    const dropped = droppableSegments(folder, options.keepBytes)
    if (dropped.length === 0) return dropped
    stamp.write('dropped', (dropped.at(-1) ?? 0) + 1)
    for (const segment of dropped) removeSegment(folder, segment)
    return dropped
  }

  const step = (): boolean => {
    const op = writer.next()
    if (op === undefined) return false
    const event = writer.complete(perform(op, device))
    if (event === undefined) return true
    onEvent(event.kind === 'failed' ? { kind: 'failed', detail: `${event.during}: ${device.lastError}` } : event)
    if (event.kind === 'durable' && event.type === 'seal') stamp.write('sealed')
    else if (stamp.dueIn() === 0) stamp.write('periodic')
    if (event.kind === 'durable' && event.type === 'opening') retain()
    return true
  }
  while (writer.position.segment === 0 && step()) continue // a new journal begins with its opening, before any record
  const { lastSeq, batchNo, head } = writer.position
  const host: JournalHost = {
    opened: { journalId, isNew, lastSeq, batchNo, head: toHex(head), dropped, batchesUnsigned },
    writer,
    append: (bundle) => writer.append(bundle),
    step,
    retry: () => writer.retry(),
    checkpoint: stamp.write,
    checkpointDueIn: stamp.dueIn,
    retain,
    close() {
      stamp.write('stopped')
      checkpoints.close()
      device.close()
    },
  }
  stamp.write('opened')
  return host
}

interface Recovered {
  readonly identity: JournalIdentity
  readonly isNew: boolean
  readonly position: Position | undefined
  readonly dropped: Dropped | undefined
  readonly batchesUnsigned: number
}

function recoverFolder({ folder, checkpointFolder, key, trustedSegment }: JournalOptions, device: SqliteDevice): Recovered {
  const found = readIdentity(folder)
  const identity = found ?? { journalId: toHex(randomBytes(16)), publicKey: key.publicKey }
  if (identity.publicKey !== key.publicKey) throw journalError('seal_key_mismatch', 'seal key', key.publicKey, identity.publicKey)
  const crypto = verifyingCrypto()
  const witness = lastCheckpoint(checkpointPath(checkpointFolder, identity.journalId), identity, crypto)
  const recovery = recover({
    device,
    crypto,
    ...(witness === undefined ? {} : { witness }),
    ...(trustedSegment === undefined ? {} : { fromSegment: trustedSegment }),
  })
  if (!recovery.ok) throw damagedJournal(folder, recovery.damage)
  if (recovery.dropped !== undefined) device.truncate(recovery.dropped.at)
  const batchesUnsigned = (recovery.position?.batchNo ?? 0) - (witness?.batchNo ?? 0)
  return { identity, isNew: found === undefined, position: recovery.position, dropped: recovery.dropped, batchesUnsigned }
}

/** Who the journal says it is, from the opening of its first segment; undefined when there is none that can be read. */
export function readIdentity(folder: string): JournalIdentity | undefined {
  const reader = new SegmentReader(folder)
  try {
    for (const segment of reader.segments()) {
      const piece = readPiece(reader, segment, 0)
      if (piece === undefined || 'unreadable' in piece) continue
      const frame = decodeFrame(piece.bytes, 0, verifyingCrypto())
      if (isFault(frame) || frame.type !== 'opening') continue
      const opening = JSON.parse(recordsOf(frame, nodeText)[0]?.text ?? '{}') as Partial<JournalIdentity>
      return { journalId: toHex(frame.journalId), publicKey: opening.publicKey ?? '' }
    }
    return undefined
  } finally {
    reader.close()
  }
}

interface Checkpointer {
  write(reason: CheckpointReason, firstSegment?: number): void
  dueIn(): number | undefined
}

interface CheckpointerStart {
  readonly writer: JournalWriter
  readonly file: CheckpointFile
  readonly identity: JournalIdentity
  readonly firstSegment: number
  readonly onEvent: (event: HostEvent) => void
}

function checkpointer({ writer, file, identity, firstSegment: first, onEvent }: CheckpointerStart): Checkpointer {
  const { journalId, publicKey } = identity
  let firstSegment = first
  let signedBatch = 0
  let signedAt = performance.now()
  return {
    write(reason, newFirstSegment = firstSegment) {
      const { segment, lastSeq: seq, batchNo, head } = writer.position
      if (batchNo === 0) return
      firstSegment = newFirstSegment
      signedAt = performance.now()
      try {
        file.append({ journalId, firstSegment, segment, seq, batchNo, head: toHex(head), time: wallClockMs(), reason, publicKey })
        signedBatch = batchNo
      } catch (error) {
        onEvent({ kind: 'checkpoint_failed', detail: (error as Error).message })
      }
    },
    dueIn: () => (writer.position.batchNo === signedBatch ? undefined : Math.max(0, signedAt + CHECKPOINT_EVERY_MS - performance.now())),
  }
}

function checkFolders(folder: string, checkpointFolder: string): void {
  const inside = resolve(checkpointFolder)
  const outer = resolve(folder)
  if (inside === outer || inside.startsWith(outer + sep)) {
    throw journalError('checkpoint_folder_inside_journal', 'checkpointFolder', checkpointFolder, `a folder outside ${folder}`)
  }
}
