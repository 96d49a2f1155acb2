/**
 * Verifies a journal folder against its own chain, its signed checkpoints and, when given, a copy of them published elsewhere (the anchor). Says from
 * which batch and seq trust ends, how much is vouched for by whom, and how much a damaged medium could have removed unseen (the batches after the
 * last checkpoint). Reads only; may run beside the writer.
 *
 * Trust: a batch is vouched for when the chain reaches it unbroken and no checkpoint contradicts it. At a broken link either side may be the forged one, so
 * the batch before it counts only if a checkpoint signed it. Where a checkpoint contradicts the chain, trust ends at the last one that agrees.
 */
import { existsSync, readFileSync } from 'node:fs'
import { toHex } from '#base/hex.ts'
import { parseCheckpoints, type Checkpoint, type CheckpointOwner } from '#engine/journal/checkpoint.ts'
import { scan, type Damage, type DamageCode, type ScanEnd, type Visit } from '#engine/journal/scan.ts'
import { readIdentity } from './journal-host.ts'
import { nodeText, verifyingCrypto } from './node-crypto.ts'
import { SegmentReader } from './segment-reader.ts'
import { loadSnapshot } from './snapshots.ts'

export type FindingCode =
  | DamageCode
  | 'tail_cut'
  | 'rewritten'
  | 'checkpoint_damaged'
  | 'checkpoint_missing'
  | 'checkpoint_foreign'
  | 'key_foreign'
  | 'snapshot_damaged'

export interface Finding {
  readonly code: FindingCode
  readonly where: string
  readonly detail: string
}

export interface Extent {
  readonly batchNo: number
  readonly seq: number
  readonly records: number
}

export interface VerifyOptions {
  readonly folder: string
  readonly checkpointFile?: string
  /** A copy of the checkpoints kept out of reach of whoever holds the seal key. */
  readonly anchor?: string
  /** Hex; the key the journal should be sealed with, known from elsewhere. */
  readonly trustedPublicKey?: string
  /** Called after each batch with what was walked so far. */
  readonly onProgress?: (progress: VerifyProgress) => void
}

export interface VerifyProgress {
  readonly records: number
  readonly seq: number
  readonly bytes: number
}

export interface VerifyReport {
  readonly ok: boolean
  readonly journalId: string | undefined
  readonly publicKey: string | undefined
  /** Older records were dropped; what is left follows from this batch and seq. */
  readonly after: { readonly batchNo: number; readonly seq: number }
  readonly vouched: Extent
  /** First thing not vouched for; undefined when everything is. */
  readonly trustEnds: { readonly segment: number; readonly at: number; readonly batchNo: number; readonly seq: number } | undefined
  readonly signed: Extent | undefined
  readonly anchored: Extent | undefined
  /** After the last checkpoint that agrees: at most this much can be missing or changed unseen. */
  readonly unsigned: { readonly batches: number; readonly records: number }
  readonly findings: readonly Finding[]
}

interface Place extends Extent {
  readonly segment: number
  /** Where the next batch begins. */
  readonly end: number
}

interface Walk {
  readonly first: Visit | undefined
  readonly last: Place
  readonly beforeLast: Place
  readonly signed: Place | undefined
  readonly anchored: Place | undefined
  readonly contradicted: { readonly checkpoint: Checkpoint; readonly trusted: Place | undefined } | undefined
  readonly damage: Damage | undefined
}

