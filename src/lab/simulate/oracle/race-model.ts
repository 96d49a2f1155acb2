/**
 * The rules of two venues, judged by what reached the engine's port (I6): new protection is never quoted at a venue that only prices, and not
 * while that venue's index, heard and fresh, was far from the exchange's when it came. Margins are wide: the engine's clock may lag, and its
 * limit is a third of what is judged here.
 */
import type { Offer } from '#engine/driver.ts'
import type { PutQuote } from '#topics/protection.ts'
import { PRICING, VENUE } from '../world/wire.ts'
import type { Verdict } from './verdict.ts'

const GAP_MAX = 0.03
/** Of the exchange's index when the other came, and of the other when a quote is made: well inside the engine's limit of 10 s. */
const FRESH_MS = 5_000
/** Less than the engine's tolerance of 1 s. */
const AHEAD_MS = 900

interface Heard {
  readonly price: number
  readonly venueAt: number
}

export class RaceModel {
  readonly #verdict: Verdict
  #main: Heard | undefined
  #other: (Heard & { readonly gap: number }) | undefined

  constructor(verdict: Verdict) {
    this.#verdict = verdict
  }

  started(): void {
    this.#main = undefined
    this.#other = undefined
  }

  /** `clock`: what the engine takes for now; a stamp well ahead of it is not believed there. */
  hears(offer: Offer, at: number, clock: number): void {
    if (offer.topic !== 'raw_index') return
    const { venue, price, venueAt } = offer.body
    const heard = { price: price.toNumber(), venueAt: venueAt ?? -Infinity }
    if (!(heard.price > 0) || at - heard.venueAt > FRESH_MS || heard.venueAt - clock > AHEAD_MS) return
    if (venue === VENUE && heard.venueAt >= (this.#main?.venueAt ?? 0)) this.#main = heard
    if (venue !== PRICING || heard.venueAt < (this.#other?.venueAt ?? 0)) return
    const main = this.#main
    const isComparable = main !== undefined && at - main.venueAt <= FRESH_MS
    this.#other = isComparable ? { ...heard, gap: Math.abs(heard.price - main.price) / main.price } : undefined
  }

  quotes({ status, venue, renews, requestId }: PutQuote, at: number): void {
    if (status !== 'ok') return
    this.#verdict.check(venue === VENUE, 'I6', () => `quote ${requestId} is to be bought at ${venue ?? 'no venue'}, which does not execute`)
    const other = this.#other
    if (renews !== undefined || other === undefined || at - other.venueAt > FRESH_MS) return
    this.#verdict.check(other.gap <= GAP_MAX, 'I6', () => `quote ${requestId} is made while venues are ${other.gap.toFixed(3)} apart`)
  }
}
