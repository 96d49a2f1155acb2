/**
 * A firm price on the screen. A quote may be accepted until its own deadline, which a platform may set to less than a reader needs. So for the session of an
 * offer (30 s) each quote that is about to lapse is followed by a new one. One that is no worse takes its place without a word; one that is worse has
 * to be confirmed again (`move`). After the session nothing is asked by itself: the offer has expired, and asking again starts another.
 */
import type { QuoteAnswer } from '#api/contract.ts'
import type { Client, QuoteWish } from '../api/client.ts'
import type { MarketClock } from '../model/market-clock.ts'
import { isNoWorse, moveBetween } from '../model/move.ts'
import type { Move } from '../model/move.ts'
import { toldLost } from '../model/told.ts'
import type { Told } from '../model/told.ts'
import { Store } from './store.ts'
import type { Clock } from './store.ts'

export type FirmQuote = QuoteAnswer & { readonly quoteId: string; readonly expiresAt: string }
export type Offered =
  | { readonly kind: 'asking' }
  | {
      readonly kind: 'open'
      readonly quote: FirmQuote
      /** What the reader agreed to look at: the price the session began with, or the one confirmed last. */
      readonly agreed: FirmQuote
      readonly move: Move | undefined
      /** By the reader's clock, ms. */
      readonly endsAt: number
      readonly quoteEndsAt: number
    }
  | { readonly kind: 'expired'; readonly last: FirmQuote }
  | { readonly kind: 'refused'; readonly told: Told }

export const SESSION_MS = 30_000
/** A purchase needs this long to arrive; a quote with less left is followed before it is used. */
export const MARGIN_MS = 400
const RETRY_MS = 700
const LEAD_SHARE = 0.35

export interface OfferInputs {
  readonly client: Pick<Client, 'quote'>
  readonly market: MarketClock
  readonly clock: Clock
  readonly wish: QuoteWish
  /** The price the reader had confirmed when it could not be bought: what comes now is compared with it. */
  readonly before?: FirmQuote | undefined
}

export class Offer {
  readonly store: Store<Offered>
  readonly #inputs: OfferInputs
  #running: AbortController | undefined
  readonly #callOffs = new Set<() => void>()

  constructor(inputs: OfferInputs) {
    this.#inputs = inputs
    this.store = new Store<Offered>({ kind: 'asking' }, { onFirst: () => this.#start(), onLast: () => this.#end() })
  }

  /** A new session: the reader asks again after an offer has expired or was refused. */
  again(): void {
    this.#end()
    this.#start()
  }

  /** The reader has seen the new price. */
  accept(): void {
    const offered = this.store.current()
    if (offered.kind === 'open') this.store.set({ ...offered, agreed: offered.quote, move: undefined })
  }

  /** The quote to buy: the one shown, or a new one that is no worse. Undefined where the reader has to look again. */
  async take(): Promise<FirmQuote | undefined> {
    const offered = this.store.current()
    if (offered.kind !== 'open' || offered.move !== undefined) return undefined
    if (offered.quoteEndsAt - this.#inputs.clock.now() > MARGIN_MS) return offered.quote
    const { quote: shown } = offered
    await this.#ask(offered.endsAt, offered.agreed)
    const next = this.store.current()
    if (next.kind !== 'open') return undefined
    if (isNoWorse(shown, next.quote)) return next.quote
    // dearer than the button said when it was pressed, if only by a cent
    this.store.set({ ...next, move: next.move ?? { what: 'charge', from: shown.feeUsdc, to: next.quote.feeUsdc } })
    return undefined
  }

  /** Nothing is asked any more: the price has been used. */
  close(): void {
    this.#end()
  }

  #start(): void {
    const { before } = this.#inputs
    this.#running = new AbortController()
    this.store.set({ kind: 'asking' })
    void this.#ask(undefined, before)
  }

  #end(): void {
    this.#running?.abort()
    this.#running = undefined
    this.#callOff()
  }

  #callOff(): void {
    for (const off of this.#callOffs) off()
    this.#callOffs.clear()
  }

  #after(ms: number, run: () => void): void {
    this.#callOffs.add(this.#inputs.clock.after(ms, run))
  }

  /** `endsAt` of the session that goes on; undefined where one begins. */
  async #ask(endsAt: number | undefined, agreed: FirmQuote | undefined): Promise<void> {
    const running = this.#running
    if (running === undefined) return
    try {
      const answer = await this.#inputs.client.quote(this.#inputs.wish, running.signal)
      if (this.#running !== running) return
      if (answer.kind === 'answer') this.#open(answer.body as FirmQuote, endsAt, agreed)
      else this.#failed(answer.kind === 'refused' ? answer.told : toldLost(answer.kind === 'lost' ? answer.because : 'slow'), endsAt)
    } catch (error) {
      if (!running.signal.aborted) throw error // else the reader has gone on
    }
  }

  #open(quote: FirmQuote, endsAt: number | undefined, agreed: FirmQuote | undefined): void {
    const { clock, market } = this.#inputs
    const now = clock.now()
    const life = Math.max(0, market.waitFor(quote.expiresAt))
    const quoteEndsAt = now + life
    const ends = endsAt ?? now + Math.max(SESSION_MS, life)
    const move = agreed === undefined ? undefined : moveBetween(agreed, quote)
    this.#callOff()
    this.store.set({ kind: 'open', quote, agreed: agreed ?? quote, move, endsAt: ends, quoteEndsAt })
    this.#after(ends - now, () => this.#expire())
    if (quoteEndsAt < ends) this.#after(Math.max(50, life * (1 - LEAD_SHARE)), () => void this.#ask(ends, this.#agreed()))
  }

  #agreed(): FirmQuote | undefined {
    const offered = this.store.current()
    return offered.kind === 'open' ? offered.agreed : undefined
  }

  #expire(): void {
    const offered = this.store.current()
    this.#callOff()
    if (offered.kind === 'open') this.store.set({ kind: 'expired', last: offered.quote })
  }

  /** In a session the last price stays until it lapses; a market that refuses for a moment is asked again. */
  #failed(why: Told, endsAt: number | undefined): void {
    const offered = this.store.current()
    const now = this.#inputs.clock.now()
    if (offered.kind === 'open' && endsAt !== undefined && why.again && now < endsAt)
      this.#after(RETRY_MS, () => void this.#ask(endsAt, this.#agreed()))
    else this.store.set({ kind: 'refused', told: why })
  }
}
