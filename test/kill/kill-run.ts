/**
 * Kills the engine's own process again and again under load and asks the oracle each time. Moments are drawn from the seed: while it starts
 * and recovers, soon after (its first snapshots), or in the middle of the day. The medium keeps what was written: that it is also synced
 * before it is told, only a simulated disk or a trace of the system calls can show (`sync-before-send.test.ts`).
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { createPrng } from '#base/prng.ts'
import { replayJournal } from '#runtime/replay-journal.ts'
import type { ReplayReport } from '#runtime/replay-journal.ts'
import { Acknowledgements } from './acknowledgements.ts'
import { Client } from './client.ts'
import { lockHolder, startEngine } from './engine-process.ts'
import type { EngineProcess } from './engine-process.ts'
import { Load } from './load.ts'
import { becomesReady, coversKept, sameAnswers, soundOnMedium, statementKept } from './oracle.ts'
import type { OnMedium } from './oracle.ts'

export interface KillRunOptions {
  readonly folder: string
  readonly kills: number
  readonly seed: number
  /** Milliseconds of load before a kill, at most. */
  readonly loadMsMax: number
  /** Of the answers before the last kill so many are asked again; all of them at the end. */
  readonly repeatsOfOld: number
  /** The journals are read whole after every so many kills, and at the end. */
  readonly mediumEvery: number
  readonly log: (line: string) => void
}
export interface KillRunReport extends OnMedium {
  readonly kills: number
  readonly killsWhileStarting: number
  readonly acknowledged: number
  readonly turnedAway: number
  readonly openAtKill: number
  readonly perSecond: number
  readonly coversTold: number
  /** From the spawn of the process to its first answer, ms. */
  readonly recoveryMs: { readonly p50: number; readonly max: number }
  readonly replay: Pick<ReplayReport, 'status' | 'inputs' | 'decisions'>
}

/** Of 100 kills. */
const WHILE_STARTING = 30

export async function killRun(options: KillRunOptions): Promise<KillRunReport> {
  const run = new KillRun(options)
  try {
    return await run.whole()
  } finally {
    await run.end()
  }
}

class KillRun {
  readonly #options: KillRunOptions
  readonly #acknowledged: Acknowledgements
  readonly #random: () => number
  readonly #load: Load
  readonly #recoveries: number[] = []
  #engine: EngineProcess | undefined
  #kills = 0
  #startKills = 0
  #loadedMs = 0
  #openAtKill = 0
  /** Answers before this one were asked again in an earlier round. */
  #asked = 0

  constructor(options: KillRunOptions) {
    const prng = createPrng(options.seed)
    this.#options = options
    this.#random = () => prng.uniform()
    this.#acknowledged = new Acknowledgements(join(options.folder, 'acknowledged.jsonl'))
    this.#load = new Load(this.#acknowledged, this.#random)
  }

  async whole(): Promise<KillRunReport> {
    const { kills, folder, log } = this.#options
    for (let kill = 1; kill <= kills; kill++) {
      const said = await this.#round(kill)
      log(`kill ${kill}/${kills} ${said}; ${this.#acknowledged.all.length} acknowledged`)
    }
    const client = await this.#start()
    await this.#repeat(client, 0)
    const coversTold = await this.#holds(client)
    client.close()
    assert.equal(await this.#engine?.kill('SIGTERM'), 0, 'a clean stop at the end')
    const medium = soundOnMedium(folder)
    const replay = await replayJournal({ folder: join(folder, 'data/engine') })
    assert.equal(replay.status, 'equal', JSON.stringify(replay.difference))
    return this.#report(medium, replay, coversTold)
  }

  async end(): Promise<void> {
    await this.#engine?.kill('SIGKILL')
    this.#acknowledged.close()
  }

  async #round(kill: number): Promise<string> {
    const { folder, loadMsMax } = this.#options
    if (kill > 1 && this.#random() * 100 < WHILE_STARTING) {
      const delay = this.#random() * 1.2 * median(this.#recoveries)
      this.#engine = startEngine(folder)
      await pause(delay)
      await this.#kill()
      this.#startKills++
      return `${Math.round(delay)} ms after the start`
    }
    const client = await this.#start()
    await this.#repeat(client, this.#asked)
    await this.#holds(client)
    const openBefore = this.#acknowledged.open.size
    const loadMs = 200 + this.#random() * loadMsMax
    const startedAt = performance.now()
    let isOver = false
    const day = this.#load.run(client, () => isOver)
    await pause(loadMs)
    await this.#kill()
    isOver = true
    await day
    this.#openAtKill += this.#acknowledged.open.size - openBefore
    this.#loadedMs += performance.now() - startedAt
    client.close()
    return `${Math.round(loadMs)} ms into the load`
  }

  async #start(): Promise<Client> {
    const { folder } = this.#options
    const engine = startEngine(folder)
    this.#engine = engine
    const client = new Client(await engine.listening)
    const first = await client.get('/health')
    assert.equal(first?.status, 200, 'a started engine answers')
    this.#recoveries.push(performance.now() - engine.startedAt)
    assert.equal(lockHolder(folder), engine.pid, 'the process to be killed is the one that holds the journal')
    return client
  }

  async #kill(): Promise<void> {
    assert.equal(await this.#engine?.kill('SIGKILL'), null, `killed, not ended by itself: ${this.#engine?.output() ?? ''}`)
    if (++this.#kills % this.#options.mediumEvery === 0) soundOnMedium(this.#options.folder)
  }

  /** All answers from `from` on, and some older ones. */
  async #repeat(client: Client, from: number): Promise<void> {
    const { all } = this.#acknowledged
    const older = from === 0 ? [] : Array.from({ length: this.#options.repeatsOfOld }, () => Math.floor(this.#random() * from))
    const indices = new Set([...older, ...Array.from({ length: all.length - from }, (_, i) => from + i)])
    const finals = await sameAnswers(
      client,
      [...indices].map((index) => all[index]).filter((one) => one !== undefined),
    )
    for (const final of finals) all[all.findIndex(({ key }) => key === final.key)] = final
    this.#asked = all.length
  }

  async #holds(client: Client): Promise<number> {
    await becomesReady(client)
    await statementKept(client, this.#acknowledged)
    return coversKept(client, this.#acknowledged)
  }

  #report(medium: OnMedium, { status, inputs, decisions }: ReplayReport, coversTold: number): KillRunReport {
    const { all, turnedAway } = this.#acknowledged
    return {
      ...medium,
      kills: this.#options.kills,
      killsWhileStarting: this.#startKills,
      acknowledged: all.length,
      turnedAway,
      openAtKill: this.#openAtKill,
      perSecond: Math.round(all.length / (this.#loadedMs / 1_000)),
      coversTold,
      recoveryMs: { p50: Math.round(median(this.#recoveries)), max: Math.round(Math.max(...this.#recoveries)) },
      replay: { status, inputs, decisions },
    }
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
