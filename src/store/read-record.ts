/**
 * One record of a journal folder by its seq: the segment from the openings, in it the batch by halving on the offset. Reads a logarithm of
 * headers and one frame, whose hash is checked; the chain around it is the verifier's matter. It may run beside the writer: it sees what is
 * committed. Undefined: no such record (a derived event, dropped, not durable yet).
 */
import { decodeFrame, HEADER_BYTES, isFault, recordsOf } from '#engine/journal/frame.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
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
      if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'batches'").get() === undefined) continue
      // An opening carries the last seq before its segment.
      const opening = headerAt(database, 0)
      if (opening === undefined || opening.lastSeq >= seq) continue
      return recordIn(folder, database, { segment, seq })
    } finally {
      database.close()
    }
  }
  return undefined
}

interface Header {
  readonly at: number
  readonly firstSeq: number
  readonly lastSeq: number
  readonly count: number
}

function recordIn(
  folder: string,
  database: SqliteDatabase,
  { segment, seq }: { readonly segment: number; readonly seq: number },
): JournalRecord | undefined {
  const found = batchOf(database, seq)
  const row = found === undefined ? undefined : database.prepare('SELECT frame FROM batches WHERE at = ?').get(found.at)
  if (found === undefined || row === undefined) return undefined
  const frame = decodeFrame(row['frame'] as Uint8Array, 0, verifyingCrypto())
  if (isFault(frame)) throw damagedJournal(folder, { ...frame, segment, at: found.at, batchNo: 0, seq })
  return recordsOf(frame, nodeText).find((record) => record.seq === seq)
}

/** The first batch whose last seq reaches `seq`. Openings and seals carry the seq before them, so last seqs never fall along a segment. */
function batchOf(database: SqliteDatabase, seq: number): Header | undefined {
  let low = 0
  let high = Number(database.prepare('SELECT max(at) AS at FROM batches').get()?.['at'] ?? 0)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const header = headerAt(database, middle)
    if (header === undefined || header.lastSeq >= seq) high = middle
    else low = header.at + 1
  }
  const header = headerAt(database, low)
  return header !== undefined && header.count > 0 && header.firstSeq <= seq && seq <= header.lastSeq ? header : undefined
}

/** Of the first batch at or after `at`; little-endian, see `frame.ts`. */
function headerAt(database: SqliteDatabase, at: number): Header | undefined {
  const row = database
    .prepare(`SELECT at, substr(frame, 1, ${HEADER_BYTES}) AS header FROM batches WHERE at >= ? ORDER BY at LIMIT 1`)
    .get(at)
  const bytes = row?.['header']
  if (row === undefined || !(bytes instanceof Uint8Array) || bytes.length < HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return {
    at: Number(row['at']),
    count: view.getUint32(28, true),
    firstSeq: Number(view.getBigUint64(40, true)),
    lastSeq: Number(view.getBigUint64(48, true)),
  }
}
