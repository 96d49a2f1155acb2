/**
 * One recovered engine at work: driver, command desk, views, history and documented files over its journal, and the platform that hosts see.
 * It knows no venue: what the engine wants done goes to `effects`, what venues say comes in through `driver.offer`.
 */
import { join } from 'node:path'
import { Driver } from '#engine/driver.ts'
import type { StepReport } from '#engine/engine.ts'
import type { EffectsPort } from '#engine/ports.ts'
import { PIPELINE } from '#pipeline'
import { readRecord } from '#store/read-record.ts'
import { AccountHistory } from './account-history.ts'
import type { SpeedClock } from './clocks.ts'
import { CommandDesk } from './command-desk.ts'
import type { ResolvedConfig } from './config.ts'
import { openDocumentedFiles } from './documented-files.ts'
import type { EngineSession } from './engine-session.ts'
import { guarded } from './guarded.ts'
import type { Guarded } from './guarded.ts'
import type { Platform, PlatformInfo } from './platform.ts'
import { snapshotEvery } from './snapshot-every.ts'
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
  readonly log: (line: string) => void
  readonly onFatal: (reason: string) => void
}
export interface EngineHost {
  readonly driver: Driver
  readonly views: PlatformViews
  readonly guarded: Guarded
  platform(stop: () => Promise<void>): Platform
  /** Clean stop: documented files written, a last snapshot, the end signed. */
  close(): Promise<void>
}

export function hostEngine(options: EngineHostOptions): EngineHost {
  const { session, config, clock, log } = options
  const { engine, journal, memory } = session
  const listeners = new Set<(report: StepReport) => void>()
  const { driver, desk } = driverOf(options, listeners)
  const guard = guarded(options.onFatal)
  journal.onDurable((seq) => guard(() => driver.durable(Math.min(seq, engine.seq))))
  journal.onFailure(({ code, detail, isFatal }) => (isFatal ? options.onFatal(`${code}: ${detail}`) : log(`${code}: ${detail}`)))
  const views = platformViews({ engine, now: clock.now, listeners, memory })
  const history = new AccountHistory(join(config.host.dataFolder, 'history'), log)
  const files = openDocumentedFiles({ folder: join(config.host.dataFolder, 'logs'), driver, journal, log })
  listeners.add((report) => files.observe(report))
  listeners.add((report) => keepHistory(report, { views, history, account: options.info.defaultAccount }))
  const snapshots = snapshotEvery({ session, records: config.host.journal.snapshotEveryRecords, log })
  listeners.add(snapshots)
  const platform = (stop: () => Promise<void>): Platform => ({
    info: { ...options.info, journalId: journal.opened.journalId },
    config,
    pipeline: PIPELINE,
    engine,
    driver,
    desk,
    now: clock.now,
    history: (account, from) => history.of(account, from),
    auditEntries: (query) => files.entries(query),
    recordAt: (seq) => readRecord(options.folder, seq),
    pendingRecords: () => journal.pending,
    onStep: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop,
  })
  const close = async (): Promise<void> => {
    listeners.delete(snapshots)
    await inTurn(log, [() => files.close(), () => session.snapshot(), () => journal.close()])
  }
  return { driver, views, guarded: guard, platform, close }
}

function driverOf({ session, clock, effects, log }: EngineHostOptions, listeners: ReadonlySet<(report: StepReport) => void>) {
  const { engine, journal } = session
  const driver: Driver = new Driver({
    engine,
    clock,
    journal,
    effects,
    onStep: (report) => {
      desk.observe(report)
      for (const listener of listeners) listener(report)
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

interface HistoryKeeping {
  readonly views: PlatformViews
  readonly history: AccountHistory
  readonly account: string
}

/** A point per minute of market time. */
function keepHistory({ input }: StepReport, { views, history, account }: HistoryKeeping): void {
  if (input.topic !== 'clock_tick' || input.body.name !== 'minute') return
  const point = views.historyPoint(account)
  if (point !== undefined) history.add(account, point)
}
