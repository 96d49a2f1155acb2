/**
 * Counts of approvals in a sliding second and minute: at most `max` in (at - span, at]. Instants are kept for a minute, oldest first; an
 * approval exactly one span old no longer counts.
 */
import { MINUTE_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'

export interface RateWindow {
  readonly instants: EpochMs[]
  /** First instant that still counts; those before it wait to be cut off together. */
  head: number
}

export function rateWindow(): RateWindow {
  return { instants: [], head: 0 }
}

export function note(window: RateWindow, at: EpochMs): void {
  forgetBefore(window, at)
  window.instants.push(at)
}

export function countWithin(window: RateWindow, at: EpochMs, spanMs: number): number {
  let count = 0
  for (let i = window.instants.length - 1; i >= window.head && (window.instants[i] ?? 0) > at - spanMs; i--) count++
  return count
}

/** When one more fits under `max`: the instant at which enough of those in the span have dropped out. */
export function freeAt(window: RateWindow, spanMs: number, max: number): number {
  return (window.instants[window.instants.length - max] ?? -Infinity) + spanMs
}

function forgetBefore(window: RateWindow, at: EpochMs): void {
  while (window.head < window.instants.length && (window.instants[window.head] ?? 0) <= at - MINUTE_MS) window.head++
  if (window.head > 256 && window.head * 2 > window.instants.length) {
    window.instants.splice(0, window.head)
    window.head = 0
  }
}
