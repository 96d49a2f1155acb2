/** The shared board under a writer that never pauses. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { boardMemory, clientBoard, type BoardState } from './durable-board.ts'

const WRITER = `
  const { workerData } = require('node:worker_threads')
  import(workerData.module).then(({ workerBoard }) => {
    const board = workerBoard(workerData.memory)
    for (let seq = 1; seq <= 50000; seq += 1) board.write({ seq, records: seq * 2, resumed: seq % 7, head: new Uint8Array(32).fill(seq % 251) })
  })`

test('[PE-05] the board shows whole states in order, whatever the writer does meanwhile, and the last one is not missed', async () => {
  const memory = boardMemory()
  const board = clientBoard(memory)
  const seen: number[] = []
  const check = ({ seq, records, resumed, head }: BoardState): void => {
    assert.equal(records, seq * 2)
    assert.equal(resumed, seq % 7)
    assert.deepEqual(head, new Uint8Array(32).fill(seq % 251))
    seen.push(seq)
  }
  board.watch(check)
  const module = new URL('./durable-board.ts', import.meta.url).href
  const worker = new Worker(WRITER, { eval: true, workerData: { memory, module } })
  const exited = once(worker, 'exit')
  while (board.read().seq < 50_000) {
    for (let index = 0; index < 1_000; index += 1) check(board.read())
    await new Promise((resolve) => setImmediate(resolve))
  }
  await exited
  // the notice may still be on its way when the writer has gone
  for (let turns = 0; turns < 2_000 && seen.at(-1) !== 50_000; turns += 1) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(seen.at(-1), 50_000)
  assert.deepEqual(
    seen,
    seen.toSorted((left, right) => left - right),
  )
  board.stop()
})
