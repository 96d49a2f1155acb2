/**
 * The cache in front of quotes (P-09, C-35, C-36). What it gives is a preview: no `quoteId`, no signature, marked with its age and bucket distance,
 * so nothing can be bought at the edge of an old bucket (F-S13). Up to `ttlMs` an answer is fresh; up to `staleMs` it is served while it is priced
 * anew; up to `hardMs` it is kept for the moment in which no new price can be had; then it is gone. Refusals and errors are fresh or nothing.
 * Ages are market time, the limits are spans of the caller's clock: at 60x the limits are 60 times as long, as everywhere in the API.
 */
import type { Json } from '#topics/schema.ts'
import { bucketDistance } from './quote-buckets.ts'
import type { Bucket, QuoteInputs } from './quote-buckets.ts'

export interface CacheAges {
  readonly ttlMs: number
  readonly staleMs: number
  readonly hardMs: number
}
export type Freshness = 'fresh' | 'stale' | 'old'
export interface CacheHit {
  readonly freshness: Freshness
  /** JSON of the answer and how far it is from what was asked, but for its closing brace. */
  readonly openText: string
}
export type CachedAnswer = Readonly<Record<string, Json>>
export interface CacheCounts {
  readonly hits: number
  readonly misses: number
  /** Of all answers so far; 0 before the first. */
  readonly hitRate: number
}
interface Entry {
  readonly at: number
  readonly inputs: QuoteInputs
  /** What is shown of it, until the first hit has it written. */
  readonly answer: CachedAnswer
  /** JSON without its closing brace: written once, given to everyone who hits it. */
  openText: string | undefined
  readonly isQuote: boolean
}

const ENTRIES_MAX = 1_000
const DAYS_KEPT = 400
const QUOTED: ReadonlySet<unknown> = new Set(['ok', 'pass_through', 'pass_through_capped'])
/** What only a fresh quote has, and what each hit has of its own. */
const EXECUTABLE: ReadonlySet<string> = new Set(['quoteId', 'accountId', 'terms', 'expiresAt', 'signature', 'asOfSeq', 'cached'])

export class QuoteCache {
  readonly #ages: CacheAges
  readonly #entries = new Map<string, Entry>()
  readonly #hitsByDate = new Map<string, number>()
  #hits = 0
  #misses = 0

  constructor({ ttlMs, staleMs, hardMs }: CacheAges, speed: number) {
    const times = Math.max(1, speed)
    this.#ages = { ttlMs: ttlMs * times, staleMs: staleMs * times, hardMs: hardMs * times }
  }

  find({ key, inputs }: Bucket, at: number): CacheHit | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    const ageMs = Math.max(0, at - entry.at)
    const freshness = this.#freshness(entry, ageMs)
    if (freshness === undefined) {
      this.#entries.delete(key)
      return undefined
    }
    const distance = bucketDistance(entry.inputs, inputs)
    entry.openText ??= JSON.stringify(shownOf(entry.answer)).slice(0, -1)
    return { freshness, openText: `${entry.openText},"cached":{"ageMs":${ageMs},"bucketDistance":${distance}}` }
  }

  /** A final answer that was priced just now. */
  keep({ key, inputs }: Bucket, at: number, answer: CachedAnswer): void {
    if (Object.keys(answer).every((name) => EXECUTABLE.has(name))) return
    this.#entries.delete(key) // so that the newest is last
    this.#entries.set(key, { at, inputs, answer, openText: undefined, isQuote: QUOTED.has(answer['status']) })
    const oldest = this.#entries.size > ENTRIES_MAX ? this.#entries.keys().next().value : undefined
    if (oldest !== undefined) this.#entries.delete(oldest)
  }

  count(isHit: boolean, date: string): CacheCounts {
    if (isHit) {
      this.#hits += 1
      this.#hitsByDate.set(date, (this.#hitsByDate.get(date) ?? 0) + 1)
      const oldest = this.#hitsByDate.size > DAYS_KEPT ? this.#hitsByDate.keys().next().value : undefined
      if (oldest !== undefined) this.#hitsByDate.delete(oldest)
    } else this.#misses += 1
    return this.counts
  }

  get counts(): CacheCounts {
    const all = this.#hits + this.#misses
    return { hits: this.#hits, misses: this.#misses, hitRate: all === 0 ? 0 : this.#hits / all }
  }

  /** Since the start of this process: a hit is a question and leaves no record. */
  hitsOn(date: string): number {
    return this.#hitsByDate.get(date) ?? 0
  }

  #freshness({ isQuote }: Entry, ageMs: number): Freshness | undefined {
    const { ttlMs, staleMs, hardMs } = this.#ages
    if (ageMs <= ttlMs) return 'fresh'
    if (!isQuote || ageMs > hardMs) return undefined
    return ageMs <= staleMs ? 'stale' : 'old'
  }
}

function shownOf(answer: CachedAnswer): CachedAnswer {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !EXECUTABLE.has(name)))
}
