/**
 * Bounds what waits between the engine and its journal. While the journal is full, or more than `behindMax` records behind, market data waits
 * here, only the newest of each venue and instrument; facts, commands and time go on, nothing of them is dropped, and the engine
 * answers what it can. A full journal is told to the engine as the input `host_conditions`, which halts with that reason; the end of it
 * likewise, after the market data that waited. What waits is at most one datum per instrument, however long the medium is full.
 */
import type { Offer } from '#engine/driver.ts'
import type { JournalFailure } from '#store/journal.ts'

/** Records: some seconds of a quick market, and a fraction of what memory holds. */
const BEHIND_MAX = 50_000
const CONFLATED: ReadonlySet<string> = new Set(['raw_index', 'raw_quotes', 'raw_option_quotes'])

export interface InputGateOptions {
  readonly offer: (offer: Offer) => void
  /** Records appended and not durable. */
  readonly pending: () => number
  readonly behindMax?: number
}

export class InputGate {
  readonly #options: InputGateOptions
  readonly #behindMax: number
  readonly #waiting = new Map<string, Offer>()
  #isFull = false
  #whenFull = Promise.withResolvers<void>()

  constructor(options: InputGateOptions) {
    this.#options = options
    this.#behindMax = options.behindMax ?? BEHIND_MAX
  }

  get isFull(): boolean {
    return this.#isFull
  }

  /** For whoever waits for the medium: the instant at which that is in vain. */
  whenFull(): Promise<void> {
    return this.#whenFull.promise
  }

  /** Market data that waits. */
  get waiting(): number {
    return this.#waiting.size
  }

  offer(offer: Offer): void {
    if (!CONFLATED.has(offer.topic)) return this.#options.offer(offer)
    const isHolding = this.#isFull || this.#waiting.size > 0 || this.#options.pending() > this.#behindMax
    if (!isHolding) return this.#options.offer(offer)
    const name = `${offer.source} ${offer.topic} ${offer.key}`
    this.#waiting.delete(name) // the newest goes last: instruments keep the order of their newest datum
    this.#waiting.set(name, offer)
  }

  /** The journal has no space; told once. */
  full({ code, detail }: Pick<JournalFailure, 'code' | 'detail'>): void {
    if (this.#isFull) return
    this.#isFull = true
    this.#whenFull.resolve()
    this.#tell({ subject: 'journal', state: 'impaired', code, detail })
  }

  resumed(): void {
    if (!this.#isFull) return
    this.#isFull = false
    this.#whenFull = Promise.withResolvers()
    this.#release()
    this.#tell({ subject: 'journal', state: 'ok', code: 'journal_resumed', detail: 'there is space again' })
  }

  /** To be called when records became durable: half of what is allowed, and what waits goes on. */
  settled(): void {
    if (!this.#isFull && this.#waiting.size > 0 && this.#options.pending() <= this.#behindMax / 2) this.#release()
  }

  #release(): void {
    const waited = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const offer of waited) this.#options.offer(offer)
  }

  #tell(body: Extract<Offer, { topic: 'host_conditions' }>['body']): void {
    this.#options.offer({ topic: 'host_conditions', key: body.subject, source: 'host', body })
  }
}
