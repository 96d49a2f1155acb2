/**
 * The journal without a worker, for backtests and tools: records become durable when `flush` returns, or when a batch is full; with
 * `isDurable: false`, when `close` returns. Same protocol, same files.
 */
import type { CheckpointReason } from '#engine/journal/checkpoint.ts'
import { bundleBuilder, type JournalRecord } from '#engine/journal/record.ts'
import { ensureFolder } from './durable-file.ts'
import { journalError } from './journal-error.ts'
import { openHost, type JournalOptions, type OpenedJournal } from './journal-host.ts'
import { readBatches } from './journal-reader.ts'
import { lockFolder } from './lock.ts'

const BUNDLE_RECORDS_MAX = 1_024
const BUNDLE_TEXT_MAX = 1_000_000

export interface SyncJournal {
  readonly opened: OpenedJournal
  readonly durableSeq: number
  /** Head of the chain at `durableSeq`. */
  readonly head: Uint8Array
  append(record: JournalRecord): void
  /** Throws `journal_full` (may be called again when there is space) or `journal_failed` (final). */
  flush(): void
  checkpoint(reason: CheckpointReason): readonly number[]
  readBatches(fromSeq: number): Iterable<readonly JournalRecord[]>
  close(): void
}

export function openJournalSync(options: JournalOptions): SyncJournal {
  ensureFolder(options.folder)
  const lock = lockFolder(options.folder)
  try {
    return syncJournal(options, lock.release)
  } catch (error) {
    lock.release()
    throw error
  }
}

function syncJournal(options: JournalOptions, release: () => void): SyncJournal {
  let failure = ''
  const host = openHost(options, (event) => {
    if (event.kind === 'failed') failure = event.detail
  })
  const builder = bundleBuilder(BUNDLE_RECORDS_MAX)
  const flush = (): void => {
    if (builder.count > 0) host.append(builder.take())
    host.retry()
    while (host.step()) continue
    const { state, pending } = host.writer
    if (state === 'full') throw journalError('journal_full', 'records not written', pending, 0)
    if (state === 'failed') throw journalError('journal_failed', 'journal', failure, 'a medium that keeps what it was given')
  }
  return {
    opened: host.opened,
    get durableSeq() {
      return host.writer.position.lastSeq
    },
    get head() {
      return host.writer.position.head
    },
    append(record) {
      builder.push(record)
      if (builder.count === BUNDLE_RECORDS_MAX || builder.size > BUNDLE_TEXT_MAX) flush()
    },
    flush,
    checkpoint(reason) {
      flush()
      host.checkpoint(reason)
      return host.retain()
    },
    readBatches: (fromSeq) => readBatches(options.folder, fromSeq),
    close() {
      try {
        flush()
      } finally {
        host.close()
        release()
      }
    },
  }
}
