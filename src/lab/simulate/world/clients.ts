/**
 * Clients with idempotency keys: they open, close and flip positions, ask for quotes and activate them, protect, cancel, halt and clear,
 * state a portfolio; they repeat what has no final answer, also after a crash, and sometimes what has one, or send another body under an
 * old key. Each draw is a fork of its own turn, so that a refused connection moves nothing else.
 */
import type { Prng } from '#base/prng.ts'
import type { ApprovedOrder } from '#domain/order.ts'
import type { CommandAnswer } from '#runtime/command-desk.ts'
import type { EngineProcess } from '../machine/engine-process.ts'
import type { ClientLog, Wish } from '../oracle/client-log.ts'
import type { VenueModel } from '../oracle/venue-model.ts'
import { ACCOUNTS } from './scene.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface ClientsStart {
  readonly time: VirtualTime
  readonly prng: Prng
  readonly log: ClientLog
  readonly venue: VenueModel
  readonly process: () => EngineProcess | undefined
  /** Signed size of the client position at the venue, in BTC. */
  readonly positionOf: (account: string) => number
  readonly afterAnswer: () => void
  readonly caught: (error: unknown) => void
  /** They say only what they are told to. */
  readonly isScripted?: boolean
}

export class Clients {
  readonly #start: ClientsStart
  #turn = 0
  #isTalking = true
  readonly #asked: Wish[] = []
  /** By account, newest last. */
  readonly #quotes = new Map<string, string[]>()
  readonly #sent: { readonly orderId: string; readonly account: string }[] = []
  /** Requests that wait for durability or an outcome. */
  waiting = 0

  constructor(start: ClientsStart) {
    this.#start = start
    if (start.isScripted === true) this.#isTalking = false
    else this.#plan()
  }

  /** The quotes an account was given, newest last. */
  quotesOf(account: string): readonly string[] {
    return this.#quotes.get(account) ?? []
  }

