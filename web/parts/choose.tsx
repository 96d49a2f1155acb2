/** What a panel is about, out of a list that may be long: a word and a select on one line. `children`: its options. */
import type { ReactNode } from 'react'
import styles from './choose.module.css'

interface Props {
  readonly label: string
  readonly value: string
  readonly onChoose: (value: string) => void
  readonly children: ReactNode
}

export function Choose({ label, value, onChoose, children }: Props) {
  return (
    <label className={styles['choose']}>
      {label}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {children}
      </select>
    </label>
  )
}
