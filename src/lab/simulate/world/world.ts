/**
 * Everything in one process under virtual time: a machine with a medium and at most one engine process on it, the exchange, the network
 * between, clients, and the oracle that looks on. The world moves messages and ends processes; it decides nothing and knows no stage.
 */
import type { Prng } from '#base/prng.ts'
import type { AnyEvent } from '#engine/component.ts'
import { FatalFailure } from '#engine/driver.ts'
import type { EffectTopic } from '#engine/ports.ts'
import { ReplayDifference } from '#runtime/recover-engine.ts'
import { toVenue } from '#runtime/venue-link.ts'
import { createNetwork } from '#sim/network.ts'
import type { Delivery, Network } from '#sim/network.ts'
import type { VenueInput } from '#sim/venue/step.ts'
import { FaultCounts } from '../faults/catalogue.ts'
import type { Sabotage } from '../guards/sabotage.ts'
import { AlreadyLocked, EngineProcess } from '../machine/engine-process.ts'
import { Boundaries, Killed } from '../machine/kill.ts'
import { Medium } from '../machine/medium.ts'
import type { FoundMedium } from '../machine/open-medium.ts'
import { firstDifference, Oracle } from '../oracle/oracle.ts'
import { Clients } from './clients.ts'
import { ACCOUNTS, PIPELINE } from './scene.ts'
import { PricingSide } from './pricing-side.ts'
import { Sightings } from './sightings.ts'
import { VenueSide } from './venue-side.ts'
import { VirtualTime } from './virtual-time.ts'
import { readWord, VENUE } from './wire.ts'
import { DRAWN } from './world-options.ts'
import type { WorldOptions } from './world-options.ts'
import type { Message } from './wire.ts'

/** What the machine's supervisor waits before it starts the process again. */
const RESTART_MS = 1_500
const SAID = ['orders', 'account', 'market', 'pricing'] as const
/** Asked every half minute: too many to be worth a line each. */
const QUESTIONS: ReadonlySet<string> = new Set(['query_statement', 'query_trades_since'])
export class World {
  readonly time: VirtualTime
  readonly prng: Prng
  readonly sabotage: Sabotage
  readonly medium: Medium
  readonly boundaries = new Boundaries()
  readonly network: Network<Message>
  readonly oracle: Oracle
  readonly venue: VenueSide
  readonly pricing: PricingSide
  readonly clients: Clients
  readonly counts = new FaultCounts()
  readonly sightings: Sightings
  process: EngineProcess | undefined
  starts = 0
  stallMs = 0
  /** Instead of the usual supervisor: what is done to the medium while the machine is down. */
  whileDown: (() => void) | undefined
  downMs = RESTART_MS
  /** Changes a word on its way to the engine: malformed market data. */
  corrupt: ((message: Message) => Message) | undefined
  /** Called with the next approvals that the engine makes. */
  readonly onApproval: (() => void)[] = []
  /** The next word of funding is lost (F-A07). */
  losesFunding = false
  /** The engine's state at a clean stop: the next start finds the same (F-P08). */
  #stoppedAs: string | undefined
  #lastRandom20 = 0
  reusesRandom = false
  readonly #config: WorldOptions['config']

  constructor(prng: Prng, sabotage: Sabotage, { startAt, lines, config, isScripted } = DRAWN) {
    this.prng = prng
    this.sabotage = sabotage
    this.#config = config
    this.time = new VirtualTime(startAt)
    this.medium = new Medium(prng.fork('medium'))
    this.network = createNetwork(prng.fork('network').int(2 ** 31), lines)
    this.oracle = new Oracle(this.time, this.medium, () => this.venue.state)
    this.sightings = new Sightings(this)
    this.venue = new VenueSide({
      time: this.time,
      prng,
      network: this.network,
      arrives: (order, state) => this.oracle.venue.arrives(order, state, this.time.now),
      says: (output, input) => this.sightings.venueSays(output, input),
    })
    this.pricing = new PricingSide({
      time: this.time,
      prng: prng.fork('pricing venue'),
      network: this.network,
      feed: this.venue.feed,
      options: () => this.venue.options,
    })
    this.clients = new Clients({
      time: this.time,
      prng: prng.fork('clients'),
      log: this.oracle.clients,
      venue: this.oracle.venue,
      process: () => this.process,
      positionOf: (account) => this.sightings.clientPosition(account),
      afterAnswer: () => this.#guarded(() => this.boundaries.pass('after-ack')),
      caught: (error) => this.caught(error),
      isScripted,
    })
    this.start()
  }

