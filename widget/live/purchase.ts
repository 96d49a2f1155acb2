/**
 * From a confirmed price to an active cover. Each purchase is sent under a key that is its quote's own name, so that it may be sent again when the line breaks
 * and is never bought twice. While the outcome is open it is asked for; a lost line is said and asked through. Where the exchange filled nothing, a
 * new price is asked for and bought by itself for a while, but only one that is no worse than what the reader agreed to; anything else is his to
 * decide. While an order is out there is no cancel: whether it was bought is the exchange's to say.
 */
import type { ActivationAnswer } from '#api/contract.ts'
import type { Answer } from '../api/ask.ts'
import type { Client, QuoteWish } from '../api/client.ts'
import { isNoWorse } from '../model/move.ts'
import type { Told } from '../model/told.ts'
import type { FirmQuote } from './offer.ts'
import { Store } from './store.ts'
import type { Clock } from './store.ts'

export type Purchasing =
  /** `isOut`: the order is at the exchange, or may be. */
  | { readonly kind: 'buying'; readonly isOut: boolean; readonly isLineLost: boolean; readonly tries: number }
  /** Nothing was filled; another try follows. `dearer`: what it would cost now, where that is more than was agreed to. */
  | { readonly kind: 'again'; readonly tries: number; readonly told: Told; readonly dearer: FirmQuote | undefined }
  | { readonly kind: 'done'; readonly cover: ActivationAnswer }
  | { readonly kind: 'refused'; readonly told: Told; readonly reason: string }

const EVERY_MS = 500
const BACKOFF_MAX_MS = 8_000
const AGAIN_MS = 1_500
const AGAIN_FOR_MS = 30_000
/** Nothing was bought, and the same wish may pass a moment later. */
const PASSING: ReadonlySet<string> = new Set(['not_filled', 'quote_expired', 'price_too_old', 'stale_price', 'no_ask', 'spread_too_wide'])

type Refused = Extract<Answer<never>, { readonly kind: 'refused' }>

export interface PurchaseInputs {
  readonly client: Pick<Client, 'activate' | 'command' | 'quote'>
  readonly clock: Clock
  readonly wish: QuoteWish
  /** What the reader confirmed. */
  readonly agreed: FirmQuote
  readonly consents: boolean
}

export class Purchase {
  readonly store: Store<Purchasing>
  readonly #inputs: PurchaseInputs
  readonly #since: number
  #quoteId: string
  #tries = 1
  #failures = 0
  #commandId: string | undefined
  #isOver = false
  #last: Refused | undefined
  #callOff: (() => void) | undefined

  constructor(inputs: PurchaseInputs) {
    this.#inputs = inputs
    this.#since = inputs.clock.now()
    this.#quoteId = inputs.agreed.quoteId
    this.store = new Store<Purchasing>({ kind: 'buying', isOut: false, isLineLost: false, tries: 1 })
    void this.#buy()
  }

  /** No further try; takes nothing back of an order that is out. */
  stop(): void {
    if (this.store.current().kind === 'again' && this.#last !== undefined) this.#refuse(this.#last)
  }

  /** The widget is taken off the page. What was sent goes on at the server. */
  leave(): void {
    this.#isOver = true
    this.#callOff?.()
  }

  async #buy(): Promise<void> {
    const { client, consents } = this.#inputs
    const answer =
      this.#commandId === undefined ? await client.activate({ quoteId: this.#quoteId, consents }) : await client.command(this.#commandId)
    if (!this.#isOver) this.#take(answer)
  }

  #take(answer: Answer<ActivationAnswer>): void {
    if (answer.kind === 'answer') return this.#end({ kind: 'done', cover: answer.body })
    if (answer.kind === 'refused' && !isUndecided(answer)) return this.#refusedBy(answer)
    if (answer.kind === 'pending') {
      this.#commandId = answer.commandId ?? this.#commandId
      this.#failures = 0
    } else this.#failures += 1
    this.store.set({ kind: 'buying', isOut: this.#commandId !== undefined, isLineLost: this.#failures > 1, tries: this.#tries })
    this.#later(Math.min(EVERY_MS * 2 ** Math.min(this.#failures, 5), BACKOFF_MAX_MS), () => this.#buy())
  }

  #refusedBy(refused: Refused, dearer?: FirmQuote): void {
    this.#last = refused
    const isOver = this.#inputs.clock.now() - this.#since > AGAIN_FOR_MS
    if (isOver || !PASSING.has(refused.refusal.reason)) return this.#refuse(refused)
    this.store.set({ kind: 'again', tries: this.#tries, told: refused.told, dearer })
    this.#later(AGAIN_MS, () => this.#askAgain())
  }

  async #askAgain(): Promise<void> {
    const { client, wish, agreed } = this.#inputs
    const answer = await client.quote(wish)
    if (this.#isOver || this.store.current().kind !== 'again') return
    if (answer.kind === 'refused') return this.#refusedBy(answer)
    const quote = answer.kind === 'answer' ? (answer.body as FirmQuote) : undefined
    if (quote === undefined || !isNoWorse(agreed, quote)) {
      if (this.#last !== undefined) this.#refusedBy(this.#last, quote)
      return
    }
    this.#quoteId = quote.quoteId
    this.#commandId = undefined
    this.#tries += 1
    this.store.set({ kind: 'buying', isOut: false, isLineLost: false, tries: this.#tries })
    await this.#buy()
  }

  #refuse({ told, refusal: { reason } }: Refused): void {
    this.#end({ kind: 'refused', told, reason })
  }

  #end(state: Purchasing): void {
    this.leave()
    this.store.set(state)
  }

  #later(ms: number, run: () => Promise<void>): void {
    this.#callOff = this.#inputs.clock.after(ms, () => void run())
  }
}

/** Too many requests, or a server that starts: nothing was decided, the same key may be sent again. */
function isUndecided({ refusal: { httpStatus } }: Refused): boolean {
  return httpStatus === 429 || httpStatus >= 500
}
