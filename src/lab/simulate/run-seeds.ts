/**
 * Many seeds, and the removal of guards, on as many threads as there are cores. A thread is asked for one seed at a time; results come back
 * as plain data and are handed on in the order of the seeds.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { FaultCounts } from './faults/catalogue.ts'
import type { FaultTable } from './faults/catalogue.ts'
import type { SeedResult } from './run-seed.ts'

export interface Seeds {
  readonly from: number
  readonly count: number
}
export interface Summary {
  readonly seeds: number
  readonly events: number
  readonly starts: number
  readonly counts: FaultTable
  readonly red: readonly SeedResult[]
}
/** What a thread is asked for: one seed, without a guard where one is named. */
export interface SeedRequest {
  readonly seed: number
  readonly without: string | undefined
}

const THREADS_MAX = 8
const WORKER = new URL('./seed-worker.ts', import.meta.url)

export class SeedPool {
  readonly #idle: Worker[] = []
  readonly #waiting: ((worker: Worker) => void)[] = []
  readonly #all: readonly Worker[]

  constructor(threads = Math.min(THREADS_MAX, availableParallelism())) {
    this.#all = Array.from({ length: threads }, () => new Worker(WORKER))
    this.#idle.push(...this.#all)
  }

  async run(request: SeedRequest): Promise<SeedResult> {
    const worker = this.#idle.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)))
    const answer = new Promise<SeedResult>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    worker.postMessage(request)
    try {
      return await answer
    } finally {
      worker.removeAllListeners('error')
      const next = this.#waiting.shift()
      if (next === undefined) this.#idle.push(worker)
      else next(worker)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()))
  }
}

export async function runSeeds(
  pool: SeedPool,
  { from, count }: Seeds,
  onSeed: (result: SeedResult) => void = () => undefined,
): Promise<Summary> {
  const counts = new FaultCounts()
  const asked = Array.from({ length: count }, (_, index) => pool.run({ seed: from + index, without: undefined }))
  const results: SeedResult[] = []
  for (const pending of asked) {
    const result = await pending
    counts.add(result.counts)
    results.push(result)
    onSeed(result)
  }
  const sum = (of: (result: SeedResult) => number): number => results.reduce((total, result) => total + of(result), 0)
  const red = results.filter(({ violation }) => violation !== undefined)
  return { seeds: count, events: sum(({ events }) => events), starts: sum(({ starts }) => starts), counts: counts.table(), red }
}

export interface GuardResult {
  readonly guard: string
  /** Seeds run until one was red; all of them when none was. */
  readonly seeds: number
  readonly red: SeedResult | undefined
}

/** Up to `count` seeds without one guard; the first red one ends it. */
export async function runWithout(pool: SeedPool, guard: string, { from, count }: Seeds): Promise<GuardResult> {
  for (let tried = 0; tried < count; tried++) {
    const result = await pool.run({ seed: from + tried, without: guard })
    if (result.violation !== undefined) return { guard, seeds: tried + 1, red: result }
  }
  return { guard, seeds: count, red: undefined }
}
