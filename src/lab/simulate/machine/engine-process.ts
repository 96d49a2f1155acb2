/**
 * One life of the engine's process on a simulated machine: lock, journal, recovery, engine, driver, session, as the runtime's start does
 * them, over simulated ports. It lives until it is killed, stops on its own (a medium that failed), or is asked to stop.
 */
import type { Prng } from '#base/prng.ts'
import type { AnyEvent, Component } from '#engine/component.ts'
import { Driver } from '#engine/driver.ts'
import type { Offer } from '#engine/driver.ts'
import type { Engine, StepReport } from '#engine/engine.ts'
import type { JournalDevice } from '#engine/journal/device.ts'
import type { EffectTopic } from '#engine/ports.ts'
import { session as sessionComponent } from '#engine/session.ts'
import { CommandDesk } from '#runtime/command-desk.ts'
import type { ComponentsConfig } from '#runtime/config.ts'
import { InputGate } from '#runtime/input-gate.ts'
import { recoverEngine, snapshotOf } from '#runtime/recover-engine.ts'
import type { Digests } from '#runtime/recover-engine.ts'
import { sessionStarted } from '#runtime/session-start.ts'
import type { EpochMs } from '#units/time.ts'
import type { VirtualTime } from '../world/virtual-time.ts'
import type { Sabotage } from '../guards/sabotage.ts'
import type { Boundaries } from './kill.ts'
import type { Medium } from './medium.ts'
import { openMedium } from './open-medium.ts'
import type { FoundMedium } from './open-medium.ts'
import { SimulatedJournal } from './simulated-journal.ts'
import { SnapshotWriter } from './snapshot-writer.ts'

const PUMP_MS = 400
const SNAPSHOT_EVERY = 1_200
/** Records; few, so that a stalled medium shows what the bound does. */
const BEHIND_MAX = 120

/** What a process gets from the machine it runs on and hears from it. */
export interface ProcessPorts {
  readonly number: number
  readonly time: VirtualTime
  readonly medium: Medium
  readonly device: JournalDevice
  readonly boundaries: Boundaries
  readonly prng: Prng
  readonly sabotage: Sabotage
  readonly pipeline: readonly Component[]
  readonly components: ComponentsConfig
  readonly digests: Digests
  /** Market time as far as the venue has told it. */
  readonly venueAt: number
  /** The 20 random bits of the epoch. */
  readonly random20: number
  readonly stallMs: () => number
  readonly inspect: (event: AnyEvent) => void
  /** The same while it recovers: all events there were when it began at the first record. */
  readonly inspectReplay: (event: AnyEvent) => void
  readonly perform: (process: EngineProcess, effect: AnyEvent<EffectTopic>) => void
  readonly onRecovered: (process: EngineProcess, found: FoundMedium) => void
  readonly onStep: (report: StepReport) => void
  readonly onPoisoned: (input: AnyEvent, error: string) => void
  /** It cannot go on: the machine ends it. */
  readonly onFatal: (process: EngineProcess, why: string) => void
  readonly onStopped: (process: EngineProcess) => void
}

export class AlreadyLocked extends Error {
  override readonly name = 'AlreadyLocked'
}

export class EngineProcess {
  readonly number: number
  readonly engine: Engine
  readonly driver: Driver
  readonly desk: CommandDesk
  readonly journal: SimulatedJournal
  readonly now: () => EpochMs
  readonly #ports: ProcessPorts
  readonly #snapshots: SnapshotWriter
  readonly #input: InputGate
  #isLive = false
  #isDead = false
  #isStopping = false
  #commands = 0
  #sinceSnapshot = 0

