/** The covers of the page and which of them is looked at: the one the address names, else the first, which stands where any does. */
import { coversAnswer, type CoverShown, type CoversAnswer } from '#api/contract-protection.ts'
import { useAnswer, type Answer } from './ask.ts'
import { useSearch } from './use-search.ts'

const EVERY_MS = 3_000

export interface Covers {
  readonly answer: Answer<CoversAnswer>
  readonly chosen: CoverShown | undefined
  readonly choose: (coverageId: string) => void
}

export function useCovers(): Covers {
  const answer = useAnswer('/api/coverages', coversAnswer, { everyMs: EVERY_MS })
  const { get, set } = useSearch()
  const covers = answer.data?.covers ?? []
  const chosen = covers.find(({ coverageId }) => coverageId === get('cover')) ?? covers[0]
  return { answer, chosen, choose: (cover) => set({ cover }) }
}
