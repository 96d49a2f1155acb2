/**
 * Instants and spans for reading. Instants are market time in UTC and are cut from their ISO text, not converted. A countdown names its two largest
 * units, so that its width changes rarely; seconds alone under a minute. Edges: no instant is a dash.
 */
import { UNKNOWN } from './amount.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const NBSP = '\u00a0'
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `2026-01-03T08:00:00.000Z` -> `3 Jan 08:00 UTC` */
export function instant(iso: string | null | undefined): string {
  if (iso === null || iso === undefined) return UNKNOWN
  return `${Number(iso.slice(8, 10))}${NBSP}${MONTHS[Number(iso.slice(5, 7)) - 1] ?? ''}${NBSP}${iso.slice(11, 16)}${NBSP}UTC`
}

/** `14:22:08` */
export function clock(iso: string): string {
  return iso.slice(11, 19)
}

export function countdown(ms: number): string {
  if (!(ms > 0)) return 'now'
  if (ms >= DAY) return `${Math.floor(ms / DAY)}${NBSP}d ${two((ms % DAY) / HOUR)}${NBSP}h`
  if (ms >= HOUR) return `${Math.floor(ms / HOUR)}${NBSP}h ${two((ms % HOUR) / MINUTE)}${NBSP}min`
  if (ms >= MINUTE) return `${Math.floor(ms / MINUTE)}${NBSP}min ${two((ms % MINUTE) / SECOND)}${NBSP}s`
  return `${Math.ceil(ms / SECOND)}${NBSP}s`
}

export function days(count: string): string {
  return count === '1' ? `1${NBSP}day` : `${count}${NBSP}days`
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}
