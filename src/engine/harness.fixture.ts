/** Test bench for components: the real engine over a short pipeline, fed with hand-made events; gives back every event of each step. */
import { epochMs } from '#units/time.ts'
import type { BodyOf, TopicName } from '#topics/registry.ts'
import type { AnyEvent, Component, EventOf } from './component.ts'
import { Engine } from './engine.ts'
import type { Input } from './engine.ts'

/** 2026-01-29T00:00:00Z */
export const T0 = epochMs(1_769_644_800_000)

export interface Bench {
  readonly engine: Engine
  /** Runs one input at `T0 + offsetMs`; what it led to, the input excluded. Throws what a component threw. */
  feed<T extends TopicName>(offsetMs: number, topic: T, body: BodyOf<T>, key?: string): AnyEvent[]
}

export function bench(pipeline: readonly Component[], config: Readonly<Record<string, unknown>> = {}): Bench {
  let seen: AnyEvent[] = []
  const resolved = Object.fromEntries(pipeline.map(({ name, config: schema }) => [name, schema.parse(config[name])]))
  const engine = new Engine({ pipeline, config: resolved, inspect: (event) => void seen.push(event) })
  return {
    engine,
    feed: (offsetMs, topic, body, key = 'test') => {
      seen = []
      const report = engine.take({ at: epochMs(T0 + offsetMs), topic, key, source: 'test', cause: 0, body } as Input)
      if (report.failure !== undefined)
        throw report.failure instanceof Error
          ? report.failure
          : new Error('a component threw something else than an Error', { cause: report.failure })
      return seen.slice(1)
    },
  }
}

export function only<T extends TopicName>(events: readonly AnyEvent[], topic: T): EventOf<T>['body'][] {
  return events.filter((event) => event.topic === topic).map((event) => event.body as EventOf<T>['body'])
}
