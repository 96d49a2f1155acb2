/**
 * Replays a journal in a fresh engine, from its inputs alone, and compares every decision with the recorded bytes; the first that differs is
 * named with the fields in which it does. Each session runs under the configuration its journal recorded. The journal of other code is
 * compared all the same, and the answer says that the code differs. It begins at the first record, or, where that was dropped, at the oldest
 * snapshot the journal still has, under the configuration that one names; snapshots are not used otherwise unless asked for. A journal
 * whose end is missing, by its signed checkpoints, is called cut and not equal.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '#base/canonical-json.ts'
import type { Refusal } from '#base/result.ts'
import { scalar } from '#base/result.ts'
import type { Component } from '#engine/component.ts'
import { Engine } from '#engine/engine.ts'
import type { Input, Snapshot } from '#engine/engine.ts'
import type { WrittenRecord } from '#engine/ports.ts'
import { Replayer } from '#engine/replay.ts'
import type { Difference } from '#engine/replay.ts'
import { PIPELINE } from '#pipeline'
import { readBatches } from '#store/journal-reader.ts'
import { listSnapshots, loadSnapshot } from '#store/snapshots.ts'
import { codeDigest } from './code-digest.ts'
import { tailOf } from './journal-tail.ts'
import type { Tail } from './journal-tail.ts'
import type { SnapshotBody } from './recover-engine.ts'

export interface ReplayJournalOptions {
  readonly folder: string
  /** Start at the newest snapshot not after this seq instead of at the first record. */
  readonly fromSnapshot?: number
  /** Inputs a note stands for: market data that a backtest's journal names instead of repeating. */
  readonly expand?: (note: WrittenRecord) => Promise<Iterable<Input>>
  /** Where the journal's checkpoints lie; default: `checkpoints` beside it. */
  readonly checkpointFolder?: string
  readonly pipeline?: readonly Component[]
  readonly onProgress?: (seq: number) => void
}
export interface FieldDifference {
  readonly path: string
  readonly recorded: unknown
  readonly derived: unknown
}
export interface DifferenceReport {
  readonly seq: number
  readonly topic: string
  readonly fields: readonly FieldDifference[]
  readonly recorded: unknown
  readonly derived: unknown
}
export interface ReplayReport {
  /** `cut`: equal as far as it goes, and signed to go further. */
  readonly status: 'equal' | 'differs' | 'cut'
  readonly fromSeq: number
  readonly toSeq: number
  readonly inputs: number
  readonly decisions: number
  readonly sessions: number
  /** Decisions that follow from the last input and had not been written when the journal ended. */
  readonly unwritten: number
  /** SHA-256 of the engine's state at the end. */
  readonly stateHash: string
  readonly code: { readonly here: string; readonly journal: readonly string[]; readonly isSame: boolean }
  /** What the signed checkpoints say of the journal's end. */
  readonly tail: Tail
  readonly difference?: DifferenceReport
}

export class ReplayRefused extends Error {
  override readonly name = 'ReplayRefused'
  readonly refusal: Refusal

  constructor(code: string, field: string, seen: unknown, limit: string) {
    super(`${field}: ${String(seen)} — ${limit}`)
    this.refusal = { code, field, seen: scalar(seen), limit }
  }
}

