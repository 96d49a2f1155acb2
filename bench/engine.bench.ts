/**
 * P2: market inputs per second of the deterministic backtest on one core, against the lean engine (floor) and the documents' own stack
 * (peer), all in one run. Goal: 0.08x the floor and 25x the peer; the least accepted: 1 M/s and 5x the peer.
 */
import { alternate, row } from './bench.ts'
import type { Bench, Row } from './bench.ts'
import { documentsStack } from './floors/documents-stack.ts'
import { leanEngine } from './floors/lean-engine.ts'
import { TICK_MS, TickMachine, wave } from './tick-machine.ts'

const TICKS = 200_000
const LEAN_TICKS = 5_000_000
const PEER_TICKS = 50_000

function rate(count: number, work: () => void): number {
  const started = performance.now()
  work()
  return (count / (performance.now() - started)) * 1_000
}

export const engineBench: Bench = {
  name: 'engine',
  run: async (): Promise<Row[]> => {
    // one long run, measured in stretches: a backtest is not two hundred thousand ticks short
    const machine = new TickMachine({ writeInputs: false })
    const prices = wave(TICKS)
    const lean = wave(LEAN_TICKS)
    const peer = wave(PEER_TICKS)
    const ours = (): number => rate(TICKS * 1.1, () => machine.run(prices))
    try {
      const floor = await alternate({ ours, floor: () => rate(LEAN_TICKS, () => leanEngine(lean)) })
      const stack = await alternate({ ours, floor: () => rate(PEER_TICKS, () => documentsStack(peer)) })
      const what = `${machine.components} components, ${machine.fills} orders in ${machine.inputs} inputs, a tick every ${TICK_MS} ms`
      return [
        row('P2 inputs against lean engine', 'inputs/s', `${what}; goal 0.08x`, floor),
        row("P2 inputs against documents' stack", 'inputs/s', 'journal synced at the end; goal 25x, least 5x', stack),
      ]
    } finally {
      machine.close()
      machine.remove()
    }
  },
}
