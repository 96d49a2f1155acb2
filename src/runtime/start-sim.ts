/**
 * Mode `sim`: engine and simulated venue side by side, each with its journal. The venue recovers first; then the engine recovers, opens a
 * session and reconciles with it as with any venue. Market time runs `speed` times the wall clock while the process lives. The demo
 * account opens its position and asks for its cover by ordinary commands with fixed keys, so that a restart repeats nothing.
 */
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { Offer } from '#engine/driver.ts'
import { epochOf, session as sessionComponent } from '#engine/session.ts'
import type { VenueOutput } from '#sim/venue/state.ts'
import { loadSealKey } from '#store/seal-key.ts'
import type { EpochMs } from '#units/time.ts'
import { clockFrom } from './clocks.ts'
import { codeDigest } from './code-digest.ts'
import { openDemoAccount } from './demo-account.ts'
import type { ResolvedConfig } from './config.ts'
import { hostEngine } from './engine-host.ts'
import type { EngineHost } from './engine-host.ts'
import { openEngineSession } from './engine-session.ts'
import type { EngineSession } from './engine-session.ts'
import type { Platform } from './platform.ts'
import type { Digests } from './recover-engine.ts'
import { archiveJournals } from './reset.ts'
import { sessionStarted } from './session-start.ts'
import { quoteEveryMs, simVenueConfig, VENUE } from './sim-venue-config.ts'
import { toVenue } from './venue-link.ts'
import { VenueMachine } from './venue-machine.ts'
import type { PlatformViews } from './views.ts'
import { VERSION } from './version.ts'

const PUMP_MS = 50

export interface StartSimOptions {
  readonly config: ResolvedConfig
  readonly sealKey: string | undefined
  readonly userConfigFolder: string
  readonly reset: boolean
  readonly log: (line: string) => void
  /** The process cannot go on: the host says why and exits. */
  readonly onFatal: (reason: string) => void
}
export interface StartedSim {
  readonly platform: Platform
  readonly views: PlatformViews
  stop(): Promise<void>
}

export async function startSim(options: StartSimOptions): Promise<StartedSim> {
  const { config, log } = options
  if (options.reset) archiveJournals(config.host.dataFolder, log)
  const line = new VenueLine()
  const journalOf = journalsOf(options)
  const venue = await VenueMachine.open({
    journal: journalOf('venue'),
    config: simVenueConfig(config.host),
    quoteEveryMs: quoteEveryMs(config.host),
    onOutput: (output) => line.say(output),
    onFailure: options.onFatal,
  })
  const digests = { codeDigest: codeDigest(), configDigest: config.digest, node: process.version, architecture: process.arch }
  try {
    const session = await openEngineSession({ journal: journalOf('engine'), components: config.components, digests })
    for (const { file, code, detail } of session.findings) log(`snapshot ${file} is not used: ${code}, ${detail}`)
    if (session.mode === 'fold') await session.snapshot()
    return runSim(options, { venue, session, digests, line })
  } catch (error) {
    await venue.close()
    throw error
  }
}

/** What the venue says before the engine listens waits; after the line is cut it is lost, as words to a process that ended are. */
class VenueLine {
  #waiting: VenueOutput[] | undefined = []
  #to: ((output: VenueOutput) => void) | undefined

  say(output: VenueOutput): void {
    if (this.#to !== undefined) this.#to(output)
    else this.#waiting?.push(output)
  }

  connect(to: (output: VenueOutput) => void): void {
    this.#to = to
    for (const output of this.#waiting ?? []) to(output)
    this.#waiting = undefined
  }

  cut(): void {
    this.#to = undefined
    this.#waiting = undefined
  }
}

interface Parts {
  readonly venue: VenueMachine
  readonly session: EngineSession
  readonly digests: Digests
  readonly line: VenueLine
}

function runSim(options: StartSimOptions, parts: Parts): StartedSim {
  const { config, log, onFatal } = options
  const { venue, session, digests, line } = parts
  const { engine } = session
  const { sim, demo, dataFolder } = config.host
  const anchor = Math.max(venue.at, engine.at, sim.startAt) as EpochMs
  const clock = clockFrom(anchor, sim.speed)
  const host = hostEngine({
    session,
    config,
    clock,
    effects: { perform: (effect) => toVenue({ venue, engine, accounts: [demo.account] }, clock.now(), effect) },
    info: { version: VERSION, mode: 'sim', ...pick(sim), codeDigest: digests.codeDigest, defaultAccount: demo.account },
    folder: join(dataFolder, 'engine'),
    log,
    onFatal,
  })
  openSession(host, { ...parts, config, anchor })
  const pump = setInterval(() => {
    host.guarded(() => {
      venue.take({ type: 'advance', at: clock.now() })
      host.driver.advance()
    })
  }, PUMP_MS)
  const stopping = new AbortController()
  const stop = async (): Promise<void> => {
    stopping.abort()
    clearInterval(pump)
    line.cut()
    try {
      await host.close()
    } finally {
      await venue.close()
    }
  }
  const platform = host.platform(stop)
  void openDemoAccount(demo, { desk: platform.desk, log, stopping: stopping.signal })
  return { platform, views: host.views, stop }
}

/** The session's record first; only then the venue is heard. */
function openSession(
  { driver, guarded }: EngineHost,
  { session: { engine }, digests, line, config, anchor }: Parts & { readonly config: ResolvedConfig; readonly anchor: EpochMs },
): void {
  const source = `venue:${VENUE}`
  const epoch = epochOf(Math.floor(anchor / 1_000), randomInt(2 ** 20), engine.stateOf(sessionComponent).epoch)
  guarded(() => driver.offer(sessionStarted({ mode: 'sim', config, digests, epoch, startedAt: anchor })))
  line.connect((output) => guarded(() => driver.offer({ ...output, source } as Offer)))
  guarded(() => driver.offer({ topic: 'venue_links', key: VENUE, source, body: { venue: VENUE, state: 'up', clockOffsetMs: 0 } }))
}

function journalsOf({ config: { host }, sealKey, userConfigFolder }: StartSimOptions) {
  const key = loadSealKey({ given: sealKey, defaultFile: join(userConfigFolder, 'seal-key.pem') })
  return (name: string) => ({
    folder: join(host.dataFolder, name),
    checkpointFolder: join(host.dataFolder, 'checkpoints'),
    key,
    segmentBytesMax: host.journal.segmentBytesMax,
    keepBytes: host.journal.keepBytes,
  })
}

function pick({ scenario, seed, speed }: ResolvedConfig['host']['sim']) {
  return { scenario, seed, speed }
}
