/**
 * Clocks. The wall clock is read once, at the anchor; from there only the monotonic counter moves time, so that a stepped wall clock
 * (F-C01, F-C02) ages nothing and accrues nothing twice. Market time of mode `sim` starts at a fixed instant, runs `speed` times as fast
 * while the process lives, and stands still while it does not.
 */
import { performance } from 'node:perf_hooks'
import type { Clock } from '#engine/ports.ts'
import type { EpochMs } from '#units/time.ts'

export interface SpeedClock extends Clock {
  readonly speed: number
  /** Wall milliseconds until the clock shows `at`. */
  wallMsUntil(at: EpochMs): number
}

export function wallClock(): SpeedClock {
  return clockFrom(Date.now() as EpochMs, 1)
}

export function clockFrom(anchor: EpochMs, speed: number): SpeedClock {
  const started = performance.now()
  const now = (): EpochMs => Math.floor(anchor + (performance.now() - started) * speed) as EpochMs
  return { speed, now, wallMsUntil: (at) => Math.max(0, (at - now()) / speed) }
}

/** For hosts that jump from event to event: backtest, replay, whole-system simulation. */
export interface ManualClock extends Clock {
  set(at: EpochMs): void
}

export function manualClock(start: EpochMs): ManualClock {
  let at = start
  return {
    now: () => at,
    set: (to) => {
      at = Math.max(at, to) as EpochMs
    },
  }
}
