/**
 * The journal of a simulated machine: the protocol of `engine/journal` over a simulated disk whose operations take time. What is appended
 * at one instant leaves as one bundle (sometimes as two, as a full outbox would), one operation runs at a time, and checkpoints are
 * stamped as the real host does: a second after the last one, at a seal, at a snapshot, at a clean stop.
 */
import { toHex } from '#base/hex.ts'
import type { Prng } from '#base/prng.ts'
import type { CheckpointReason } from '#engine/journal/checkpoint.ts'
import type { DeviceResult, JournalDevice } from '#engine/journal/device.ts'
import { perform } from '#engine/journal/drive.ts'
import { bundleOf } from '#engine/journal/record.ts'
import type { Position } from '#engine/journal/scan.ts'
import { journalWriter, openingText } from '#engine/journal/writer.ts'
import type { DeviceOp, JournalWriter, WriterLimits } from '#engine/journal/writer.ts'
import type { JournalPort, WrittenRecord } from '#engine/ports.ts'
import { nodeText, sha256 } from '#store/node-crypto.ts'
import type { VirtualTime } from '../world/virtual-time.ts'
import type { Boundaries } from './kill.ts'
import { JOURNAL_ID, PUBLIC_KEY } from './medium.ts'
import type { Medium } from './medium.ts'

const LIMITS: WriterLimits = { segmentBytesMax: 400_000, batchRecordsMax: 64, batchTextMax: 500_000 }
const CHECKPOINT_EVERY_MS = 1_000
const RETRY_MS = 500

export interface JournalStart {
  readonly time: VirtualTime
  readonly medium: Medium
  readonly device: JournalDevice
  readonly position: Position | undefined
  readonly prng: Prng
  readonly boundaries: Boundaries
  /** Extra time the next sync takes. */
  readonly stallMs: () => number
  /** What a host that breaks the rule against retried syncs makes of an outcome. */
  readonly believe?: ((op: DeviceOp['op'], result: DeviceResult) => DeviceResult) | undefined
  readonly onDurable: (seq: number) => void
  readonly onFailed: (during: string) => void
  /** No space; told at every try. */
  readonly onFull: () => void
  readonly onResumed: () => void
}

export class SimulatedJournal implements JournalPort {
  readonly #start: JournalStart
  readonly #writer: JournalWriter
  #waiting: WrittenRecord[] = []
  #isRunning = false
  #isDead = false
  #stampedBatch = 0
  #stampedAt = 0
  #appendedSeq: number

  constructor(start: JournalStart) {
    this.#start = start
    const text = openingText({ journalId: toHex(JOURNAL_ID), publicKey: PUBLIC_KEY, createdAt: start.time.wall })
    this.#writer = journalWriter({
      position: start.position,
      journalId: JOURNAL_ID,
      openingText: text,
      limits: LIMITS,
      codec: nodeText,
      sha256,
    })
    this.#appendedSeq = this.#writer.position.lastSeq
    this.stamp('opened')
    this.#kick()
  }

  get appendedSeq(): number {
    return this.#appendedSeq
  }

  get pending(): number {
    return this.#writer.pending + this.#waiting.length
  }

  get isIdle(): boolean {
    return this.pending === 0 && !this.#isRunning
  }

  get head(): string {
    return toHex(this.#writer.position.head)
  }

  append(record: WrittenRecord): void {
    if (this.#waiting.length === 0) this.#later(0, () => this.#send())
    this.#appendedSeq = record.seq
    this.#waiting.push(record)
    if (this.pending >= 64) this.#start.boundaries.pass('backlog')
  }

  stamp(reason: CheckpointReason): void {
    const { segment, lastSeq: seq, batchNo, head } = this.#writer.position
    if (batchNo === 0) return
    const { time, medium } = this.#start
    const where = { journalId: toHex(JOURNAL_ID), firstSegment: 1, segment, seq, batchNo, head: toHex(head) }
    medium.stamp({ ...where, time: time.wall, reason, publicKey: PUBLIC_KEY })
    this.#stampedBatch = batchNo
    this.#stampedAt = time.now
  }

  /** The process is gone; what was under way at the disk stays as it is. */
  die(): void {
    this.#isDead = true
  }

  #later(ms: number, work: () => void): void {
    this.#start.time.after(ms, () => {
      if (!this.#isDead) work()
    })
  }

  #send(): void {
    const records = this.#waiting.splice(0)
    const cut = records.length > 1 && this.#start.prng.uniform() < 0.1 ? 1 + this.#start.prng.int(records.length - 1) : records.length
    for (const part of [records.slice(0, cut), records.slice(cut)]) if (part.length > 0) this.#writer.append(bundleOf(part))
    this.#kick()
  }

  #kick(): void {
    const op = this.#isRunning ? undefined : this.#writer.next()
    if (op === undefined) return
    this.#isRunning = true
    const { boundaries, device, believe } = this.#start
    if (op.op === 'append') boundaries.pass('before-write')
    const told = perform(op, device)
    const result = believe === undefined ? told : believe(op.op, told)
    this.#later(this.#duration(op.op), () => {
      this.#isRunning = false
      if (op.op === 'append') boundaries.pass('after-write')
      this.#complete(op.op, result)
      this.#kick()
    })
    if (op.op === 'sync') boundaries.pass('after-sync')
  }

  #complete(op: DeviceOp['op'], result: DeviceResult): void {
    const event = this.#writer.complete(result)
    if (this.#writer.state === 'full') {
      this.#start.onFull()
      this.#later(RETRY_MS, () => (this.#writer.retry(), this.#kick()))
    }
    if (event?.kind === 'failed') this.#start.onFailed(op)
    else if (event?.kind === 'durable') {
      if (event.isResumed) this.#start.onResumed()
      this.#durable(event.type === 'seal', event.seq)
    }
  }

  #durable(isSeal: boolean, seq: number): void {
    const isDue = this.#writer.position.batchNo !== this.#stampedBatch && this.#start.time.now - this.#stampedAt >= CHECKPOINT_EVERY_MS
    if (isSeal) this.stamp('sealed')
    else if (isDue) this.stamp('periodic')
    this.#start.onDurable(seq)
  }

  #duration(op: DeviceOp['op']): number {
    const { prng, stallMs } = this.#start
    return op === 'sync' ? 1 + prng.int(12) + stallMs() : prng.int(3)
  }
}
