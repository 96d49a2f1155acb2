/**
 * Start-up: reads the journal, and either finds the position to continue from or refuses with the place of the damage. What may be dropped is only
 * an invalid end that nothing valid follows, on a medium that can tear a write, and that no checkpoint vouches for: such bytes were never
 * acknowledged. On an atomic medium, or with a valid frame further on, the same bytes are damage. A checkpoint beyond or beside the chain means that
 * acknowledged records are gone or were rewritten, which the chain alone cannot show.
 */
import { toHex } from '#base/hex.ts'
import type { VerifyingCrypto } from './crypto-port.ts'
import type { ReadableDevice } from './device.ts'
import { decodeFrame, FRAME_BYTES_MIN, isFault, type Frame } from './frame.ts'
import { readPiece, scan, type Damage, type Position, type ScanEnd, type Visit } from './scan.ts'

export interface Dropped {
  readonly segment: number
  readonly at: number
  readonly bytes: number
  readonly reason: string
}

/** A signed statement that the batch `batchNo` existed with this head (hex). */
export interface Witness {
  readonly batchNo: number
  readonly seq: number
  readonly head: string
}

export type RecoveryDamage = Omit<Damage, 'code'> & { readonly code: Damage['code'] | 'tail_cut' | 'rewritten' }

export type Recovery =
  | { readonly ok: true; readonly position: Position | undefined; readonly dropped?: Dropped }
  | { readonly ok: false; readonly damage: RecoveryDamage }

export interface RecoveryStart {
  readonly device: ReadableDevice
  readonly crypto: VerifyingCrypto
  /** The last valid checkpoint of this journal. */
  readonly witness?: Witness
  readonly fromSegment?: number
  readonly onFrame?: (visit: Visit) => void
}

export function recover(start: RecoveryStart): Recovery {
  const { device, witness } = start
  let witnessed: string | undefined
  const steps = scan(start)
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) {
    const { frame } = step.value
    if (frame.batchNo === witness?.batchNo) witnessed = toHex(frame.head)
    start.onFrame?.(step.value)
  }
  const end: ScanEnd = step.value
  const dropped = end.damage === undefined ? undefined : droppable(start, end.damage)
  if (end.damage !== undefined && dropped === undefined) return { ok: false, damage: end.damage }
  const doubt = witness === undefined ? undefined : contradiction(witness, witnessed, end.position, device)
  if (doubt !== undefined) return { ok: false, damage: doubt }
  return dropped === undefined ? { ok: true, position: end.position } : { ok: true, position: end.position, dropped }
}

function contradiction(
  witness: Witness,
  witnessed: string | undefined,
  position: Position | undefined,
  device: ReadableDevice,
): RecoveryDamage | undefined {
  const lastBatch = position?.batchNo ?? 0
  const segment = position?.segment ?? device.segments()[0] ?? 1
  const where = { segment, at: position?.at ?? 0, batchNo: lastBatch + 1, seq: (position?.lastSeq ?? 0) + 1 }
  if (witness.batchNo > lastBatch) {
    return {
      ...where,
      code: 'tail_cut',
      detail: `a checkpoint vouches for batch ${witness.batchNo} up to seq ${witness.seq}; the journal ends at batch ${lastBatch}`,
    }
  }
  if (witnessed !== undefined && witnessed !== witness.head) {
    return {
      ...where,
      code: 'rewritten',
      batchNo: witness.batchNo,
      seq: witness.seq,
      detail: 'the chain is whole but is not the one the checkpoint signed',
    }
  }
  return undefined
}

function droppable({ device, crypto }: RecoveryStart, damage: Damage): Dropped | undefined {
  if (device.isAtomic || damage.code === 'newer_format') return undefined
  if (damage.code !== 'incomplete' && damage.code !== 'not_a_frame' && damage.code !== 'hash_mismatch') return undefined
  if (damage.segment !== device.segments().at(-1)) return undefined
  const later = findFrame(device, crypto, damage)
  if (later.found !== undefined) return undefined
  return { segment: damage.segment, at: damage.at, bytes: later.end - damage.at, reason: damage.detail }
}

/** Looks for a valid frame anywhere after the damage: byte by byte, because the damage may have hit a length. */
export function findFrame(
  device: ReadableDevice,
  crypto: VerifyingCrypto,
  { segment, at }: { readonly segment: number; readonly at: number },
): { readonly found?: Frame; readonly end: number } {
  let end = at
  for (let from = at; ;) {
    const piece = readPiece(device, segment, from)
    if (piece === undefined || 'unreadable' in piece) return { end }
    end = piece.at + piece.bytes.length
    for (let offset = piece.at === at ? 1 : 0; offset + FRAME_BYTES_MIN <= piece.bytes.length; offset += 1) {
      if (piece.bytes[offset] !== 0x42) continue // 'B' of the magic
      const frame = decodeFrame(piece.bytes, offset, crypto)
      if (!isFault(frame)) return { found: frame, end }
    }
    from = end
  }
}
