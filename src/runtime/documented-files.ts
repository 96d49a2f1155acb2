/**
 * The files of document 1, section 6, in their exact shapes: `audit.log`, `coverages.json`, `coverage-ledger.json`, `hedge-ledger.json`, with
 * `manifest.json` and `audit.index` beside them. The journal is the truth; these are views that grow with it once its records are durable, at most
 * once a second, and that `rebuildDocumentedFiles` makes again from a journal alone, equal to the byte. At the start they catch up with the
 * journal from where the manifest stands. What does not fit the manifest, or belongs to another journal, is set aside and made again.
 * Edges: a write that fails (disk full) is reported and tried again from the manifest; no engine step waits for these files.
 */
import { hash } from 'node:crypto'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { isoFromEpochMs } from '#base/civil-date.ts'
import { toHex } from '#base/hex.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { Driver } from '#engine/driver.ts'
import type { StepReport } from '#engine/engine.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { parseEvent } from '#engine/record-text.ts'
import { ensureFolder, replaceFile } from '#store/durable-file.ts'
import { readHeadedBatches } from '#store/journal-reader.ts'
import type { Journal } from '#store/journal.ts'
import { AUDIT_INDEX, AUDIT_LOG, AuditTrail } from './audit-trail.ts'
import type { AuditQuery, AuditRecord, FileSum } from './audit-trail.ts'
import { FolderInUse } from './folder-in-use.ts'
import { MANIFEST, readManifest, writeManifest } from './documented-manifest.ts'
import type { Manifest } from './documented-manifest.ts'
import { coverageLedgerText, coveragesText, DOCUMENTED_TOPICS, emptyState, foldDocumented, hedgeLedgerText } from './documented-state.ts'
import type { DocumentedState } from './documented-state.ts'
import type { AuditEntry } from './platform.ts'

