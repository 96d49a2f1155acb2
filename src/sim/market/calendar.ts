/**
 * Option expiries as Deribit lists them, all at 08:00 UTC: the next four days, the next four Fridays, the last Fridays of this
 * and the next two months, the last Fridays of the next four quarters. Days are counted from 1970-01-01 (a Thursday); civil
 * dates by Hinnant's algorithm (2013), valid for every year a market can live in.
 */
import { DAY_MS, HOUR_MS } from '#units/time.ts'

export const EXPIRY_HOUR_MS = 8 * HOUR_MS

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const
const FRIDAY = 5

interface CivilDate {
  readonly year: number
  readonly month: number // 1 to 12
  readonly day: number
}

export function listedExpiries(at: number): readonly number[] {
  const next = Math.floor((at - EXPIRY_HOUR_MS) / DAY_MS) + 1 // day of the first 08:00 after `at`
  const days = new Set([0, 1, 2, 3].map((i) => next + i))
  const friday = next + ((FRIDAY - weekday(next) + 7) % 7)
  for (let i = 0; i < 4; i += 1) days.add(friday + 7 * i)
  const ends = monthEnds(next)
  for (const { day } of ends.slice(0, 3)) days.add(day)
  for (const { day } of ends.filter(({ month }) => month % 3 === 0).slice(0, 4)) days.add(day)
  return [...days].sort((a, b) => a - b).map((day) => day * DAY_MS + EXPIRY_HOUR_MS)
}

/** `27JUN25`, `6FEB26`: day without a leading zero, month, two-digit year. */
export function expiryCode(expiry: number): string {
  const { year, month, day } = civilDate(Math.floor(expiry / DAY_MS))
  return `${day}${MONTHS[month - 1] ?? ''}${String(year % 100).padStart(2, '0')}`
}

/** Last Fridays of the months from the one of `from` on that are not before it, fifteen months ahead. */
function monthEnds(from: number): readonly { readonly day: number; readonly month: number }[] {
  const { year, month } = civilDate(from)
  return Array.from({ length: 15 }, (_, i) => {
    const index = year * 12 + (month - 1) + i
    const lastDay = dayNumber({ year: Math.floor((index + 1) / 12), month: ((index + 1) % 12) + 1, day: 1 }) - 1
    return { day: lastDay - ((weekday(lastDay) - FRIDAY + 7) % 7), month: (index % 12) + 1 }
  }).filter(({ day }) => day >= from)
}

/** 0 is Sunday. */
function weekday(day: number): number {
  return (day + 4) % 7
}

function civilDate(days: number): CivilDate {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 }
}

function dayNumber({ year, month, day }: CivilDate): number {
  const shiftedYear = month <= 2 ? year - 1 : year
  const era = Math.floor(shiftedYear / 400)
  const yearOfEra = shiftedYear - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}
