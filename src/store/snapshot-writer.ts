/**
 * Snapshots written beside the thread that took them: what is taken is text of one instant, and to join, hash, write and sync many megabytes would hold
 * up whoever serves. One thread for the process, started with the first snapshot; it does not keep a process alive that has nothing else to do, and one
 * that died fails what it was given and is started again by the next.
 */
import { Worker } from 'node:worker_threads'
import type { TakenSnapshot } from './snapshot-form.ts'

export interface ToSnapshotWorker {
  readonly id: number
  /** Of the journal. */
  readonly folder: string
  readonly taken: TakenSnapshot
}
export interface FromSnapshotWorker {
  readonly id: number
  readonly error: string | undefined
}

class SnapshotFailure extends Error {
  override readonly name = 'SnapshotFailure'
}

const waiting = new Map<number, PromiseWithResolvers<void>>()
let thread: Worker | undefined
let asked = 0

/** Resolves when the snapshot is on the medium and those it replaces are gone. */
export function writeSnapshotBeside(folder: string, taken: TakenSnapshot): Promise<void> {
  const outcome = Promise.withResolvers<void>()
  asked += 1
  waiting.set(asked, outcome)
  thread ??= started()
  thread.ref()
  thread.postMessage({ id: asked, folder, taken } satisfies ToSnapshotWorker)
  return outcome.promise
}

function started(): Worker {
  const worker = new Worker(new URL('./snapshot-worker.ts', import.meta.url), { name: 'snapshots' })
  worker.on('message', ({ id, error }: FromSnapshotWorker) => {
    const outcome = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) worker.unref()
    if (error === undefined) outcome?.resolve()
    else outcome?.reject(new SnapshotFailure(error))
  })
  worker.on('error', (error) => end(worker, error instanceof Error ? error.message : String(error)))
  worker.on('exit', () => end(worker, 'the thread that writes snapshots has ended'))
  return worker
}

function end(worker: Worker, why: string): void {
  if (thread !== worker) return
  thread = undefined
  for (const outcome of waiting.values()) outcome.reject(new SnapshotFailure(why))
  waiting.clear()
}