const COVERAGES = 'coverages.json'
const COVERAGE_LEDGER = 'coverage-ledger.json'
const HEDGE_LEDGER = 'hedge-ledger.json'
const ALL_FILES = [AUDIT_LOG, AUDIT_INDEX, COVERAGES, COVERAGE_LEDGER, HEDGE_LEDGER, MANIFEST]
const WRITE_EVERY_MS = 1_000
/** With nothing new to write, the manifest still follows the journal this often, so that the next start reads little. */
const MANIFEST_EVERY_MS = 60_000
const HEAD_OF_RECORD = /^\{"seq":\d+,"at":\d+,"topic":"([a-z_]+)"/

export interface DocumentedFilesOptions {
  readonly folder: string
  /** Recovered: its engine stands behind the last record, no step was taken since. */
  readonly driver: Driver
  readonly journal: Pick<Journal, 'opened' | 'durableSeq' | 'readBatches' | 'onDurable' | 'flush'>
  /** What was set aside, what could not be written. */
  readonly log?: (line: string) => void
}
interface Batch {
  readonly records: readonly JournalRecord[]
  readonly lastSeq: number
  readonly head: string
}
interface Source {
  readonly folder: string
  readonly journalId: string
  readonly log: (line: string) => void
  read(fromSeq: number): Iterable<Batch>
}
interface Open {
  readonly trail: AuditTrail
  readonly state: DocumentedState
  readonly ledger: string[]
  readonly sums: Map<string, FileSum>
  /** Entries of `ledger` that the file has; -1 before it was written. */
  ledgerWritten: number
  fromSeq: number
  seq: number
  head: string
}
interface Observed {
  readonly event: AnyEvent
  readonly audit: AuditRecord | undefined
}

export interface DocumentedFiles {
  /** To be called in every step. */
  observe(report: StepReport, texts: readonly string[]): void
  entries(query: AuditQuery): AuditEntry[]
  /** Writes what is durable. A failure is reported, not thrown: the journal holds everything. */
  flush(): void
  /** Waits until everything so far is durable and writes it. To be called before the journal is closed. */
  close(): Promise<void>
}

export function openDocumentedFiles(options: DocumentedFilesOptions): DocumentedFiles {
  return new Writer(options)
}

class Writer implements DocumentedFiles {
  readonly #source: Source
  readonly #journal: DocumentedFilesOptions['journal']
  /** Up to here records come from the journal, beyond it from the steps observed. */
  readonly #recoveredSeq: number
  #open: Open
  #waiting: Observed[] = []
  #durable: { seq: number; head: string }
  #timer: NodeJS.Timeout | undefined
  #manifestDue = performance.now() + MANIFEST_EVERY_MS
  #isBroken = false

  constructor({ folder, driver, journal, log = () => {} }: DocumentedFilesOptions) {
    const { journalId, lastSeq, head } = journal.opened
    this.#source = { folder, journalId, log, read: (fromSeq) => batchesOf(journal, fromSeq) }
    this.#journal = journal
    this.#recoveredSeq = driver.engine.seq
    this.#open = openFiles(this.#source)
    this.#durable = { seq: lastSeq, head }
    journal.onDurable((seq, newHead) => {
      this.#durable = { seq, head: toHex(newHead) }
      this.#timer ??= setTimeout(() => this.flush(), WRITE_EVERY_MS).unref()
    })
  }

  /** `texts`: the records of the step's decisions, in their order. */
  observe(report: StepReport, texts: readonly string[]): void {
    if (DOCUMENTED_TOPICS.has(report.input.topic)) this.#waiting.push({ event: report.input, audit: undefined })
    for (const [i, event] of report.decisions.entries()) {
      if (event.seq === report.input.seq || !DOCUMENTED_TOPICS.has(event.topic)) continue
      const audit = auditRecord(event, texts[i] ?? '')
      if (audit !== undefined) this.#open.trail.remember(audit)
      this.#waiting.push({ event, audit })
    }
  }

  entries(query: AuditQuery): AuditEntry[] {
    return this.#open.trail.entries(query)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    try {
      if (this.#isBroken) this.#reopen()
      const changed = this.#advance()
      if (!changed && performance.now() < this.#manifestDue) return
      saveManifest(this.#source, this.#open)
      this.#manifestDue = performance.now() + MANIFEST_EVERY_MS
    } catch (error) {
      this.#isBroken = true
      this.#source.log(`documented files: ${(error as Error).message}; they are made again from the journal once they can be written`)
    }
  }

  async close(): Promise<void> {
    await this.#journal.flush()
    this.#manifestDue = 0
    this.flush()
    clearTimeout(this.#timer)
    this.#open.trail.close()
  }

  #advance(): boolean {
    const { seq, head } = this.#durable
    if (this.#open.seq < this.#recoveredSeq && seq > this.#open.seq) catchUp(this.#source, this.#open, Math.min(seq, this.#recoveredSeq))
    if (seq < this.#open.seq) return false
    const upTo = this.#waiting.findIndex(({ event }) => event.seq > seq)
    const due = upTo < 0 ? this.#waiting : this.#waiting.slice(0, upTo)
    for (const { event } of due) takeEvent(this.#open, event)
    this.#waiting = upTo < 0 ? [] : this.#waiting.slice(upTo)
    this.#open.seq = seq
    this.#open.head = head
    const appended = this.#open.trail.write(seq)
    return writeViews(this.#source.folder, this.#open) || appended
  }

  #reopen(): void {
    const again = openFiles(this.#source)
    this.#open.trail.close()
    this.#open = again
    this.#isBroken = false
    this.#waiting = this.#waiting.filter(({ event }) => event.seq > this.#open.seq)
    for (const { audit } of this.#waiting) if (audit !== undefined) this.#open.trail.remember(audit)
  }
}

/** Makes the files from a journal alone, into a folder that has none of them yet. Returns the seq they stand at. */
export function rebuildDocumentedFiles(journalFolder: string, outFolder: string, journalId: string): number {
  const existing = ALL_FILES.find((name) => existsSync(join(outFolder, name)))
  if (existing !== undefined) throw new FolderInUse(outFolder, existing)
  const open = openFiles({ folder: outFolder, journalId, log: () => {}, read: (fromSeq) => headedBatchesOf(journalFolder, fromSeq) })
  open.trail.close()
  return open.seq
}

function* batchesOf(journal: DocumentedFilesOptions['journal'], fromSeq: number): Generator<Batch> {
  for (const records of journal.readBatches(fromSeq)) {
    const lastSeq = records.at(-1)?.seq ?? 0
    yield { records, lastSeq, head: lastSeq === journal.opened.lastSeq ? journal.opened.head : '' }
  }
}

function* headedBatchesOf(folder: string, fromSeq: number): Generator<Batch> {
  for (const { records, lastSeq, head } of readHeadedBatches(folder, fromSeq)) yield { records, lastSeq, head: toHex(head) }
}

function openFiles(source: Source): Open {
  ensureFolder(source.folder)
  const open = resumed(source) ?? fresh(source)
  catchUp(source, open, Infinity)
  open.trail.write(open.seq)
  writeViews(source.folder, open)
  saveManifest(source, open)
  return open
}

/** The files as the manifest describes them; undefined when they are not that. */
function resumed({ folder, journalId }: Source): Open | undefined {
  const manifest = readManifest(folder)
  if (manifest?.journalId !== journalId) return undefined
  const [log, index] = [manifest.files[AUDIT_LOG], manifest.files[AUDIT_INDEX]]
  const ledger = ledgerOf(folder, manifest)
  if (log === undefined || index === undefined || ledger === undefined) return undefined
  const trail = new AuditTrail(folder)
  if (!trail.resume(log, index)) {
    trail.close()
    return undefined
  }
  const { fromSeq, seq, chainHead: head, state } = manifest
  return { trail, state, ledger, sums: new Map(), ledgerWritten: -1, fromSeq, seq, head }
}

/** The ledger's entries as of the manifest: the file may have been replaced a moment before a crash and then has more. */
function ledgerOf(folder: string, { coverageLedgerEntries, files }: Manifest): string[] | undefined {
  try {
    const all = JSON.parse(readFileSync(join(folder, COVERAGE_LEDGER), 'utf8')) as readonly unknown[]
    const entries = all.slice(0, coverageLedgerEntries).map((entry) => JSON.stringify(entry))
    return sumOf(coverageLedgerText(entries)).sha256 === files[COVERAGE_LEDGER]?.sha256 ? entries : undefined
  } catch {
    return undefined
  }
}

function fresh({ folder, log }: Source): Open {
  const aside = asideName(folder)
  const moved = ALL_FILES.filter((name) => existsSync(join(folder, name)))
  if (moved.length > 0) ensureFolder(join(folder, aside))
  for (const name of moved) renameSync(join(folder, name), join(folder, aside, name))
  if (moved.length > 0)
    log(`documented files: those in ${folder} are not of this journal and version; they are kept in ${aside} and made again`)
  return {
    trail: new AuditTrail(folder),
    state: emptyState(),
    ledger: [],
    sums: new Map(),
    ledgerWritten: -1,
    fromSeq: 1,
    seq: 0,
    head: '',
  }
}

function asideName(folder: string): string {
  for (let number = 1; ; number++) if (!existsSync(join(folder, `set-aside-${number}`))) return `set-aside-${number}`
}

function catchUp(source: Source, open: Open, upTo: number): void {
  for (const { records, lastSeq, head } of source.read(open.seq + 1)) {
    for (const { seq, kind, text } of records) {
      if (seq > upTo) return
      if (open.seq === 0) open.fromSeq = seq
      open.seq = seq
      if (kind === 'input' || kind === 'decision') takeRecord(open, text)
    }
    if (lastSeq < open.seq) continue
    open.seq = lastSeq
    open.head = head
  }
}

function takeRecord(open: Open, text: string): void {
  const topic = HEAD_OF_RECORD.exec(text)?.[1]
  if (topic === undefined || !(DOCUMENTED_TOPICS as ReadonlySet<string>).has(topic)) return
  const { event } = parseEvent(text)
  takeEvent(open, event)
  const audit = auditRecord(event, text)
  if (audit !== undefined) open.trail.remember(audit)
}

function takeEvent(open: Open, event: AnyEvent): void {
  const entry = foldDocumented(open.state, event)
  if (entry !== undefined) open.ledger.push(entry)
}

function auditRecord(event: AnyEvent, text: string): AuditRecord | undefined {
  if (event.topic !== 'audit_events') return undefined
  const { event: name, payload, view, account } = event.body
  const line = JSON.stringify({ ts: isoFromEpochMs(event.at), event: name, payload })
  return { seq: event.seq, view, account, hash: hash('sha256', text), line }
}

/** Replaces the files whose text changed. */
function writeViews(folder: string, open: Open): boolean {
  let changed = false
  const replace = (name: string, text: string): void => {
    const sum = sumOf(text)
    if (open.sums.get(name)?.sha256 === sum.sha256) return
    replaceFile(join(folder, name), [text])
    open.sums.set(name, sum)
    changed = true
  }
  replace(COVERAGES, coveragesText(open.state))
  replace(HEDGE_LEDGER, hedgeLedgerText(open.state))
  // it only grows: its text is not made again to find that nothing was added
  if (open.ledger.length !== open.ledgerWritten) replace(COVERAGE_LEDGER, coverageLedgerText(open.ledger))
  open.ledgerWritten = open.ledger.length
  return changed
}

function saveManifest({ folder, journalId }: Source, open: Open): void {
  const { log, index } = open.trail.sums
  const files = { [AUDIT_LOG]: log, [AUDIT_INDEX]: index, ...Object.fromEntries(open.sums) }
  const { state, fromSeq, seq, head: chainHead } = open
  writeManifest(folder, { journalId, seq, chainHead, fromSeq, coverageLedgerEntries: open.ledger.length, files, state })
}

function sumOf(text: string): FileSum {
  return { bytes: Buffer.byteLength(text), sha256: hash('sha256', text) }
}
