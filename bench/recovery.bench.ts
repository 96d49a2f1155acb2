/**
 * P17: from a journal of the live path (market data written) to a ready engine: snapshot of the empty engine, then replay of every record
 * with each decision compared. Floor: the rate at which the same machine handles the inputs first-hand. Goal: 0.3x, and 2 s per million
 * records; the least accepted: 4 s per million.
 */
import { join } from 'node:path'
import { Engine } from '#engine/engine.ts'
import { Replayer } from '#engine/replay.ts'
import { PIPELINE } from '#pipeline'
import { readBatches } from '#store/journal-reader.ts'
import { row } from './bench.ts'
import type { Bench, Row } from './bench.ts'
import { benchConfig, TickMachine, wave } from './tick-machine.ts'

const TICKS = 300_000

export const recoveryBench: Bench = {
  name: 'recovery',
  run: (): Promise<Row[]> => {
    const live = new TickMachine({ writeInputs: true })
    const prices = wave(TICKS)
    const liveStarted = performance.now()
    live.run(prices)
    const liveMs = performance.now() - liveStarted
    live.close()
    const started = performance.now()
    const engine = new Engine({ pipeline: PIPELINE, config: benchConfig.components })
    const replayer = new Replayer({ engine, mode: 'derive' })
    let records = 0
    for (const batch of readBatches(join(live.folder, 'journal'), 1)) {
      for (const record of batch) {
        records++
        const difference = replayer.feed(record)
        if (difference !== undefined) throw new Error(`replay differs at ${difference.seq}`)
      }
    }
    const ms = performance.now() - started
    const isSame = engine.stateText() === live.engine.stateText()
    live.remove()
    if (!isSame) throw new Error('the recovered state is not the state that was lost')
    const perMillion = (ms / records) * 1_000
    const figures = { ours: (replayer.inputs / ms) * 1_000, floor: (live.inputs / liveMs) * 1_000 }
    return Promise.resolve([
      row(
        'P17 replay against first-hand',
        'inputs/s',
        `${records} records, ${perMillion.toFixed(2)} s per million, same state hash; goal 0.3x and 2 s, least 4 s`,
        figures,
      ),
    ])
  },
}
