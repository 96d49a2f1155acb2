/**
 * About what a cover would cost, while the form is being filled in. Asked a moment after the last change; `pending` is asked again until there is an
 * answer. Never executable and never shown as if it were: it has the age of its price.
 */
import type { CachedQuote } from '#api/contract-quotes.ts'
import type { Client, QuoteWish } from '../api/client.ts'
import { toldLost } from '../model/told.ts'
import type { Told } from '../model/told.ts'
import { Store } from './store.ts'
import type { Clock } from './store.ts'

export type Previewed =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking'; readonly last: CachedQuote | undefined }
  | { readonly kind: 'about'; readonly quote: CachedQuote }
  | { readonly kind: 'refused'; readonly told: Told }

const SETTLE_MS = 300
const AGAIN_MS = 500
const FRESH_MS = 5_000
const TRIES = 20

export class Preview {
  readonly store: Store<Previewed>
  readonly #client: Pick<Client, 'preview'>
  readonly #clock: Clock
  #asked = ''
  #callOff: (() => void) | undefined
  #running: AbortController | undefined

  constructor(client: Pick<Client, 'preview'>, clock: Clock) {
    this.#client = client
    this.#clock = clock
    this.store = new Store<Previewed>({ kind: 'none' }, { onLast: () => this.#end() })
  }

  /** Undefined: the form stands for nothing yet. */
  want(wish: QuoteWish | undefined): void {
    const text = wish === undefined ? '' : JSON.stringify(wish)
    if (text === this.#asked) return
    this.#end()
    this.#asked = text
    if (wish === undefined) return this.store.set({ kind: 'none' })
    const known = this.store.current()
    this.store.set({ kind: 'asking', last: known.kind === 'about' ? known.quote : known.kind === 'asking' ? known.last : undefined })
    this.#running = new AbortController()
    this.#later(SETTLE_MS, wish, TRIES)
  }

  #later(ms: number, wish: QuoteWish, tries: number): void {
    this.#callOff = this.#clock.after(ms, () => void this.#ask(wish, tries))
  }

  async #ask(wish: QuoteWish, tries: number): Promise<void> {
    const running = this.#running
    if (running === undefined) return
    try {
      const answer = await this.#client.preview(wish, running.signal)
      if (this.#running !== running) return
      if (answer.kind === 'answer') {
        this.store.set({ kind: 'about', quote: answer.body })
        this.#later(FRESH_MS, wish, TRIES)
      } else if (answer.kind === 'pending' && tries > 0) this.#later(AGAIN_MS, wish, tries - 1)
      else {
        const because = answer.kind === 'lost' ? answer.because : 'slow'
        this.store.set({ kind: 'refused', told: answer.kind === 'refused' ? answer.told : toldLost(because) })
        this.#later(FRESH_MS, wish, TRIES)
      }
    } catch (error) {
      if (!running.signal.aborted) throw error // else another wish has taken its place
    }
  }

  #end(): void {
    this.#callOff?.()
    this.#running?.abort()
    this.#running = undefined
    this.#asked = ''
  }
}