  /** One thing happens; false when nothing more is planned up to `until`. */
  async step(until: number): Promise<boolean> {
    const due = this.network.nextAt()
    const work = due !== undefined && due <= this.#nextPlanned(until) ? undefined : this.time.next(until)
    if (work === undefined && (due === undefined || due > until)) return false
    if (work === undefined) this.#deliver(due ?? 0)
    else this.#guarded(work)
    if (this.clients.waiting > 0) await new Promise((resolve) => setImmediate(resolve))
    this.oracle.afterEvent(this.process)
    return true
  }

  start(): void {
    this.starts++
    this.stallMs = 0
    const random20 = this.reusesRandom ? this.#lastRandom20 : this.prng.fork(`epoch ${this.starts}`).int(2 ** 20)
    if (this.reusesRandom && this.starts > 1) this.counts.count('F-O06')
    this.#lastRandom20 = random20
    this.#guarded(() => {
      this.process = this.newProcess(this.starts, random20)
      this.#linkUp()
    })
  }

  /** Throws what a start throws when it refuses. */
  newProcess(number: number, random20: number): EngineProcess {
    const { time, medium, boundaries, sabotage, venue } = this
    return new EngineProcess({
      number,
      time,
      medium,
      boundaries,
      sabotage,
      random20,
      device: this.oracle.disk,
      prng: this.prng.fork(`process ${number}`),
      ...this.engineParts(),
      venueAt: venue.state.at,
      stallMs: () => this.#takeStall(),
      inspect: (event) => {
        this.sightings.engineSays(event)
        this.oracle.engineSays(event, this.time.now)
      },
      inspectReplay: this.oracle.listenToReplay(),
      perform: (process, effect) => this.#perform(process, effect),
      onRecovered: (process, found) => this.#recovered(process, found),
      onStep: ({ decisions }) => {
        if (decisions.some(({ topic }) => topic === 'hedge_trades')) this.onApproval.shift()?.()
      },
      onPoisoned: (input, error) => this.oracle.verdict.fail('I15', `input ${input.seq} (${input.topic}) is poisoned: ${error}`),
      onFatal: (process, why) => {
        this.oracle.verdict.note(() => `process ends: ${why}`)
        if (process === this.process) this.kill()
      },
      onStopped: (process) => {
        if (process !== this.process) return
        this.#stoppedAs = process.journal.isIdle ? process.engine.stateText() : undefined
        this.down(() => this.medium.unlock(process.number))
      },
    })
  }

  /** What an engine is made of. */
  readonly engineParts = () => ({
    pipeline: this.sabotage.pipeline(PIPELINE),
    components: this.sabotage.components(this.#config.components),
    digests: { codeDigest: 'simulation', configDigest: this.#config.digest, node: 'simulation', architecture: 'simulation' },
  })

  terminate(): void {
    this.process?.stop()
  }

  /** kill -9 and what the power cut leaves; the supervisor starts again after a while. */
  kill(): void {
    this.down(() => this.medium.powerCut())
  }

  down(leaves: () => void): void {
    const { process } = this
    if (process === undefined) return
    this.oracle.verdict.note(() => `process ${process.number} is down`)
    process.die()
    this.process = undefined
    this.boundaries.disarm()
    this.clients.waiting = 0
    for (const channel of SAID) this.network.disconnect(channel, this.time.now)
    leaves()
    this.whileDown?.()
    this.whileDown = undefined
    const { downMs } = this
    this.downMs = RESTART_MS
    this.time.after(downMs, () => this.start())
  }

  /** The socket goes: what flies to the engine and what is said meanwhile is lost; the port notices at once and says so. */
  cutLink(ms: number): void {
    const until = this.time.now + ms
    for (const channel of SAID) this.network.disconnect(channel, until)
    this.#tellLink('down')
    this.time.at(until, () => this.#linkUp())
  }

  isCut(): boolean {
    return this.network.isDown('account', this.time.now)
  }

  #takeStall(): number {
    const stall = this.stallMs
    this.stallMs = 0
    return stall
  }

  #nextPlanned(until: number): number {
    return Math.min(until, this.time.nextAt ?? until)
  }

  #deliver(at: number): void {
    this.time.passTo(at)
    for (const { channel, message } of this.network.receive(at)) this.#guarded(() => this.#take({ channel, message, at }))
  }

  #take({ message }: Delivery<Message>): void {
    if (message.kind === 'request') {
      const { input } = message
      if (!QUESTIONS.has(input.type))
        this.oracle.verdict.note(
          () =>
            `venue takes ${input.type}${'orderId' in input ? ` ${input.orderId}` : ''}${input.type === 'place' ? ` ${input.order.orderId}` : ''}`,
        )
      this.venue.take(message.input)
      return
    }
    const heard = this.corrupt?.(message) ?? message
    if (heard.kind !== 'word' || this.process === undefined) return
    if (this.losesFunding && heard.topic === 'venue_funding') {
      this.losesFunding = false
      this.counts.count('F-A07')
      return
    }
    const offer = readWord(heard, this.sabotage.skipsSchema)
    if (offer === undefined) return
    this.sightings.engineHears(offer)
    this.process.offer(offer)
    if (this.process?.isHolding === false) this.oracle.race.hears(offer, this.time.now, this.process.now())
    if (offer.topic === 'order_updates') this.boundaries.pass('after-ack')
  }

  #perform(process: EngineProcess, effect: AnyEvent<EffectTopic>): void {
    if (process.isDead) return
    const inbox = {
      take: (input: VenueInput) => {
        if (this.sabotage.asks(input)) this.network.send('requests', this.time.now, { kind: 'request', input })
      },
    }
    if (effect.topic === 'order_sends' && effect.body.action === 'place' && effect.body.order !== undefined) {
      this.oracle.venue.leaves(effect.body.order, effect.body.attempt, this.time.now)
      this.sightings.orderLeaves(effect.body.order)
    }
    toVenue({ venue: inbox, engine: process.engine, accounts: ACCOUNTS }, process.now(), effect)
    if (effect.topic === 'order_sends') this.boundaries.pass('after-send')
  }

  #recovered(process: EngineProcess, found: FoundMedium): void {
    if (found.dropped !== undefined) this.counts.count('F-D03')
    const stopped = this.#stoppedAs
    this.#stoppedAs = undefined
    const recovered = process.engine.stateText()
    this.oracle.verdict.check(
      (stopped ?? recovered) === recovered,
      'I10',
      () => `after a clean stop the start finds another state: ${firstDifference(stopped ?? '', recovered)}`,
    )
    this.oracle.recovered({ engine: process.engine, found, ...this.engineParts() })
  }

  #linkUp(): void {
    if (!this.isCut()) this.#tellLink('up')
  }

  #tellLink(state: 'up' | 'down'): void {
    this.process?.offer({ topic: 'venue_links', key: VENUE, source: `venue:${VENUE}`, body: { venue: VENUE, state, clockOffsetMs: 0 } })
  }

  /** A kill ends the process, and so does a failure it cannot handle; anything else that is thrown is a bug. */
  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.caught(error)
    }
  }

  caught(error: unknown): void {
    if (error instanceof Killed) this.#killedAt(error)
    else if (error instanceof FatalFailure) this.oracle.verdict.fail('I15', error.message)
    else if (error instanceof AlreadyLocked) this.oracle.verdict.fail('I14', error.message)
    else if (error instanceof ReplayDifference) this.oracle.verdict.fail('I9', replayText(error))
    else this.oracle.verdict.fail('I15', error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error))
  }

  #killedAt({ boundary }: Killed): void {
    this.oracle.verdict.note(() => `kill -9 ${boundary}`)
    this.kill()
  }
}

function replayText({ difference: { seq, recorded = '', derived = '' } }: ReplayDifference): string {
  return `record ${seq} is not what the same inputs give again: ${firstDifference(recorded, derived)}`
}
