/** React's side of the time switch: who uses it is drawn again when the reader changes the zone. */
import { useSyncExternalStore } from 'react'
import { onZone, zoneNow, type Zone } from '../format/zone.ts'

export function useZone(): Zone {
  return useSyncExternalStore(onZone, zoneNow)
}
