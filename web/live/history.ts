/**
 * The points that the stream brought, behind those the server kept (`use-range.ts`). They are in the order of market time; one instant has one
 * point, the later wins. Bounded, because every overview draws them all again: beyond `POINTS_MAX` the older ones are thinned to every second,
 * the newest `DENSE` and the very first stay. When the server began anew (market time fell), all before is dropped.
 */
import type { HistoryAnswer, Overview } from '#api/contract-page.ts'
import { isoOf } from '../format/time.ts'

export type Point = HistoryAnswer['points'][number]
export const POINTS_MAX = 2_400
export const DENSE = 800

export function withOverview(points: readonly Point[], overview: Overview): readonly Point[] {
  const { price, equity, floor, platform } = overview
  if (price === null || equity === null) return points
  const point: Point = {
    at: Date.parse(platform.marketTimeIso),
    index: price.index,
    equityClose: equity.close,
    equityMark: equity.mark,
    equityUnprotected: equity.unprotected,
    floorEquity: floor?.floorEquity ?? null,
  }
  const last = points.at(-1)
  if (last !== undefined && point.at < last.at) return [point]
  return bounded(last?.at === point.at ? [...points.slice(0, -1), point] : [...points, point])
}

/** About `count` points, evenly by place, first and last always: the rows of the table beside the chart. */
export function thinned<T>(points: readonly T[], count: number): readonly T[] {
  if (points.length <= count) return points
  const step = (points.length - 1) / (count - 1)
  return Array.from({ length: count }, (_, i) => points[Math.round(i * step)]).filter((point) => point !== undefined)
}

export function timeOf({ at }: Point): string {
  return isoOf(at)
}

function bounded(points: readonly Point[]): readonly Point[] {
  if (points.length <= POINTS_MAX) return points
  const older = points.slice(0, -DENSE).filter((_, i) => i % 2 === 0)
  return bounded([...older, ...points.slice(-DENSE)])
}
