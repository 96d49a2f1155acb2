/**
 * One recovered engine at work: driver, command desk, views, history and documented files over its journal, and the platform that hosts see.
 * It knows no venue: what the engine wants done goes to `effects`, what venues say comes in through `driver.offer`.
 */
import { join } from 'node:path'
import { Driver } from '#engine/driver.ts'
import type { StepReport } from '#engine/engine.ts'
import type { EffectsPort } from '#engine/ports.ts'
import { PIPELINE } from '#pipeline'
import { checkpointPath } from '#store/checkpoint-file.ts'
import { readRecord } from '#store/read-record.ts'
import { readStep } from '#store/read-step.ts'
import type { SealKey } from '#store/seal-key.ts'
import { listSegments, segmentBytes } from '#store/segment-reader.ts'
import type { SpeedClock } from './clocks.ts'
import { CommandDesk } from './command-desk.ts'
import type { ResolvedConfig } from './config.ts'
import { openDocumentedFiles } from './documented-files.ts'
import type { EngineSession } from './engine-session.ts'
import { guarded } from './guarded.ts'
import type { Guarded } from './guarded.ts'
import { InputGate } from './input-gate.ts'
import { keepHistory } from './keep-history.ts'
import type { Platform, PlatformInfo } from './platform.ts'
import { quoteSigner } from './quote-signature.ts'
import { RecordReader } from './record-reader.ts'
import { snapshotEvery } from './snapshot-every.ts'
import type { VenueDesk } from './venue-desk.ts'
import { Verification } from './verification.ts'
import { platformViews } from './views.ts'
import type { PlatformViews } from './views.ts'

export interface EngineHostOptions {
  readonly session: EngineSession
  readonly config: ResolvedConfig
  readonly clock: SpeedClock
  readonly effects: EffectsPort
  readonly info: Omit<PlatformInfo, 'journalId'>
  /** The journal's own folder. */
  readonly folder: string
  /** Signs quotes as they leave; absent: they leave unsigned. */
  readonly quoteKey?: SealKey
  readonly log: (line: string) => void
  readonly onFatal: (reason: string) => void
}
type StepListener = (report: StepReport, texts: readonly string[]) => void

export interface EngineHost {
  readonly driver: Driver
  readonly views: PlatformViews
  readonly guarded: Guarded
  /** The configuration in force, and what puts another in its place for whoever asks; the engine hears of it as an input. */
  config(): ResolvedConfig
  reconfigure(next: ResolvedConfig): void
  /** The way in for what venues say: bounded while the journal cannot follow. */
  readonly input: InputGate
  platform(stop: () => Promise<void>, venueDesk?: VenueDesk): Platform
  /** Every step from now on; gives back what ends it. */
  onStep(listener: (report: StepReport) => void): () => void
  /** Clean stop: documented files written, a last snapshot, the end signed. */
  close(): Promise<void>
}

