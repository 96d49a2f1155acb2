/**
 * Quotes with the cache in front (P-09). Who asks for a preview, or allows a cached answer, gets one that is fresh or stale-while-revalidate; who wants
 * to buy gets a fresh price on exact inputs. One price per bucket is under way at a time. Every answer counts as hit or miss and is logged with
 * the rate of hits.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { Json } from '#topics/schema.ts'
import { DAY_MS } from '#units/time.ts'
import { bucketOf } from './quote-buckets.ts'
import type { Bucket } from './quote-buckets.ts'
import { QuoteCache } from './quote-cache.ts'
import type { CacheCounts, CachedAnswer, CacheHit } from './quote-cache.ts'
import type { Context } from './context.ts'

/** As the command has them, with the account they are for. */
export type Terms = Readonly<Record<string, Json>> & { readonly accountId: string }
export type Served = 'hit' | 'stale' | 'miss'

const PRICED_WITHIN_MS = 5_000

export class QuoteDesk {
  readonly cache: QuoteCache
  readonly #context: Pick<Context, 'platform' | 'views'>
  readonly #log: (entry: { readonly route: string; readonly cache: Served } & CacheCounts) => void
  readonly #underWay = new Set<string>()
  #day = { number: Number.NaN, date: '' }

  constructor(
    context: Pick<Context, 'platform' | 'views'>,
    log: (entry: { readonly route: string; readonly cache: Served } & CacheCounts) => void,
  ) {
    this.#context = context
    this.#log = log
    const { config, info } = context.platform
    this.cache = new QuoteCache(config.host.quoteCache, info.speed)
  }

  /** Undefined while no index is known: there is no bucket to look in. */
  bucket(terms: Terms): Bucket | undefined {
    const price = this.#context.views.price()
    return price === undefined ? undefined : bucketOf(terms, price.price.toNumber())
  }

  /** What may be served now; stale answers are priced anew in the background. `isBehind`: no new price can be had. */
  cached(bucket: Bucket | undefined, terms: Terms, isBehind: boolean): CacheHit | undefined {
    const hit = bucket === undefined ? undefined : this.cache.find(bucket, this.#context.platform.now())
    if (bucket === undefined || hit === undefined) return undefined
    if (hit.freshness === 'fresh') return hit
    if (!isBehind) this.priceInBackground(bucket, terms)
    return hit.freshness === 'stale' || isBehind ? hit : undefined
  }

  keep(bucket: Bucket | undefined, answer: Json): void {
    if (bucket !== undefined && isFields(answer) && isOfTheMarket(answer)) this.cache.keep(bucket, this.#context.platform.now(), answer)
  }

  /** An ordinary quote whose answer nobody waits for; whole days, because the engine sells no others. */
  priceInBackground(bucket: Bucket, terms: Terms): void {
    if (this.#underWay.has(bucket.key)) return
    this.#underWay.add(bucket.key)
    void this.#price(bucket, terms).finally(() => this.#underWay.delete(bucket.key))
  }

  served(route: string, cache: Served): CacheCounts {
    const counts = this.cache.count(cache !== 'miss', this.#date())
    this.#log({ route, cache, ...counts })
    return counts
  }

  /** Written once a day. */
  #date(): string {
    const now = this.#context.platform.now()
    const number = Math.floor(now / DAY_MS)
    if (number !== this.#day.number) this.#day = { number, date: isoFromEpochMs(now).slice(0, 10) }
    return this.#day.date
  }

  async #price(bucket: Bucket, terms: Terms): Promise<void> {
    const { desk } = this.#context.platform
    const tenorDays = Math.round(bucket.inputs.days)
    const { spotPrice: _, ...inputs } = terms // the caller's view of the market; the price is kept for every caller
    const params = { ...inputs, tenorDays, preview: true }
    const account = terms.accountId
    const route = 'POST /put/preview'
    const { final, answer } = await desk.submit({ account, route, key: undefined, type: 'quote', params, waitMs: PRICED_WITHIN_MS })
    if (final) this.keep({ ...bucket, inputs: { ...bucket.inputs, days: tenorDays } }, answer)
  }
}

/** Refused for the position or for the spot of one caller: no answer to a preview, which may be of any position. */
const OF_THE_CALLER: ReadonlySet<unknown> = new Set([
  'unknown_position',
  'no_position',
  'size_above_position',
  'already_covered',
  'price_moved',
])

function isOfTheMarket({ reason }: { readonly reason?: Json }): boolean {
  return !OF_THE_CALLER.has(reason)
}

function isFields(answer: Json): answer is CachedAnswer {
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer)
}
