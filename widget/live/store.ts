/** One value and those who watch it: what the views read through `useSyncExternalStore`. The first watcher may start something, the last one to leave ends it. */
export interface Readable<T> {
  readonly current: () => T
  readonly subscribe: (listener: () => void) => () => void
}

export class Store<T> implements Readable<T> {
  #value: T
  readonly #listeners = new Set<() => void>()
  readonly #onFirst: (() => void) | undefined
  readonly #onLast: (() => void) | undefined

  constructor(value: T, watched: { readonly onFirst?: () => void; readonly onLast?: () => void } = {}) {
    this.#value = value
    this.#onFirst = watched.onFirst
    this.#onLast = watched.onLast
  }

  readonly current = (): T => this.#value

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#onFirst?.()
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#onLast?.()
    }
  }

  set(value: T): void {
    this.#value = value
    for (const listener of this.#listeners) listener()
  }
}

/** What the live parts need of the outside; tests give their own. */
export interface Clock {
  /** Never jumps, ms. */
  now(): number
  /** Calls once, later; the function it gives calls it off. */
  after(ms: number, run: () => void): () => void
}

export const CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
