/** React's side of the feed: one feed per page, and a clock for what ages on screen. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Feed, type Live } from './feed.ts'

const feed = new Feed()

export function useLive(): Live {
  return useSyncExternalStore(feed.subscribe, feed.current)
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
