/** The question behind the list of decisions, from the filter in the address. */
import { useSearch } from '../live/use-search.ts'
import { pathWith } from '../live/use-search.ts'
import { instantOfField } from '../format/local-input.ts'

export function useDecisionPath(): string {
  const { get } = useSearch()
  return pathWith('/api/decisions', {
    outcome: get('outcome'),
    kind: get('kind'),
    gate: get('gate'),
    text: get('text'),
    from: instantOfField(get('from')),
    to: instantOfField(get('to')),
    limit: 100,
  })
}
