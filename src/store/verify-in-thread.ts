/** `verifyJournal` in a thread of its own, with progress, and an end where it takes too long or is no longer wanted. Reads only, beside the writer. */
import { Worker } from 'node:worker_threads'
import type { VerifyOptions, VerifyProgress, VerifyReport } from './verify.ts'

export type VerifyJob = Omit<VerifyOptions, 'onProgress'>
export interface ThreadProgress extends VerifyProgress {
  /** Of all segments as they lie on the medium: a little more than what is walked. */
  readonly bytesInAll: number
}
export type FromVerifier = ({ readonly type: 'progress' } & ThreadProgress) | { readonly type: 'report'; readonly report: VerifyReport }

export interface VerifyThread {
  readonly job: VerifyJob
  readonly patienceMs: number
  readonly onProgress: (progress: ThreadProgress) => void
  readonly signal: AbortSignal
}

export async function verifyInThread({ job, patienceMs, onProgress, signal }: VerifyThread): Promise<VerifyReport> {
  const worker = new Worker(new URL('./verify-worker.ts', import.meta.url), { workerData: job, name: 'verifier' })
  worker.unref()
  const outcome = Promise.withResolvers<VerifyReport>()
  worker.on('message', (message: FromVerifier) => {
    if (message.type === 'report') outcome.resolve(message.report)
    else onProgress(message)
  })
  worker.on('error', (error) => outcome.reject(error))
  worker.on('exit', () => outcome.reject(new Error('it ended without a report')))
  const limit = setTimeout(() => outcome.reject(new Error(`it took longer than ${patienceMs / 1_000} s`)), patienceMs)
  const abort = (): void => outcome.reject(new Error('it was called off'))
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await outcome.promise
  } finally {
    clearTimeout(limit)
    signal.removeEventListener('abort', abort)
    await worker.terminate()
  }
}
