/**
 * A row of a list that opens: its cells stand in the columns of the list on wide screens and under their labels on narrow ones; what it opens to is
 * made only while it is open. The first cell is the button. Columns are the list's own, given as a grid template.
 */
import { useId, useState, type CSSProperties, type ReactNode } from 'react'
import styles from './opening-row.module.css'

export interface Column {
  readonly name: string
  /** Of the grid on wide screens. */
  readonly width: string
  readonly isFigure?: boolean
}

export function OpeningList({ columns, children }: { readonly columns: readonly Column[]; readonly children: ReactNode }) {
  return (
    <div className={styles['list']} style={{ '--columns': columns.map(({ width }) => width).join(' ') } as CSSProperties}>
      <div className={styles['heads']} aria-hidden="true">
        {columns.map(({ name, isFigure = false }) => (
          <span key={name} data-figure={isFigure}>
            {name}
          </span>
        ))}
      </div>
      <ul>{children}</ul>
    </div>
  )
}

interface RowProps {
  readonly columns: readonly Column[]
  /** One per column; the first is what the button says. */
  readonly cells: readonly ReactNode[]
  readonly isOpenAtFirst?: boolean
  readonly children: ReactNode
}

export function OpeningRow({ columns, cells, isOpenAtFirst = false, children }: RowProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const id = useId()
  const [first, ...rest] = cells
  return (
    <li className={styles['row']}>
      <div className={styles['cells']}>
        <button type="button" className={styles['open']} aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
          {first}
        </button>
        {rest.map((cell, i) => (
          <span key={columns[i + 1]?.name} className={styles['cell']} data-figure={columns[i + 1]?.isFigure ?? false}>
            <span className={styles['label']}>{columns[i + 1]?.name}: </span>
            {cell}
          </span>
        ))}
      </div>
      <div id={id} className={styles['inside']} hidden={!isOpen}>
        {isOpen ? children : null}
      </div>
    </li>
  )
}
