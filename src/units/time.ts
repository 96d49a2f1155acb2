/** Instants and spans. Both are float64 counts of milliseconds, told apart by type; instants count from 1970-01-01 UTC. */
import type { Brand } from '#base/brand.ts'
import { assert } from '#base/assert.ts'

export type EpochMs = Brand<number, 'EpochMs'>
export type DurationMs = Brand<number, 'DurationMs'>

export const MINUTE_MS = 60_000 as DurationMs
export const HOUR_MS = 3_600_000 as DurationMs
export const DAY_MS = 86_400_000 as DurationMs

/** Instants between 2000 and 2200 only: seconds or microseconds in the place of milliseconds do not pass. */
export function isEpochMs(value: unknown): value is EpochMs {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 946_684_800_000 && value < 7_258_118_400_000
}

export function epochMs(value: number): EpochMs {
  assert(isEpochMs(value), `an instant is a whole number of milliseconds between the years 2000 and 2200, not ${value}`)
  return value
}

export function durationMs(value: number): DurationMs {
  assert(Number.isFinite(value) && value >= 0, `a span is finite and not negative, not ${value}`)
  return value as DurationMs
}

export function later(at: EpochMs, span: number): EpochMs {
  return (at + span) as EpochMs
}