export function hostEngine(options: EngineHostOptions): EngineHost {
  const { session, config, clock, log } = options
  const { engine, journal, memory } = session
  const listeners = new Set<StepListener>()
  const { driver, desk } = driverOf(options, listeners)
  const guard = guarded(options.onFatal)
  const input = inputOf(options, driver, guard)
  const views = platformViews({ engine, now: clock.now, listeners, memory })
  const { places, reader, verification } = readersOf(options)
  const files = openDocumentedFiles({ folder: join(config.host.dataFolder, 'logs'), driver, journal, log })
  listeners.add((report, texts) => files.observe(report, texts))
  listeners.add(keepHistory({ folder: places.history, log, views, account: options.info.defaultAccount }))
  const snapshots = snapshotEvery({ session, records: config.host.journal.snapshotEveryRecords, log })
  listeners.add(snapshots)
  const onStep = (listener: (report: StepReport) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  let inForce = config
  const reconfigure = (next: ResolvedConfig): void => void (inForce = next)
  const platform = (stop: () => Promise<void>, venueDesk?: VenueDesk): Platform => ({
    info: { ...options.info, journalId: journal.opened.journalId },
    get config() {
      return inForce
    },
    pipeline: PIPELINE,
    engine,
    driver,
    desk,
    now: clock.now,
    history: (query) => reader.history(query),
    fundingHistory: (query) => reader.fundingHistory(query),
    records: {
      decisions: (query) => reader.decisions(query),
      auditSearch: (query) => reader.auditSearch(query),
      verification,
    },
    auditEntries: (query) => files.entries(query),
    recordAt: (seq) => readRecord(options.folder, seq),
    stepAt: (seq) => readStep(options.folder, seq),
    pendingRecords: () => journal.pending,
    isJournalFull: () => input.isFull,
    journalSegments: () => listSegments(options.folder).map((segment) => ({ segment, bytes: segmentBytes(options.folder, segment) })),
    onStep,
    stop,
    venueDesk,
    ...(options.quoteKey === undefined ? {} : { quoteSigner: quoteSigner(options.quoteKey, engine) }),
  })
  const close = async (): Promise<void> => {
    listeners.delete(snapshots)
    // On a full medium nothing waits for what cannot be written: the journal's own end names the loss.
    const unlessFull = (work: Promise<unknown>): Promise<unknown> => Promise.race([work, input.whenFull()])
    await Promise.all([reader.close(), verification.close()])
    await inTurn(log, [() => unlessFull(files.close()), () => unlessFull(session.snapshot()), () => journal.close()])
  }
  return { driver, views, config: () => inForce, reconfigure, guarded: guard, input, platform, onStep, close }
}

/** Those who read files beside the engine, and where the files are. */
function readersOf({ config, session, folder }: EngineHostOptions) {
  const { dataFolder } = config.host
  const places = { journal: folder, logs: join(dataFolder, 'logs'), history: join(dataFolder, 'history') }
  const checkpointFile = checkpointPath(join(dataFolder, 'checkpoints'), session.journal.opened.journalId)
  return {
    places,
    reader: new RecordReader(places),
    verification: new Verification({ job: { folder, checkpointFile }, now: Date.now }),
  }
}

/** What the journal tells of itself reaches driver and engine here. */
function inputOf({ session: { engine, journal }, log, onFatal }: EngineHostOptions, driver: Driver, guard: Guarded): InputGate {
  const input = new InputGate({ offer: (offer) => driver.offer(offer), pending: () => journal.pending })
  journal.onDurable((seq) =>
    guard(() => {
      driver.durable(Math.min(seq, engine.seq))
      input.settled()
    }),
  )
  journal.onFailure(({ code, detail, isFatal }) => {
    if (isFatal) return onFatal(`${code}: ${detail}`)
    log(`${code}: ${detail}`)
    if (code === 'journal_full') guard(() => input.full({ code, detail }))
  })
  journal.onResumed(() => {
    log('the journal has space again')
    guard(() => input.resumed())
  })
  return input
}

function driverOf({ session, clock, effects, log }: EngineHostOptions, listeners: ReadonlySet<StepListener>) {
  const { engine, journal } = session
  const driver: Driver = new Driver({
    engine,
    clock,
    journal,
    effects,
    onStep: (report, texts) => {
      desk.observe(report)
      for (const listener of listeners) listener(report, texts)
    },
    onPoisoned: (input, error) => {
      log(`input ${input.seq} (${input.topic}) is poisoned and skipped: ${error}`)
      if (input.topic === 'commands') desk.poisoned(input.body.commandId, error)
    },
  })
  const desk = new CommandDesk(driver)
  return { driver, desk }
}

/** Every step of a stop is tried: what fails on the way (a full disk) is said, and the journal is still closed and its lock given back. */
async function inTurn(log: (line: string) => void, steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) {
    await step().catch((error: unknown) => {
      failures.push(error)
      log(`while stopping: ${error instanceof Error ? error.message : String(error)}`)
    })
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${steps.length} steps of the stop failed`)
}
