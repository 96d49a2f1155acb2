/**
 * In which zone instants are shown: UTC, or the zone of this machine. One switch for the whole page, kept between visits; whoever shows an
 * instant names the zone with `zoneName`. A local zone is named by its offset at that instant (`UTC+2`): letters like IST stand for several.
 */
export type Zone = 'utc' | 'local'

const KEY = 'ballast.zone'
const MINUTE_MS = 60_000
const listeners = new Set<() => void>()
let zone: Zone = kept()

export const zoneNow = (): Zone => zone

export function chooseZone(next: Zone): void {
  zone = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Storage may be closed to the page: the choice then lasts for this visit.
  }
  for (const listener of listeners) listener()
}

export function onZone(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The instant as the zone's own calendar writes it, in the form of ISO 8601 without the final Z. */
export function inZone(iso: string, chosen: Zone = zone): string {
  return chosen === 'utc' ? iso : new Date(Date.parse(iso) + offsetMs(iso)).toISOString()
}

/** Where no instant is given, the offset of today. */
export function zoneName(iso?: string, chosen: Zone = zone): string {
  if (chosen === 'utc') return 'UTC'
  const minutes = offsetMs(iso ?? new Date().toISOString()) / MINUTE_MS
  if (minutes === 0) return 'UTC+0'
  const rest = Math.abs(minutes) % 60
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(Math.abs(minutes) / 60)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}

function offsetMs(iso: string): number {
  return -new Date(iso).getTimezoneOffset() * MINUTE_MS
}

function kept(): Zone {
  if (typeof document === 'undefined') return 'utc' // tests of words run without a page
  try {
    return localStorage.getItem(KEY) === 'local' ? 'local' : 'utc'
  } catch {
    return 'utc'
  }
}
