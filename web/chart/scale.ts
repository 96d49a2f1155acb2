/**
 * From values to pixels, and where the ticks stand: steps of 1, 2 or 5 times a power of ten (Heckbert 1990, "Nice numbers for graph labels").
 * Floats for pictures alone; what a reader is told in figures comes from the answer's own decimals. Edge: a range without width gets one.
 */
export interface Scale {
  (value: number): number
  readonly domain: readonly [number, number]
  /** Back from a pixel. */
  readonly at: (pixel: number) => number
}

export function linear([low, high]: readonly [number, number], [from, to]: readonly [number, number]): Scale {
  const span = high - low || 1
  const scale = (value: number): number => from + ((value - low) / span) * (to - from)
  const at = (pixel: number): number => low + ((pixel - from) / (to - from || 1)) * span
  return Object.assign(scale, { domain: [low, high] as const, at })
}

/** About `count` ticks inside the range, both ends included where they fall on a step. */
export function niceTicks([low, high]: readonly [number, number], count: number): readonly number[] {
  if (!(high > low) || count < 1) return [low]
  const step = niceStep((high - low) / count)
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** The range of the values, widened by a share of it on both sides. */
export function padded(values: readonly number[], share: number): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  if (!(high >= low)) return [0, 1]
  const span = high - low || Math.abs(high) || 1
  return [low - span * share, high + span * share]
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const share = rough / power
  return (share <= 1.5 ? 1 : share <= 3 ? 2 : share <= 7 ? 5 : 10) * power
}
