/**
 * Mode `sim`: engine and simulated venue side by side, each with its journal. The venue recovers first; then the engine recovers, opens a
 * session and reconciles with it as with any venue. Market time runs `speed` times the wall clock while the process lives. The demo
 * account opens its position and asks for its cover by ordinary commands with fixed keys, so that a restart repeats nothing.
 */
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { Offer } from '#engine/driver.ts'
import { epochOf, session as sessionComponent } from '#engine/session.ts'
import { pricingBook } from '#sim/pricing/book.ts'
import type { PricingBook } from '#sim/pricing/book.ts'
import type { VenueOutput } from '#sim/venue/state.ts'
import { loadSealKey } from '#store/seal-key.ts'
import type { SealKey } from '#store/seal-key.ts'
import type { EpochMs } from '#units/time.ts'
import { AlertWebhook } from './alert-webhook.ts'
import { clockFrom } from './clocks.ts'
import { codeDigest } from './code-digest.ts'
import { openDemoAccount } from './demo-account.ts'
import type { ResolvedConfig } from './config.ts'
import { hostEngine } from './engine-host.ts'
import type { EngineHost } from './engine-host.ts'
import { openEngineSession } from './engine-session.ts'
import type { EngineSession } from './engine-session.ts'
import type { Platform } from './platform.ts'
import { reloadControls, watchControls } from './reload-controls.ts'
import type { ReloadableControls } from './reload-controls.ts'
import type { Digests } from './recover-engine.ts'
import { archiveJournals } from './reset.ts'
import type { Sealed } from './reset.ts'
import { sessionStarted } from './session-start.ts'
import { pricingBookConfig, quoteEveryMs, simVenueConfig, VENUE } from './sim-venue-config.ts'
import { isNews, toVenue } from './venue-link.ts'
import { simVenueDesk } from './venue-desk.ts'
import { VenueMachine } from './venue-machine.ts'
import type { PlatformViews } from './views.ts'
import { VERSION } from './version.ts'

const PUMP_MS = 50

export interface StartSimOptions {
  readonly config: ResolvedConfig
  readonly sealKey: string | undefined
  readonly userConfigFolder: string
  readonly reset: boolean
  /** The file of the risk controls, looked at while the platform runs. */
  readonly controls?: ReloadableControls
  /** Where loop actions and grave alerts are posted. */
  readonly alertWebhook?: string
  readonly log: (line: string) => void
  /** The process cannot go on: the host says why and exits. */
  readonly onFatal: (reason: string) => void
}
export interface StartedSim {
  readonly platform: Platform
  readonly views: PlatformViews
  /** What a reset at this start sealed. */
  readonly sealed: Sealed | undefined
  stop(): Promise<void>
}

export async function startSim(options: StartSimOptions): Promise<StartedSim> {
  const { config, log } = options
  const sealed = options.reset ? archiveJournals(config.host.dataFolder, log) : undefined
  const line = new VenueLine()
  const journalOf = journalsOf(options)
  const venue = await VenueMachine.open({
    journal: journalOf('venue'),
    config: simVenueConfig(config.host),
    quoteEveryMs: quoteEveryMs(config.host),
    pricing: pricingOf(config),
    onOutput: (output) => line.say(output),
    onFailure: options.onFatal,
    log,
  })
  const digests = { codeDigest: codeDigest(), configDigest: config.digest, node: process.version, architecture: process.arch }
  try {
    const session = await openEngineSession({ journal: journalOf('engine'), components: config.components, digests })
    for (const { file, code, detail } of session.findings) log(`snapshot ${file} is not used: ${code}, ${detail}`)
    if (session.mode === 'fold') await session.snapshot()
    return runSim(options, { venue, session, digests, line, sealed })
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
  readonly sealed: Sealed | undefined
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
    info: {
      version: VERSION,
      mode: 'sim',
      ...pick(sim),
      codeDigest: digests.codeDigest,
      defaultAccount: demo.account,
      approved: config.host.approved,
    },
    folder: join(dataFolder, 'engine'),
    quoteKey: sealKeyOf(options),
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
  const unwatch = watched(options, host)
  const unhook = hooked(options, host)
  const stopping = new AbortController()
  const stop = async (): Promise<void> => {
    stopping.abort()
    unwatch()
    await unhook()
    clearInterval(pump)
    line.cut()
    try {
      await host.close()
    } finally {
      await venue.close()
    }
  }
  const platform = host.platform(
    stop,
    simVenueDesk((read) => venue.ask(read)),
  )
  void openDemoAccount(demo, { desk: platform.desk, log, stopping: stopping.signal })
  return { platform, views: host.views, sealed: parts.sealed, stop }
}

/** Loop actions and grave alerts leave for whoever asked to be told; what fails there comes back as a condition of the host. */
function hooked({ alertWebhook, config, log }: StartSimOptions, { driver, guarded, onStep }: EngineHost): () => Promise<void> {
  if (alertWebhook === undefined) return () => Promise.resolve()
  const offer = (told: Offer): void => guarded(() => driver.offer(told))
  const webhook = new AlertWebhook({
    url: alertWebhook,
    allowPrivate: config.host.alertWebhook.allowPrivate,
    whenDurable: (seq) => driver.whenDurable(seq),
    offer,
    log,
  })
  const remove = onStep((report) => webhook.observe(report))
  return () => {
    remove()
    return webhook.close()
  }
}

/** A changed file of risk controls enters the running engine; what cannot be read leaves the last good one. */
function watched({ controls, log }: StartSimOptions, { driver, guarded, config, reconfigure }: EngineHost): () => void {
  if (controls === undefined) return () => undefined
  const offer = (changed: Offer): void => guarded(() => driver.offer(changed))
  const options = { ...controls, current: config, take: reconfigure, offer, log }
  reloadControls(options) // what changed since the configuration was read: after a reset that may be long ago
  return watchControls(options)
}

/** The session's record first; only then the venue is heard. */
function openSession(
  { driver, input, guarded }: EngineHost,
  { session: { engine }, digests, line, config, anchor, sealed }: Parts & { readonly config: ResolvedConfig; readonly anchor: EpochMs },
): void {
  const epoch = epochOf(Math.floor(anchor / 1_000), randomInt(2 ** 20), engine.stateOf(sessionComponent).epoch)
  guarded(() => driver.open(sessionStarted({ mode: 'sim', config, digests, epoch, startedAt: anchor, follows: sealed })))
  line.connect((output) =>
    guarded(() => {
      if (isNews(engine, output)) input.offer({ ...output, source: `venue:${output.body.venue}` } as Offer)
    }),
  )
  const pricing = pricingBookConfig(config.host)?.venue
  const link = (venue: string, more: { readonly pricesOnly?: true }): void => {
    const body = { venue, state: 'up', clockOffsetMs: 0, ...more } as const
    guarded(() => driver.offer({ topic: 'venue_links', key: venue, source: `venue:${venue}`, body }))
  }
  link(VENUE, {})
  if (pricing !== undefined) link(pricing, { pricesOnly: true })
}

function pricingOf({ host }: ResolvedConfig): PricingBook | undefined {
  const config = pricingBookConfig(host)
  return config === undefined ? undefined : pricingBook(config)
}

function sealKeyOf({ sealKey, userConfigFolder }: StartSimOptions): SealKey {
  return loadSealKey({ given: sealKey, defaultFile: join(userConfigFolder, 'seal-key.pem') })
}

function journalsOf(options: StartSimOptions) {
  const { host } = options.config
  const key = sealKeyOf(options)
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
