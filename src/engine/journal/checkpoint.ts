/**
 * A checkpoint is a signed statement, kept outside the journal, that a batch with this head was durable. The line is JSON of the fields in the order
 * below with the Ed25519 signature (RFC 8032) over the same JSON without it. It is what tells a cut or rewritten end from a journal that just
 * stops there. `time` is epoch ms of the writer's clock and proves nothing by itself.
 */
import { fromHex, toHex } from '#base/hex.ts'
import type { Crypto, TextCodec, VerifyingCrypto } from './crypto-port.ts'

export type CheckpointReason = 'opened' | 'periodic' | 'sealed' | 'snapshot' | 'dropped' | 'stopped'

export interface Checkpoint {
  readonly journalId: string
  /** The oldest segment kept: older ones were dropped by policy, a later beginning is a loss. */
  readonly firstSegment: number
  readonly segment: number
  readonly seq: number
  readonly batchNo: number
  readonly head: string
  readonly time: number
  readonly reason: CheckpointReason
  /** Hex of the key that signed. */
  readonly publicKey: string
}

export type CheckpointLine =
  | { readonly kind: 'valid'; readonly line: number; readonly checkpoint: Checkpoint }
  | { readonly kind: 'damaged'; readonly line: number; readonly detail: string }
  /** Rightly signed, but by a key or for a journal other than the one asked for. */
  | { readonly kind: 'foreign'; readonly line: number; readonly detail: string; readonly checkpoint: Checkpoint }

export interface CheckpointOwner {
  readonly journalId: string
  readonly publicKey: string
}

export function checkpointLine(checkpoint: Checkpoint, crypto: Pick<Crypto, 'sign'>, codec: TextCodec): string {
  return `${JSON.stringify({ ...ordered(checkpoint), signature: toHex(crypto.sign(encode(checkpoint, codec))) })}\n`
}

/** `owner` undefined takes any journal and key, as when the journal itself cannot be read. The last line may be torn; it counts as damaged. */
export function parseCheckpoints(
  text: string,
  owner: CheckpointOwner | undefined,
  crypto: Pick<VerifyingCrypto, 'verify'>,
  codec: TextCodec,
): CheckpointLine[] {
  const lines: CheckpointLine[] = []
  for (const [index, content] of text.split('\n').entries()) {
    if (content !== '') lines.push(parseLine(content, index + 1, owner, crypto, codec))
  }
  return lines
}

function parseLine(
  content: string,
  line: number,
  owner: CheckpointOwner | undefined,
  crypto: Pick<VerifyingCrypto, 'verify'>,
  codec: TextCodec,
): CheckpointLine {
  const fields = parseFields(content)
  if (fields === undefined) return { kind: 'damaged', line, detail: 'not a checkpoint' }
  const { checkpoint, signature } = fields
  if (
    !crypto.verify(encode(checkpoint, codec), fromHex(signature) ?? new Uint8Array(), fromHex(checkpoint.publicKey) ?? new Uint8Array())
  ) {
    return { kind: 'damaged', line, detail: 'the signature does not match' }
  }
  if (owner !== undefined && checkpoint.journalId !== owner.journalId) {
    return { kind: 'foreign', line, detail: `is of journal ${checkpoint.journalId}`, checkpoint }
  }
  if (owner !== undefined && checkpoint.publicKey !== owner.publicKey) {
    return { kind: 'foreign', line, detail: `is signed by key ${checkpoint.publicKey}`, checkpoint }
  }
  return { kind: 'valid', line, checkpoint }
}

function parseFields(content: string): { checkpoint: Checkpoint; signature: string } | undefined {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { journalId, firstSegment, segment, seq, batchNo, head, time, reason, publicKey, signature } = value as Readonly<
    Record<string, unknown>
  >
  const isWhole = [firstSegment, segment, seq, batchNo, time].every(Number.isSafeInteger)
  const isText = [journalId, head, reason, publicKey, signature].every((field) => typeof field === 'string')
  return isWhole && isText ? { checkpoint: ordered(value as Checkpoint), signature: signature as string } : undefined
}

function ordered({ journalId, firstSegment, segment, seq, batchNo, head, time, reason, publicKey }: Checkpoint): Checkpoint {
  return { journalId, firstSegment, segment, seq, batchNo, head, time, reason, publicKey }
}

function encode(checkpoint: Checkpoint, codec: TextCodec): Uint8Array {
  const text = JSON.stringify(ordered(checkpoint))
  const bytes = new Uint8Array(codec.byteLength(text))
  codec.write(text, bytes, 0)
  return bytes
}
