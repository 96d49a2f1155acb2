/**
 * What a component is: a value with a name, typed topics, a first state and a pure step. It knows no clock, no randomness but a seeded
 * generator in its own state, no I/O and no other component's state. Time is `event.at`; time to come is asked for by emitting
 * `timer_requests`. A hot component may own and mutate buffers in its state as long as no event holds them.
 */
import type { z } from 'zod'
import type { BodyOf, TopicName } from '#topics/registry.ts'
import type { EpochMs } from '#units/time.ts'

export interface EventOf<T extends TopicName> {
  /** Total order within one engine. */
  readonly seq: number
  /** The port's time of taking the input; what is emitted has the `at` of its input. Never falls. */
  readonly at: EpochMs
  readonly topic: T
  /** The account, or the instrument for market data. */
  readonly key: string
  /** Name of the component or port. */
  readonly source: string
  /** seq of the event that led here; 0 where nothing inside did. */
  readonly cause: number
  readonly body: BodyOf<T>
}
/** Distributes over a union of topics, so that a switch on `topic` narrows `body`. */
export type AnyEvent<T extends TopicName = TopicName> = { [K in T]: EventOf<K> }[T]

/** What a step emits; the engine adds seq, at, source and (unless given) the cause. */
export type Emission<T extends TopicName = TopicName> = {
  [K in T]: { readonly topic: K; readonly key: string; readonly body: BodyOf<K>; readonly cause?: number | undefined }
}[T]

export interface Step<State, T extends TopicName> {
  /** Undefined (see `QUIET`): the one handed in stands. */
  readonly state: State | undefined
  readonly emit: readonly Emission<T>[]
}

export interface ComponentSpec<State, In extends TopicName, Out extends TopicName, Config> {
  readonly name: string
  /** Of the state's shape: a snapshot of another version needs a migration. */
  readonly version: number
  readonly consumes: readonly In[]
  readonly produces: readonly Out[]
  /** Strict: unknown keys are errors. Defaults are resolved here and nowhere else. */
  readonly config: z.ZodType<Config, unknown>
  initial(config: Config): State
  step(state: State, event: AnyEvent<In>, config: Config): Step<State, Out>
  /** Plain data for snapshots where the state is more than plain data, Maps, Sets, typed arrays and exact values. */
  readonly save?: (state: State) => unknown
  readonly load?: (saved: unknown, config: Config) => State
  /** In the place of `save`, its JSON: for a state of which most was written before. */
  readonly saveText?: (state: State) => string
  /** Carries the state's type for `Engine.stateOf`; never set. */
  readonly stateType?: State
}

/** A component with its types put away, as the pipeline table holds it. */
export interface Component {
  readonly name: string
  readonly version: number
  readonly consumes: readonly TopicName[]
  readonly produces: readonly TopicName[]
  readonly config: z.ZodType
  initial(config: unknown): unknown
  step(state: unknown, event: AnyEvent, config: unknown): Step<unknown, TopicName>
  readonly save?: (state: unknown) => unknown
  readonly load?: (saved: unknown, config: unknown) => unknown
  readonly saveText?: (state: unknown) => string
}

export function component<State, In extends TopicName, Out extends TopicName, Config>(
  spec: ComponentSpec<State, In, Out, Config>,
): ComponentSpec<State, In, Out, Config> & Component {
  return spec as unknown as ComponentSpec<State, In, Out, Config> & Component
}

/** For steps with nothing to say. */
export const SILENT: readonly never[] = []
/** The whole answer of a step that kept its state in place and has nothing to say, as nearly every tick leaves most components. */
export const QUIET: Step<never, never> = { state: undefined, emit: SILENT }

/** The answer of a step that changed its state in place. */
export function kept<State, T extends TopicName>(state: State, emit: readonly Emission<T>[]): Step<State, T> {
  return emit === SILENT ? QUIET : { state, emit }
}
