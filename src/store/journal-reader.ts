/**
 * Reads the records of a journal folder from a seq on, batch by batch, checking hashes and chain as it goes. It may run beside the writer: it sees what is
 * committed. The first segment is found from the openings, each of which carries the last seq before it.
 */
import { decodeFrame, isFault, recordsOf } from '#engine/journal/frame.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { readPiece, scan, type ScanEnd, type Visit } from '#engine/journal/scan.ts'
import { damagedJournal } from './journal-error.ts'
import { nodeText, verifyingCrypto } from './node-crypto.ts'
import { SegmentReader } from './segment-reader.ts'

/** Records with seq >= `fromSeq`, a batch at a time; throws a `JournalError` at the first damage. The openings of segments are not among them. */
export function* readBatches(folder: string, fromSeq: number): Generator<readonly JournalRecord[]> {
  for (const { records } of readHeadedBatches(folder, fromSeq)) if (records.length > 0) yield records
}

export interface HeadedBatch {
  readonly records: readonly JournalRecord[]
  readonly lastSeq: number
  /** Head of the chain after this batch; the frame's own memory, to be copied by who keeps it. */
  readonly head: Uint8Array
}

/** The same with the head of the chain, and with the batches that hold no records (openings and seals move the head too). */
export function* readHeadedBatches(folder: string, fromSeq: number): Generator<HeadedBatch> {
  const reader = new SegmentReader(folder)
  const crypto = verifyingCrypto()
  try {
    const frames: Generator<Visit, ScanEnd> = scan({ device: reader, crypto, fromSegment: segmentOf(reader, fromSeq) })
    let step = frames.next()
    for (; step.done !== true; step = frames.next()) {
      const { frame } = step.value
      const { lastSeq, head } = frame
      if (frame.type !== 'records' || lastSeq < fromSeq) {
        yield { records: [], lastSeq, head }
        continue
      }
      const records = recordsOf(frame, nodeText)
      yield { records: frame.firstSeq >= fromSeq ? records : records.filter(({ seq }) => seq >= fromSeq), lastSeq, head }
    }
    if (step.value.damage !== undefined) throw damagedJournal(folder, step.value.damage)
  } finally {
    reader.close()
  }
}

/** The last segment whose opening lies before `fromSeq`. */
function segmentOf(reader: SegmentReader, fromSeq: number): number {
  const segments = reader.segments()
  const crypto = verifyingCrypto()
  for (const segment of segments.toReversed()) {
    const piece = readPiece(reader, segment, 0)
    if (piece === undefined || 'unreadable' in piece) continue
    const frame = decodeFrame(piece.bytes, 0, crypto)
    if (!isFault(frame) && frame.type === 'opening' && frame.lastSeq < fromSeq) return segment
  }
  return segments[0] ?? 1
}
