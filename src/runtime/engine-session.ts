/**
 * Opens the engine's journal and brings the engine to its end (`recover-engine.ts`). Decisions that were derived but lost with the last
 * unsynced batch are written again, and durable before anyone sees the engine. A difference, damage or an unknown state version refuses
 * the start.
 */
import { toHex } from '#base/hex.ts'
import type { Engine } from '#engine/engine.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { PIPELINE } from '#pipeline'
import { openJournal } from '#store/journal.ts'
import type { Journal } from '#store/journal.ts'
import type { JournalOptions } from '#store/journal-host.ts'
import { loadSnapshot } from '#store/snapshots.ts'
import { writeSnapshotBeside } from '#store/snapshot-writer.ts'
import type { SnapshotFinding } from '#store/snapshot-form.ts'
import type { ComponentsConfig } from './config.ts'
import { recoverEngine, takeSnapshot } from './recover-engine.ts'
import type { Digests } from './recover-engine.ts'
import type { RunMemory } from './run-memory.ts'

export interface EngineSession {
  readonly engine: Engine
  readonly journal: Journal
  /** What screens remember; it has seen every step replayed. */
  readonly memory: RunMemory
  readonly isNew: boolean
  readonly mode: 'derive' | 'fold'
  readonly inputsReplayed: number
  readonly findings: readonly SnapshotFinding[]
  /** Takes the engine's state now; written, beside this thread, once what it rests on is durable. */
  snapshot(): Promise<void>
}

export interface EngineSessionOptions {
  readonly journal: JournalOptions
  readonly components: ComponentsConfig
  readonly digests: Digests
}

export async function openEngineSession(options: EngineSessionOptions): Promise<EngineSession> {
  const journal = await openJournal(options.journal)
  try {
    const session = recovered(journal, options)
    await journal.flush()
    return session
  } catch (error) {
    await journal.close().catch(() => undefined)
    throw error
  }
}

function recovered(journal: Journal, { journal: { folder }, components, digests }: EngineSessionOptions): EngineSession {
  const { opened } = journal
  const { lastSeq, isNew } = opened
  const { snapshot, findings } = loadSnapshot(folder, lastSeq)
  const found = recoverEngine({ pipeline: PIPELINE, components, digests, snapshot, records: (fromSeq) => recordsOf(journal, fromSeq) })
  const { engine, memory, mode, inputsReplayed, unwritten } = found
  for (const record of unwritten) journal.append(record)
  let end = opened.head
  journal.onDurable((_, newHead) => {
    end = toHex(newHead)
  })
  let lastWritten: Promise<unknown> = Promise.resolve()
  const snapshotNow = async (): Promise<void> => {
    // What the engine derived after its last record has a seq and no record: the snapshot is named after the last record it rests on.
    const seq = Math.max(lastSeq, journal.appendedSeq)
    const taken = takeSnapshot(engine, digests, { memory, config: components })
    await journal.flush()
    const head = end
    // one after the other: what one puts in place another must not take for a remainder
    const written = lastWritten.then(() => writeSnapshotBeside(folder, { seq, head, ...taken }))
    lastWritten = written.catch(() => undefined)
    await written
    await journal.checkpoint('snapshot')
  }
  return { engine, journal, memory, isNew, mode, inputsReplayed, findings, snapshot: snapshotNow }
}

function* recordsOf(journal: Journal, fromSeq: number): Generator<JournalRecord> {
  for (const batch of journal.readBatches(fromSeq)) yield* batch
}
