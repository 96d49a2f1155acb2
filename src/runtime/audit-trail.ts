/**
 * The audit log as a file and as pages. `audit.log` has the documented lines `{ts, event, payload}` and nothing else; `audit.index` beside it
 * has a line of fixed width per entry (seq, offset and length in the log, view, owner, SHA-256 of the journal record), so that a page of any age is found
 * by bisection and read with two reads. The owner is the first 64 bits of SHA-256 of the account: the log's documented lines do not all name it. Both only grow. The checksums run along, since hashing a grown file anew would cost its whole length.
 */
import { createHash, type Hash } from 'node:crypto'
import { closeSync, fsyncSync, ftruncateSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { writeAll } from '#store/durable-file.ts'
import type { Json } from '#topics/schema.ts'
import type { AuditEntry } from './platform.ts'

export const AUDIT_LOG = 'audit.log'
export const AUDIT_INDEX = 'audit.index'

/** An entry on its way to the files. */
export interface AuditRecord {
  readonly seq: number
  readonly view: 'exec' | 'internal'
  /** Absent: of the platform. */
  readonly account: string | undefined
  readonly hash: string
  /** The documented line without its end. */
  readonly line: string
}
export interface FileSum {
  readonly bytes: number
  readonly sha256: string
}
export interface AuditQuery {
  readonly after?: number
  readonly limit: number
  readonly includeInternal: boolean
  /** Entries of this account alone. */
  readonly account?: string | undefined
}
export interface AuditRow {
  readonly seq: number
  readonly offset: number
  readonly length: number
  readonly view: 'exec' | 'internal'
  readonly owner: string
  readonly hash: string
}

export const ROW_BYTES = 128
const OWNER_DIGITS = 16
const PAGE_ROWS = 256
const CHUNK_BYTES = 1_048_576

export class AuditTrail {
  readonly #log: GrowingFile
  readonly #index: GrowingFile
  #waiting: AuditRecord[] = []

  constructor(folder: string) {
    this.#log = new GrowingFile(join(folder, AUDIT_LOG))
    this.#index = new GrowingFile(join(folder, AUDIT_INDEX))
  }

  get sums(): { readonly log: FileSum; readonly index: FileSum } {
    return { log: this.#log.sum, index: this.#index.sum }
  }

  /** Cuts what a crash left beyond the manifest; false when what lies before is not what the manifest says. */
  resume(log: FileSum, index: FileSum): boolean {
    return this.#log.resume(log) && this.#index.resume(index)
  }

  /** Known and shown, written once durable. */
  remember(record: AuditRecord): void {
    this.#waiting.push(record)
  }

  /** Appends and syncs what is durable; false when there was nothing. */
  write(durableSeq: number): boolean {
    const upTo = this.#waiting.findIndex(({ seq }) => seq > durableSeq)
    const due = upTo < 0 ? this.#waiting : this.#waiting.slice(0, upTo)
    if (due.length === 0) return false
    let offset = this.#log.bytes
    const lines: string[] = []
    const rows: string[] = []
    for (const { seq, view, account, hash, line } of due) {
      const length = Buffer.byteLength(line) + 1
      lines.push(line, '\n')
      rows.push(rowText({ seq, offset, length, view, owner: ownerOf(account), hash }))
      offset += length
    }
    this.#log.append(Buffer.from(lines.join('')))
    this.#index.append(Buffer.from(rows.join('')))
    this.#waiting = upTo < 0 ? [] : this.#waiting.slice(upTo)
    return true
  }

  /** Oldest first: those after a seq, or the newest. */
  entries({ after, limit, includeInternal, account }: AuditQuery): AuditEntry[] {
    const wanted = account === undefined ? undefined : ownerOf(account)
    const isAsked = ({ view, owner }: Pick<AuditRow, 'view' | 'owner'>): boolean =>
      (includeInternal || view === 'exec') && (wanted === undefined || owner === wanted)
    const isWaitingAsked = (record: AuditRecord): boolean => isAsked({ view: record.view, owner: ownerOf(record.account) })
    if (after === undefined) {
      const newest = limit > 0 ? this.#waiting.filter(isWaitingAsked).slice(-limit).map(entryOf) : []
      return [...this.#newest(limit - newest.length, isAsked), ...newest]
    }
    const written = this.#following(after, limit, isAsked)
    const rest = this.#waiting.filter((record) => record.seq > after && isWaitingAsked(record)).slice(0, limit - written.length)
    return [...written, ...rest.map(entryOf)]
  }

  close(): void {
    this.#log.close()
    this.#index.close()
  }

  get #rows(): number {
    return this.#index.bytes / ROW_BYTES
  }

  #following(after: number, limit: number, isAsked: (row: AuditRow) => boolean): AuditEntry[] {
    let low = 0
    let high = this.#rows
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.#page(middle, middle + 1)[0]?.seq ?? 0) <= after) low = middle + 1
      else high = middle
    }
    const found: AuditRow[] = []
    for (let from = low; from < this.#rows && found.length < limit; from += PAGE_ROWS) {
      found.push(...this.#page(from, from + PAGE_ROWS).filter(isAsked))
    }
    return this.#read(found.slice(0, limit))
  }

  #newest(limit: number, isAsked: (row: AuditRow) => boolean): AuditEntry[] {
    if (limit <= 0) return []
    const pages: AuditRow[][] = []
    let count = 0
    for (let to = this.#rows; to > 0 && count < limit; to -= PAGE_ROWS) {
      const page = this.#page(Math.max(0, to - PAGE_ROWS), to).filter(isAsked)
      pages.unshift(page)
      count += page.length
    }
    return this.#read(pages.flat().slice(-limit))
  }

  #page(from: number, to: number): AuditRow[] {
    const text = this.#index.read(from * ROW_BYTES, Math.min(to, this.#rows) * ROW_BYTES).toString('latin1')
    return text.split('\n').slice(0, -1).map(rowOf)
  }

  #read(rows: readonly AuditRow[]): AuditEntry[] {
    return rows.map(({ seq, offset, length, view, hash }) =>
      entryOf({ seq, view, hash, line: this.#log.read(offset, offset + length - 1).toString('utf8') }),
    )
  }
}