export function verifyJournal(options: VerifyOptions): VerifyReport {
  const { folder, checkpointFile, anchor, trustedPublicKey, onProgress } = options
  const findings: Finding[] = []
  const identity = readIdentity(folder)
  if (identity !== undefined && trustedPublicKey !== undefined && identity.publicKey !== trustedPublicKey) {
    findings.push({
      code: 'key_foreign',
      where: 'opening',
      detail: `the journal names key ${identity.publicKey}, expected ${trustedPublicKey}`,
    })
  }
  const local = readCheckpoints(checkpointFile, identity, findings)
  const published = readCheckpoints(anchor, identity, findings)
  const walk = walkJournal(folder, { local, published, onProgress })
  findings.push(...chainFindings(walk, [...local, ...published]))
  for (const { file, code, detail } of loadSnapshot(folder, walk.last.seq).findings) {
    findings.push({ code: code === 'ahead' ? 'tail_cut' : 'snapshot_damaged', where: file, detail })
  }
  const trusted = trustedPlace(walk)
  const isWhole = walk.damage === undefined && walk.contradicted === undefined && findings.every(({ code }) => code !== 'tail_cut')
  const signedEnd = later(walk.signed, walk.anchored)
  return {
    ok: findings.length === 0,
    journalId: identity?.journalId,
    publicKey: identity?.publicKey,
    after: { batchNo: (walk.first?.frame.batchNo ?? 1) - 1, seq: walk.first?.frame.lastSeq ?? 0 },
    vouched: extent(trusted),
    trustEnds: isWhole ? undefined : { segment: trusted.segment, at: trusted.end, batchNo: trusted.batchNo + 1, seq: trusted.seq + 1 },
    signed: walk.signed === undefined ? undefined : extent(walk.signed),
    anchored: walk.anchored === undefined ? undefined : extent(walk.anchored),
    unsigned: { batches: trusted.batchNo - (signedEnd?.batchNo ?? 0), records: trusted.records - (signedEnd?.records ?? 0) },
    findings,
  }
}

function readCheckpoints(path: string | undefined, owner: CheckpointOwner | undefined, findings: Finding[]): Checkpoint[] {
  if (path === undefined) return []
  if (!existsSync(path)) {
    findings.push({ code: 'checkpoint_missing', where: path, detail: 'there is no such file' })
    return []
  }
  const valid: Checkpoint[] = []
  for (const line of parseCheckpoints(readFileSync(path, 'utf8'), owner, verifyingCrypto(), nodeText)) {
    if (line.kind === 'valid') valid.push(line.checkpoint)
    else findings.push({ code: `checkpoint_${line.kind}`, where: `${path}:${line.line}`, detail: line.detail })
  }
  return valid
}

interface Claims {
  readonly local: readonly Checkpoint[]
  readonly published: readonly Checkpoint[]
  readonly onProgress: VerifyOptions['onProgress']
}

function walkJournal(folder: string, { local, published, onProgress }: Claims): Walk {
  const reader = new SegmentReader(folder)
  const localByBatch = byBatch(local)
  const publishedByBatch = byBatch(published)
  let first: Visit | undefined
  let last: Place = { segment: reader.segments()[0] ?? 1, end: 0, batchNo: 0, seq: 0, records: 0 }
  let beforeLast = last
  let signed: Place | undefined
  let anchored: Place | undefined
  let contradicted: Walk['contradicted']
  let bytes = 0
  try {
    const frames: Generator<Visit, ScanEnd> = scan({ device: reader, crypto: verifyingCrypto() })
    let step = frames.next()
    for (; step.done !== true; step = frames.next()) {
      const { frame, at } = step.value
      if (first === undefined) last = beforeLast = { ...last, batchNo: frame.batchNo - 1, seq: frame.lastSeq }
      first ??= { frame: { ...frame, previousHead: frame.previousHead.slice() }, at }
      const records = last.records + (frame.type === 'records' ? frame.count : 0)
      beforeLast = last
      last = { segment: frame.segment, end: at + frame.bytes.length, batchNo: frame.batchNo, seq: frame.lastSeq, records }
      bytes += frame.bytes.length
      onProgress?.({ records: last.records, seq: last.seq, bytes })
      const claims = [...(localByBatch.get(frame.batchNo) ?? []), ...(publishedByBatch.get(frame.batchNo) ?? [])]
      if (claims.length === 0) continue
      const head = toHex(frame.head)
      const wrong = claims.find((claim) => claim.head !== head)
      if (wrong !== undefined) contradicted ??= { checkpoint: wrong, trusted: later(signed, anchored) }
      else if (contradicted === undefined) {
        if (localByBatch.has(frame.batchNo)) signed = last
        if (publishedByBatch.has(frame.batchNo)) anchored = last
      }
    }
    return { first, last, beforeLast, signed, anchored, contradicted, damage: step.value.damage && placed(reader, step.value.damage) }
  } finally {
    reader.close()
  }
}

