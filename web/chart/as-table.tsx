/** What a chart shows, as a table behind a disclosure: for who reads rather than looks, and for copying. Rows are made only while it is open. */
import { useState, type ReactNode } from 'react'
import styles from './as-table.module.css'

interface Props {
  readonly summary: string
  readonly heads: readonly string[]
  /** The first cell of a row names it. */
  readonly rows: () => readonly (readonly ReactNode[])[]
  /** Where it stands closer or lower than elsewhere. */
  readonly className?: string | undefined
}

export function AsTable({ summary, heads, rows, className = '' }: Props) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className={`${styles['details']} ${className}`} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen ? <Table label={summary} heads={heads} rows={rows()} /> : null}
    </details>
  )
}

/** The same table in the open. */
export function Table({
  label,
  heads,
  rows,
}: { readonly label: string } & Pick<Props, 'heads'> & { readonly rows: ReturnType<Props['rows']> }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <section className={styles['scroll']} aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], i) => (
            <tr key={i}>
              <th scope="row">{name}</th>
              {cells.map((cell, place) => (
                <td key={place}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
