/**
 * The host page's positions: handed in as a list and replaced with `set`, or fetched by a function of the page's own whenever they are needed.
 * A list is copied when it comes, so that the page may go on using its own.
 */
import { checkPositions, PositionSourceError } from './source.ts'
import type { HeldPosition, PositionSource } from './source.ts'

export type FetchPositions = (signal: AbortSignal) => Promise<readonly HeldPosition[]> | readonly HeldPosition[]
export interface PartnerSource extends PositionSource {
  /** Other positions from now on; refused whole where one of them cannot be read. */
  set(positions: readonly HeldPosition[]): void
  subscribe(changed: () => void): () => void
}

export function partnerSource(given: readonly HeldPosition[] | FetchPositions): PartnerSource {
  let held = typeof given === 'function' ? given : fixed(checkPositions(given))
  const listeners = new Set<() => void>()
  return {
    name: 'partner',
    knownBy: 'statement',
    async load(signal) {
      signal.throwIfAborted()
      return checkPositions(await untilAborted(answerOf(held, signal), signal))
    },
    set(positions) {
      held = fixed(checkPositions(positions))
      for (const listener of listeners) listener()
    },
    subscribe(changed) {
      const listener = (): void => changed()
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function fixed(positions: readonly HeldPosition[]): FetchPositions {
  return () => positions
}

async function answerOf(fetchPositions: FetchPositions, signal: AbortSignal): Promise<readonly HeldPosition[]> {
  try {
    return await fetchPositions(signal)
  } catch (error) {
    signal.throwIfAborted()
    throw new PositionSourceError(`the page could not say what is held: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** A function of the page's may not know of signals; the widget does not wait for it longer than it wants to. */
async function untilAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason as Error)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([answer, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
