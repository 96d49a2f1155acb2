/**
 * The journal's write side as a state machine without I/O. The host asks `next()` what the device has to do, does it, and reports the outcome to
 * `complete`, at once or later; so one program runs over SQLite in a worker and over a simulated disk that delays, tears and forgets.
 *
 *   idle --append--> sync --ok--> idle (durable)          no_space: truncate the half-done batch, then full; `retry` when space may be back
 *                                                        io_error anywhere: failed for good, since fsync may have dropped what it could not write
 *
 * Group commit: everything queued while the device was busy goes into the next batch. A batch is acknowledged only after its sync.
 * When a segment has reached `segmentBytesMax` it is closed by a seal frame and the next one begins with an opening that follows from it.
 */
import { assert } from '#base/assert.ts'
import type { TextCodec, VerifyingCrypto } from './crypto-port.ts'
import type { DeviceResult } from './device.ts'
import { FORMAT_VERSION, frameEncoder, HEAD_BYTES, type EncodedFrame, type FramePlan, type FrameType } from './frame.ts'
import { bundleOf, type Bundle } from './record.ts'
import type { Position } from './scan.ts'

export type DeviceOp =
  | { readonly op: 'append'; readonly bytes: Uint8Array }
  | { readonly op: 'sync' }
  | { readonly op: 'truncate'; readonly at: number }
  | { readonly op: 'rotate'; readonly segment: number }

export interface Durable {
  readonly kind: 'durable'
  readonly type: FrameType
  readonly seq: number
  readonly batchNo: number
  readonly segment: number
  readonly head: Uint8Array
  readonly records: number
  readonly bytes: number
  /** True for the first batch after the medium had been full. */
  readonly isResumed: boolean
}

export type WriterEvent = Durable | { readonly kind: 'full' } | { readonly kind: 'failed'; readonly during: DeviceOp['op'] }

export interface WriterLimits {
  readonly segmentBytesMax: number
  readonly batchRecordsMax: number
  /** In UTF-16 units, near enough to bytes for a limit; a single bundle above it is still one batch. */
  readonly batchTextMax: number
}

export interface WriterStart {
  /** Where recovery ended; undefined for a journal without a single frame. */
  readonly position: Position | undefined
  readonly journalId: Uint8Array
  /** JSON of the record that opens each segment: format, journal, public key, time. */
  readonly openingText: string
  readonly limits: WriterLimits
  readonly codec: TextCodec
  readonly sha256: VerifyingCrypto['sha256']
}

export interface JournalWriter {
  readonly state: 'ready' | 'full' | 'failed'
  readonly position: Position
  /** Records queued and not yet durable. */
  readonly pending: number
  append(bundle: Bundle): void
  /** Undefined: nothing to do, or the operation handed out last is still running. */
  next(): DeviceOp | undefined
  complete(result: DeviceResult): WriterEvent | undefined
  /** After `full`: try the same records again. */
  retry(): void
}

interface Flight {
  readonly op: DeviceOp
  readonly frame?: EncodedFrame
  readonly type: FrameType
  readonly bundles: number
}

export function journalWriter(start: WriterStart): JournalWriter {
  return new Writer(start)
}

class Writer implements JournalWriter {
  readonly #start: WriterStart
  readonly #encode: (plan: FramePlan) => EncodedFrame
  readonly #queue: Bundle[] = []
  #position: Position
  #lastQueued: number
  #pending = 0
  /** The segment that is open; 0 when the last one is sealed and none was begun. */
  #openSegment: number
  #state: JournalWriter['state'] = 'ready'
  #wasFull = false
  #flight: Flight | undefined
  /** What must come next, whatever else is queued: the sync of an append, the truncate of a failure. */
  #follow: Flight | undefined

  constructor(start: WriterStart) {
    this.#start = start
    this.#encode = frameEncoder(start.codec, start.sha256)
    this.#position = start.position ?? beforeFirst(start.journalId)
    this.#lastQueued = this.#position.lastSeq
    this.#openSegment = this.#position.isSealed ? 0 : this.#position.segment
  }

  get state(): JournalWriter['state'] {
    return this.#state
  }

  get position(): Position {
    return this.#position
  }

  get pending(): number {
    return this.#pending
  }

  append(bundle: Bundle): void {
    this.#lastQueued = checkRising(bundle, this.#lastQueued)
    this.#queue.push(bundle)
    this.#pending += bundle.count
  }

