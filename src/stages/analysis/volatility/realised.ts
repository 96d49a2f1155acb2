/**
 * Realised volatility of the last 24 hours from samples of the index: sqrt(sum of squared log returns), zero mean, of one day and not of a
 * year (Andersen and Bollerslev 1998; S3 1.2). A return over a gap counts once, whole. Ring buffers of one sample a minute; a sample costs
 * O(1), the sum is taken when it is asked for. Times in epoch ms, levels in any unit. Edges: fewer than two samples in the window give
 * undefined; a window not yet full is scaled to a year by the time it spans, never shown as 24 hours.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#units/time.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'

const CAPACITY = DAY_MS / MINUTE_MS + 1
const YEAR_MS = 365 * DAY_MS
/** The newest sample may be this much short of 24 hours after the oldest: the sampler's own grid. */
const FULL_MS = DAY_MS - 2 * MINUTE_MS

export interface LevelWindow {
  readonly times: Float64Array
  readonly levels: Float64Array
  /** Where the next sample goes. */
  next: number
  count: number
}
export interface Realised {
  readonly realised24h: number | undefined
  readonly realisedAnnual: number | undefined
  readonly spanMs: DurationMs
}

export function levelWindow(): LevelWindow {
  return { times: new Float64Array(CAPACITY), levels: new Float64Array(CAPACITY), next: 0, count: 0 }
}

/** At most one sample a minute keeps a day in the buffer; the oldest falls out. */
export function sampleLevel(window: LevelWindow, at: EpochMs, level: number): void {
  window.times[window.next] = at
  window.levels[window.next] = level
  window.next = (window.next + 1) % CAPACITY
  window.count = Math.min(CAPACITY, window.count + 1)
}

export function realisedVolatility(window: LevelWindow, at: EpochMs): Realised {
  const { times, levels, next, count } = window
  let [sum, used, first, last, before] = [0, 0, 0, 0, 0]
  for (let i = 0; i < count; i++) {
    const slot = (next - count + i + CAPACITY) % CAPACITY
    const [time, level] = [times[slot] as number, levels[slot] as number]
    if (time < at - DAY_MS) continue
    if (used > 0) sum += squaredLogReturn(before, level)
    else first = time
    ;[before, last, used] = [level, time, used + 1]
  }
  const spanMs = (used > 1 ? last - first : 0) as DurationMs
  const day = Math.sqrt(sum)
  return {
    realised24h: spanMs >= FULL_MS ? day : undefined,
    realisedAnnual: spanMs >= HOUR_MS ? day * Math.sqrt(YEAR_MS / spanMs) : undefined,
    spanMs,
  }
}

function squaredLogReturn(from: number, to: number): number {
  const logReturn = Math.log(to / from)
  return logReturn * logReturn
}
