/** Names with their values; numbers stand under each other. */
import type { ReactNode } from 'react'

export function Rows({ children }: { readonly children: ReactNode }) {
  return <dl className="rows">{children}</dl>
}

export function Row({
  label,
  value,
  note,
  name,
  strong = false,
}: {
  readonly label: string
  readonly value: ReactNode
  readonly note?: ReactNode
  readonly name?: string
  readonly strong?: boolean
}) {
  return (
    <div className={strong ? 'strong' : undefined}>
      <dt>{label}</dt>
      <dd data-value={name}>{value}</dd>
      {note === undefined ? null : <dd className="aside">{note}</dd>}
    </div>
  )
}
