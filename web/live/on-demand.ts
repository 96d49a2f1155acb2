/**
 * Code that is loaded when it is first wanted. A load fails when the line is down, or when the server was started with another build and the file of
 * this one is gone; the two are told apart by asking the server for anything at all. What failed is tried again by `again`, and quietly when it
 * is wanted once more; a browser may remember a file that did not come, so in the second case only loading the page anew helps.
 */
import { useEffect, useSyncExternalStore } from 'react'

export type Part<T> =
  | { readonly state: 'absent' | 'loading' }
  | { readonly state: 'there'; readonly it: T }
  | { readonly state: 'failed'; readonly isServerThere: boolean }

const ABSENT = { state: 'absent' } as const
const LOADING = { state: 'loading' } as const
const PATIENCE_MS = 5_000

export class OnDemand<T> {
  readonly #load: () => Promise<T>
  readonly #isServerThere: () => Promise<boolean>
  readonly #listeners = new Set<() => void>()
  #part: Part<T> = ABSENT
  #isUnderWay = false

  constructor(load: () => Promise<T>, isServerThere = answers) {
    this.#load = load
    this.#isServerThere = isServerThere
  }

  readonly current = (): Part<T> => this.#part

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Starts the load where there is none under way; safe to call as often as one likes. `isQuiet`: what failed says so until it is there. */
  readonly want = async ({ isQuiet = false }: { readonly isQuiet?: boolean } = {}): Promise<void> => {
    if (this.#isUnderWay || this.#part.state === 'there') return
    this.#isUnderWay = true
    if (!isQuiet) this.#show(LOADING)
    try {
      this.#show({ state: 'there', it: await this.#load() })
    } catch {
      const isServerThere = await this.#isServerThere()
      if (this.#part.state !== 'failed' || this.#part.isServerThere !== isServerThere) this.#show({ state: 'failed', isServerThere })
    }
    this.#isUnderWay = false
  }

  #show(part: Part<T>): void {
    this.#part = part
    for (const listener of this.#listeners) listener()
  }
}

export function usePart<T>(part: OnDemand<T>): Part<T> {
  useEffect(() => void part.want(), [part])
  return useSyncExternalStore(part.subscribe, part.current)
}

async function answers(): Promise<boolean> {
  return fetch('/favicon.svg', { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) }).then(
    () => true,
    () => false,
  )
}
