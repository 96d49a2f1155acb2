/**
 * The one verification of the running journal that may be under way: started by whoever asks, looked at by everybody, remembered until the next. It runs
 * beside the writer. What is written while it runs is beyond its end, except a snapshot taken in that moment, which would look like a cut tail: a
 * finding of that kind alone is looked at once more before it is told.
 */
import { verifyInThread } from '#store/verify-in-thread.ts'
import type { ThreadProgress, VerifyJob } from '#store/verify-in-thread.ts'
import type { VerifyReport } from '#store/verify.ts'

const PATIENCE_MS = 600_000

export type VerificationState =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly startedAt: number; readonly progress: ThreadProgress | undefined }
  | { readonly state: 'failed'; readonly startedAt: number; readonly endedAt: number; readonly why: string }
  | { readonly state: 'done'; readonly startedAt: number; readonly endedAt: number; readonly report: VerifyReport }

/** Instants are of the wall clock. */
export interface VerificationOptions {
  readonly job: VerifyJob
  readonly now: () => number
  readonly patienceMs?: number
}

export class Verification {
  readonly #options: VerificationOptions
  readonly #stop = new AbortController()
  #state: VerificationState = { state: 'none' }
  #running: Promise<void> | undefined

  constructor(options: VerificationOptions) {
    this.#options = options
  }

  get state(): VerificationState {
    return this.#state
  }

  /** Begins one, unless one is under way: then it is that one. */
  begin(): VerificationState {
    this.#running ??= this.#run(this.#options.now()).finally(() => {
      this.#running = undefined
    })
    return this.#state
  }

  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    await this.#running
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(startedAt: number): Promise<void> {
    this.#state = { state: 'running', startedAt, progress: undefined }
    try {
      const first = await this.#verify(startedAt)
      const report = isOnlyTail(first) ? await this.#verify(startedAt) : first
      this.#state = { state: 'done', startedAt, endedAt: this.#options.now(), report }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#state = { state: 'failed', startedAt, endedAt: this.#options.now(), why }
    }
  }

  #verify(startedAt: number): Promise<VerifyReport> {
    const { job, patienceMs = PATIENCE_MS } = this.#options
    return verifyInThread({
      job,
      patienceMs,
      signal: this.#stop.signal,
      onProgress: (progress) => {
        this.#state = { state: 'running', startedAt, progress }
      },
    })
  }
}

function isOnlyTail({ findings }: VerifyReport): boolean {
  return findings.length > 0 && findings.every(({ code }) => code === 'tail_cut')
}
