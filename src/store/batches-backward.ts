/**
 * Batches of a journal folder from a seq down to the oldest that is kept, newest first, so that what happened last is found without reading all that
 * came before. The hash of each frame is checked; the chain around it is the verifier's matter. It may run beside the writer: it sees what is
 * committed; a segment that retention removes meanwhile ends the walk as the oldest would.
 */
import { decodeFrame, isFault, recordsOf } from '#engine/journal/frame.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { batchAt, batchOf, hasBatches } from './batch-header.ts'
import { damagedJournal } from './journal-error.ts'
import { nodeText, verifyingCrypto } from './node-crypto.ts'
import { listSegments, segmentPath } from './segment-reader.ts'
import { openSqlite, sqliteFailure } from './sqlite.ts'
import type { SqliteDatabase } from './sqlite.ts'

/** Records with seq < `beforeSeq`, a batch at a time, in each batch oldest first. The openings of segments are not among them. */
export function* batchesBackward(folder: string, beforeSeq: number): Generator<readonly JournalRecord[]> {
  for (const segment of listSegments(folder).toReversed()) {
    const database = openedSegment(folder, segment)
    if (database === undefined) return
    try {
      const opening = hasBatches(database) ? batchAt(database, 0) : undefined
      if (opening === undefined || opening.lastSeq >= beforeSeq - 1) continue
      yield* segmentBackward(folder, database, { segment, beforeSeq })
    } finally {
      database.close()
    }
  }
}

function openedSegment(folder: string, segment: number): SqliteDatabase | undefined {
  try {
    return openSqlite(segmentPath(folder, segment), 'read')
  } catch (error) {
    if (sqliteFailure(error) !== undefined && !listSegments(folder).includes(segment)) return undefined
    throw error
  }
}

function* segmentBackward(
  folder: string,
  database: SqliteDatabase,
  { segment, beforeSeq }: { readonly segment: number; readonly beforeSeq: number },
): Generator<readonly JournalRecord[]> {
  const crypto = verifyingCrypto()
  const previous = database.prepare('SELECT at, frame FROM batches WHERE at <= ? ORDER BY at DESC LIMIT 1')
  let at = batchOf(database, beforeSeq - 1)?.at ?? Number.MAX_SAFE_INTEGER
  while (at >= 0) {
    const row = previous.get(at)
    if (row === undefined) return
    const frame = decodeFrame(row['frame'] as Uint8Array, 0, crypto)
    if (isFault(frame)) throw damagedJournal(folder, { ...frame, segment, at: Number(row['at']), batchNo: 0, seq: beforeSeq })
    if (frame.type === 'records') {
      const records = recordsOf(frame, nodeText)
      yield frame.lastSeq < beforeSeq ? records : records.filter(({ seq }) => seq < beforeSeq)
    }
    at = Number(row['at']) - 1
  }
}
