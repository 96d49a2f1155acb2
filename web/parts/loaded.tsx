/**
 * The states of something whose code is loaded when it is first wanted (`live/on-demand.ts`): on its way, which says so only when it takes long enough to
 * be noticed; failed, with the reason and the one button that helps; there. Off the line it is tried again every few seconds, and at once when the line is back.
 */
import { useEffect, useEffectEvent, type ReactNode } from 'react'
import { usePart, type OnDemand } from '../live/on-demand.ts'
import { Glyph } from './glyph.tsx'
import styles from './loaded.module.css'

const AGAIN_MS = 5_000

interface Props<T> {
  readonly part: OnDemand<T>
  /** What it is, as in "The page Market". */
  readonly what: string
  readonly isConnected: boolean
  readonly children: (it: T) => ReactNode
}

export function Loaded<T>({ part, what, isConnected, children }: Props<T>) {
  const found = usePart(part)
  const isLost = found.state === 'failed' && !found.isServerThere
  useEffect(() => {
    if (!isLost) return undefined
    const timer = setInterval(() => void part.want({ isQuiet: true }), AGAIN_MS)
    return () => clearInterval(timer)
  }, [isLost, part])
  const lineIsBack = useEffectEvent(() => void (isLost && part.want({ isQuiet: true })))
  useEffect(() => {
    if (isConnected) lineIsBack()
  }, [isConnected])
  if (found.state === 'there') return children(found.it)
  return (
    <div className={styles['place']} data-state={found.state === 'failed' ? 'failed' : 'loading'} aria-busy={found.state !== 'failed'}>
      {found.state === 'failed' ? (
        <Failed what={what} isServerThere={found.isServerThere} again={part.want} />
      ) : (
        <p className={styles['waiting']}>{what} is on its way…</p>
      )}
    </div>
  )
}

interface FailedProps {
  readonly what: string
  readonly isServerThere: boolean
  readonly again: () => Promise<void>
}

function Failed({ what, isServerThere, again }: FailedProps) {
  const said = isServerThere
    ? 'the server no longer has the file, most likely because it was started with a newer console. Loading everything anew brings that one'
    : 'the server cannot be reached. It is tried again by itself'
  return (
    <>
      <p role="alert">
        <Glyph tone="bad" /> {what} could not be loaded: {said}.
      </p>
      <button type="button" className={styles['again']} onClick={isServerThere ? () => location.reload() : () => void again()}>
        {isServerThere ? 'Load the console anew' : 'Try again'}
      </button>
    </>
  )
}
