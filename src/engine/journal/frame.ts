/**
 * A frame is a batch as it lies on the medium, little-endian:
 *
 *   0 magic 'BALJ' · 4 format version u16 · 6 type u8 · 7 zero · 8 journal id (16) · 24 segment u32 · 28 record count u32 · 32 batch number u64
 *   40 first seq u64 · 48 last seq u64 · 56 payload length u32 · 60 zero u32 · 64 previous head (32) · 96 payload · head (32)
 *
 * head = SHA-256(everything before it). Because the previous head is inside, each head fixes the whole history (hash chain as in Haber and
 * Stornetta 1991). The payload is a table of (kind u8, seq - first seq u32, UTF-8 length u32) per record, then the texts joined. Types: `records`;
 * `opening`, the first frame of a segment, with one record that names the key; `seal`, the last frame of a segment, empty.
 */
import { assert } from '#base/assert.ts'
import type { TextCodec, VerifyingCrypto } from './crypto-port.ts'
import { RECORD_KINDS, type Bundle, type JournalRecord } from './record.ts'

export const FORMAT_VERSION = 1
export const HEADER_BYTES = 96
export const HEAD_BYTES = 32
export const FRAME_BYTES_MIN = HEADER_BYTES + HEAD_BYTES
export const ENTRY_BYTES = 9
const MAGIC = 0x4a4c_4142 // 'BALJ' read as little-endian u32
const FRAME_TYPES = ['records', 'opening', 'seal'] as const
export type FrameType = (typeof FRAME_TYPES)[number]

export interface FrameHeader {
  readonly type: FrameType
  readonly journalId: Uint8Array
  readonly segment: number
  readonly count: number
  readonly batchNo: number
  readonly firstSeq: number
  readonly lastSeq: number
  readonly payloadLength: number
  readonly previousHead: Uint8Array
}

export interface Frame extends FrameHeader {
  readonly head: Uint8Array
  /** The whole frame, head included; a view, valid as long as the piece it came from. */
  readonly bytes: Uint8Array
}

export type FrameFault =
  | { readonly code: 'incomplete'; readonly detail: string }
  | { readonly code: 'not_a_frame'; readonly detail: string }
  | { readonly code: 'newer_format'; readonly detail: string }
  | { readonly code: 'hash_mismatch'; readonly detail: string }

/** Checks form and head of the frame at `offset`; whether it follows from the one before is the scanner's question. */
export function decodeFrame(bytes: Uint8Array, offset: number, crypto: VerifyingCrypto): Frame | FrameFault {
  const left = bytes.length - offset
  if (left < FRAME_BYTES_MIN) return { code: 'incomplete', detail: `${left} bytes, a frame has at least ${FRAME_BYTES_MIN}` }
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, left)
  const magic = view.getUint32(0, true)
  if (magic !== MAGIC) return { code: 'not_a_frame', detail: `begins with 0x${magic.toString(16)}, not 0x${MAGIC.toString(16)}` }
  const version = view.getUint16(4, true)
  if (version > FORMAT_VERSION) {
    return { code: 'newer_format', detail: `format version ${version}, this program reads up to ${FORMAT_VERSION}` }
  }
  const payloadLength = view.getUint32(56, true)
  const hashed = HEADER_BYTES + payloadLength
  if (left < hashed + HEAD_BYTES) return { code: 'incomplete', detail: `${left} bytes of ${hashed + HEAD_BYTES}` }
  const head = bytes.subarray(offset + hashed, offset + hashed + HEAD_BYTES)
  if (!sameBytes(crypto.sha256(bytes.subarray(offset, offset + hashed)), head)) {
    return { code: 'hash_mismatch', detail: 'the content does not hash to its head' }
  }
  const type = FRAME_TYPES[view.getUint8(6)]
  if (version === 0 || type === undefined) return { code: 'not_a_frame', detail: `version ${version}, type ${view.getUint8(6)}` }
  return {
    type,
    journalId: bytes.subarray(offset + 8, offset + 24),
    segment: view.getUint32(24, true),
    count: view.getUint32(28, true),
    batchNo: readInteger(view, 32),
    firstSeq: readInteger(view, 40),
    lastSeq: readInteger(view, 48),
    payloadLength,
    previousHead: bytes.subarray(offset + 64, offset + 96),
    head,
    bytes: bytes.subarray(offset, offset + hashed + HEAD_BYTES),
  }
}

