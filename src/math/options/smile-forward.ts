/**
 * The forward of an expiry: the median of the underlying prices its options state, else by put-call parity from the options themselves.
 * In coin, undiscounted: call - put = 1 - K/F, so F = K / (1 - (call - put)), of middles of the quotes; the median over the strikes whose
 * call and put lie nearest in price, because they are quoted most tightly. Units: USD. Edge: undefined where neither can be had.
 */
import type { OptionTouch } from './smile-quotes.ts'

const PARITY_STRIKES = 5

export function forwardOf(touches: readonly OptionTouch[]): number | undefined {
  const stated = touches.flatMap(({ underlying }) => (underlying !== undefined && underlying > 0 ? [underlying] : []))
  return median(stated) ?? forwardByParity(touches)
}

export function forwardByParity(touches: readonly OptionTouch[]): number | undefined {
  const puts = new Map(touches.filter(({ isCall }) => !isCall).map((touch) => [touch.strike, touch]))
  const gaps = touches.flatMap((call) => {
    const put = call.isCall ? puts.get(call.strike) : undefined
    const [c, p] = [middle(call), put === undefined ? undefined : middle(put)]
    return c === undefined || p === undefined ? [] : [{ strike: call.strike, gap: c - p }]
  })
  const nearest = gaps.toSorted((a, b) => Math.abs(a.gap) - Math.abs(b.gap)).slice(0, PARITY_STRIKES)
  return median(nearest.flatMap(({ strike, gap }) => (gap < 1 ? [strike / (1 - gap)] : [])))
}

function middle({ bid, ask }: OptionTouch): number | undefined {
  return bid === undefined || ask === undefined || !(bid > 0 && ask >= bid) ? undefined : (bid + ask) / 2
}

export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? undefined : low + (high - low) / 2
}
