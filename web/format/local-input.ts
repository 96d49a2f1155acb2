/** Between an instant and the text of a date-and-time field, in the zone the reader chose. A field that is not filled in is no instant. */
import { zoneNow } from './zone.ts'

/** `2026-02-03T14:22` -> epoch ms. */
export function instantOfField(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined
  const at = Date.parse(zoneNow() === 'utc' ? `${text}Z` : text)
  return Number.isFinite(at) ? at : undefined
}
