/**
 * Walks the frames of a device in order and checks that each follows from the one before: same journal, next number, previous head, rising seq.
 * Ends either at the end of the medium or at the first thing that is wrong. `scan` says what and where; what to do about it (drop a torn tail,
 * refuse the start, report) is decided by `recover.ts` and by the verifier.
 */
import { toHex } from '#base/hex.ts'
import type { VerifyingCrypto } from './crypto-port.ts'
import { UnreadableError, type Piece, type ReadableDevice } from './device.ts'
import { decodeFrame, HEAD_BYTES, isFault, sameBytes, type Frame, type FrameFault } from './frame.ts'

/** Where the next frame belongs, and what it must follow from. */
export interface Position {
  readonly segment: number
  readonly at: number
  readonly batchNo: number
  readonly lastSeq: number
  readonly head: Uint8Array
  readonly journalId: Uint8Array
  readonly isSealed: boolean
}

export type DamageCode = FrameFault['code'] | 'gap' | 'reordered' | 'chain_broken' | 'foreign_journal' | 'segment_missing' | 'unreadable'

export interface Damage {
  readonly code: DamageCode
  readonly segment: number
  /** Byte in the segment where the damaged or missing frame begins. */
  readonly at: number
  /** The batch expected there and the first seq it can hold. */
  readonly batchNo: number
  readonly seq: number
  readonly detail: string
}

export interface Visit {
  readonly frame: Frame
  readonly at: number
}

/** `from` undefined: nothing was read, not even an opening. */
export type ScanEnd = { readonly position: Position | undefined; readonly damage?: Damage }

export interface ScanStart {
  readonly device: ReadableDevice
  readonly crypto: VerifyingCrypto
  /** The oldest segment kept, unless a later one is trusted. */
  readonly fromSegment?: number
}

export function* scan({ device, crypto, fromSegment }: ScanStart): Generator<Visit, ScanEnd> {
  let position: Position | undefined
  let previousSegment: number | undefined
  for (const segment of device.segments()) {
    if (fromSegment !== undefined && segment < fromSegment) continue
    if (previousSegment !== undefined && (segment !== previousSegment + 1 || position?.isSealed !== true)) {
      return { position, damage: segmentDamage(position, previousSegment, segment) }
    }
    previousSegment = segment
    const end: ScanEnd = yield* scanSegment(device, crypto, segment, position)
    if (end.damage !== undefined) return end
    position = end.position
  }
  return { position }
}

function* scanSegment(
  device: ReadableDevice,
  crypto: VerifyingCrypto,
  segment: number,
  before: Position | undefined,
): Generator<Visit, ScanEnd> {
  let position = before
  let at = 0
  for (;;) {
    const expected = { segment, at, batchNo: (position?.batchNo ?? 0) + 1, seq: (position?.lastSeq ?? 0) + 1 }
    const piece = readPiece(device, segment, at)
    if (piece === undefined) return { position }
    if ('unreadable' in piece) return { position, damage: { ...expected, code: 'unreadable', detail: piece.unreadable } }
    if (piece.at !== at) return { position, damage: { ...expected, code: 'gap', detail: `bytes ${at} to ${piece.at} are missing` } }
    for (let offset = 0; offset < piece.bytes.length;) {
      const frame = decodeFrame(piece.bytes, offset, crypto)
      const wrong = isFault(frame) ? frame : misplaced(frame, segment, position)
      if (wrong !== undefined) return { position, damage: { ...expectedAt(segment, at, position), ...wrong } }
      const visited = frame as Frame
      yield { frame: visited, at }
      offset += visited.bytes.length
      at += visited.bytes.length
      position = after(visited, at)
    }
  }
}

function expectedAt(segment: number, at: number, position: Position | undefined): Omit<Damage, 'code' | 'detail'> {
  return { segment, at, batchNo: (position?.batchNo ?? 0) + 1, seq: (position?.lastSeq ?? 0) + 1 }
}

function after(frame: Frame, at: number): Position {
  return {
    segment: frame.segment,
    at,
    batchNo: frame.batchNo,
    lastSeq: frame.lastSeq,
    head: frame.head.slice(),
    journalId: frame.journalId.slice(),
    isSealed: frame.type === 'seal',
  }
}

/** The first frame read may have any number and previous head when older segments were dropped; nothing else may. */
function misplaced(frame: Frame, segment: number, position: Position | undefined): { code: DamageCode; detail: string } | undefined {
  if (frame.segment !== segment) return { code: 'reordered', detail: `a frame of segment ${frame.segment}` }
  if (position === undefined) {
    if (frame.type !== 'opening') return { code: 'gap', detail: `begins with batch ${frame.batchNo}, which is not an opening` }
    const isRoot = frame.batchNo === 1 && sameBytes(frame.previousHead, new Uint8Array(HEAD_BYTES))
    if (segment === 1 && !isRoot) return { code: 'chain_broken', detail: 'the first opening does not begin a chain' }
    return undefined
  }
  if (!sameBytes(frame.journalId, position.journalId)) {
    return { code: 'foreign_journal', detail: `belongs to journal ${toHex(frame.journalId)}` }
  }
  const batchNo = position.batchNo + 1
  if (frame.batchNo !== batchNo) {
    return { code: frame.batchNo > batchNo ? 'gap' : 'reordered', detail: `batch ${frame.batchNo} stands where ${batchNo} belongs` }
  }
  if (!sameBytes(frame.previousHead, position.head)) {
    return { code: 'chain_broken', detail: `batch ${batchNo} follows another batch ${position.batchNo} than the one here` }
  }
  const isNewSegment = segment !== position.segment
  if ((frame.type === 'opening') !== isNewSegment || (position.isSealed && !isNewSegment)) {
    return { code: 'chain_broken', detail: `a frame of type ${frame.type} out of place` }
  }
  if (frame.type === 'records' && frame.firstSeq <= position.lastSeq) {
    return { code: 'chain_broken', detail: `seq ${frame.firstSeq} after ${position.lastSeq}` }
  }
  return undefined
}

function segmentDamage(position: Position | undefined, previous: number, found: number): Damage {
  const at = position?.at ?? 0
  const where = { segment: previous, at, batchNo: (position?.batchNo ?? 0) + 1, seq: (position?.lastSeq ?? 0) + 1 }
  if (found !== previous + 1)
    return { ...where, code: 'segment_missing', segment: previous + 1, at: 0, detail: `segment ${found} follows ${previous}` }
  return { ...where, code: 'gap', detail: `segment ${previous} ends without its seal although segment ${found} exists` }
}

export function readPiece(device: ReadableDevice, segment: number, at: number): Piece | { readonly unreadable: string } | undefined {
  try {
    return device.read(segment, at)
  } catch (error) {
    if (error instanceof UnreadableError) return { unreadable: error.message }
    throw error
  }
}