  next(): DeviceOp | undefined {
    if (this.#state !== 'ready' || this.#flight !== undefined) return undefined
    this.#flight = this.#follow ?? this.#choose()
    return this.#flight?.op
  }

  complete(result: DeviceResult): WriterEvent | undefined {
    const done = this.#flight
    assert(done !== undefined, 'an outcome belongs to an operation that is running')
    this.#flight = undefined
    this.#follow = undefined
    if (result === 'ok') return this.#succeed(done)
    if (result === 'no_space') return this.#runOutOfSpace(done)
    this.#state = 'failed'
    return { kind: 'failed', during: done.op.op }
  }

  retry(): void {
    if (this.#state === 'full') this.#state = 'ready'
  }

  #choose(): Flight | undefined {
    const { isSealed, segment, lastSeq, at } = this.#position
    const { openingText: text, limits } = this.#start
    if (isSealed && this.#openSegment !== segment + 1) return { op: { op: 'rotate', segment: segment + 1 }, type: 'opening', bundles: 0 }
    if (isSealed) return this.#write('opening', [bundleOf([{ seq: lastSeq, kind: 'session', text }])])
    if (this.#queue.length === 0) return undefined
    if (at >= limits.segmentBytesMax) return this.#write('seal', [])
    return this.#write('records', this.#queue.slice(0, batchLength(this.#queue, limits)))
  }

  #write(type: FrameType, bundles: readonly Bundle[]): Flight {
    const { segment: last, batchNo, head: previousHead, lastSeq } = this.#position
    const segment = type === 'opening' ? this.#openSegment : last
    const frame = this.#encode({ type, journalId: this.#start.journalId, segment, batchNo: batchNo + 1, previousHead, lastSeq, bundles })
    return { op: { op: 'append', bytes: frame.bytes }, frame, type, bundles: type === 'records' ? bundles.length : 0 }
  }

  #succeed(done: Flight): WriterEvent | undefined {
    if (done.op.op === 'append') this.#follow = { ...done, op: { op: 'sync' } }
    if (done.op.op === 'rotate') this.#openSegment = done.op.segment
    if (done.op.op === 'sync') return this.#advance(done)
    if (done.op.op !== 'truncate') return undefined
    return this.#stop()
  }

  #advance({ frame, type, bundles }: Flight): Durable {
    assert(frame !== undefined, 'a sync belongs to a frame')
    const { journalId } = this.#start
    const segment = type === 'opening' ? this.#openSegment : this.#position.segment
    const at = (type === 'opening' ? 0 : this.#position.at) + frame.bytes.length
    const { head, lastSeq, count: records } = frame
    const batchNo = this.#position.batchNo + 1
    this.#position = { segment, at, batchNo, lastSeq, head, journalId, isSealed: type === 'seal' }
    for (const { count } of this.#queue.splice(0, bundles)) this.#pending -= count
    const isResumed = this.#wasFull
    this.#wasFull = false
    return { kind: 'durable', type, seq: lastSeq, batchNo, segment, head, records, bytes: frame.bytes.length, isResumed }
  }

  /** What was half written is taken back first; only then does the world hear that the medium is full. */
  #runOutOfSpace(done: Flight): WriterEvent | undefined {
    if (done.op.op === 'append' || done.op.op === 'sync') {
      const at = done.type === 'opening' ? 0 : this.#position.at
      this.#follow = { op: { op: 'truncate', at }, type: done.type, bundles: 0 }
      return undefined
    }
    return this.#stop()
  }

  /** Told once, not at each attempt in vain. */
  #stop(): WriterEvent | undefined {
    this.#state = 'full'
    if (this.#wasFull) return undefined
    this.#wasFull = true
    return { kind: 'full' }
  }
}

/** As if segment 0 had been sealed: the first opening then needs no case of its own. */
function beforeFirst(journalId: Uint8Array): Position {
  return { segment: 0, at: 0, batchNo: 0, lastSeq: 0, head: new Uint8Array(HEAD_BYTES), journalId, isSealed: true }
}

/** How many bundles from the front fit into one batch; at least one. */
function batchLength(queue: readonly Bundle[], { batchRecordsMax, batchTextMax }: WriterLimits): number {
  const origin = queue[0]?.seqs[0] ?? 0
  let records = 0
  let text = 0
  let length = 0
  for (const bundle of queue) {
    records += bundle.count
    text += bundle.text.length
    const spread = (bundle.seqs[bundle.count - 1] ?? 0) - origin
    if (length > 0 && (records > batchRecordsMax || text > batchTextMax || spread > 0xffff_ffff)) break
    length += 1
  }
  return length
}

function checkRising({ count, seqs }: Bundle, after: number): number {
  assert(count > 0, 'a bundle holds at least one record')
  let last = after
  for (let index = 0; index < count; index += 1) {
    const seq = seqs[index] ?? Number.NaN
    assert(seq > last && Number.isSafeInteger(seq), 'seq rises from record to record and is a safe integer')
    last = seq
  }
  assert(last - (seqs[0] ?? 0) <= 0xffff_ffff, 'the seqs of one bundle span less than 2^32')
  return last
}

export function openingText(fields: { readonly journalId: string; readonly publicKey: string; readonly createdAt: number }): string {
  return JSON.stringify({ formatVersion: FORMAT_VERSION, ...fields })
}
