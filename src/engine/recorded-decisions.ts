/**
 * The recorded decisions of a step that is folded, and when each has its turn: where the code of today would make one of its topic, or else once
 * all is quiet, always in the order of their record. So what led to a decision (the command that asked for it) is handled before what came
 * of it, as when it was made: a component that notes a wish and then its outcome knows both afterwards.
 */
import type { TopicName } from '#topics/registry.ts'
import type { AnyEvent } from './component.ts'

const NONE: readonly AnyEvent[] = []

export class RecordedDecisions {
  readonly #release: (event: AnyEvent) => void
  #recorded = NONE
  #released = 0

  constructor(release: (event: AnyEvent) => void) {
    this.#release = release
  }

  begin(recorded: readonly AnyEvent[]): void {
    this.#recorded = recorded
    this.#released = 0
  }

  /** The code of today makes a decision of this topic: the next recorded one of it, with all before it, has its turn. */
  insteadOf(topic: TopicName): void {
    const place = this.#recorded.findIndex((event, at) => at >= this.#released && event.topic === topic)
    while (this.#released <= place) this.releaseNext()
  }

  /** All is quiet: the next one; false when there is none left. */
  releaseNext(): boolean {
    const event = this.#recorded[this.#released]
    if (event === undefined) return false
    this.#released++
    this.#release(event)
    return true
  }
}
