/**
 * How long a recorded value may be used: until the next one exists. `maxAgeMs` is the distance to the next observation, also when that
 * lies behind the window's end; for the last of all, the distance from the one before; 0 (good at its own instant only) when there
 * is no other. Always finite. Looks one observation ahead, which therefore must come in time order.
 */
import { durationMs } from '#units/time.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import type { DataWindow } from './window.ts'

export interface Aged {
  readonly maxAgeMs: DurationMs
  /** Absent for the last observation of the recording. */
  readonly nextAt?: EpochMs
}

/** Observations of a recording that lie in the window, each with its age. Reads no further than the first one behind the window. */
export async function* withMaxAge<T extends { readonly at: EpochMs }>(
  observations: AsyncIterable<T>,
  { from, to }: DataWindow,
): AsyncGenerator<T & Aged, void, undefined> {
  let held: T | undefined
  let previousAt: EpochMs | undefined
  for await (const next of observations) {
    if (held !== undefined) {
      if (held.at >= from) yield { ...held, nextAt: next.at, maxAgeMs: durationMs(next.at - held.at) }
      previousAt = held.at
    }
    if (next.at > to) return
    held = next
  }
  if (held === undefined || held.at < from) return
  yield { ...held, maxAgeMs: durationMs(previousAt === undefined ? 0 : held.at - previousAt) }
}
