/**
 * The second venue: it prices around the same small market, quicker than the exchange, and nobody trades there. Its word may be shifted
 * (F-V20) or old (F-V21); its options follow what the exchange last showed. Draws of its own, a channel of its own: without it nothing else moves.
 */
import type { Prng } from '#base/prng.ts'
import type { Network } from '#sim/network.ts'
import type { RawOptionQuote } from '#topics/market.ts'
import { Price } from '#units/price.ts'
import { durationMs, epochMs } from '#units/time.ts'
import type { MarketFeed } from './market-feed.ts'
import type { VirtualTime } from './virtual-time.ts'
import { PRICING, wordOf } from './wire.ts'
import type { Message } from './wire.ts'

const INDEX_MS = 3_000
const CHAIN_EVERY = 5
const AGE_MS = 20_000
const NOISE = 0.002

export interface PricingSideStart {
  readonly time: VirtualTime
  readonly prng: Prng
  readonly network: Network<Message>
  readonly feed: MarketFeed
  /** What the exchange last showed of its options. */
  readonly options: () => readonly RawOptionQuote[]
}

export class PricingSide {
  /** Factors on what it says of the index and of options. */
  indexShift = 1
  optionShift = 1
  /** How old its stamps are. */
  staleMs = 0
  readonly #start: PricingSideStart
  #ticks = 0

  constructor(start: PricingSideStart) {
    this.#start = start
    start.time.after(start.prng.int(INDEX_MS), () => this.#tick())
  }

  #tick(): void {
    const { time, feed, options, network } = this.#start
    const stamp = { venue: PRICING, venueAt: epochMs(time.now - this.staleMs), maxAgeMs: durationMs(AGE_MS) }
    const price = scaled(feed.index, this.#noisy(this.indexShift))
    network.send('pricing', time.now, wordOf({ topic: 'raw_index', key: 'BTC', body: { ...stamp, asset: 'BTC', price } }))
    if (this.#ticks++ % CHAIN_EVERY === 0)
      for (const quote of options()) {
        const factor = this.#noisy(this.optionShift)
        const { bid, ask, mark } = quote
        const body = { ...quote, ...stamp, ...sides({ bid, ask, mark }, factor) }
        network.send('pricing', time.now, wordOf({ topic: 'raw_option_quotes', key: quote.instrument, body }))
      }
    time.after(INDEX_MS, () => this.#tick())
  }

  #noisy(factor: number): number {
    return factor * (1 + NOISE * (this.#start.prng.uniform() - 0.5))
  }
}

type Sides = Pick<RawOptionQuote, 'bid' | 'ask' | 'mark'>

function sides({ bid, ask, mark }: Sides, factor: number): Sides {
  return {
    ...(bid === undefined ? {} : { bid: scaled(bid, factor) }),
    ...(ask === undefined ? {} : { ask: scaled(ask, factor) }),
    ...(mark === undefined ? {} : { mark: scaled(mark, factor) }),
  }
}

function scaled<P extends NonNullable<Sides['bid']> | MarketFeed['index']>(price: P, factor: number): P {
  return new Price((price.units * BigInt(Math.round(factor * 1e6))) / 1_000_000n) as unknown as P
}
