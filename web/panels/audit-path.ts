/** The question behind the list of audit entries, from the filter in the address; anything but `internal` is the executive view. */
import { instantOfField } from '../format/local-input.ts'
import { pathWith, useSearch } from '../live/use-search.ts'

export type Mode = 'exec' | 'internal'

export function modeOf(text: string): Mode {
  return text === 'internal' ? 'internal' : 'exec'
}

export function useEntriesPath(): string {
  const { get } = useSearch()
  return pathWith('/api/audit/entries', {
    mode: modeOf(get('mode')),
    event: get('event'),
    text: get('text'),
    from: instantOfField(get('from')),
    to: instantOfField(get('to')),
    limit: 100,
  })
}
