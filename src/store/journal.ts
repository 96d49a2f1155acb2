/**
 * The journal as the engine's thread sees it: `append` costs a push and a concatenation, what was appended in one tick leaves as one message, and `onDurable`
 * says up to which seq everything is on the medium. Commits run in `journal-worker.ts`. A journal is a folder with one owner; see design section 5.
 */
import { Worker } from 'node:worker_threads'
import type { CheckpointReason } from '#engine/journal/checkpoint.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { boardMemory, clientBoard } from './durable-board.ts'
import { ensureFolder } from './durable-file.ts'
import { journalClient } from './journal-client.ts'
import { JournalError, journalError } from './journal-error.ts'
import type { JournalOptions, OpenedJournal } from './journal-host.ts'
import type { FromWorker, JournalWorkerData } from './journal-messages.ts'
import { lockFolder } from './lock.ts'

/** `journal_full` ends with `onResumed`; `checkpoint_failed` only widens the bound of `verify`; after `journal_failed` nothing will be durable any more. */
export interface JournalFailure {
  readonly code: 'journal_full' | 'journal_failed' | 'checkpoint_failed'
  readonly detail: string
  readonly isFatal: boolean
}

export interface Journal {
  readonly opened: OpenedJournal
  /** The last seq that is durable. */
  readonly durableSeq: number
  /** The last seq appended, durable or not yet. */
  readonly appendedSeq: number
  /** Records appended and not yet durable: the caller bounds it. */
  readonly pending: number
  /** Seq must rise. Throws `journal_failed` or `journal_closed` when it cannot ever become durable. */
  append(record: JournalRecord): void
  /** Called with the newest state; batches that became durable in quick succession are told together. `head` is the chain's at `uptoSeq`. */
  onDurable(listener: (uptoSeq: number, head: Uint8Array) => void): void
  onFailure(listener: (failure: JournalFailure) => void): void
  onResumed(listener: () => void): void
  /** Resolves when everything appended so far is durable; rejects when that can no longer happen. Waits while the medium is full. */
  flush(): Promise<void>
  /** Flushes, signs the end, after a snapshot for instance, and applies retention; gives the segments dropped. */
  checkpoint(reason: CheckpointReason): Promise<readonly number[]>
  /** From the files, checked as it goes; what is committed is seen. */
  readBatches(fromSeq: number): Iterable<readonly JournalRecord[]>
  readAll(fromSeq: number): AsyncIterable<JournalRecord>
  /** Clean stop: writes what is pending, signs the end, releases the folder. Rejects with `journal_full` if records were lost for want of space. */
  close(): Promise<void>
}

export async function openJournal(options: JournalOptions): Promise<Journal> {
  ensureFolder(options.folder)
  const lock = lockFolder(options.folder)
  const memory = boardMemory()
  const workerData: JournalWorkerData = { options, memory }
  const worker = new Worker(new URL('./journal-worker.ts', import.meta.url), { workerData, name: 'journal' })
  try {
    const opened = await opening(worker)
    return journalClient({ folder: options.folder, worker, board: clientBoard(memory), opened, release: lock.release })
  } catch (error) {
    await worker.terminate()
    lock.release()
    throw error
  }
}

function opening(worker: Worker): Promise<OpenedJournal> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (message: FromWorker) => {
      worker.off('error', reject)
      if (message.type === 'opened') resolve(message.opened)
      else
        reject(
          message.type === 'refused' ? new JournalError(message.error) : journalError('journal_failed', 'journal', message.type, 'opened'),
        )
    })
  })
}
