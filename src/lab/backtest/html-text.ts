/**
 * Text of the report page: everything shown goes through here. Amounts to the cent with thousands set apart, instants in UTC to the minute,
 * spans in hours and minutes; the exact values stand in `report.json`. No locale: the same bytes everywhere.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { Scalar } from '#base/result.ts'
import { usdc } from '#units/money.ts'
import { isEpochMs } from '#units/time.ts'

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const LONG_FRACTION = /-?\d+\.\d{7,}/g
const MINUS = '\u2212'
const NOTHING = '–'

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}

/** To the cent, thousands apart; a dash for what is not there. */
export function amount(text: string | null | undefined, places = 2): string {
  if (text === null || text === undefined) return NOTHING
  const fixed = usdc(text).toFixed(places)
  const [whole = '', fraction] = fixed.replace('-', '').split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const isNegative = fixed.startsWith('-') && /[1-9]/.test(fixed)
  return `${isNegative ? MINUS : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}

export function instant(iso: string | null | undefined): string {
  return iso === null || iso === undefined ? NOTHING : iso.slice(0, 16).replace('T', '\u00a0')
}

/** A machine-readable instant for those who want the second. */
export function timeTag(iso: string | null | undefined): string {
  return iso === null || iso === undefined ? NOTHING : `<time datetime="${escapeHtml(iso)}">${instant(iso)}</time>`
}

/** What a gate saw, by the name of the field: instants and spans in words, long fractions rounded. */
export function seenText(field: string, value: Scalar | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number' && field.endsWith('Ms')) return span(value)
  if (typeof value === 'number' && value > 1e12 && isEpochMs(value)) return instant(isoFromEpochMs(value))
  return shortened(String(value))
}

export function span(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return `${ms / 1_000} s`
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return hours === 0 ? `${rest} min` : rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}

/** Decimals beyond six places are the coin conversion's last digits and are rounded; spans in ms become hours. */
export function shortened(text: string): string {
  return text
    .replace(LONG_FRACTION, (number) =>
      usdc(number.slice(0, number.indexOf('.') + 19))
        .toFixed(6)
        .replace(/\.?0+$/, ''),
    )
    .replace(/expiresInMs (\d+)/g, (_, ms: string) => `expires in ${span(Number(ms))}`)
}

/** `position_closing` reads `position closing`. */
export function words(code: string): string {
  return code.replaceAll('_', ' ')
}