  /** No new wishes; what has no final answer is still asked for. */
  calmDown(): void {
    this.#isTalking = false
    for (const account of ACCOUNTS) this.ask(this.#wish(account, 'clear_halt', {}))
  }

  /** An order that a client saw go out, to be cancelled. */
  sawOrder(orderId: string, account: string): void {
    this.#sent.push({ orderId, account })
    const prng = this.#start.prng.fork(`cancel ${this.#sent.length}`)
    if (this.#isTalking && prng.uniform() < 0.25)
      this.#start.time.after(prng.int(400), () => this.ask(this.#wish(account, 'cancel_order', { orderId })))
  }

  /** Has no answer yet and asks for more, the same way or the other: what is unknown must count both ways. */
  grow(order: ApprovedOrder, turn: Prng): void {
    if (!this.#isTalking || order.purpose !== 'open_position') return
    const isSame = turn.uniform() < 0.7
    const side = (order.side === 'buy') === isSame ? 'long' : 'short'
    this.ask(this.#wish(order.account, 'open_position', { side, size: isSame ? '1.4' : '0.3', leverage: 5 }))
  }

  /** The other way and less, before the first order was heard of: what that realises depends on the order of the two. */
  reduce({ account, side, purpose }: ApprovedOrder): void {
    if (!this.#isTalking || purpose !== 'open_position') return
    this.ask(this.#wish(account, 'open_position', { side: side === 'buy' ? 'short' : 'long', size: '0.2', leverage: 5 }))
  }

  unsettled(): readonly Wish[] {
    return this.#asked.filter((wish) => !this.#start.log.isSettled(wish))
  }

  ask(wish: Wish): void {
    if (!this.#asked.includes(wish)) this.#asked.push(wish)
    const process = this.#start.process()
    if (process === undefined || process.isDead) return
    const { account, route, key, type, params } = wish
    this.waiting++
    if (wish.type === 'clear_halt') this.#start.venue.isHalted = false
    void process.desk
      .submit({ account, route, key, type, params, waitMs: 0 })
      .then((answer) => this.#hear(process, wish, answer), this.#start.caught)
  }

  #plan(): void {
    const { time, prng } = this.#start
    const turn = prng.fork(`turn ${this.#turn++}`)
    time.after(300 + turn.int(5_000), () => {
      if (!this.#isTalking) return this.#repeatUnsettled()
      this.#act(turn)
      this.#plan()
    })
  }

  #repeatUnsettled(): void {
    for (const wish of this.unsettled()) this.ask(wish)
    this.#start.time.after(10_000, () => this.#repeatUnsettled())
  }

  #act(turn: Prng): void {
    const unsettled = this.unsettled()
    const old = this.#asked[turn.int(Math.max(1, this.#asked.length))]
    const draw = turn.uniform()
    if (draw < 0.2 && unsettled.length > 0) this.ask(unsettled[turn.int(unsettled.length)] as Wish)
    else if (draw < 0.3 && old !== undefined) this.ask(old)
    else if (draw < 0.33 && old !== undefined && this.#start.log.isSettled(old)) this.#conflict(old)
    else this.ask(this.#fresh(turn, ACCOUNTS[turn.int(ACCOUNTS.length)] ?? 'alice'))
  }

  #conflict(old: Wish): void {
    const process = this.#start.process()
    if (process === undefined || process.isDead) return
    const { account, route, key, type, params } = old
    process.desk.submit({ account, route, key, type, params: { ...params, size: '9.9' }, waitMs: 0 }).catch(this.#start.caught)
  }

  #fresh(turn: Prng, account: string): Wish {
    const draw = turn.uniform()
    const size = ((1 + turn.int(12)) / 10).toFixed(1)
    const held = this.#start.positionOf(account)
    const side = turn.uniform() < 0.5 ? 'long' : 'short'
    const leverage = turn.uniform() < 0.1 ? 7 : 5
    if (draw < 0.3) return this.#wish(account, 'open_position', { side, size, leverage })
    if (draw < 0.38 && held !== 0) return this.#flip(account, held)
    if (draw < 0.46) return this.#wish(account, 'close_position', {})
    const plain = { side, size, leverage: 5, tierName: 'Silver', drawdownFloorPct: 0.02, tenorDays: 1, renewal: 'rolling' }
    const terms = turn.uniform() < 0.6 ? { ...plain, combinations: 'allowed' } : plain
    if (draw < 0.56) return this.#wish(account, 'quote', { ...terms, ...heldOf(held, size) })
    const quoteId = this.quotesOf(account).at(-1)
    if (draw < 0.66 && quoteId !== undefined) return this.#wish(account, 'activate', { quoteId })
    if (draw < 0.9) return this.#wish(account, 'protect', terms)
    return this.#wish(account, draw < 0.94 ? 'halt' : 'clear_halt', { reason: 'drill' })
  }

  /** More the other way than is held: its fill crosses zero (F-A06). */
  #flip(account: string, held: number): Wish {
    const size = Math.min(6, Math.abs(held) + 0.5).toFixed(1)
    return this.#wish(account, 'open_position', { side: held > 0 ? 'short' : 'long', size, leverage: 5 })
  }

  #wish(account: string, type: string, params: Wish['params']): Wish {
    return { account, route: 'client', key: `${type}-${this.#asked.length}`, type, params }
  }

  #hear(process: EngineProcess, wish: Wish, answer: CommandAnswer): void {
    this.waiting--
    if (process.isDead) return
    this.#start.log.answered(wish, answer)
    if (answer.final && wish.type === 'halt' && answer.httpStatus === 200) this.#start.venue.isHalted = this.#stillHalted(wish)
    const { quoteId } = answer.answer as { readonly quoteId?: string }
    if (wish.type === 'quote' && typeof quoteId === 'string') this.#quotes.set(wish.account, [...this.quotesOf(wish.account), quoteId])
    this.#start.afterAnswer()
  }

  /** No clear was asked for since. */
  #stillHalted(halt: Wish): boolean {
    const after = this.#asked.slice(this.#asked.indexOf(halt) + 1)
    return !after.some(({ type }) => type === 'clear_halt')
  }
}

/** What is not held is not quoted: most ask for what they have, so that there is something to activate. */
function heldOf(held: number, size: string): { readonly side?: string; readonly size?: string } {
  const lots = Math.floor(Math.abs(held) * 10 + 1e-9)
  return lots === 0 ? {} : { side: held > 0 ? 'long' : 'short', size: (Math.min(lots, Math.round(Number(size) * 10)) / 10).toFixed(1) }
}
