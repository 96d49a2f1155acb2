/**
 * The question behind the list of audit entries, from the filter in the address; anything but `internal` is the executive view. What is written every
 * minute is left out until it is asked for.
 */
import { instantOfField } from '../format/local-input.ts'
import { pathWith, useSearch } from '../live/use-search.ts'
import { eventsAsked, modeOf } from '../model/audit-events.ts'

export function useEntriesPath(): string {
  const { get } = useSearch()
  const mode = modeOf(get('mode'))
  return pathWith('/api/audit/entries', {
    mode,
    event: eventsAsked(get('event'), mode),
    text: get('text'),
    from: instantOfField(get('from')),
    to: instantOfField(get('to')),
    limit: 100,
  })
}
