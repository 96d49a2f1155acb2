/** A filter that stands in the address: shared by the panels of a page, kept over a reload, and a link for whoever is asked to look. */
import { useSearchParams } from 'wouter'

export interface Search {
  readonly get: (name: string) => string
  /** An empty value takes the name out. Replaces the entry in the history: "back" leaves the page. */
  readonly set: (changes: Readonly<Record<string, string>>) => void
}

export function useSearch(): Search {
  const [search, setSearch] = useSearchParams()
  return {
    get: (name) => search.get(name) ?? '',
    set: (changes) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before)
          for (const [name, value] of Object.entries(changes)) {
            if (value === '') next.delete(name)
            else next.set(name, value)
          }
          return next
        },
        { replace: true },
      ),
  }
}

/** Only what is set. */
export function pathWith(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}
