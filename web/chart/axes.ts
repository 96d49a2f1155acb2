/** Ticks of the time axis and of the value axis as text: UTC, 24 hours, thousands in groups. Chart numbers are floats; no money is read from here. */
import { written } from '../format/decimal.ts'
import { day, isoOf } from '../format/time.ts'

const DAY_S = 86_400

/** Midnights are dates, other ticks hours. */
export function timeTicks(seconds: readonly number[]): string[] {
  return seconds.map((second) => {
    const iso = isoOf(second * 1_000)
    return second % DAY_S === 0 ? day(iso) : iso.slice(11, 16)
  })
}

export function valueTicks(values: readonly number[]): string[] {
  return values.map((value) => written(BigInt(Math.round(value)) * 10n ** 18n, { places: 0 }))
}
