/**
 * The span of a study: `from` and `to`, both inclusive, each a UTC day (from its first, to its last millisecond) or a UTC instant.
 * Edges: a day that does not exist, a local time, or an end before the start is refused.
 */
import { epochMsFromIso, epochMsFromIsoDay } from '#base/civil-date.ts'
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { DAY_MS, isEpochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'

export interface DataWindow {
  readonly from: EpochMs
  readonly to: EpochMs
}

const WANTED = 'a UTC day (2026-01-29) or instant (2026-01-29T08:00:00Z), 2000 to 2200'

export function parseDataWindow({ from, to }: { readonly from: unknown; readonly to: unknown }): Result<DataWindow, 'invalid_window'> {
  const first = instantOf(from, 0)
  if (!isEpochMs(first)) return refuse('invalid_window', 'from', from, WANTED)
  const last = instantOf(to, DAY_MS - 1)
  if (!isEpochMs(last)) return refuse('invalid_window', 'to', to, WANTED)
  if (first > last) return refuse('invalid_window', 'to', to, `not before ${String(from)}`)
  return ok({ from: first, to: last })
}

function instantOf(text: unknown, intoDayMs: number): number | undefined {
  if (typeof text !== 'string') return undefined
  const day = epochMsFromIsoDay(text)
  return day === undefined ? epochMsFromIso(text) : day + intoDayMs
}
