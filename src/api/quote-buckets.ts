/**
 * Buckets of the quote cache (P-09, document 1 section 4.1): spot to 500 USDC, drawdown floor to 5 %, tenor to whole days; everything else of a
 * request counts as it is. Two requests of one bucket share an answer that was priced for the first of them; `bucketDistance` says how far apart
 * they are, as the largest difference in widths of its bucket: 0 the same inputs, 1 the two ends of a bucket. Keys are no decisions: floats will do.
 */
import type { Json } from '#topics/schema.ts'

const SPOT_WIDTH = 500
const FLOOR_WIDTH = 0.05
const DAYS_WIDTH = 1
/** What a bucket takes to its width, or not at all. */
const APART: ReadonlySet<string> = new Set(['drawdownFloorPct', 'equityFloorPct', 'tenorDays', 'spotPrice'])

export interface QuoteInputs {
  readonly spot: number
  /** Of price or of equity, a fraction. */
  readonly floor: number
  readonly days: number
}
export interface Bucket {
  readonly key: string
  readonly inputs: QuoteInputs
}
type Terms = Readonly<Record<string, Json>>

/** `terms` as the command would have them, in the order of the contract; `spotPrice` is the caller's view of the market and no input of a price. */
export function bucketOf(terms: Terms, spot: number): Bucket {
  const { drawdownFloorPct, equityFloorPct, tenorDays } = terms
  const inputs = { spot, floor: Number(drawdownFloorPct ?? equityFloorPct), days: Number(tenorDays) }
  let key = drawdownFloorPct === undefined ? 'equity' : 'price'
  key += ` ${Math.round(spot / SPOT_WIDTH)} ${Math.round(inputs.floor / FLOOR_WIDTH)} ${Math.round(inputs.days / DAYS_WIDTH)}`
  for (const name in terms) if (!APART.has(name)) key += ` ${name}=${told(terms[name] as Json)}`
  return { key, inputs }
}

/** Other values, other text; nobody reads it. A text with its length needs no escapes. */
function told(value: Json): string {
  if (typeof value === 'string') return `${value.length}:${value}`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function bucketDistance(a: QuoteInputs, b: QuoteInputs): number {
  const widths = [(a.spot - b.spot) / SPOT_WIDTH, (a.floor - b.floor) / FLOOR_WIDTH, (a.days - b.days) / DAYS_WIDTH]
  return Math.round(Math.max(...widths.map(Math.abs)) * 1e6) / 1e6
}