function rowText({ seq, offset, length, view, owner, hash }: AuditRow): string {
  return `${digits(seq, 16)} ${digits(offset, 15)} ${digits(length, 10)} ${view === 'exec' ? 'e' : 'i'} ${owner} ${hash}\n`
}

export function rowOf(text: string): AuditRow {
  const [seq, offset, length, view, owner = '', hash = ''] = text.split(' ')
  return { seq: Number(seq), offset: Number(offset), length: Number(length), view: view === 'e' ? 'exec' : 'internal', owner, hash }
}

export function ownerOf(account: string | undefined): string {
  return createHash('sha256')
    .update(account ?? '')
    .digest('hex')
    .slice(0, OWNER_DIGITS)
}

function digits(value: number, width: number): string {
  return value.toString().padStart(width, '0')
}

export function entryOf({ seq, view, hash, line }: Omit<AuditRecord, 'account'>): AuditEntry {
  const { ts, event, payload } = JSON.parse(line) as { readonly ts: string; readonly event: string; readonly payload: Json }
  return { seq, ts, event, view, payload, hash }
}

class GrowingFile {
  readonly #file: number
  #hash: Hash = createHash('sha256')
  #bytes = 0

  constructor(path: string) {
    this.#file = openSync(path, 'a+', 0o600)
  }

  get bytes(): number {
    return this.#bytes
  }

  get sum(): FileSum {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') }
  }

  resume({ bytes, sha256 }: FileSum): boolean {
    if (fstatSync(this.#file).size < bytes) return false
    const hash = createHash('sha256')
    for (let from = 0; from < bytes; from += CHUNK_BYTES) hash.update(this.read(from, Math.min(bytes, from + CHUNK_BYTES)))
    if (hash.copy().digest('hex') !== sha256) return false
    ftruncateSync(this.#file, bytes)
    this.#hash = hash
    this.#bytes = bytes
    return true
  }

  append(bytes: Uint8Array): void {
    writeAll(this.#file, bytes)
    fsyncSync(this.#file)
    this.#hash.update(bytes)
    this.#bytes += bytes.length
  }

  read(from: number, to: number): Buffer {
    const buffer = Buffer.alloc(Math.max(0, to - from))
    let done = 0
    while (done < buffer.length) {
      const count = readSync(this.#file, buffer, done, buffer.length - done, from + done)
      if (count === 0) break
      done += count
    }
    return buffer.subarray(0, done)
  }

  close(): void {
    closeSync(this.#file)
  }
}
