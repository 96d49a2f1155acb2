/**
 * What the journal's client and its worker say to each other. Everything is structured-cloneable. How far the journal is durable goes over the
 * shared board instead (`durable-board.ts`).
 */
import type { CheckpointReason } from '#engine/journal/checkpoint.ts'
import { bundleOf, type Bundle, type JournalRecord } from '#engine/journal/record.ts'
import type { BoardMemory } from './durable-board.ts'
import type { PlainJournalError } from './journal-error.ts'
import type { JournalOptions, OpenedJournal } from './journal-host.ts'

export interface JournalWorkerData {
  readonly options: JournalOptions
  readonly memory: BoardMemory
}

export type ToWorker =
  | { readonly type: 'append'; readonly bundle: Bundle }
  /** A record alone, without columns to clone: the latency of a lone order depends on it. */
  | { readonly type: 'append_one'; readonly record: JournalRecord }
  | { readonly type: 'checkpoint'; readonly id: number; readonly reason: CheckpointReason }
  | { readonly type: 'close' }

export type FromWorker =
  | { readonly type: 'opened'; readonly opened: OpenedJournal }
  | { readonly type: 'refused'; readonly error: PlainJournalError }
  | { readonly type: 'full' }
  | { readonly type: 'failed'; readonly detail: string }
  | { readonly type: 'checkpoint_failed'; readonly detail: string }
  | { readonly type: 'checkpointed'; readonly id: number; readonly droppedSegments: readonly number[] }
  | { readonly type: 'closed'; readonly recordsLost: number }

export function bundleIn(message: ToWorker & { readonly type: 'append' | 'append_one' }): Bundle {
  return message.type === 'append' ? message.bundle : bundleOf([message.record])
}
