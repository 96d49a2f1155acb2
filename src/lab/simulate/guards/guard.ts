/** A guard that can be taken away: what falls with it, and how it is broken. */
import type { AnyEvent, Component, Emission, Step } from '#engine/component.ts'
import type { TopicName } from '#topics/registry.ts'
import type { Sabotage } from './sabotage.ts'

export interface Guard {
  readonly name: string
  /** What no longer holds without it. */
  readonly loses: string
  readonly sabotage: Partial<Sabotage>
}

type StepOf = (state: unknown, event: AnyEvent, config: unknown) => Step<unknown, TopicName>

/** The pipeline with one component's step put inside another. */
export function around(name: string, wrap: (inner: StepOf) => StepOf): Sabotage['pipeline'] {
  return (pipeline) => {
    if (!pipeline.some((component) => component.name === name)) throw new Error(`the pipeline has no ${name}`)
    return pipeline.map((component): Component => {
      if (component.name !== name) return component
      return { ...component, step: wrap((state, event, config) => component.step(state, event, config)) }
    })
  }
}

/** The component hears another event in the place of the one given; undefined: none at all. */
export function hearing(name: string, change: (event: AnyEvent) => AnyEvent | undefined): Sabotage['pipeline'] {
  return around(name, (inner) => (state, event, config) => {
    const heard = change(event)
    return heard === undefined ? { state, emit: [] } : inner(state, heard, config)
  })
}

/** The component says other things than it would. */
export function saying(name: string, change: (emission: Emission) => Emission): Sabotage['pipeline'] {
  return around(name, (inner) => (state, event, config) => {
    const step = inner(state, event, config)
    return { state: step.state, emit: step.emit.map(change) }
  })
}

/** Fields of a component's configuration replaced. */
export function configured(changes: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Sabotage['components'] {
  return (components) => {
    const sections: Record<string, unknown> = { ...components }
    for (const [name, fields] of Object.entries(changes)) sections[name] = { ...(components[name] as object), ...fields }
    return sections
  }
}
