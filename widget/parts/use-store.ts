/** Views over the live parts: a store's value, the time of the reader's clock in steps, and words for screen readers. */
import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { Clock, Readable } from '../live/store.ts'

export function useStore<T>({ current, subscribe }: Readable<T>): T {
  return useSyncExternalStore(subscribe, current, current)
}

/** The clock's now, again every `everyMs` while it is shown. */
export function useNow(clock: Clock, everyMs: number): number {
  const [now, setNow] = useState(() => clock.now())
  useEffect(() => {
    let callOff: () => void
    const tick = (): void => {
      setNow(clock.now())
      callOff = clock.after(everyMs, tick)
    }
    tick()
    return () => callOff()
  }, [clock, everyMs])
  return now
}

export const Announce = createContext<(words: string) => void>(() => undefined)

/** Says it once whenever it changes; the same words again are not repeated. */
export function useAnnounced(words: string | undefined): void {
  const announce = useContext(Announce)
  useEffect(() => {
    if (words !== undefined && words !== '') announce(words)
  }, [words, announce])
}

/** Calls back once for each new value, with the newest function there is. */
export function useEach<T>(value: T, run: (value: T) => void): void {
  const newest = useRef(run)
  useEffect(() => {
    newest.current = run
  })
  useEffect(() => newest.current(value), [value])
}