/** The records of a frame whose head has been checked; a table that does not add up is therefore a bug of the writer, and throws. */
export function recordsOf(frame: Frame, codec: TextCodec): JournalRecord[] {
  const { bytes, count, firstSeq, payloadLength } = frame
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = HEADER_BYTES + count * ENTRY_BYTES
  const end = HEADER_BYTES + payloadLength
  assert(at <= end, 'the table of records fits into the payload')
  const whole = codec.read(bytes, at, end)
  const isAscii = whole.length === end - at
  const origin = at
  const records: JournalRecord[] = []
  for (let index = 0; index < count; index += 1) {
    const entry = HEADER_BYTES + index * ENTRY_BYTES
    const kind = RECORD_KINDS[view.getUint8(entry)]
    assert(kind !== undefined, 'a record has a known kind')
    const next = at + view.getUint32(entry + 5, true)
    const text = isAscii ? whole.slice(at - origin, next - origin) : codec.read(bytes, at, next)
    records.push({ seq: firstSeq + view.getUint32(entry + 1, true), kind, text })
    at = next
  }
  assert(at === end, 'the records fill the payload')
  return records
}

export interface FramePlan {
  readonly type: FrameType
  readonly journalId: Uint8Array
  readonly segment: number
  readonly batchNo: number
  readonly previousHead: Uint8Array
  /** Given to a frame without records. */
  readonly lastSeq: number
  readonly bundles: readonly Bundle[]
}

export interface EncodedFrame {
  /** A view into a buffer that the next `encode` overwrites. */
  readonly bytes: Uint8Array
  readonly head: Uint8Array
  readonly count: number
  readonly firstSeq: number
  readonly lastSeq: number
}

/** One growing buffer for all frames: at 200 KB per batch the allocation would cost as much as the hash. */
export function frameEncoder(codec: TextCodec, sha256: VerifyingCrypto['sha256']): (plan: FramePlan) => EncodedFrame {
  let scratch = new Uint8Array(64 * 1024)
  return (plan) => {
    let count = 0
    let textBytes = 0
    for (const bundle of plan.bundles) {
      count += bundle.count
      textBytes += codec.byteLength(bundle.text)
    }
    const payloadLength = count * ENTRY_BYTES + textBytes
    const total = FRAME_BYTES_MIN + payloadLength
    if (scratch.length < total) scratch = new Uint8Array(total * 2)
    const bytes = scratch.subarray(0, total)
    const firstSeq = plan.bundles[0]?.seqs[0] ?? plan.lastSeq
    const lastSeq = writePayload(bytes, plan, count, firstSeq, codec)
    writeHeader(bytes, plan, { count, firstSeq, lastSeq, payloadLength })
    const head = sha256(bytes.subarray(0, total - HEAD_BYTES))
    bytes.set(head, total - HEAD_BYTES)
    return { bytes, head, count, firstSeq, lastSeq }
  }
}

function writeHeader(
  bytes: Uint8Array,
  plan: FramePlan,
  counted: { count: number; firstSeq: number; lastSeq: number; payloadLength: number },
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES)
  view.setUint32(0, MAGIC, true)
  view.setUint16(4, FORMAT_VERSION, true)
  view.setUint8(6, FRAME_TYPES.indexOf(plan.type))
  view.setUint8(7, 0)
  bytes.set(plan.journalId, 8)
  view.setUint32(24, plan.segment, true)
  view.setUint32(28, counted.count, true)
  view.setBigUint64(32, BigInt(plan.batchNo), true)
  view.setBigUint64(40, BigInt(counted.firstSeq), true)
  view.setBigUint64(48, BigInt(counted.lastSeq), true)
  view.setUint32(56, counted.payloadLength, true)
  view.setUint32(60, 0, true)
  bytes.set(plan.previousHead, 64)
}

/** Returns the last seq. Text that is not ASCII is written record by record, because a UTF-16 length is then not a length in bytes. */
function writePayload(bytes: Uint8Array, plan: FramePlan, count: number, firstSeq: number, codec: TextCodec): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let entry = HEADER_BYTES
  let at = HEADER_BYTES + count * ENTRY_BYTES
  let lastSeq = plan.lastSeq
  for (const { count: records, seqs, kinds, lengths, text } of plan.bundles) {
    const written = codec.write(text, bytes, at)
    const isAscii = written === text.length
    let from = 0
    for (let index = 0; index < records; index += 1) {
      const length = lengths[index] ?? 0
      lastSeq = seqs[index] ?? 0
      const size = isAscii ? length : codec.write(text.slice(from, from + length), bytes, at)
      view.setUint8(entry, kinds[index] ?? 0)
      view.setUint32(entry + 1, lastSeq - firstSeq, true)
      view.setUint32(entry + 5, size, true)
      entry += ENTRY_BYTES
      from += length
      at += size
    }
  }
  return lastSeq
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let index = 0; index < left.length; index += 1) if (left[index] !== right[index]) return false
  return true
}

/** Larger than 2^53 only in a header that is not ours; the hash has been checked by then. */
function readInteger(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true))
}

export function isFault(frame: Frame | FrameFault): frame is FrameFault {
  return 'code' in frame
}
