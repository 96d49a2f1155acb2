/**
 * The states of a panel that asked for something, the same everywhere: asking, failed (with a button to try again), empty (a sentence),
 * there, and there but old (its own question failed, or the line is down): the content stays, marked in the panel's upper corner with the age of what is shown. Nothing moves when a state
 * changes: the place keeps `minRows` lines from the start.
 */
import type { CSSProperties, ReactNode } from 'react'
import type { Answer } from '../live/ask.ts'
import { useIsLost, useNow } from '../live/use-live.ts'
import { age } from '../format/time.ts'
import { Glyph } from './glyph.tsx'
import styles from './state.module.css'

interface Props<T> {
  readonly answer: Answer<T>
  /** The sentence to show where the answer holds nothing; undefined: it holds something. */
  readonly empty?: (data: T) => string | undefined
  readonly minRows?: number
  /** In a panel so narrow that its rows stand under each other. */
  readonly narrowRows?: number
  readonly children: (data: T) => ReactNode
}

export function Answered<T>({ answer, empty, minRows = 2, narrowRows = minRows, children }: Props<T>) {
  const { data, answeredAt } = answer
  const isLost = useIsLost()
  const problem = answer.problem ?? (isLost && data !== undefined ? 'not connected' : undefined)
  const place = { '--rows': minRows, '--rows-narrow': narrowRows } as CSSProperties
  if (data === undefined)
    return (
      <div className={styles['state']} style={place} data-state={problem === undefined ? 'loading' : 'failed'}>
        {problem === undefined ? <p>Asking the server…</p> : <Failed problem={problem} again={answer.again} />}
      </div>
    )
  const nothing = empty?.(data)
  return (
    <div className={styles['state']} style={place} data-state={problem !== undefined ? 'stale' : nothing === undefined ? 'there' : 'empty'}>
      {problem === undefined || answeredAt === undefined ? null : <Old since={answeredAt} problem={problem} />}
      {nothing === undefined ? children(data) : <p>{nothing}</p>}
    </div>
  )
}

function Failed({ problem, again }: { readonly problem: string; readonly again: () => void }) {
  return (
    <>
      <p role="alert">
        <Glyph tone="bad" /> No answer: {problem}.
      </p>
      <button type="button" className={styles['again']} onClick={again}>
        Try again
      </button>
    </>
  )
}

function Old({ since, problem }: { readonly since: number; readonly problem: string }) {
  const now = useNow()
  return (
    <p className={styles['old']} title={problem}>
      <Glyph tone="warn" /> stale, {age(Math.max(0, now - since))} old
    </p>
  )
}
