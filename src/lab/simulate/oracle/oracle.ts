/**
 * The oracle: a model apart, made of what the medium, the venue and the clients saw. The engine's own words are kept only to be compared.
 * Cheap rules are judged on every event, `recovered` on every start, `atRest` at the end.
 */
import type { AnyEvent, Component } from '#engine/component.ts'
import type { Engine } from '#engine/engine.ts'
import type { ComponentsConfig } from '#runtime/config.ts'
import { recoverEngine } from '#runtime/recover-engine.ts'
import type { Digests } from '#runtime/recover-engine.ts'
import type { EngineProcess } from '../machine/engine-process.ts'
import type { Medium } from '../machine/medium.ts'
import type { FoundMedium } from '../machine/open-medium.ts'
import { CLIENT_MAX, HEDGE_MAX, LATENCY_MAX_MS } from '../world/scene.ts'
import type { Reconciliation } from '#topics/account.ts'
import type { VenueState } from '#sim/venue/state.ts'
import type { VirtualTime } from '../world/virtual-time.ts'
import { ClientLog } from './client-log.ts'
import { DurableModel, WatchedDisk } from './durable-model.ts'
import { checkCover, checkEnd } from './evidence.ts'
import { EngineModel } from './engine-model.ts'
import { RaceModel } from './race-model.ts'
import { VenueModel } from './venue-model.ts'
import { Verdict } from './verdict.ts'

/** Two rounds of statements and a lost one. */
const DIFFERS_MAX_MS = 100_000
const PENDING_MAX = 2_000
/** Event time may lag behind true time by the ticks of the venue and the pump, never more. */
const CLOCK_ERROR_MAX_MS = 5_000

export interface Recovered {
  readonly engine: Engine
  readonly found: FoundMedium
  readonly pipeline: readonly Component[]
  readonly components: ComponentsConfig
  readonly digests: Digests
}

export class Oracle {
  readonly verdict: Verdict
  readonly durable = new DurableModel()
  readonly disk: WatchedDisk
  readonly venue: VenueModel
  readonly clients: ClientLog
  readonly race: RaceModel
  engine: EngineModel
  #replayed: EngineModel
  readonly #time: VirtualTime
  events = 0
  readonly #venueState: () => VenueState
  readonly #differsSince = new Map<string, number>()
  #lastAt = 0

  constructor(time: VirtualTime, medium: Medium, venueState: () => VenueState) {
    this.#time = time
    this.#venueState = venueState
    this.verdict = new Verdict(time)
    this.disk = new WatchedDisk(medium.disk, this.durable)
    const limits = {
      clientMax: CLIENT_MAX,
      hedgeMax: HEDGE_MAX,
      clockMs: 3_200,
      latencyMs: LATENCY_MAX_MS,
      perpetualAgeMs: 11_500,
      optionAgeMs: 61_500,
      ordersPerSecond: 20,
    }
    this.venue = new VenueModel(this.verdict, this.durable, limits)
    this.race = new RaceModel(this.verdict)
    this.clients = new ClientLog(this.verdict, this.durable, this.venue)
    this.engine = new EngineModel(this.verdict)
    this.#replayed = this.engine
  }

  engineSays(event: AnyEvent, trueAt: number): void {
    const was = event.topic === 'coverages' ? this.engine.covers.get(event.body.coverageId)?.state : undefined
    this.engine.take(event)
    this.#noteEvent(event)
    if (event.topic === 'put_quotes') this.race.quotes(event.body, trueAt)
    if (event.topic === 'order_states') checkEnd(event.body, this.#venueState(), this.verdict)
    if (event.topic === 'coverages' && event.body.state === 'active' && was !== 'active')
      checkCover(event.body, this.#venueState(), this.verdict)
    if (event.topic === 'reconciliations') this.#compared(event.body, trueAt)
    this.verdict.check(event.at >= this.#lastAt, 'I9', () => `event time falls from ${this.#lastAt} to ${event.at}`)
    this.#lastAt = event.at
    const error = event.at - trueAt
    this.verdict.check(
      Math.abs(error) <= CLOCK_ERROR_MAX_MS,
      'I9',
      () => `event ${event.seq} ${event.topic} is dated ${error} ms off true time`,
    )
  }

  #noteEvent(event: AnyEvent): void {
    const { topic, seq } = event
    if (topic === 'order_states')
      this.verdict.note(
        () => `${seq} order ${event.body.orderId} is ${event.body.state} ${event.body.filled.toString()} ${event.body.reason ?? ''}`,
      )
    else if (topic === 'coverages') this.verdict.note(() => `${seq} cover ${event.body.coverageId} is ${event.body.state}`)
    else if (topic === 'safety_triggers') this.verdict.note(() => `${seq} ${event.body.action} by ${event.body.source}`)
    else if (topic === 'session_started') this.verdict.note(() => `${seq} session of epoch ${event.body.epoch}`)
    else if (topic === 'accepted_commands')
      this.verdict.note(() => `${seq} ${event.body.account} asks ${event.body.type} under key ${event.body.key}`)
  }

  /** A difference may stand until what is missing has been asked for and told; then the books agree or something is wrong (I4). */
  #compared({ account, state, differences }: Reconciliation, at: number): void {
    if (state === 'matched') {
      this.venue.isReconciled = true
      this.#differsSince.delete(account)
      return
    }
    const since = this.#differsSince.get(account) ?? at
    this.#differsSince.set(account, since)
    const [first] = differences
    this.verdict.check(
      at - since <= DIFFERS_MAX_MS,
      'I4',
      () => `the books of ${account} differ for ${at - since} ms: ${first?.what} ${first?.ours}, at the venue ${first?.venues}`,
    )
  }

  afterEvent(process: EngineProcess | undefined): void {
    this.events++
    if (process === undefined) return
    const { pending } = process.journal
    this.verdict.check(pending <= PENDING_MAX, 'I13', () => `${pending} records wait for the medium`)
  }

  /** For a start that is about to be tried: a model that hears what the recovery derives; it counts if that begins at the first record. */
  listenToReplay(): (event: AnyEvent) => void {
    const model = new EngineModel(new Verdict(this.#time))
    this.#replayed = model
    return (event) => model.take(event)
  }

  /**
   * All that was acknowledged is in what a start found. Where it began with a snapshot, the state is derived a second time from the first
   * record and must be the same.
   */
  recovered({ engine, found, pipeline, components, digests }: Recovered): void {
    this.durable.rebuild(found.records)
    this.#lastAt = engine.at
    this.#differsSince.clear()
    this.venue.started()
    this.race.started()
    this.clients.checkSurvival()
    if (found.snapshot === undefined) {
      this.engine = this.#replayed
      this.engine.judgeBy(this.verdict)
      return
    }
    const model = new EngineModel(this.verdict)
    this.engine = model
    const again = recoverEngine({
      pipeline,
      components,
      digests,
      snapshot: undefined,
      records: (from) => found.records.filter(({ seq }) => seq >= from),
      inspect: (event) => model.take(event),
    })
    const [now, then] = [engine.stateText(), again.engine.stateText()]
    this.verdict.check(
      now === then,
      'I9',
      () => `the state after a start from a snapshot is not the state from the first record: ${firstDifference(now, then)}`,
    )
  }
}

export function firstDifference(a: string, b: string): string {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const from = Math.max(0, at - 80)
  return `…${a.slice(from, at + 120)}… against …${b.slice(from, at + 120)}…`
}
