/**
 * Counts by caller in windows of fixed length, each begun by its caller's first. Bounded: at most `CALLERS_MAX` are kept, those begun last.
 */

export interface Counted {
  /** In the window that runs, this one included. */
  readonly count: number
  /** Until the window is over. */
  readonly leftMs: number
}

const CALLERS_MAX = 5_000

export class FixedWindows {
  readonly #windows = new Map<string, { readonly since: number; count: number }>()
  readonly #windowMs: number
  readonly #now: () => number

  constructor(windowMs: number, now: () => number) {
    this.#windowMs = windowMs
    this.#now = now
  }

  count(caller: string): Counted {
    const at = this.#now()
    let window = this.#windows.get(caller)
    if (window === undefined || at - window.since >= this.#windowMs) window = this.#begun(caller, at)
    window.count += 1
    return { count: window.count, leftMs: this.#windowMs - (at - window.since) }
  }

  #begun(caller: string, at: number): { readonly since: number; count: number } {
    const window = { since: at, count: 0 }
    this.#windows.delete(caller) // so that the newest is last
    this.#windows.set(caller, window)
    const oldest = this.#windows.size > CALLERS_MAX ? this.#windows.keys().next().value : undefined
    if (oldest !== undefined) this.#windows.delete(oldest)
    return window
  }
}
