/**
 * Virtual time: a queue of things to happen, in the order of their instant, then of their scheduling. True time in epoch ms never falls; the
 * wall clock a machine reads may be stepped under it (F-C01, F-C02), its monotonic counter may not.
 */
import { assert } from '#base/assert.ts'
import type { EpochMs } from '#units/time.ts'

interface Planned {
  readonly at: number
  readonly work: () => void
}

export class VirtualTime {
  #now: number
  #wallStep = 0
  readonly #planned: Planned[] = []

  constructor(start: number) {
    this.#now = start
  }

  get now(): EpochMs {
    return this.#now as EpochMs
  }

  /** What a machine's clock on the wall shows. */
  get wall(): number {
    return this.#now + this.#wallStep
  }

  get nextAt(): number | undefined {
    return this.#planned[0]?.at
  }

  get pending(): number {
    return this.#planned.length
  }

  stepWall(byMs: number): void {
    this.#wallStep += byMs
  }

  after(ms: number, work: () => void): void {
    this.at(this.#now + Math.max(0, ms), work)
  }

  at(at: number, work: () => void): void {
    assert(Number.isFinite(at), 'things happen at an instant')
    const when = Math.max(this.#now, Math.ceil(at))
    let index = this.#planned.length
    while (index > 0 && (this.#planned[index - 1]?.at ?? 0) > when) index--
    this.#planned.splice(index, 0, { at: when, work })
  }

  /** For what is queued elsewhere; never past the next thing planned here. */
  passTo(at: number): void {
    assert(at <= (this.nextAt ?? at), 'nothing planned is jumped over')
    this.#now = Math.max(this.#now, at)
  }

  /** Brings time to the next thing and gives it; undefined when nothing is planned up to `until`. */
  next(until: number): (() => void) | undefined {
    const first = this.#planned[0]
    if (first === undefined || first.at > until) {
      this.#now = Math.max(this.#now, until)
      return undefined
    }
    this.#planned.shift()
    this.#now = first.at
    return first.work
  }
}
