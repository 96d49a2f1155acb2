/**
 * Which points of a long series to draw so that the picture keeps every extreme: the range is cut into spans of equal length on the x axis, and of each
 * span those places are taken where one of the columns has its minimum or its maximum, and the first and last of all (M4 without the ends of
 * each span: Jugel, Jerzak, Hackenbroich, Markl 2014). The number of spans is the greatest tried that stays within `max` points. Columns may hold
 * NaN where there is no value. Plain numbers; `x` rises.
 */
export function extremePlaces(x: Float64Array, columns: readonly Float64Array[], { from, to, max }: Window): number[] {
  const count = to - from
  if (count <= max) return Array.from({ length: Math.max(0, count) }, (_, i) => from + i)
  for (let spans = Math.max(1, Math.floor(max / 2)); ; spans = Math.floor(spans * 0.75)) {
    const places = placesOf(x, columns, { from, to }, Math.max(1, spans))
    if (places.length <= max) return places
    if (spans <= 1) return places.slice(0, max - 1).concat(to - 1)
  }
}

export interface Window {
  /** Places, the last excluded. */
  readonly from: number
  readonly to: number
  readonly max: number
}

function placesOf(x: Float64Array, columns: readonly Float64Array[], { from, to }: Pick<Window, 'from' | 'to'>, spans: number): number[] {
  const start = x[from] as number
  const width = ((x[to - 1] as number) - start) / spans
  const places = new Set([from, to - 1])
  for (let place = from; place < to;) {
    const span = spanOf(x[place] as number, { start, width, spans })
    let end = place + 1
    while (end < to && spanOf(x[end] as number, { start, width, spans }) === span) end++
    for (const column of columns) addExtremes(column, place, end, places)
    place = end
  }
  return [...places].sort((a, b) => a - b)
}

function spanOf(at: number, { start, width, spans }: { readonly start: number; readonly width: number; readonly spans: number }): number {
  return width > 0 ? Math.min(spans - 1, Math.floor((at - start) / width)) : 0
}

function addExtremes(column: Float64Array, from: number, to: number, places: Set<number>): void {
  let low = -1
  let high = -1
  for (let place = from; place < to; place++) {
    const value = column[place] as number
    if (Number.isNaN(value)) continue
    if (low < 0 || value < (column[low] as number)) low = place
    if (high < 0 || value > (column[high] as number)) high = place
  }
  if (low >= 0) places.add(low)
  if (high >= 0) places.add(high)
}
