/**
 * Keeps a journal folder below `keepBytes` by dropping its oldest sealed segments, never one that the last two snapshots still need for replay: with
 * fewer than two snapshots nothing is dropped. The chain of what remains still begins with the head that a checkpoint signed at the seal.
 */
import { decodeFrame, isFault } from '#engine/journal/frame.ts'
import { readPiece } from '#engine/journal/scan.ts'
import { verifyingCrypto } from './node-crypto.ts'
import { listSegments, segmentBytes, SegmentReader } from './segment-reader.ts'
import { listSnapshots } from './snapshots.ts'

export const KEEP_BYTES = 2_000_000_000

/** The sealed segments that may go, oldest first. */
export function droppableSegments(folder: string, keepBytes: number = KEEP_BYTES): number[] {
  const needed = listSnapshots(folder).at(-2)
  if (needed === undefined) return []
  const segments = listSegments(folder)
  let total = segments.reduce((sum, segment) => sum + segmentBytes(folder, segment), 0)
  const droppable: number[] = []
  for (const segment of segments.slice(0, -1)) {
    // A segment is replaced by the snapshot when the next one opens at or before it: the opening carries the last seq of what precedes.
    const end = openingSeq(folder, segment + 1)
    if (total <= keepBytes || end === undefined || end > needed) break
    total -= segmentBytes(folder, segment)
    droppable.push(segment)
  }
  return droppable
}

function openingSeq(folder: string, segment: number): number | undefined {
  const reader = new SegmentReader(folder)
  try {
    const piece = readPiece(reader, segment, 0)
    if (piece === undefined || 'unreadable' in piece) return undefined
    const frame = decodeFrame(piece.bytes, 0, verifyingCrypto())
    return isFault(frame) || frame.type !== 'opening' ? undefined : frame.lastSeq
  } finally {
    reader.close()
  }
}
