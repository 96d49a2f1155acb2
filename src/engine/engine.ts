/**
 * Runs a pipeline. One input is taken, its consequences are handled until quiet, only then the next. Inside a step the queue is ordered by
 * the rank of the topic, then by emission; components of one topic run in the order of the pipeline. A step that throws, or emits more
 * than `EMISSIONS_MAX` events, leaves nothing behind: the engine is rebuilt from its last snapshot and the inputs since, and the caller
 * learns that the input is poisoned. The engine reads no clock and does no I/O.
 */
import { assert } from '#base/assert.ts'
import { TOPICS, TOPIC_NAMES } from '#topics/registry.ts'
import type { BodyOf, TopicName } from '#topics/registry.ts'
import type { EpochMs } from '#units/time.ts'
import { SILENT } from './component.ts'
import type { AnyEvent, Component, Emission } from './component.ts'
import { checkPipeline, checkVersions } from './state-version.ts'
import { decodeState, encodeState } from './state-codec.ts'
import { RecordedDecisions } from './recorded-decisions.ts'
import { StepQueue } from './step-queue.ts'

export const EMISSIONS_MAX = 10_000
const RANKS = Math.max(...TOPIC_NAMES.map((topic) => TOPICS[topic].rank))
/** Never written to: stands for the list of a step that decided nothing. */
const NO_EVENTS: AnyEvent[] = []

export type Input<T extends TopicName = TopicName> = {
  [K in T]: {
    readonly at: EpochMs
    readonly topic: K
    readonly key: string
    readonly source: string
    readonly cause: number
    readonly body: BodyOf<K>
  }
}[T]
/** An input as it is offered, before the engine's host gives it its instant. */
export type Untimed<T extends TopicName = TopicName> = {
  [K in T]: { readonly topic: K; readonly key: string; readonly source: string; readonly body: BodyOf<K>; readonly cause?: number }
}[T]
export interface EngineOptions {
  readonly pipeline: readonly Component[]
  /** Resolved configuration by component name. */
  readonly config: Readonly<Record<string, unknown>>
  /**
   * Inputs between two in-memory snapshots, from which a poisoned step is undone. 0: nothing is kept and a failed step throws, for runs
   * over recorded data, which stop there and can be run again; keeping every input alive costs a tick a third of its time.
   */
  readonly snapshotEvery?: number
  /** Called for every event before its consumers run: freezing in tests, tracing. Changes nothing. */
  readonly inspect?: (event: AnyEvent) => void
}
/** What left the step: journaled decisions and effects in order, and all events by seq for walking causes. */
export interface StepReport {
  readonly input: AnyEvent
  readonly decisions: readonly AnyEvent[]
  readonly failure?: unknown
}
export interface Snapshot {
  readonly seq: number
  readonly at: EpochMs
  readonly components: Readonly<Record<string, { readonly version: number; readonly state: string }>>
}

interface Placed {
  readonly component: Component
  readonly step: Component['step']
  readonly name: string
  readonly config: unknown
  /** Where what it may emit goes. */
  readonly outlets: Route[]
  state: unknown
}
interface Route {
  readonly topic: TopicName
  readonly rank: number
  readonly consumers: Placed[]
  readonly decided: boolean
}

export class StepFailure extends Error {
  override readonly name = 'StepFailure'
}

export class Engine {
  readonly #placed: readonly Placed[]
  readonly #byName: ReadonlyMap<string, Placed>
  readonly #routes: ReadonlyMap<TopicName, Route>
  readonly #queue = new StepQueue<Route>(RANKS)
  readonly #snapshotEvery: number
  readonly #inspect: ((event: AnyEvent) => void) | undefined
  #seq = 0
  #at = 0 as EpochMs
  /** Of the last input: the next is nearly always of the same topic. */
  #inputRoute: Route
  #decisions: AnyEvent[] = NO_EVENTS
  #base: Snapshot | undefined
  #recent: AnyEvent[] = []
  #isFolding = false
  readonly #recorded = new RecordedDecisions((event) => this.#queue.add(event, this.#route(event.topic)))

