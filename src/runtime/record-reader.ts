/**
 * The client of the reader's thread. It starts with the first question and ends with the platform; a thread that died answers what was asked with
 * a failure and is started again by the next question. At most `WAITING_MAX` questions wait: who asks faster than files can be read is told so, and a
 * chart does not stand behind minutes of somebody's searches.
 */
import { Worker } from 'node:worker_threads'
import type {
  AuditFound,
  AuditSearch,
  DecisionPage,
  DecisionQuery,
  FundingQuery,
  FundingRange,
  HistoryQuery,
  HistoryRange,
} from './records.ts'

export interface ReaderPlaces {
  /** Folders of the journal, of the documented files, of the histories. */
  readonly journal: string
  readonly logs: string
  readonly history: string
}
export type ToReader = { readonly id: number } & (
  | { readonly type: 'decisions'; readonly query: DecisionQuery }
  | { readonly type: 'audit'; readonly query: AuditSearch }
  | { readonly type: 'history'; readonly query: HistoryQuery }
  | { readonly type: 'funding'; readonly query: FundingQuery }
)
type FromReader = { readonly id: number } & (
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly error: string }
)

/** Each takes up to the patience of the thread (`reader-worker.ts`). */
const WAITING_MAX = 32

export class ReaderFailure extends Error {
  override readonly name = 'ReaderFailure'
}

export class RecordReader {
  readonly #places: ReaderPlaces
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #worker: Worker | undefined
  #asked = 0

  constructor(places: ReaderPlaces) {
    this.#places = places
  }

  decisions(query: DecisionQuery): Promise<DecisionPage> {
    return this.#ask({ id: ++this.#asked, type: 'decisions', query }) as Promise<DecisionPage>
  }

  auditSearch(query: AuditSearch): Promise<AuditFound> {
    return this.#ask({ id: ++this.#asked, type: 'audit', query }) as Promise<AuditFound>
  }

  history(query: HistoryQuery): Promise<HistoryRange> {
    return this.#ask({ id: ++this.#asked, type: 'history', query }) as Promise<HistoryRange>
  }

  fundingHistory(query: FundingQuery): Promise<FundingRange> {
    return this.#ask({ id: ++this.#asked, type: 'funding', query }) as Promise<FundingRange>
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #ask(message: ToReader): Promise<unknown> {
    if (this.#waiting.size >= WAITING_MAX) return Promise.reject(new ReaderFailure('too many questions wait'))
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(message.id, waiting)
    this.#worker ??= this.#start()
    this.#worker.postMessage(message)
    return waiting.promise
  }

  #start(): Worker {
    const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), { workerData: this.#places, name: 'reader' })
    worker.unref()
    worker.on('message', (told: FromReader) => {
      const waiting = this.#waiting.get(told.id)
      this.#waiting.delete(told.id)
      if (told.ok) waiting?.resolve(told.answer)
      else waiting?.reject(new ReaderFailure(told.error))
    })
    worker.on('error', (error) => this.#end(worker, error instanceof Error ? error.message : String(error)))
    worker.on('exit', () => this.#end(worker, 'the reader has ended'))
    return worker
  }

  #end(worker: Worker, why: string): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    for (const waiting of this.#waiting.values()) waiting.reject(new ReaderFailure(why))
    this.#waiting.clear()
  }
}
