/**
 * How long the machine stood still during a run: a second thread sleeps one millisecond at a time and keeps the longest overshoot. Latencies are read against
 * it, since nothing a program does can beat the time it was not running.
 */
import { isMainThread, Worker, workerData } from 'node:worker_threads'

export interface StallMeter {
  /** Longest overshoot in milliseconds. */
  stop(): Promise<number>
}

export function measureStall(): StallMeter {
  const shared = new Float64Array(new SharedArrayBuffer(8))
  const worker = new Worker(new URL(import.meta.url), { workerData: shared })
  return {
    async stop() {
      await worker.terminate()
      return shared[0] ?? 0
    },
  }
}

if (!isMainThread) {
  const worst = workerData as Float64Array
  const bed = new Int32Array(new SharedArrayBuffer(4))
  for (;;) {
    const before = performance.now()
    Atomics.wait(bed, 0, 0, 1)
    worst[0] = Math.max(worst[0] ?? 0, performance.now() - before - 1)
  }
}