/** A batch out of place is a gap or a swap: it is a swap when the batch that belongs there stands further on. */
function placed(reader: SegmentReader, damage: Damage): Damage {
  if (damage.code !== 'gap') return damage
  const later = new Set<number>()
  for (let at = damage.at; ;) {
    const piece = safeRead(reader, damage.segment, at)
    if (piece === undefined) break
    if (piece.bytes.length >= 40) later.add(new DataView(piece.bytes.buffer, piece.bytes.byteOffset).getUint32(32, true))
    at = piece.at + Math.max(1, piece.bytes.length)
  }
  return later.has(damage.batchNo) ? { ...damage, code: 'reordered' } : damage
}

function safeRead(reader: SegmentReader, segment: number, at: number): ReturnType<SegmentReader['read']> {
  try {
    return reader.read(segment, at)
  } catch {
    return undefined
  }
}

function chainFindings({ first, last, damage, contradicted }: Walk, checkpoints: readonly Checkpoint[]): Finding[] {
  const findings: Finding[] = []
  const newest = checkpoints.reduce<Checkpoint | undefined>((best, each) => (each.batchNo > (best?.batchNo ?? 0) ? each : best), undefined)
  const firstKept = Math.max(1, ...checkpoints.map(({ firstSegment }) => firstSegment))
  const firstFound = first?.frame.segment ?? 1
  if (damage !== undefined) {
    const where = `segment ${damage.segment}, byte ${damage.at}, batch ${damage.batchNo}, seq ${damage.seq}`
    findings.push({ code: damage.code, where, detail: damage.detail })
  }
  if (contradicted !== undefined) {
    const { batchNo, seq } = contradicted.checkpoint
    findings.push({
      code: 'rewritten',
      where: `batch ${batchNo}, seq ${seq}`,
      detail: 'the chain is whole but is not the one the checkpoint signed',
    })
  }
  if (damage === undefined && newest !== undefined && newest.batchNo > last.batchNo) {
    const detail = `the checkpoints reach batch ${newest.batchNo}, seq ${newest.seq}; the journal ends at batch ${last.batchNo}, seq ${last.seq}`
    findings.push({ code: 'tail_cut', where: `batch ${last.batchNo + 1}, seq ${last.seq + 1}`, detail })
  }
  if (checkpoints.length > 0 && firstFound > firstKept) {
    findings.push({ code: 'segment_missing', where: `segment ${firstKept}`, detail: `the journal begins with segment ${firstFound}` })
  }
  return findings
}

function trustedPlace({ last, beforeLast, signed, anchored, contradicted, damage, first }: Walk): Place {
  const signedEnd = later(signed, anchored)
  if (contradicted !== undefined)
    return contradicted.trusted ?? { segment: first?.frame.segment ?? 1, end: 0, batchNo: 0, seq: 0, records: 0 }
  if (damage?.code !== 'chain_broken') return last
  return later(beforeLast, signedEnd) ?? beforeLast
}

function later(left: Place | undefined, right: Place | undefined): Place | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return left.batchNo > right.batchNo ? left : right
}

function extent({ batchNo, seq, records }: Place): Extent {
  return { batchNo, seq, records }
}

function byBatch(checkpoints: readonly Checkpoint[]): Map<number, Checkpoint[]> {
  return Map.groupBy(checkpoints, ({ batchNo }) => batchNo)
}
