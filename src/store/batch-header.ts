/**
 * Heads of batches in one segment, found without reading the batches: by offset, or by halving for a seq. Openings and seals carry the seq
 * before them, so last seqs never fall along a segment. Little-endian, see `frame.ts`.
 */
import { HEADER_BYTES } from '#engine/journal/frame.ts'
import type { SqliteDatabase } from './sqlite.ts'

export interface BatchHeader {
  readonly at: number
  readonly firstSeq: number
  readonly lastSeq: number
  readonly count: number
}

/** A segment that was cut off while it was created has no table and counts as empty. */
export function hasBatches(database: SqliteDatabase): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'batches'").get() !== undefined
}

/** Of the first batch at or after `at`. */
export function batchAt(database: SqliteDatabase, at: number): BatchHeader | undefined {
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

/** The first batch whose last seq reaches `seq`; undefined when none does. */
export function batchOf(database: SqliteDatabase, seq: number): BatchHeader | undefined {
  let low = 0
  let high = Number(database.prepare('SELECT max(at) AS at FROM batches').get()?.['at'] ?? 0)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const header = batchAt(database, middle)
    if (header === undefined || header.lastSeq >= seq) high = middle
    else low = header.at + 1
  }
  return batchAt(database, low)
}
