/**
 * P18: a quote over HTTP, by a client in a process of its own. Cached: `allowCached`, a question. Uncached: a command, priced over 800
 * options, six records durable in the journal before the answer leaves. Floor: Fastify with a schema, in the same process, alternating.
 * Under load with 32 connections each; from rest with one, where the wait for the medium is shown apart.
 * Between rounds a minute of market time passes, as it would between so many quotes: what has expired is forgotten, the market is told anew.
 * Under load the p99 can be no better than the rate: with 32 requests under way at an eighth of the floor's rate the mean answer already takes eight
 * times the floor's (Little 1961). What one caller waits is in the rows from rest.
 * What no round pays for, and a platform that runs for days does now and then: the snapshot to disk (turned off, `quote-host.ts`). What some round
 * does pay for: the engine's copy of its state, made every 20,000 inputs to undo a poisoned step.
 */
import { rmSync } from 'node:fs'
import { median, ROUNDS, row } from './bench.ts'
import type { Bench, Row } from './bench.ts'
import { startFastifyFloor } from './floors/fastify-floor.ts'
import { startLoadClient } from './http-load.ts'
import type { LoadClient, Loaded } from './http-load.ts'
import { startQuoteHost } from './quote-host.ts'
import type { QuoteHost } from './quote-host.ts'
import { benchFolder } from './tick-machine.ts'

const QUOTE = { asset: 'BTC', side: 'long', tierName: 'Bronze', leverage: 5, positionSize: 1, drawdownFloorPct: 0.1, tenorDays: 7 }
const CONNECTIONS = 32
const REQUESTS = { floor: 6_000, cached: 6_000, uncached: 1_000, alone: 200 } as const
const WARM = 3

export const httpBench: Bench = {
  name: 'http',
  run: async (): Promise<Row[]> => {
    const folder = benchFolder()
    const [host, floor] = [await startQuoteHost(folder), await startFastifyFloor()]
    const client = startLoadClient()
    try {
      return rowsOf(await measured({ client, host, floorPort: floor.port }), host.listed)
    } finally {
      client.close()
      await Promise.all([floor.close(), host.close()])
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

interface Parts {
  readonly client: LoadClient
  readonly host: QuoteHost
  readonly floorPort: number
}
type Figures = Readonly<Record<'floor' | 'cached' | 'uncached' | 'floorAlone' | 'uncachedAlone', Loaded[]>> & {
  readonly engine: number[]
  readonly durable: number[]
}

async function measured({ client, host, floorPort }: Parts): Promise<Figures> {
  const ask = (port: number, requests: number, body: object, connections: number = CONNECTIONS): Promise<Loaded> =>
    client.run({ port, path: '/put/quote', body: JSON.stringify(body), connections, requests })
  const figures: Figures = { floor: [], cached: [], uncached: [], floorAlone: [], uncachedAlone: [], engine: [], durable: [] }
  for (let round = 0; round < WARM + ROUNDS; round++) {
    host.passMinute()
    const uncached = await ask(host.port, REQUESTS.uncached, QUOTE)
    const floor = await ask(floorPort, REQUESTS.floor, QUOTE)
    const cached = await ask(host.port, REQUESTS.cached, { ...QUOTE, allowCached: true })
    const floorAlone = await ask(floorPort, REQUESTS.alone, QUOTE, 1)
    const uncachedAlone = await ask(host.port, REQUESTS.alone, QUOTE, 1)
    const split = await inProcess(host)
    if (round < WARM) continue
    for (const [name, loaded] of Object.entries({ floor, cached, uncached, floorAlone, uncachedAlone }))
      figures[name as 'floor'].push(loaded)
    figures.engine.push(split.engine)
    figures.durable.push(split.durable)
  }
  return figures
}

/** The same command without HTTP: what the engine takes until its records are handed to the journal, and the wait for the medium. */
async function inProcess({ desk }: QuoteHost): Promise<{ readonly engine: number; readonly durable: number }> {
  const engine: number[] = []
  const durable: number[] = []
  for (let i = 0; i < REQUESTS.alone; i++) {
    const started = performance.now()
    const answered = desk.submit({ account: 'demo', route: 'POST /put/quote', key: undefined, type: 'quote', params: QUOTE })
    const handed = performance.now()
    const { answer } = await answered
    if (!JSON.stringify(answer).startsWith('{"status":"ok"')) throw new Error(`a quote was answered with ${JSON.stringify(answer)}`)
    engine.push((handed - started) * 1_000)
    durable.push((performance.now() - handed) * 1_000)
  }
  return { engine: median(engine), durable: median(durable) }
}

function rowsOf({ floor, cached, uncached, floorAlone, uncachedAlone, engine, durable }: Figures, listed: number): Row[] {
  const of = (rounds: readonly Loaded[], figure: keyof Loaded): number => median(rounds.map((loaded) => loaded[figure]))
  const both = (ours: readonly Loaded[], figure: keyof Loaded, under = floor) => ({ ours: of(ours, figure), floor: of(under, figure) })
  const least = { floor: of(floorAlone, 'p50Us') }
  return [
    row('P18 cached quote', 'quotes/s', 'floor: Fastify POST with schema; goal >= 0.6x', both(cached, 'perSecond')),
    row('P18 cached quote, p99', 'us', 'goal <= 3x', both(cached, 'p99Us')),
    row(`P18 uncached, ${listed} options`, 'quotes/s', 'durable before the answer; goal >= 0.12x', both(uncached, 'perSecond')),
    row('P18 uncached quote, p99', 'us', `${CONNECTIONS} connections; goal <= 3x`, both(uncached, 'p99Us')),
    row('P18 uncached from rest, p50', 'us', 'one connection', both(uncachedAlone, 'p50Us', floorAlone)),
    row('P18 uncached from rest, p99', 'us', 'one connection', both(uncachedAlone, 'p99Us', floorAlone)),
    row('  of it: command to records', 'us', 'no HTTP, no medium', { ours: median(engine), ...least }),
    row('  of it: wait for the medium', 'us', 'journal worker, chain, sync', { ours: median(durable), ...least }),
  ]
}
