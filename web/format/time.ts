/**
 * Instants and spans for reading. Instants arrive as ISO 8601 in UTC and are shown in the zone that the reader chose (`zone.ts`).
 * Spans are milliseconds; a countdown names its two largest units so that its width changes rarely. Edges: no instant is a dash.
 */
import { UNKNOWN } from './decimal.ts'
import { inZone, zoneName } from './zone.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const NBSP = '\u00a0' // a number and its unit stay on one line
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `2026-02-03T14:22:08.120Z` -> `14:22:08` */
export function clock(iso: string | null | undefined): string {
  return iso === null || iso === undefined ? UNKNOWN : inZone(iso).slice(11, 19)
}

/** -> `3 Feb 14:22` */
export function dayAndMinute(iso: string | null | undefined): string {
  return iso === null || iso === undefined ? UNKNOWN : `${day(iso)}${NBSP}${minute(iso)}`
}

/** -> `3 Feb 14:22 UTC` */
export function instant(iso: string): string {
  return `${dayAndMinute(iso)}${NBSP}${zoneName(iso)}`
}

/** -> `3 Feb` */
export function day(iso: string): string {
  const shown = inZone(iso)
  return `${Number(shown.slice(8, 10))}${NBSP}${MONTHS[Number(shown.slice(5, 7)) - 1] ?? ''}`
}

/** -> `14:22` */
export function minute(iso: string): string {
  return inZone(iso).slice(11, 16)
}

export function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString()
}

/** Time to come: `3 d 04 h`, `4 h 12 min`, `12 min 05 s`, `now`. */
export function countdown(ms: number): string {
  if (!(ms > 0)) return 'now'
  if (ms >= DAY) return `${Math.floor(ms / DAY)}${NBSP}d${NBSP}${two((ms % DAY) / HOUR)}${NBSP}h`
  if (ms >= HOUR) return `${Math.floor(ms / HOUR)}${NBSP}h${NBSP}${two((ms % HOUR) / MINUTE)}${NBSP}min`
  return `${Math.floor(ms / MINUTE)}${NBSP}min${NBSP}${two((ms % MINUTE) / SECOND)}${NBSP}s`
}

/** Time gone by: `0.4 s`, `12 s`, `3 min 20 s`, then as a countdown. */
export function age(ms: number): string {
  if (!(ms >= 0)) return UNKNOWN
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)}${NBSP}s`
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}${NBSP}s`
  return countdown(ms)
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}
