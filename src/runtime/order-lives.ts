/**
 * The life of the last orders, wish to confirmation, step by step with the instant and event of each: what the execution page draws. Fed by
 * every step, replayed ones included; plain JSON, so that a snapshot holds it as it stands. Bounded: `LIVES_MAX` wishes, `STEPS_MAX` steps each
 * (the first and the newest stay; how many were left out is said). A read model: nothing decides on it, and a tick costs one look at its topic.
 * `arrival` is the instrument's price as the ledger had it when risk approved the order: what slippage is measured from.
 */
import type { InstrumentId } from '#domain/instrument.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { Engine, StepReport } from '#engine/engine.ts'
import { books } from '#stages/ledger/books.ts'
import { lifeStepOf } from './order-life-step.ts'
import type { LifeStep } from './order-life-step.ts'

export interface Arrival {
  readonly bid: string | null
  readonly ask: string | null
  readonly mark: string | null
  readonly observedAt: number
}
export interface LifeFill {
  readonly seq: number
  readonly at: number
  readonly tradeId: string
  /** In the instrument's own quote. */
  readonly price: string
  readonly quantity: string
  readonly fee: string
  readonly feeCurrency: string
  readonly liquidity: 'maker' | 'taker'
}
/** What was wished; the same in the intent, its refusal and its approval as far as each says it. */
export interface Wish {
  readonly account: string
  readonly intentId: string
  readonly book: string
  readonly purpose: string
  readonly venue: string
  readonly instrument: string
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly type: string
  readonly timeInForce: string
  readonly limitPrice: string
  readonly coverageId: string | null
  readonly quoteId: string | null
  readonly commandId: string | null
}
export interface OrderLife {
  readonly wish: Wish
  orderId: string | null
  /** The newest step that says how it stands. */
  state: string
  arrival: Arrival | null
  steps: readonly LifeStep[]
  stepsLeftOut: number
  fills: readonly LifeFill[]
  fillsLeftOut: number
}

const LIVES_MAX = 200
const STEPS_MAX = 40
const FILLS_MAX = 100
const FIRST_KEPT = 6

export class OrderLives {
  readonly #engine: Engine
  /** By intent, oldest first. */
  readonly #lives: Map<string, OrderLife>
  readonly #byOrder: Map<string, OrderLife>

  constructor(engine: Engine, saved: readonly OrderLife[] = []) {
    this.#engine = engine
    this.#lives = new Map(saved.map((life) => [life.wish.intentId, { ...life }]))
    this.#byOrder = new Map([...this.#lives.values()].flatMap((life) => (life.orderId === null ? [] : [[life.orderId, life] as const])))
  }

  save(): readonly OrderLife[] {
    return [...this.#lives.values()]
  }

  /** Newest first. */
  of(account: string): readonly OrderLife[] {
    return [...this.#lives.values()].filter(({ wish }) => wish.account === account).toReversed()
  }

  observe({ input, decisions }: StepReport): void {
    if (input.topic === 'order_updates' || input.topic === 'venue_fills') this.#note(input, input)
    for (const event of decisions) this.#note(event, input)
  }

  #note(event: AnyEvent, input: AnyEvent): void {
    if (event.topic === 'protection_intents' || event.topic === 'hedging_intents') this.#begin(event)
    const life = this.#lifeOf(event)
    if (life === undefined) return
    if (event.topic === 'hedge_trades') {
      life.orderId = event.body.orderId
      life.arrival = this.#arrival(event.body.instrument)
      this.#byOrder.set(event.body.orderId, life)
    }
    if (event.topic === 'venue_fills') addFill(life, event)
    for (const step of lifeStepOf(event, input)) addStep(life, step)
  }

  #begin({ body }: Extract<AnyEvent, { readonly topic: 'protection_intents' | 'hedging_intents' }>): void {
    const life: OrderLife = {
      wish: wishOf(body),
      orderId: null,
      state: 'wished',
      arrival: null,
      steps: [],
      stepsLeftOut: 0,
      fills: [],
      fillsLeftOut: 0,
    }
    this.#lives.delete(body.intentId)
    this.#lives.set(body.intentId, life)
    const [oldest] = this.#lives.size > LIVES_MAX ? this.#lives.values() : []
    if (oldest === undefined) return
    this.#lives.delete(oldest.wish.intentId)
    if (oldest.orderId !== null) this.#byOrder.delete(oldest.orderId)
  }

  #lifeOf(event: AnyEvent): OrderLife | undefined {
    switch (event.topic) {
      case 'protection_intents':
      case 'hedging_intents':
      case 'hedge_trades':
      case 'order_refusals':
        return this.#lives.get(event.body.intentId)
      case 'order_sends':
      case 'order_vetoes':
      case 'order_updates':
      case 'trade_confirmations':
        return this.#byOrder.get(event.body.orderId)
      case 'venue_fills':
      case 'venue_queries':
        return event.body.orderId === undefined ? undefined : this.#byOrder.get(event.body.orderId)
      default:
        return undefined
    }
  }

  #arrival(instrument: InstrumentId): Arrival | null {
    const quoted = this.#engine.stateOf(books).prices.quoted.get(instrument)
    if (quoted === undefined) return null
    const { bid, ask, mark, observedAt } = quoted
    return { bid: bid?.toString() ?? null, ask: ask?.toString() ?? null, mark: mark?.toString() ?? null, observedAt }
  }
}

function wishOf(body: Extract<AnyEvent, { readonly topic: 'protection_intents' }>['body']): Wish {
  const { account, intentId, book, purpose, venue, instrument, side, quantity, type, timeInForce, limitPrice } = body
  return {
    account,
    intentId,
    book,
    purpose,
    venue,
    instrument,
    side,
    quantity: quantity.toString(),
    type,
    timeInForce,
    limitPrice: limitPrice.toString(),
    coverageId: body.coverageId ?? null,
    quoteId: body.quoteId ?? null,
    commandId: body.commandId ?? null,
  }
}

function addFill(life: OrderLife, { seq, at, body }: Extract<AnyEvent, { readonly topic: 'venue_fills' }>): void {
  if (life.fills.some(({ tradeId }) => tradeId === body.tradeId)) return
  const { tradeId, price, quantity, fee, feeCurrency, liquidity } = body
  const fill = { seq, at, tradeId, price: price.toString(), quantity: quantity.toString(), fee: fee.toString(), feeCurrency, liquidity }
  if (life.fills.length < FILLS_MAX) life.fills = [...life.fills, fill]
  else life.fillsLeftOut += 1
}

function addStep(life: OrderLife, step: LifeStep): void {
  if (step.state !== undefined) life.state = step.state
  const steps = [...life.steps, step]
  if (steps.length <= STEPS_MAX) life.steps = steps
  else {
    life.steps = [...steps.slice(0, FIRST_KEPT), ...steps.slice(FIRST_KEPT + 1)]
    life.stepsLeftOut += 1
  }
}
