/**
 * `npm run bench` runs all, `npm run bench -- engine` one, `--save` writes bench/results/<date>.json. Each bench runs in a process of its
 * own, so that its peak memory is its own and no bench warms up another. Prints ours, the floor or peer of the same run, the ratio, then
 * peak memory and the longest stall of the run.
 */
import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Bench, Row } from './bench.ts'
import { engineBench } from './engine.bench.ts'
import { httpBench } from './http.bench.ts'
import { journalBench } from './journal.bench.ts'
import { optionsBench } from './options.bench.ts'
import { orderPathBench } from './order-path.bench.ts'
import { postingBench } from './posting.bench.ts'
import { recoveryBench } from './recovery.bench.ts'
import { sabrBench } from './sabr.bench.ts'
import { measureStall } from './stall.ts'

const BENCHES: readonly Bench[] = [
  engineBench,
  orderPathBench,
  postingBench,
  journalBench,
  recoveryBench,
  sabrBench,
  optionsBench,
  httpBench,
]
/** Word by which a process knows that it is to measure and report to its parent. */
const MEASURE = '--measure'

interface Outcome {
  readonly name: string
  readonly rows: readonly Row[]
  readonly stallMs: number
  readonly peakRssMb: number
}

async function measure(bench: Bench): Promise<Outcome> {
  const stall = measureStall()
  const rows = await bench.run()
  return { name: bench.name, rows, stallMs: await stall.stop(), peakRssMb: process.resourceUsage().maxRSS / 1024 }
}

function measuredApart({ name }: Bench): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [MEASURE, name])
    child.once('message', (outcome) => resolve(outcome as Outcome))
    child.once('exit', (code) => reject(new Error(`the bench ${name} ended with ${code} and no outcome`)))
  })
}

function print({ name, rows, stallMs, peakRssMb }: Outcome): void {
  console.log(`\n${name}`)
  for (const { job, ours, floor, ratio, unit, note } of rows) {
    console.log(`  ${job.padEnd(34)} ${figure(ours)} | floor ${figure(floor)} ${unit.padEnd(10)} | ${ratio.toFixed(2)}x | ${note}`)
  }
  console.log(`  peak RSS ${peakRssMb.toFixed(0)} MB, longest stall ${stallMs.toFixed(1)} ms`)
}

function figure(value: number): string {
  return (value >= 1_000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3)).padStart(11)
}

async function report(words: readonly string[]): Promise<void> {
  const names = words.filter((word) => !word.startsWith('--'))
  const unknown = names.filter((name) => !BENCHES.some((bench) => bench.name === name))
  if (unknown.length > 0) {
    console.error(`no such bench: ${unknown.join(', ')}; there are ${BENCHES.map(({ name }) => name).join(', ')}`)
    process.exitCode = 1
    return
  }
  const outcomes: Outcome[] = []
  for (const bench of BENCHES.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const outcome = await measuredApart(bench)
    print(outcome)
    outcomes.push(outcome)
  }
  if (words.includes('--save')) save(outcomes)
}

function save(outcomes: readonly Outcome[]): void {
  const folder = new URL('./results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const at = new Date().toISOString()
  const machine = { node: process.version, arch: process.arch, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length }
  writeFileSync(new URL(`${at.slice(0, 10)}.json`, folder), `${JSON.stringify({ at, machine, outcomes }, undefined, 2)}\n`)
}

const [first = '', name] = process.argv.slice(2)
const measured = first === MEASURE ? BENCHES.find((bench) => bench.name === name) : undefined
if (measured === undefined) await report(process.argv.slice(2))
else process.send?.(await measure(measured))
