/**
 * Memory to a horizon: the oldest entries of a Map or Set leave once there are more than `max`, an eighth of `max` at a time. One at a
 * time would be dear: whoever looks for the oldest walks over every hole that the ones forgotten before have left. Between `max` and
 * 9/8 `max` are remembered. `forgotten` is told of each key while its entry still stands.
 */
interface Kept<Key> {
  readonly size: number
  keys(): Iterable<Key>
  delete(key: Key): boolean
}

export function forgetOldest<Key>(kept: Kept<Key>, max: number, forgotten?: (key: Key) => void): void {
  if (kept.size <= max + (max >> 3)) return
  for (const key of kept.keys()) {
    if (kept.size <= max) return
    forgotten?.(key)
    kept.delete(key)
  }
}
