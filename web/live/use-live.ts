/** React's side of the feed: one feed per page, and a clock for what ages on screen. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Overview } from '#api/contract-page.ts'
import type { Answer } from './ask.ts'
import { Feed, type Live } from './feed.ts'

const feed = new Feed()

export function useLive(): Live {
  return useSyncExternalStore(feed.subscribe, feed.current)
}

/** Changes only with the line, so that whoever uses it is not drawn again with every figure. */
export function useIsLost(): boolean {
  return useSyncExternalStore(feed.subscribe, () => feed.current().connection.state === 'lost')
}

/** The live picture as an answer, so that a panel that shows it has the same states as one that asks: off the line it is old, and before the first it waits. */
export function toldBy({ overview, connection }: Pick<Live, 'overview' | 'connection'>): Answer<Overview> {
  const problem = connection.state === 'lost' ? (connection.problem ?? 'not connected') : undefined
  return { data: overview, problem, answeredAt: connection.lastAt, again: feed.again }
}

/** The wall clock, once a second. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
