/**
 * The proleptic Gregorian calendar in UTC without `Date`: days since 1970-01-01 from year, month, day and back, ISO 8601 text and
 * weekdays. Arithmetic of H. Hinnant, "chrono-compatible low-level date algorithms" (2013): years start in March, so that the leap
 * day is the last of its year, and 400 years (146,097 days) are one era.
 * Units: instants in epoch milliseconds, days in whole days. Edges: years 0000 to 9999 in text; leap seconds do not exist; an
 * ISO text must be UTC (`Z` or +00:00) and say a day that exists. A text that does not is `undefined`, for the caller to refuse.
 */
import { assert } from './assert.ts'

const DAY_MS = 86_400_000
const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})$/
const ISO_INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(?:Z|\+00:00)$/
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

export interface CivilDate {
  readonly year: number
  readonly month: number // 1 to 12
  readonly day: number // 1 to 31
}

export function daysFromCivil({ year, month, day }: CivilDate): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

export function civilFromDays(days: number): CivilDate {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const leapCorrected = dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor(leapCorrected / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0)
}

export function isCivilDate({ year, month, day }: CivilDate): boolean {
  return Number.isInteger(year) && Number.isInteger(month) && Number.isInteger(day) && day >= 1 && day <= daysInMonth(year, month)
}

/** The UTC day an instant lies in, as days since 1970-01-01. */
export function dayNumberOf(epochMs: number): number {
  return Math.floor(epochMs / DAY_MS)
}

/** 0 is Sunday, as in `Date`: 1970-01-01 was a Thursday. */
export function weekdayOf(epochMs: number): number {
  return (((dayNumberOf(epochMs) + 4) % 7) + 7) % 7
}

/** yyyy-mm-dd of the UTC day an instant lies in. */
export function isoDayOf(epochMs: number): string {
  const { year, month, day } = civilFromDays(dayNumberOf(epochMs))
  assert(year >= 0 && year <= 9999, `a year of four digits, not ${year}`)
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`
}

/** yyyy-mm-ddThh:mm:ss.sssZ. */
export function isoFromEpochMs(epochMs: number): string {
  assert(Number.isInteger(epochMs), `an instant is a whole number of milliseconds, not ${epochMs}`)
  const ms = epochMs - dayNumberOf(epochMs) * DAY_MS
  const hours = digits(Math.floor(ms / 3_600_000), 2)
  const minutes = digits(Math.floor(ms / 60_000) % 60, 2)
  const seconds = digits(Math.floor(ms / 1000) % 60, 2)
  return `${isoDayOf(epochMs)}T${hours}:${minutes}:${seconds}.${digits(ms % 1000, 3)}Z`
}

/** The first instant of a day written yyyy-mm-dd, or undefined. */
export function epochMsFromIsoDay(text: string): number | undefined {
  const match = ISO_DAY.exec(text)
  if (match === null) return undefined
  const date = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) }
  return isCivilDate(date) ? daysFromCivil(date) * DAY_MS : undefined
}

/** An ISO 8601 instant in UTC, seconds and up to three decimals optional, or undefined. */
export function epochMsFromIso(text: string): number | undefined {
  const match = ISO_INSTANT.exec(text)
  const day = match?.[1] === undefined ? undefined : epochMsFromIsoDay(match[1])
  if (match === null || day === undefined) return undefined
  const [hours, minutes, seconds] = [Number(match[2]), Number(match[3]), Number(match[4] ?? 0)]
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  return day + hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + Number((match[5] ?? '').padEnd(3, '0'))
}

function digits(value: number, width: number): string {
  return value.toString().padStart(width, '0')
}
