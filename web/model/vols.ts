/** Volatilities and expiries in words. Vols come as fractions of a model; a figure has one decimal, because a fit's own error is about that. */
import { decimal, UNKNOWN } from '../format/decimal.ts'
import { day } from '../format/time.ts'

const DAY_HOURS = 24

/** 0.4312 -> `43.1 %`. */
export function vol(value: number | null | undefined, places = 1): string {
  return value === null || value === undefined ? UNKNOWN : `${decimal((value * 100).toFixed(6), { places })}\u00a0%`
}

/** In vol points, signed: -0.021 -> `−2.1`. */
export function points(value: number | null): string {
  return value === null ? UNKNOWN : decimal((value * 100).toFixed(6), { places: 1, signed: true })
}

/** `6 Feb, 9 d`, or hours in the last two days. */
export function expiryName({ expiryIso, daysLeft }: { readonly expiryIso: string; readonly daysLeft: number }): string {
  return `${day(expiryIso)}, ${tenor(daysLeft)}`
}

export function tenor(days: number): string {
  return days < 2 ? `${Math.round(days * DAY_HOURS)}\u00a0h` : `${Math.round(days)}\u00a0d`
}

export function strikeOf(value: number): string {
  return decimal(value.toFixed(2), { places: 0 })
}
