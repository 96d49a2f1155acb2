/**
 * One record of a journal folder by its seq: the segment from the openings, in it the batch by halving on the offset. Reads a logarithm of
 * headers and one frame, whose hash is checked; the chain around it is the verifier's matter. It may run beside the writer: it sees what is
 * committed. Undefined: no such record (a derived event, dropped, not durable yet).
 */
import { decodeFrame, isFault, recordsOf } from '#engine/journal/frame.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { batchAt, batchOf, hasBatches } from './batch-header.ts'
import { damagedJournal } from './journal-error.ts'
import { nodeText, verifyingCrypto } from './node-crypto.ts'
import { listSegments, segmentPath } from './segment-reader.ts'
import { openSqlite } from './sqlite.ts'
import type { SqliteDatabase } from './sqlite.ts'

export function readRecord(folder: string, seq: number): JournalRecord | undefined {
  const segments = listSegments(folder)
  for (const segment of segments.toReversed()) {
    const database = openSqlite(segmentPath(folder, segment), 'read')
    try {
      if (!hasBatches(database)) continue
      // An opening carries the last seq before its segment.
      const opening = batchAt(database, 0)
      if (opening === undefined || opening.lastSeq >= seq) continue
      return recordIn(folder, database, { segment, seq })
    } finally {
      database.close()
    }
  }
  return undefined
}

function recordIn(
  folder: string,
  database: SqliteDatabase,
  { segment, seq }: { readonly segment: number; readonly seq: number },
): JournalRecord | undefined {
  const reached = batchOf(database, seq)
  const found = reached !== undefined && reached.count > 0 && reached.firstSeq <= seq && seq <= reached.lastSeq ? reached : undefined
  const row = found === undefined ? undefined : database.prepare('SELECT frame FROM batches WHERE at = ?').get(found.at)
  if (found === undefined || row === undefined) return undefined
  const frame = decodeFrame(row['frame'] as Uint8Array, 0, verifyingCrypto())
  if (isFault(frame)) throw damagedJournal(folder, { ...frame, segment, at: found.at, batchNo: 0, seq })
  return recordsOf(frame, nodeText).find((record) => record.seq === seq)
}
