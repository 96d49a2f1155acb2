/**
 * The bytes of a snapshot: a header line and the body (JSON, opaque here). The hash covers the header's fields and the body. And the choice among several:
 * the newest valid one, since an older one plus more replay gives the same state. No files here, so that a simulated disk can hold them too.
 */
import { toHex } from '#base/hex.ts'
import { assert } from '#base/assert.ts'
import { sha256 } from './node-crypto.ts'

export const SNAPSHOT_FORMAT_VERSION = 1

export interface Snapshot {
  readonly seq: number
  /** Head of the chain at `seq`, hex. */
  readonly head: string
  /** Component name to the version of its state. */
  readonly componentVersions: Readonly<Record<string, number>>
  readonly body: string
}

/** As it was taken: the long part of the body is texts within a text, which whoever has the time for it makes. */
export interface TakenSnapshot extends Omit<Snapshot, 'body'> {
  /** Fields of the body before the engine's and after it: JSON of an object each. */
  readonly before: string
  readonly engine: object
  readonly after: string
}

export function joinedSnapshot({ before, engine, after, ...named }: TakenSnapshot): Snapshot {
  const fields: unknown = JSON.parse(before)
  const more: unknown = JSON.parse(after)
  return { ...named, body: JSON.stringify({ ...(fields as object), engine, ...(more as object) }) }
}

export interface SnapshotFinding {
  readonly file: string
  readonly code: 'damaged' | 'newer_format' | 'ahead'
  readonly detail: string
}

export interface LoadedSnapshot {
  readonly snapshot: Snapshot | undefined
  readonly findings: readonly SnapshotFinding[]
}

export type ReadSnapshot = Snapshot | Pick<SnapshotFinding, 'code' | 'detail'>

/** Header line and body, in the order they are written. */
export function snapshotParts(snapshot: Snapshot): readonly [string, Uint8Array] {
  assert(!snapshot.head.includes('\n') && Number.isSafeInteger(snapshot.seq), 'a snapshot is of a seq and a head')
  const body = Buffer.from(snapshot.body)
  const fields = headerFields(snapshot)
  const header = JSON.stringify({ ...fields, sha256: digest(fields, body) })
  return [`${header}\n`, body]
}

export function parseSnapshot(bytes: Uint8Array, seq: number): ReadSnapshot {
  const end = bytes.indexOf(0x0a)
  const header = end < 0 ? undefined : parseHeader(Buffer.from(bytes.subarray(0, end)).toString('utf8'))
  if (header === undefined) return { code: 'damaged', detail: 'has no header' }
  const { sha256: stated, ...fields } = header
  if (fields.formatVersion > SNAPSHOT_FORMAT_VERSION) {
    return { code: 'newer_format', detail: `format version ${fields.formatVersion}, this program reads up to ${SNAPSHOT_FORMAT_VERSION}` }
  }
  const body = Buffer.from(bytes.subarray(end + 1))
  if (digest(fields, body) !== stated || fields.seq !== seq) return { code: 'damaged', detail: 'the content does not hash to its checksum' }
  return { seq: fields.seq, head: fields.head, componentVersions: fields.componentVersions, body: body.toString('utf8') }
}

export interface SnapshotShelf {
  /** Seqs of the snapshots there are, ascending, valid or not. */
  readonly seqs: readonly number[]
  read(seq: number): ReadSnapshot
  nameOf(seq: number): string
}

/** `lastSeq`: where the journal ends. */
export function chooseSnapshot({ seqs, read, nameOf }: SnapshotShelf, lastSeq: number): LoadedSnapshot {
  const findings: SnapshotFinding[] = []
  for (const seq of seqs.toReversed()) {
    const found = read(seq)
    const file = nameOf(seq)
    if ('code' in found) findings.push({ file, ...found })
    else if (found.seq > lastSeq) findings.push({ file, code: 'ahead', detail: `is of seq ${found.seq}, the journal ends at ${lastSeq}` })
    else return { snapshot: found, findings }
  }
  return { snapshot: undefined, findings }
}

type HeaderFields = Omit<Snapshot, 'body'> & { readonly formatVersion: number }

function headerFields({ seq, head, componentVersions }: Snapshot): HeaderFields {
  return { formatVersion: SNAPSHOT_FORMAT_VERSION, seq, head, componentVersions }
}

function digest(fields: HeaderFields, body: Uint8Array): string {
  return toHex(sha256(Buffer.concat([Buffer.from(`${JSON.stringify(fields)}\n`), body])))
}

function parseHeader(line: string): (HeaderFields & { readonly sha256: string }) | undefined {
  try {
    const header = JSON.parse(line) as Partial<HeaderFields> | null
    return typeof header?.formatVersion === 'number' ? (header as HeaderFields & { readonly sha256: string }) : undefined
  } catch {
    return undefined
  }
}