  constructor({ pipeline, config, snapshotEvery = 20_000, inspect }: EngineOptions) {
    checkPipeline(pipeline)
    this.#placed = pipeline.map((component) => {
      const section = config[component.name]
      assert(section !== undefined, `configuration has a section for ${component.name}`)
      return { component, step: component.step, name: component.name, config: section, outlets: [], state: component.initial(section) }
    })
    this.#byName = new Map(this.#placed.map((placed) => [placed.name, placed]))
    this.#routes = new Map(TOPIC_NAMES.map((topic) => [topic, this.#routeOf(topic)]))
    for (const { component, outlets } of this.#placed) for (const topic of component.produces) outlets.push(this.#route(topic))
    this.#inputRoute = this.#route('commands')
    this.#snapshotEvery = snapshotEvery
    this.#inspect = inspect
  }

  get seq(): number {
    return this.#seq
  }

  get at(): EpochMs {
    return this.#at
  }

  get componentCount(): number {
    return this.#placed.length
  }

  /** State of a component, for questions between two inputs; nobody but its component may change it. */
  stateOf<State>(component: { readonly name: string; readonly stateType?: State }): State {
    return this.#named(component.name).state as State
  }

  /** The same for whoever asks after every input: a look-up by name costs more than the question. */
  cellOf<State>(component: { readonly name: string; readonly stateType?: State }): { readonly state: State } {
    return this.#named(component.name) as { readonly state: State }
  }

  configOf<Config>(component: { readonly name: string; readonly config: { readonly _output: Config } }): Config {
    return this.#named(component.name).config as Config
  }

  /** Takes one input. On failure nothing of the step remains and `failure` says why; the caller then records and reports it. */
  take(input: Input): StepReport {
    return this.takeAt(input, input.at)
  }

  /** The same for whoever takes an offer as it comes: the event is the only copy made of it. */
  takeAt(input: Untimed, at: EpochMs): StepReport {
    if (this.#snapshotEvery === 0) return this.#takeForGood(input, at)
    if (this.#base === undefined || this.#recent.length >= this.#snapshotEvery) this.#rebase()
    const first = this.#seq
    try {
      const event = this.#run(input, at, NO_EVENTS)
      this.#recent.push(event)
      return { input: event, decisions: this.#decisions }
    } catch (failure) {
      this.#rebuild(first)
      const { topic, key, source, body, cause = 0 } = input
      return { input: { seq: first + 1, at, topic, key, source, cause, body } as AnyEvent, decisions: [], failure }
    }
  }

  #takeForGood(input: Untimed, at: EpochMs): StepReport {
    try {
      this.#base = undefined
      const event = this.#run(input, at, NO_EVENTS)
      return { input: event, decisions: this.#decisions }
    } catch (failure) {
      this.#queue.clear()
      throw new StepFailure(`input ${input.topic} could not be handled: ${String(failure)}`, { cause: failure })
    }
  }

  /** An input that was taken before, on replay: it is not kept for an undo, since whoever replays stops at a step that fails. */
  retake(input: Input): StepReport {
    this.#base = undefined
    const event = this.#run(input, input.at, NO_EVENTS)
    return { input: event, decisions: this.#decisions }
  }

  /**
   * Recovery under other code: decisions are the recorded ones, what components decide anew is dropped. The input keeps its recorded seq where
   * the journal's numbers ran ahead of what this code derives; `lastSeq` is that of the step's last record.
   */
  fold(input: AnyEvent, recorded: readonly AnyEvent[], lastSeq: number): void {
    this.#seq = Math.max(this.#seq, input.seq - 1)
    this.#isFolding = true
    try {
      this.#run(input, input.at, recorded)
    } finally {
      this.#isFolding = false
    }
    this.#seq = Math.max(this.#seq, lastSeq)
    this.#base = undefined
    this.#recent = []
  }

  /** The events of the last step from the input to `event`, oldest first: how the input led there. */
  chainTo(event: AnyEvent): readonly AnyEvent[] {
    return this.#queue.chainTo(event)
  }

  snapshot(): Snapshot {
    const components: Record<string, { version: number; state: string }> = {}
    for (const { component, state } of this.#placed) {
      components[component.name] = {
        version: component.version,
        state: component.saveText?.(state) ?? encodeState(component.save === undefined ? state : component.save(state)),
      }
    }
    return { seq: this.#seq, at: this.#at, components }
  }

  /** Puts the engine where the snapshot was taken. A component of another version, or missing, is refused before anything changes. */
  restore(snapshot: Snapshot): void {
    checkVersions(snapshot, this.#placed)
    for (const placed of this.#placed) {
      const saved = snapshot.components[placed.component.name]
      if (saved === undefined) continue
      const state = decodeState(saved.state)
      placed.state = placed.component.load === undefined ? state : placed.component.load(state, placed.config)
    }
    this.#seq = snapshot.seq
    this.#at = snapshot.at
    this.#base = snapshot
    this.#recent = []
  }

  /** One string per component in pipeline order: the text under the state hash. */
  stateText(): string {
    const { seq, components } = this.snapshot()
    return `${seq}\n${this.#placed.map(({ component }) => `${component.name} ${components[component.name]?.state ?? ''}`).join('\n')}`
  }

  /** Makes now the point to which a failed step returns. */
  #rebase(): void {
    this.#base = this.snapshot()
    this.#recent = []
  }

  #rebuild(expectedSeq: number): void {
    const inputs = this.#recent
    assert(this.#base !== undefined, 'a step begins with a point to return to')
    this.#queue.clear()
    this.restore(this.#base)
    for (const input of inputs) this.#run(input, input.at, NO_EVENTS)
    this.#recent = inputs
    assert(this.#seq === expectedSeq, 'a rebuilt engine stands where it stood before the poisoned input')
  }

  #run({ topic, key, body, source, cause = 0 }: Untimed, at: EpochMs, recorded: readonly AnyEvent[]): AnyEvent {
    assert(at >= this.#at, 'event time never falls')
    this.#at = at
    const queue = this.#queue
    queue.begin()
    this.#decisions = NO_EVENTS
    if (this.#inputRoute.topic !== topic) this.#inputRoute = this.#route(topic)
    const event = this.#enqueue(this.#inputRoute, key, body, source, cause)
    this.#recorded.begin(recorded)
    do for (let next = queue.next(); next !== undefined; next = queue.next()) this.#deliver(next, queue.route)
    while (this.#recorded.releaseNext())
    return event
  }

  #deliver(event: AnyEvent, { consumers }: Route): void {
    if (this.#inspect !== undefined) this.#inspect(event)
    for (let i = 0; i < consumers.length; i++) {
      const placed = consumers[i] as Placed
      const { step } = placed
      const { state, emit } = step(placed.state, event, placed.config)
      // most states are mutated in place, and a write to an old object costs more than the question
      if (state !== undefined && state !== placed.state) placed.state = state
      if (emit === SILENT) continue
      for (let j = 0; j < emit.length; j++) this.#emit(placed, emit[j] as Emission, event.seq)
    }
  }

  #emit({ name, outlets }: Placed, { topic, key, body, cause }: Emission, seq: number): void {
    const route = outletOf(outlets, topic)
    if (route === undefined) throw new StepFailure(`${name} does not produce ${topic}`)
    if (this.#isFolding && route.decided) return this.#recorded.insteadOf(topic)
    this.#enqueue(route, key, body, name, cause ?? seq)
  }

  #enqueue(route: Route, key: string, body: unknown, source: string, cause: number): AnyEvent {
    if (this.#queue.count > EMISSIONS_MAX) throw new StepFailure(`a step emits at most ${EMISSIONS_MAX} events`)
    const event = { seq: ++this.#seq, at: this.#at, topic: route.topic, key, source, cause, body } as AnyEvent
    if (route.decided) {
      if (this.#decisions === NO_EVENTS) this.#decisions = [event]
      else this.#decisions.push(event)
    }
    this.#queue.add(event, route)
    return event
  }

  #route(topic: TopicName): Route {
    return this.#routes.get(topic) as Route
  }

  #routeOf(topic: TopicName): Route {
    const { rank, journal } = TOPICS[topic]
    const consumers = this.#placed.filter(({ component }) => component.consumes.includes(topic))
    return { topic, rank, consumers, decided: journal === 'decision' }
  }

  #named(name: string): Placed {
    const placed = this.#byName.get(name)
    assert(placed !== undefined, `the pipeline has ${name}`)
    return placed
  }
}

/** A component produces a handful of topics: looking along them is quicker than hashing a name. */
function outletOf(outlets: readonly Route[], topic: TopicName): Route | undefined {
  for (let i = 0; i < outlets.length; i++) if ((outlets[i] as Route).topic === topic) return outlets[i]
  return undefined
}
