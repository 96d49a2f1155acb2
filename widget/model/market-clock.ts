/**
 * Market time on this machine. A simulation runs faster than the clock, so an instant of the market is so many of the reader's seconds away as its
 * distance divided by the speed. Set from each answer that names the market's time; between two it runs on by itself.
 */
export class MarketClock {
  readonly #now: () => number
  #market = 0
  #at = 0
  #speed = 1

  /** `now`: a clock that never jumps, in ms. */
  constructor(now: () => number) {
    this.#now = now
  }

  set({ marketTimeIso, speed }: { readonly marketTimeIso: string; readonly speed: number }): void {
    const market = Date.parse(marketTimeIso)
    if (!(Number.isFinite(market) && speed > 0)) return
    this.#market = market
    this.#at = this.#now()
    this.#speed = speed
  }

  get speed(): number {
    return this.#speed
  }

  market(): number {
    return this.#market + (this.#now() - this.#at) * this.#speed
  }

  /** Ms of market time until an instant; negative once it is past. */
  until(iso: string): number {
    return Date.parse(iso) - this.market()
  }

  /** The reader's own ms until an instant. */
  waitFor(iso: string): number {
    return this.until(iso) / this.#speed
  }
}
