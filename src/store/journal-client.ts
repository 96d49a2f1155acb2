/**
 * The client's side of the journal's worker: posts what the outbox collects, tells the waiting room what became durable, and ends both when the worker can
 * no longer serve. State changes come in by the board and by message; before a message is handled the board is read, so that an
 * acknowledgement is never overtaken by a failure that followed it.
 */
import type { Worker } from 'node:worker_threads'
import type { CheckpointReason } from '#engine/journal/checkpoint.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import type { ClientBoard } from './durable-board.ts'
import { journalError, type JournalError } from './journal-error.ts'
import type { OpenedJournal } from './journal-host.ts'
import type { FromWorker, ToWorker } from './journal-messages.ts'
import { journalOutbox, type Outbox } from './journal-outbox.ts'
import { readBatches } from './journal-reader.ts'
import type { Journal, JournalFailure } from './journal.ts'
import { waitingRoom, type WaitingRoom } from './waiting-room.ts'

export interface JournalClientStart {
  readonly folder: string
  readonly worker: Worker
  readonly board: ClientBoard
  readonly opened: OpenedJournal
  readonly release: () => void
}

export function journalClient(start: JournalClientStart): Journal {
  return new JournalClient(start)
}

class JournalClient implements Journal {
  readonly opened: OpenedJournal
  readonly #start: JournalClientStart
  readonly #outbox: Outbox
  readonly #waiting: WaitingRoom
  readonly #checkpoints = new Map<number, PromiseWithResolvers<readonly number[]>>()
  readonly #failureListeners: ((failure: JournalFailure) => void)[] = []
  readonly #closed = Promise.withResolvers<number>()
  #appended = 0
  #checkpointId = 0
  #ended: JournalError | undefined
  #closing: Promise<void> | undefined

  constructor(start: JournalClientStart) {
    const { opened, worker, board } = start
    this.opened = opened
    this.#start = start
    this.#outbox = journalOutbox(
      (message, transfer) => this.#post(message, transfer),
      () => this.pending > 1, // beside the record that asks
    )
    this.#waiting = waitingRoom(opened.lastSeq)
    worker.on('message', (message: FromWorker) => this.#hear(message))
    worker.on('error', (error) => this.#fail('journal_failed', error instanceof Error ? error.message : String(error)))
    worker.on('exit', () => {
      if (this.#closing === undefined) this.#fail('journal_failed', 'the journal worker ended')
      this.#closed.resolve(this.pending)
    })
    board.watch(this.#waiting.settle)
  }

  get durableSeq(): number {
    return this.#waiting.seq
  }

  get appendedSeq(): number {
    return Math.max(this.opened.lastSeq, this.#outbox.lastSeq)
  }

  get pending(): number {
    return this.#appended - this.#waiting.records
  }

  append(record: JournalRecord): void {
    if (this.#ended !== undefined) throw this.#ended
    this.#appended += 1
    this.#outbox.push(record)
  }

  onDurable(listener: (uptoSeq: number, head: Uint8Array) => void): void {
    this.#waiting.durableListeners.push(listener)
  }

  onFailure(listener: (failure: JournalFailure) => void): void {
    this.#failureListeners.push(listener)
  }

  onResumed(listener: () => void): void {
    this.#waiting.resumedListeners.push(listener)
  }

  async flush(): Promise<void> {
    this.#outbox.send()
    if (this.#waiting.seq >= this.#outbox.lastSeq) return
    if (this.#ended !== undefined) throw this.#ended
    await this.#waiting.until(this.#outbox.lastSeq)
  }

  async checkpoint(reason: CheckpointReason): Promise<readonly number[]> {
    await this.flush()
    if (this.#ended !== undefined) throw this.#ended
    this.#checkpointId += 1
    const answer = Promise.withResolvers<readonly number[]>()
    this.#checkpoints.set(this.#checkpointId, answer)
    this.#post({ type: 'checkpoint', id: this.#checkpointId, reason })
    return answer.promise
  }

  readBatches(fromSeq: number): Iterable<readonly JournalRecord[]> {
    return readBatches(this.#start.folder, fromSeq)
  }

  readAll(fromSeq: number): AsyncIterable<JournalRecord> {
    return readAll(this.#start.folder, fromSeq)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { worker, board, release } = this.#start
    const before = this.#ended
    this.#outbox.send()
    this.#post({ type: 'close' })
    const recordsLost = await this.#closed.promise
    board.stop()
    this.#end(journalError('journal_closed', 'journal', 'closed', 'open'))
    await worker.terminate()
    release()
    if (before === undefined && recordsLost > 0) throw journalError('journal_full', 'records not written', recordsLost, 0)
  }

  #post(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#start.worker.postMessage(message, transfer)
    this.#start.board.wakeWorker()
  }

  #hear(message: FromWorker): void {
    this.#waiting.settle(this.#start.board.read())
    if (message.type === 'full') this.#fail('journal_full', 'no space left for the journal')
    else if (message.type === 'failed') this.#fail('journal_failed', message.detail)
    else if (message.type === 'checkpoint_failed') this.#fail('checkpoint_failed', message.detail)
    else if (message.type === 'closed') this.#closed.resolve(message.recordsLost)
    else if (message.type === 'checkpointed') {
      this.#checkpoints.get(message.id)?.resolve(message.droppedSegments)
      this.#checkpoints.delete(message.id)
    }
  }

  #fail(code: JournalFailure['code'], detail: string): void {
    const isFatal = code === 'journal_failed'
    if (isFatal) this.#end(journalError('journal_failed', 'journal', detail, 'a medium that keeps what it was given'))
    for (const listener of this.#failureListeners) listener({ code, detail, isFatal })
  }

  /** Nothing more will become durable: everyone who waits hears why. */
  #end(error: JournalError): void {
    this.#ended ??= error
    this.#waiting.reject(error)
    for (const { reject } of this.#checkpoints.values()) reject(error)
    this.#checkpoints.clear()
  }
}

async function* readAll(folder: string, fromSeq: number): AsyncGenerator<JournalRecord> {
  for (const batch of readBatches(folder, fromSeq)) yield* batch
}
