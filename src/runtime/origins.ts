/**
 * Where an identity came into the world: the approval of an order, the wish of an intent, the quote, the cover's first record. Lets `explain`
 * cross from one step to another, where only a name connects them. Commands are looked up in the command gate; the rest is kept to a bound,
 * the oldest forgotten first.
 */
import type { CommandId } from '#domain/order.ts'
import type { AnyEvent } from '#engine/component.ts'
import { commandGate } from '#engine/command-gate.ts'
import type { Engine, StepReport } from '#engine/engine.ts'
import type { LinkKind } from './view-models.ts'

const KEPT_MAX = 20_000

export class Origins {
  readonly #engine: Engine
  readonly #seqs: Map<string, number>

  constructor(engine: Engine, saved: readonly (readonly [string, number])[] = []) {
    this.#engine = engine
    this.#seqs = new Map(saved)
  }

  save(): readonly (readonly [string, number])[] {
    return [...this.#seqs]
  }

  observe({ decisions }: StepReport): void {
    for (const event of decisions) this.#note(event)
  }

  of(kind: LinkKind, id: string): number | undefined {
    if (kind === 'command') return this.#engine.stateOf(commandGate).byId.get(id as CommandId)?.seq
    return this.#seqs.get(`${kind} ${id}`)
  }

  #note(event: AnyEvent): void {
    if (event.topic === 'hedge_trades') this.#keep('order', event.body.orderId, event.seq)
    else if (event.topic === 'protection_intents' || event.topic === 'hedging_intents') this.#keep('intent', event.body.intentId, event.seq)
    else if (event.topic === 'coverages') this.#keep('coverage', event.body.coverageId, event.seq)
    else if (event.topic === 'put_quotes' && event.body.quoteId !== undefined) this.#keep('quote', event.body.quoteId, event.seq)
  }

  #keep(kind: LinkKind, id: string, seq: number): void {
    const key = `${kind} ${id}`
    if (this.#seqs.has(key)) return
    this.#seqs.set(key, seq)
    const oldest = this.#seqs.size > KEPT_MAX ? this.#seqs.keys().next().value : undefined
    if (oldest !== undefined) this.#seqs.delete(oldest)
  }
}
