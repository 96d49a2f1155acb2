/** What this is, whose money it is (a demo cannot be mistaken for the real thing), and whether the numbers are live. */
import type { Standing } from '../live/monitor.ts'
import type { Clock } from '../live/store.ts'
import { countdown } from '../format/time.ts'
import { useAnnounced, useNow } from './use-store.ts'

const STALE_MS = 10_000

export function Head({ standing, clock, id }: { readonly standing: Standing; readonly clock: Clock; readonly id: string }) {
  const now = useNow(clock, 1_000)
  const { line, at, terms } = standing
  const age = at === undefined ? undefined : now - at
  const isStale = age !== undefined && age > STALE_MS
  const state = line === 'lost' ? 'lost' : isStale ? 'stale' : line
  const word = {
    connecting: 'Connecting',
    live: 'Live',
    stale: `${countdown(age ?? 0)} old`,
    lost: age === undefined ? 'Not connected' : `Not connected · ${countdown(age)} old`,
  }[state]
  useAnnounced(state === 'lost' ? 'Not connected. The numbers shown are old.' : state === 'live' && at !== undefined ? 'Live.' : undefined)
  return (
    <div className="head">
      <h2 id={id}>Drawdown protection</h2>
      {terms === undefined ? null : <span className={`mode ${terms.mode}`}>{terms.mode === 'demo' ? 'Demo' : 'Live trading'}</span>}
      <span className={`line ${state}`} data-value="line">
        <i aria-hidden="true" /> {word}
      </span>
    </div>
  )
}
