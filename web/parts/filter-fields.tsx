/**
 * Fields of a filter that stands in the address. On narrow screens they wait behind one line, so that the list is not pushed out of sight; they are open
 * where there is room, or where one of them is filled in.
 */
import { useEffect, useState, type ReactNode } from 'react'
import { useSearch } from '../live/use-search.ts'
import { zoneName } from '../format/zone.ts'
import field from './field.module.css'

const PAUSE_MS = 300
const ROOMY = '(width >= 48rem)'

interface MoreProps {
  readonly names: readonly string[]
  /** What "Show all" sets. */
  readonly nothing: Readonly<Record<string, string>>
  readonly children: ReactNode
}

export function MoreFields({ names, nothing, children }: MoreProps) {
  const { get, set } = useSearch()
  const isFiltered = Object.keys(nothing).some((name) => get(name) !== '')
  const [isOpen, setOpen] = useState(() => matchMedia(ROOMY).matches || names.some((name) => get(name) !== ''))
  return (
    <details className={field['more']} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Narrow it down</summary>
      <div className={field['fields']}>
        {children}
        <button type="button" className={field['button']} disabled={!isFiltered} onClick={() => set(nothing)}>
          Show all
        </button>
      </div>
    </details>
  )
}

interface FieldProps {
  readonly label: string
  readonly name: string
}

/** Asks when the typing pauses, not at every letter. */
export function TextField({ label, name }: FieldProps) {
  const { get, set } = useSearch()
  const asked = get(name)
  const [text, setText] = useState(asked)
  useEffect(() => setText(asked), [asked])
  useEffect(() => {
    if (text === asked) return undefined
    const timer = setTimeout(() => set({ [name]: text.trim() }), PAUSE_MS)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the pause is counted from the last letter
  }, [text])
  return (
    <label className={field['field']}>
      <span>{label}</span>
      <input type="search" maxLength={120} value={text} onChange={({ target }) => setText(target.value)} />
    </label>
  )
}

/** Date and minute, in the zone the reader chose. */
export function TimeField({ label, name }: FieldProps) {
  const { get, set } = useSearch()
  return (
    <label className={field['field']}>
      <span>
        {label}, {zoneName()}
      </span>
      <input type="datetime-local" value={get(name)} onChange={({ target }) => set({ [name]: target.value })} />
    </label>
  )
}
