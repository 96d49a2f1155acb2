/**
 * Ticks of the time axis and of the value axis as text: in the chosen zone, 24 hours, thousands in groups. Chart numbers are floats; no money
 * is read from here.
 */
import { written } from '../format/decimal.ts'
import { day, isoOf, minute } from '../format/time.ts'

const MIDNIGHT = '00:00'

/** Midnights are dates, other ticks hours. */
export function timeTicks(seconds: readonly number[]): string[] {
  return seconds.map((second) => {
    const iso = isoOf(second * 1_000)
    const time = minute(iso)
    return time === MIDNIGHT ? day(iso) : time
  })
}

export function valueTicks(values: readonly number[]): string[] {
  return values.map((value) => written(BigInt(Math.round(value)) * 10n ** 18n, { places: 0 }))
}