const SESSION_STARTED = /^\{"seq":\d+,"at":\d+,"topic":"session_started"/

interface Session {
  readonly codeDigest: string
  readonly configDigest: string
  readonly config: Readonly<Record<string, unknown>>
}

export async function replayJournal(options: ReplayJournalOptions): Promise<ReplayReport> {
  const { folder, pipeline = PIPELINE } = options
  const run = new Run(pipeline, options.expand)
  const first = firstRecord(folder)
  const snapshot = snapshotFor(options, first.seq)
  const fromSeq = snapshot === undefined ? first.seq : snapshot.seq + 1
  if (snapshot !== undefined) run.restore(snapshot.engine, snapshotSession(snapshot) ?? sessionAt(folder, snapshot.seq))
  let difference: Difference | undefined
  let toSeq = fromSeq - 1
  let lastText = ''
  for (const batch of readBatches(folder, fromSeq)) {
    for (const record of batch) {
      difference = await run.feed(record)
      toSeq = record.seq
      lastText = record.text
      if (difference !== undefined) break
    }
    if (difference !== undefined) break
    options.onProgress?.(toSeq)
  }
  difference ??= run.finish()
  return run.report({ fromSeq, toSeq, difference, lastText, tail: tailOf(folder, toSeq, options.checkpointFolder) })
}

class Run {
  readonly #pipeline: readonly Component[]
  readonly #expand: ReplayJournalOptions['expand']
  readonly #codeDigests = new Set<string>()
  #engine: Engine | undefined
  #replayer: Replayer | undefined
  #configDigest = ''
  #expanded: Iterable<Input> = []
  #sessions = 0
  #counted = { inputs: 0, decisions: 0 }

  constructor(pipeline: readonly Component[], expand: ReplayJournalOptions['expand']) {
    this.#pipeline = pipeline
    this.#expand = expand
  }

  restore(snapshot: Snapshot, session: Session): void {
    this.#begin(session).restore(snapshot)
  }

  async feed(record: WrittenRecord): Promise<Difference | undefined> {
    if (record.kind === 'input' && SESSION_STARTED.test(record.text)) {
      this.#sessions++
      this.#enter(sessionOf(record.text))
    }
    if (this.#replayer === undefined)
      throw new ReplayRefused('no_session', `record ${record.seq}`, record.kind, 'a journal that begins with session_started')
    if (record.kind === 'note') await this.#fetch(record)
    return this.#replayer.feed(record)
  }

  finish(): Difference | undefined {
    return this.#replayer?.finish()
  }

  report({
    fromSeq,
    toSeq,
    difference,
    lastText,
    tail,
  }: {
    fromSeq: number
    toSeq: number
    difference: Difference | undefined
    lastText: string
    tail: Tail
  }): ReplayReport {
    const here = codeDigest()
    const journal = [...this.#codeDigests]
    const { inputs, decisions } = this.#counts()
    return {
      status: difference !== undefined ? 'differs' : tail.state === 'cut' ? 'cut' : 'equal',
      fromSeq,
      toSeq,
      inputs,
      decisions,
      sessions: this.#sessions,
      unwritten: difference === undefined ? (this.#replayer?.unwritten().length ?? 0) : 0,
      stateHash: createHash('sha256')
        .update(this.#engine?.stateText() ?? '')
        .digest('hex'),
      code: { here, journal, isSame: journal.every((digest) => digest === here) },
      tail,
      ...(difference === undefined ? {} : { difference: reportOf(difference, lastText) }),
    }
  }

  /** A session under another configuration goes on from the same state with new settings, as the platform did at that start. */
  #enter(session: Session): void {
    if (this.#engine !== undefined && session.configDigest === this.#configDigest) {
      this.#codeDigests.add(session.codeDigest)
      return
    }
    const before = this.#engine?.snapshot()
    const engine = this.#begin(session)
    if (before !== undefined) engine.restore(before)
  }

  #begin(session: Session): Engine {
    this.#counted = this.#counts()
    this.#codeDigests.add(session.codeDigest)
    this.#configDigest = session.configDigest
    this.#engine = new Engine({ pipeline: this.#pipeline, config: configFor(this.#pipeline, session) })
    this.#replayer = new Replayer({ engine: this.#engine, mode: 'derive', expand: () => this.#expanded })
    return this.#engine
  }

  #counts(): { inputs: number; decisions: number } {
    const { inputs = 0, decisions = 0 } = this.#replayer ?? {}
    return { inputs: this.#counted.inputs + inputs, decisions: this.#counted.decisions + decisions }
  }

  async #fetch(note: WrittenRecord): Promise<void> {
    if (this.#expand === undefined) {
      throw new ReplayRefused('data_needed', `record ${note.seq}`, note.text, 'the recorded data it names: say --data <folder>')
    }
    this.#expanded = await this.#expand(note)
  }
}

function firstRecord(folder: string): WrittenRecord {
  for (const batch of readBatches(folder, 1)) {
    const first = batch[0]
    if (first !== undefined) return first
  }
  throw new ReplayRefused('empty_journal', folder, 'no records', 'a journal with records')
}

/** Where a replay begins: the engine's state after record `seq`, and what the snapshot itself knows of its session. */
interface Beginning extends Pick<SnapshotBody, 'engine' | 'digests' | 'config'> {
  readonly seq: number
}

function snapshotFor({ folder, fromSnapshot }: ReplayJournalOptions, firstSeq: number): Beginning | undefined {
  const isWhole = firstSeq === 1
  if (isWhole && fromSnapshot === undefined) return undefined
  const upTo = fromSnapshot ?? listSnapshots(folder)[0] ?? 0
  const { snapshot } = loadSnapshot(folder, upTo)
  if (snapshot === undefined)
    throw new ReplayRefused('snapshot_missing', folder, `no usable snapshot up to seq ${upTo}`, 'a snapshot to begin with')
  if (snapshot.seq + 1 < firstSeq)
    throw new ReplayRefused(
      'records_dropped',
      folder,
      `records from ${firstSeq} on`,
      `records from ${snapshot.seq + 1} on, where the snapshot ends`,
    )
  const body = JSON.parse(snapshot.body) as SnapshotBody
  return { ...body, seq: body.engine.seq }
}

/** Under the configuration the snapshot was taken in, wherever the record of that session is. */
function snapshotSession({ digests, config }: Beginning): Session | undefined {
  return config === undefined ? undefined : checked({ ...digests, config }, 'snapshot.config')
}

/** The session of a snapshot that does not say it: the last one opened up to it, else (its record was dropped) the first one after. */
function sessionAt(folder: string, seq: number): Session {
  let found: string | undefined
  for (const batch of readBatches(folder, 1)) {
    for (const record of batch) {
      if (record.kind !== 'input' || !SESSION_STARTED.test(record.text)) continue
      if (record.seq <= seq || found === undefined) found = record.text
    }
  }
  if (found === undefined)
    throw new ReplayRefused('config_not_recorded', folder, 'no session_started record left', 'a session with its configuration')
  return sessionOf(found)
}

function sessionOf(text: string): Session {
  return checked((JSON.parse(text) as { readonly body: Session }).body, 'session_started.config')
}

function checked(session: Session, where: string): Session {
  const digest = createHash('sha256').update(canonicalJson(session.config)).digest('hex')
  if (digest === session.configDigest) return session
  throw new ReplayRefused('config_digest', where, digest, `a configuration of digest ${session.configDigest}`)
}

/** Sections of components the journal did not know get their defaults; a section this code cannot read is refused. */
function configFor(pipeline: readonly Component[], { config }: Session): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    pipeline.map(({ name, config: schema }) => {
      const parsed = schema.safeParse(config[name])
      if (parsed.success) return [name, parsed.data]
      const issue = parsed.error.issues[0]
      throw new ReplayRefused(
        'config_unreadable',
        `${name}.${issue?.path.join('.') ?? ''}`,
        config[name],
        `what this code takes: ${issue?.message ?? ''}`,
      )
    }),
  )
}

function reportOf({ seq, recorded, derived }: Difference, lastText: string): DifferenceReport {
  const [was, is] = [parsedOf(recorded), parsedOf(derived)]
  const topic = topicOf(was) ?? topicOf(is) ?? topicOf(parsedOf(lastText)) ?? 'unknown'
  return { seq, topic, fields: fieldDifferences(was, is), recorded: was ?? null, derived: is ?? null }
}

function parsedOf(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function topicOf(value: unknown): string | undefined {
  return isFields(value) && typeof value['topic'] === 'string' ? value['topic'] : undefined
}

/** Every leaf in which two plain values differ, by its path. */
export function fieldDifferences(recorded: unknown, derived: unknown, path = ''): FieldDifference[] {
  if (!isFields(recorded) || !isFields(derived)) {
    return JSON.stringify(recorded) === JSON.stringify(derived) ? [] : [{ path, recorded: recorded ?? null, derived: derived ?? null }]
  }
  const keys = [...new Set([...Object.keys(recorded), ...Object.keys(derived)])]
  return keys.flatMap((key) => fieldDifferences(recorded[key], derived[key], path === '' ? key : `${path}.${key}`))
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
