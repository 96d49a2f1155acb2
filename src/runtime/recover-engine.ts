/**
 * From the records that survived to an engine that stands where they end: newest valid snapshot, then the records after it. Under the same
 * code, configuration, Node version and architecture it re-derives every decision and compares; from the first session under others on it
 * folds. It opens no file: the runtime feeds it from the journal's folder, the whole-system simulation from a simulated disk.
 */
import type { Component } from '#engine/component.ts'
import type { AnyEvent } from '#engine/component.ts'
import { Engine } from '#engine/engine.ts'
import type { Snapshot as EngineSnapshot, StepReport } from '#engine/engine.ts'
import type { WrittenRecord } from '#engine/ports.ts'
import { Replayer } from '#engine/replay.ts'
import type { Difference } from '#engine/replay.ts'
import { joinedSnapshot } from '#store/snapshot-form.ts'
import type { Snapshot, TakenSnapshot } from '#store/snapshot-form.ts'
import type { ComponentsConfig } from './config.ts'
import { RunMemory } from './run-memory.ts'
import type { SavedMemory } from './run-memory.ts'

/** What must be equal for a replay to derive rather than fold. */
export interface Digests {
  readonly codeDigest: string
  readonly configDigest: string
  readonly node: string
  readonly architecture: string
}
export interface SnapshotBody {
  readonly digests: Digests
  readonly engine: EngineSnapshot
  readonly memory?: SavedMemory
  /** In force when it was taken: the record that said so may be dropped before the snapshot is. */
  readonly config?: ComponentsConfig
}

export class ReplayDifference extends Error {
  override readonly name = 'ReplayDifference'
  readonly difference: Difference

  constructor(difference: Difference) {
    super(`record ${difference.seq} differs from what the same code derives from the same inputs`)
    this.difference = difference
  }
}

export interface EngineSource {
  readonly pipeline: readonly Component[]
  readonly components: ComponentsConfig
  readonly digests: Digests
  readonly snapshot: Snapshot | undefined
  /** Records from a seq on, in order; called for each pass. */
  readonly records: (fromSeq: number) => Iterable<WrittenRecord>
  readonly inspect?: (event: AnyEvent) => void
}
export interface RecoveredEngine {
  readonly engine: Engine
  /** What screens remember; it has seen every step replayed. */
  readonly memory: RunMemory
  readonly mode: 'derive' | 'fold'
  readonly inputsReplayed: number
  /** Decisions derived from the last input that the journal does not hold: to be written again. */
  readonly unwritten: readonly WrittenRecord[]
}

export function recoverEngine({ pipeline, components, digests, snapshot, records, inspect }: EngineSource): RecoveredEngine {
  const engine = new Engine({ pipeline, config: components, ...(inspect === undefined ? {} : { inspect }) })
  const body = snapshot === undefined ? undefined : (JSON.parse(snapshot.body) as SnapshotBody)
  if (body !== undefined) engine.restore(body.engine)
  const memory = new RunMemory(engine, body?.memory)
  const written = body?.digests ?? firstDigests(records)
  const after = engine.seq
  const replayed = replay(records(after + 1), {
    engine,
    after,
    mode: written === undefined || sameDigests(written, digests) ? 'derive' : 'fold',
    digests,
    onStep: (report) => memory.observe(report),
  })
  return { engine, memory, ...replayed }
}

interface Replay {
  readonly engine: Engine
  readonly after: number
  readonly mode: 'derive' | 'fold'
  readonly digests: Digests
  readonly onStep: (report: StepReport) => void
}

/** A session under other digests decided otherwise: what it recorded, and all after it, is folded. */
function replay(records: Iterable<WrittenRecord>, start: Replay): Pick<RecoveredEngine, 'mode' | 'inputsReplayed' | 'unwritten'> {
  const { engine, after, digests, onStep } = start
  let { mode } = start
  let replayer = new Replayer({ engine, mode, onStep })
  let inputsBefore = 0
  for (const record of records) {
    if (record.seq <= after) continue
    const session = mode === 'derive' ? digestsIn(record) : undefined
    if (session !== undefined && !sameDigests(session, digests)) {
      mode = 'fold'
      inputsBefore = replayer.inputs
      replayer = new Replayer({ engine, mode, onStep })
    }
    const difference = replayer.feed(record)
    if (difference !== undefined) throw new ReplayDifference(difference)
  }
  return { mode, unwritten: replayer.unwritten(), inputsReplayed: inputsBefore + replayer.inputs }
}

interface Besides {
  readonly memory?: RunMemory
  readonly config?: ComponentsConfig
}

/** The engine as it stands, for whoever writes it down later: nothing in it is the engine's own any more. */
export function takeSnapshot(
  engine: Engine,
  digests: Digests,
  { memory, config }: Besides = {},
): Pick<TakenSnapshot, 'componentVersions' | 'before' | 'engine' | 'after'> {
  const taken = engine.snapshot()
  const after = { ...(memory === undefined ? {} : { memory: memory.save() }), ...(config === undefined ? {} : { config }) }
  const componentVersions = Object.fromEntries(Object.entries(taken.components).map(([name, { version }]) => [name, version]))
  return { componentVersions, before: JSON.stringify({ digests }), engine: taken, after: JSON.stringify(after) }
}

/** The same as it is written: `seq` is the last record it rests on (what it derived since has none) and `head` the chain's there. */
export function snapshotOf(engine: Engine, digests: Digests, besides: Besides = {}): Pick<Snapshot, 'componentVersions' | 'body'> {
  const { componentVersions, body } = joinedSnapshot({ seq: 0, head: '', ...takeSnapshot(engine, digests, besides) })
  return { componentVersions, body }
}

/** Digests of the session that wrote the first records, for a journal without a snapshot yet. */
function firstDigests(records: EngineSource['records']): Digests | undefined {
  for (const record of records(1)) {
    const digests = digestsIn(record)
    if (digests !== undefined) return digests
  }
  return undefined
}

const SESSION_STARTED = /^\{"seq":\d+,"at":\d+,"topic":"session_started"/

function digestsIn({ kind, text }: WrittenRecord): Digests | undefined {
  if (kind !== 'input' || !SESSION_STARTED.test(text)) return undefined
  return (JSON.parse(text) as { readonly body: Digests }).body
}

function sameDigests(a: Digests, b: Digests): boolean {
  return a.codeDigest === b.codeDigest && a.configDigest === b.configDigest && a.node === b.node && a.architecture === b.architecture
}
