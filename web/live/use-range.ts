/**
 * The points of a chart's stretch of time: the server's choice of them (`GET /api/history`, extremes kept), and behind its last one those that the
 * stream brought since. The two stay apart, so that the many need not be made into columns again whenever one comes. Before the first answer, what
 * the stream has.
 */
import { useMemo } from 'react'
import { historyAnswer } from '#api/contract-page.ts'
import { rangeOf, type Known, type View } from '../model/view-span.ts'
import { useAnswer } from './ask.ts'
import type { Point } from './history.ts'
import { pathWith } from './use-search.ts'

const POINTS = 2_000
const FOLLOW_MS = 60_000
const NONE: readonly Point[] = []

export interface Range {
  /** The same list until the next answer. */
  readonly answered: readonly Point[]
  readonly since: readonly Point[]
  readonly known: Known | undefined
  /** Points in the stretch, of which those given are the drawn ones. */
  readonly inRange: number
  readonly problem: string | undefined
}

export function useRange(view: View, streamed: readonly Point[]): Range {
  const newest = streamed.at(-1)?.at
  const isFollowing = view.endAt === undefined
  const path = pathWith('/api/history', { ...rangeOf(view, newest), points: POINTS })
  const { data, problem } = useAnswer(path, historyAnswer, { keepsLast: true, ...(isFollowing ? { everyMs: FOLLOW_MS } : {}) })
  // a server that began anew is behind what was answered before
  const isOfBefore = isFollowing && newest !== undefined && newest < (data?.last ?? 0) - FOLLOW_MS * 60
  const answered = isOfBefore ? NONE : (data?.points ?? NONE)
  const end = answered.at(-1)?.at ?? 0
  const since = useMemo(() => (isFollowing ? streamed.filter(({ at }) => at > end) : NONE), [streamed, isFollowing, end])
  const first = data?.first ?? streamed[0]?.at
  const last = Math.max(isOfBefore ? 0 : (data?.last ?? 0), newest ?? 0)
  const known = useMemo(() => (first === undefined || last === 0 ? undefined : { first, last }), [first, last])
  return { answered, since, known, inRange: (data?.inRange ?? 0) + since.length, problem }
}
