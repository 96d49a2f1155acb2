/**
 * Label and value in two columns, values on the right edge so that figures stand under each other. `note` is a second line in small type.
 * A stale value is marked with a word and a dotted line, not by colour alone.
 */
import type { ReactNode } from 'react'
import styles from './rows.module.css'

export function Rows({ children }: { readonly children: ReactNode }) {
  return <dl className={styles['rows']}>{children}</dl>
}

interface RowProps {
  readonly label: string
  readonly value: ReactNode
  readonly note?: ReactNode
  readonly isStale?: boolean
  readonly isMain?: boolean
  readonly name?: string
}

export function Row({ label, value, note, isStale = false, isMain = false, name }: RowProps) {
  return (
    <div className={styles['row']} data-main={isMain} data-stale={isStale}>
      <dt>{label}</dt>
      <dd>
        <span className={styles['value']} data-value={name}>
          {value}
        </span>
        {isStale ? <span className={styles['stale']}> stale</span> : null}
      </dd>
      {note === undefined ? null : <dd className={styles['note']}>{note}</dd>}
    </div>
  )
}
