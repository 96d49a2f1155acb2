/** The funding rates of a chart's stretch of time as the server kept and chose them (`GET /api/funding/history`); one that follows asks again by itself. */
import { fundingHistoryAnswer, type FundingHistoryAnswer } from '#api/contract-funding.ts'
import { rangeOf, type View } from '../model/view-span.ts'
import { useAnswer, type Answer } from './ask.ts'
import { pathWith } from './use-search.ts'

const POINTS = 600
const FOLLOW_MS = 10_000

export type FundingPoint = FundingHistoryAnswer['points'][number]

/** `instrument` undefined: nothing is asked. */
export function useFundingRange(instrument: string | undefined, view: View, newest: number | undefined): Answer<FundingHistoryAnswer> {
  const path = pathWith('/api/funding/history', { instrument, ...rangeOf(view, newest), points: POINTS })
  const isFollowing = view.endAt === undefined
  return useAnswer(instrument === undefined ? undefined : path, fundingHistoryAnswer, {
    keepsLast: true,
    ...(isFollowing ? { everyMs: FOLLOW_MS } : {}),
  })
}
