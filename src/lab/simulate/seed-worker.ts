/** A thread that runs the seeds it is asked for, one after the other. */
import { parentPort } from 'node:worker_threads'
import { INTACT } from './guards/sabotage.ts'
import { guardNamed, withoutGuard } from './guards/registry.ts'
import { runSeed } from './run-seed.ts'
import type { SeedRequest } from './run-seeds.ts'

parentPort?.on('message', ({ seed, without }: SeedRequest) => {
  const sabotage = without === undefined ? INTACT : withoutGuard(guardNamed(without))
  void runSeed(seed, sabotage).then((result) => parentPort?.postMessage(result))
})
