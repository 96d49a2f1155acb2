/** Order statistics of a study: quantiles by linear interpolation (Hyndman and Fan 1996, type 7) and shares, rounded so that a last bit does not show. */

/** Undefined of nothing. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return low === undefined || high === undefined ? undefined : low + (high - low) * (place - Math.floor(place))
}

export function median(values: readonly number[]): number | undefined {
  return quantile(values, 0.5)
}

/** Nothing of nothing is no share. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(part / whole)
}

/** To 9 places; null for what is not there. */
export function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1e9) / 1e9
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

export function countBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const item of items) {
    const key = keyOf(item)
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)))
}
