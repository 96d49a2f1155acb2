/**
 * Which stretch of market time a chart shows: a span that ends at the newest point and goes on with it, or one that stands still in the past. Moves
 * are by half a span, so that what was at the edge is then in the middle. Instants are epoch ms; the longest span is Infinity.
 */
export interface View {
  readonly spanMs: number
  /** Undefined: the newest point, whatever it is by then. */
  readonly endAt: number | undefined
}
export interface Known {
  readonly first: number
  readonly last: number
}

const HOUR_MS = 3_600_000
/** What every chart over market time offers. */
export const SPANS = [
  { label: '6 h', ms: 6 * HOUR_MS },
  { label: '1 day', ms: 24 * HOUR_MS },
  { label: '7 days', ms: 168 * HOUR_MS },
  { label: 'All', ms: Number.POSITIVE_INFINITY },
] as const
export const ALL_TIME: View = { spanMs: Number.POSITIVE_INFINITY, endAt: undefined }

/** A span that follows asks anew when this share of it has gone by, not with every tick. */
const STEPS = 60
const SPAN_MIN_MS = 120_000

export function windowOf({ spanMs, endAt }: View, { first, last }: Known): { readonly from: number; readonly to: number } {
  const to = endAt ?? last
  return { from: spanMs === Number.POSITIVE_INFINITY ? first : to - spanMs, to }
}

/** What to ask the server for. */
export function rangeOf(view: View, last: number | undefined): { readonly from?: number; readonly to?: number } {
  const { spanMs, endAt } = view
  if (endAt !== undefined) return { from: Math.floor(endAt - spanMs), to: Math.ceil(endAt) }
  if (spanMs === Number.POSITIVE_INFINITY || last === undefined) return {}
  const step = spanMs / STEPS
  return { from: Math.floor((last - spanMs) / step) * step }
}

/** Half a span back or on; one that reaches the newest point follows it again. */
export function moved(view: View, known: Known, direction: -1 | 1): View {
  const { from, to } = windowOf(view, known)
  const spanMs = Math.max(SPAN_MIN_MS, to - from)
  const endAt = to + (direction * spanMs) / 2
  return endAt >= known.last ? { spanMs: view.endAt === undefined ? view.spanMs : spanMs, endAt: undefined } : { spanMs, endAt }
}

/** What the reader marked with the pointer; next to nothing is a slip. */
export function marked(from: number, to: number): View | undefined {
  return to - from < SPAN_MIN_MS ? undefined : { spanMs: to - from, endAt: to }
}

export function canMove(view: View, known: Known, direction: -1 | 1): boolean {
  return direction === 1 ? view.endAt !== undefined : windowOf(view, known).from > known.first
}
