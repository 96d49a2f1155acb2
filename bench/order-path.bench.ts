/**
 * P6, its part up to the wire: a market tick and the command decided on it -> intent, approval, durable through the journal's worker ->
 * `order_sends`. Floor: one block written and fdatasync'ed on the same disk, alternating. Goals: p50 <= 2x (fdatasync + WebSocket, whose
 * part is not in here); one after the other >= 0.8x the fdatasync rate.
 */
import { generateKeyPairSync } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openJournal } from '#store/journal.ts'
import type { Journal } from '#store/journal.ts'
import { sealKey } from '#store/seal-key.ts'
import { alternate, median, row } from './bench.ts'
import type { Bench, Row } from './bench.ts'
import { benchFolder, TickMachine } from './tick-machine.ts'

const PER_ROUND = 200
const BLOCK = new Uint8Array(4_096).fill(7)
const FLOOR_BLOCKS = 2_048

export const orderPathBench: Bench = {
  name: 'order-path',
  run: async (): Promise<Row[]> => {
    const folder = benchFolder()
    const key = sealKey(generateKeyPairSync('ed25519').privateKey)
    const journal = await openJournal({ folder: join(folder, 'journal'), checkpointFolder: join(folder, 'checkpoints'), key })
    const path = orderPath(journal)
    const floor = syncFloor(join(folder, 'floor'))
    try {
      const latency = await alternate({ floor: () => median(floor.samples()), ours: () => path.latency() })
      const rate = await alternate({ floor: () => floor.rate(), ours: () => path.rate() })
      return [
        row('P6 tick -> durable order, p50', 'us', 'floor: fdatasync p50; less is better, goal 2x with the WebSocket', latency),
        row('P6 orders one after the other', 'orders/s', 'floor: fdatasyncs/s; goal >= 0.8x', rate),
      ]
    } finally {
      await journal.close()
      path.remove()
      floor.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

interface OrderPath {
  /** Median microseconds of orders from rest: the journal has nothing else to do. */
  latency(): Promise<number>
  /** Orders a second, each as soon as the last was sent, the venue's answers journaled on the way. */
  rate(): Promise<number>
  remove(): void
}

function orderPath(journal: Journal): OrderPath {
  let sent = (): void => {}
  const machine = new TickMachine({ writeInputs: true, journal, onSend: () => sent() })
  journal.onDurable((seq) => machine.durable(seq))
  let price = 90_000
  const order = (): Promise<void> =>
    new Promise((resolve) => {
      sent = resolve
      price += 0.5
      machine.tickAndOrder(price)
    })
  return {
    async latency() {
      const taken: number[] = []
      for (let i = 0; i < PER_ROUND; i++) {
        await journal.flush()
        const started = performance.now()
        await order()
        taken.push((performance.now() - started) * 1_000)
      }
      return median(taken)
    },
    async rate() {
      const started = performance.now()
      for (let i = 0; i < PER_ROUND; i++) await order()
      return (PER_ROUND / (performance.now() - started)) * 1_000
    },
    remove: () => machine.remove(),
  }
}

interface SyncFloor {
  samples(): number[]
  rate(): number
  close(): void
}

/** Overwrites blocks of a file that has its size already, as a write-ahead log does. */
function syncFloor(path: string): SyncFloor {
  const file = openSync(path, 'w')
  for (let block = 0; block < FLOOR_BLOCKS; block++) writeSync(file, BLOCK)
  fdatasyncSync(file)
  let next = 0
  const one = (): void => {
    writeSync(file, BLOCK, 0, BLOCK.length, (next++ % FLOOR_BLOCKS) * BLOCK.length)
    fdatasyncSync(file)
  }
  return {
    samples() {
      return Array.from({ length: PER_ROUND }, () => {
        const started = performance.now()
        one()
        return (performance.now() - started) * 1_000
      })
    },
    rate() {
      const started = performance.now()
      for (let i = 0; i < PER_ROUND; i++) one()
      return (PER_ROUND / (performance.now() - started)) * 1_000
    },
    close: () => closeSync(file),
  }
}
