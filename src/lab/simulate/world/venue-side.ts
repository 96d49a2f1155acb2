/**
 * The exchange: the simulated venue fed by the market feed, never down itself. It takes requests off the network in the order in which they
 * arrive and puts its words on it: orders and account facts on channels of their own (so that one may overtake the other, F-V18), market
 * data on a third.
 */
import type { Prng } from '#base/prng.ts'
import type { ApprovedOrder } from '#domain/order.ts'
import type { Network } from '#sim/network.ts'
import { createVenue } from '#sim/venue/state.ts'
import type { VenueOutput, VenueState } from '#sim/venue/state.ts'
import { venueStep } from '#sim/venue/step.ts'
import type { VenueInput } from '#sim/venue/step.ts'
import type { RawOptionQuote } from '#topics/market.ts'
import type { EpochMs } from '#units/time.ts'
import { MarketFeed, venueQuote } from './market-feed.ts'
import { ACCOUNTS, OPTIONS_EVERY, TICK_MS, VENUE_CONFIG } from './scene.ts'
import type { VirtualTime } from './virtual-time.ts'
import { VENUE, wordOf } from './wire.ts'
import type { Message } from './wire.ts'

export interface VenueSideStart {
  readonly time: VirtualTime
  readonly prng: Prng
  readonly network: Network<Message>
  readonly arrives: (order: ApprovedOrder, state: VenueState) => void
  readonly says: (output: VenueOutput, input: VenueInput) => void
}

export class VenueSide {
  readonly state: VenueState
  readonly feed: MarketFeed
  /** As last shown. */
  options: readonly RawOptionQuote[] = []
  readonly #start: VenueSideStart
  readonly #prng: Prng
  #ticks = 0
  #lastTickAt: number

  constructor(start: VenueSideStart) {
    this.#start = start
    this.#prng = start.prng.fork('venue')
    this.state = createVenue(VENUE_CONFIG)
    this.feed = new MarketFeed(start.prng.fork('market'), start.time.now)
    this.#lastTickAt = start.time.now
    this.#tick()
  }

  take(input: VenueInput): void {
    const at = this.#start.time.now
    if (input.type === 'place') this.#start.arrives(input.order as ApprovedOrder, this.state)
    if (input.type === 'query_order') this.#step({ ...input, at, lagging: this.#prng.uniform() < 0.4 })
    else this.#step({ ...input, at })
  }

  /** The whole chain at once, outside its turn. */
  showOptions(): void {
    const { time } = this.#start
    const quotes = this.feed.options(time.now)
    this.options = quotes
    this.#step({ type: 'quotes', at: time.now, quotes: quotes.map(venueQuote) })
    for (const quote of quotes) this.#tell('market', { topic: 'raw_option_quotes', key: quote.instrument, body: quote as RawOptionQuote })
  }

  #tick(): void {
    const { time } = this.#start
    const at: EpochMs = time.now
    this.feed.move()
    const { index } = this.feed
    const perpetual = this.feed.perpetual(at)
    this.#step({ type: 'quotes', at, index, quotes: [venueQuote(perpetual)] })
    for (const instrument of this.feed.expiring(this.#lastTickAt, at)) this.#step({ type: 'settle', at, instrument, index, basis: 'venue' })
    this.#lastTickAt = at
    this.#tell('market', { topic: 'raw_index', key: 'BTC', body: { venue: VENUE, venueAt: at, asset: 'BTC', price: index } })
    this.#tell('market', { topic: 'raw_quotes', key: perpetual.instrument, body: perpetual })
    if (this.#ticks++ % OPTIONS_EVERY === 0) this.showOptions()
    time.after(TICK_MS / 2 + this.#prng.int(TICK_MS), () => this.#tick())
  }

  #step(input: VenueInput): void {
    for (const output of venueStep(this.state, input)) {
      this.#start.says(output, input)
      this.#tell(output.topic === 'order_updates' ? 'orders' : 'account', output)
    }
  }

  #tell(channel: 'orders' | 'account' | 'market', output: VenueOutput): void {
    this.#start.network.send(channel, this.#start.time.now, wordOf(output))
  }

  /** Money and positions as the venue holds them. */
  balances(): readonly { readonly account: string; readonly usdc: bigint; readonly positions: ReadonlyMap<string, bigint> }[] {
    return ACCOUNTS.map((account) => {
      const held = this.state.accounts.get(account)
      const positions = new Map([...(held?.positions ?? [])].map(([name, { quantity }]) => [name, quantity]))
      return { account, usdc: held?.balances.get('USDC') ?? 0n, positions }
    })
  }
}