  /** Throws `AlreadyLocked`, `StartRefused` or `ReplayDifference`; then nothing runs. */
  constructor(ports: ProcessPorts) {
    const { number, time, medium, sabotage, prng } = ports
    if (!sabotage.lock(medium, number)) throw new AlreadyLocked('another process holds the data')
    this.number = number
    this.#ports = ports
    const found = openMedium(medium, sabotage.medium)
    const { pipeline, components, digests, boundaries, device, stallMs } = ports
    const records = (from: number) => found.records.filter(({ seq }) => seq >= from)
    const inspect = (event: AnyEvent): void => {
      if (this.#isLive) ports.inspect(event)
      else ports.inspectReplay(event)
    }
    const { engine, unwritten } = recoverEngine({ pipeline, components, digests, snapshot: found.snapshot, records, inspect })
    this.engine = engine
    const anchor = Math.max(ports.venueAt, engine.at) as EpochMs
    this.now = sabotage.clock(time, anchor)
    this.journal = new SimulatedJournal({
      time,
      medium,
      device,
      boundaries,
      stallMs,
      position: found.position,
      prng: prng.fork('journal'),
      believe: sabotage.believe,
      onDurable: (seq) => this.#durable(seq),
      onFailed: (during) => ports.onFatal(this, `journal failed during ${during}`),
      onFull: () => this.#input.full({ code: 'journal_full', detail: 'no space left for the journal' }),
      onResumed: () => this.#input.resumed(),
    })
    for (const record of unwritten) this.journal.append(record)
    this.#snapshots = new SnapshotWriter({ time, medium, boundaries, journal: this.journal, readSnapshot: sabotage.medium.readSnapshot })
    this.driver = this.#drive()
    this.#input = new InputGate({
      offer: (offer) => this.#take(offer),
      pending: () => this.journal.pending,
      behindMax: BEHIND_MAX,
    })
    this.desk = new CommandDesk(sabotage.deskDriver(this.driver), () => `command-${number}-${(this.#commands++).toString(36)}`)
    ports.onRecovered(this, found)
    this.#isLive = true
    this.#begin(anchor)
  }

  get isDead(): boolean {
    return this.#isDead
  }

  offer(offer: Offer): void {
    if (!this.#isDead && !this.#isStopping) this.#input.offer(offer)
  }

  /** Market data waits before it. */
  get isHolding(): boolean {
    return this.#input.isFull || this.#input.waiting > 0
  }

  /** kill -9: nothing of it runs any more. */
  die(): void {
    this.#isDead = true
    this.journal.die()
    this.#snapshots.die()
  }

  takeSnapshot(done: () => void = () => undefined): void {
    this.#sinceSnapshot = 0
    this.#snapshots.write(snapshotOf(this.engine, this.#ports.digests), done)
  }

  /** SIGTERM: no more inputs, then everything to the medium, a snapshot, a signed end. */
  stop(): void {
    if (this.#isDead || this.#isStopping) return
    this.#isStopping = true
    this.takeSnapshot(() => {
      this.journal.stamp('stopped')
      this.#ports.onStopped(this)
    })
  }

  #drive(): Driver {
    const { sabotage, perform, onStep, onPoisoned } = this.#ports
    return new Driver({
      engine: this.engine,
      clock: { now: () => this.now() },
      journal: {
        append: (record) => {
          this.journal.append(record)
          if (sabotage.sendsUnsynced && record.text.includes('"hedge_trades"'))
            this.#ports.time.after(0, () => this.#pretendSynced(record.seq))
        },
      },
      effects: { perform: (effect) => perform(this, effect) },
      onStep: (report) => {
        this.desk.observe(report)
        onStep(report)
        this.#snapshotWhenDue(report)
      },
      onPoisoned,
    })
  }

  #pretendSynced(uptoSeq: number): void {
    this.offer({ topic: 'journal_synced', key: 'journal', source: 'journal', body: { uptoSeq } })
  }

  #begin(anchor: EpochMs): void {
    const { sabotage, components, digests, random20, time } = this.#ports
    const epoch = sabotage.epoch(Math.floor(anchor / 1_000), random20, this.engine.stateOf(sessionComponent).epoch)
    const config = { components, digest: digests.configDigest }
    this.driver.open(sessionStarted({ mode: 'sim', config, digests, epoch, startedAt: anchor }))
    const pump = (): void => {
      if (this.#isDead || this.#isStopping) return
      this.driver.advance()
      time.after(PUMP_MS, pump)
    }
    time.after(PUMP_MS, pump)
  }

  #take(offer: Offer): void {
    if (!this.#isDead && !this.#isStopping) this.driver.offer(offer)
  }

  #durable(seq: number): void {
    if (this.#isDead) return
    this.driver.durable(seq)
    this.#input.settled()
  }

  #snapshotWhenDue({ decisions }: StepReport): void {
    this.#sinceSnapshot += 1 + decisions.length
    if (this.#sinceSnapshot >= SNAPSHOT_EVERY && !this.#isStopping) this.takeSnapshot()
  }
}
