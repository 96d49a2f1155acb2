/**
 * The rules at the wire, judged by what the venue itself holds: one order per id and per intent (I1), a durable approval before anything
 * leaves (I2), caps on position and open orders together (I3, I7), prices that still hold (I6), only risk-reducing orders while halted or
 * not reconciled (I8). Sizes as counts of 1e-18.
 */
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { ApprovedOrder } from '#domain/order.ts'
import { isRiskReducing } from '#domain/brakes.ts'
import type { VenueState } from '#sim/venue/state.ts'
import { insaneNumberIn } from './sane.ts'
import type { DurableModel } from './durable-model.ts'
import type { Verdict } from './verdict.ts'

export interface WireLimits {
  readonly clientMax: bigint
  readonly hedgeMax: bigint
  /** How much the engine's clock may be behind true time: it starts at the venue's last word. */
  readonly clockMs: number
  /** Longest way of a message, so that an order may arrive this much after its prices ended. */
  readonly latencyMs: number
  /** Age limits of what the engine may decide on, per kind of instrument. */
  readonly perpetualAgeMs: number
  readonly optionAgeMs: number
  readonly ordersPerSecond: number
}

export class VenueModel {
  readonly #verdict: Verdict
  readonly #durable: DurableModel
  readonly #limits: WireLimits
  readonly #sent = new Map<string, string>()
  readonly #orderOfIntent = new Map<string, string>()
  readonly #openings = new Map<string, string>()
  readonly #heard = new Map<string, number>()
  #sendsAt: number[] = []
  /** Since when the operator's halt has been answered for. */
  isHalted = false
  isReconciled = false

  constructor(verdict: Verdict, durable: DurableModel, limits: WireLimits) {
    this.#verdict = verdict
    this.#durable = durable
    this.#limits = limits
  }

  /** Market data reached the engine. */
  heard(instrument: string, venueAt: number): void {
    this.#heard.set(instrument, Math.max(venueAt, this.#heard.get(instrument) ?? 0))
  }

  started(): void {
    this.isReconciled = false
  }

  /** Bytes leave the engine. */
  leaves(order: ApprovedOrder, attempt: number, at: number): void {
    const { orderId, intentId, commandId, purpose } = order
    const verdict = this.#verdict
    const insane = insaneNumberIn(order)
    verdict.check(insane === undefined, 'I12', () => `order ${orderId} leaves with ${insane ?? ''}`)
    verdict.check(this.#durable.orders.has(orderId), 'I2', () => `order ${orderId} leaves before its approval is durable`)
    const body = JSON.stringify(order)
    const approved = this.#durable.orders.get(orderId) ?? body
    verdict.check(approved === body, 'I2', () => `order ${orderId} leaves as ${body}, approved was ${approved}`)
    verdict.check((this.#sent.get(orderId) ?? body) === body, 'I1', () => `order id ${orderId} stands for two orders`)
    verdict.check(attempt > 1 || !this.#sent.has(orderId), 'I1', () => `order ${orderId} leaves twice as the first attempt`)
    this.#sent.set(orderId, body)
    const known = this.#orderOfIntent.get(intentId) ?? orderId
    verdict.check(known === orderId, 'I1', () => `intent ${intentId} has two orders, ${known} and ${orderId}`)
    this.#orderOfIntent.set(intentId, orderId)
    if (purpose === 'open_position' && commandId !== undefined) {
      const first = this.#openings.get(commandId) ?? orderId
      verdict.check(first === orderId, 'I1', () => `command ${commandId} opens twice`)
      this.#openings.set(commandId, orderId)
    }
    verdict.check(
      at <= order.goodUntil + this.#limits.clockMs,
      'I6',
      () => `order ${orderId} leaves ${at - order.goodUntil} ms after its prices ended`,
    )
    this.#checkAge(order, at)
    this.#checkBrakes(order)
    this.#checkRate(at, attempt)
  }

  /** The same request by a client under one key must not open two positions. */
  sameWish(commandIds: readonly string[]): void {
    const opened = commandIds.filter((id) => this.#openings.has(id))
    this.#verdict.check(opened.length <= 1, 'I1', () => `one idempotency key opened ${opened.length} positions: ${opened.join(', ')}`)
  }

  /** An order reaches the venue, before the venue takes it. */
  arrives(order: ApprovedOrder, state: VenueState, at: number): void {
    const { orderId, goodUntil } = order
    this.#verdict.check(
      at <= goodUntil + this.#limits.clockMs + this.#limits.latencyMs,
      'I6',
      () => `order ${orderId} arrives ${at - goodUntil} ms after its prices ended`,
    )
    if (state.orders.has(orderId) || isRiskReducing(order) || order.reduceOnly) return
    const max = order.book === 'client' ? this.#limits.clientMax : this.#limits.hedgeMax
    const reach = this.#reach(order, state)
    this.#verdict.check(
      reach <= max,
      'I7',
      () => `order ${orderId} takes the ${order.book} book to ${Number(reach) / 1e18}, beyond ${Number(max) / 1e18}`,
    )
  }

  /** How far the book could go at the venue if this order and all that stand on its side fill. */
  #reach({ account, book, side, quantity, instrument }: ApprovedOrder, state: VenueState): bigint {
    let sum = 0n
    for (const [name, { quantity: held }] of state.accounts.get(account)?.positions ?? []) {
      if ((name === LINEAR_PERPETUAL) !== (book === 'client')) continue
      sum += name === instrument && side === 'sell' ? -held : held
    }
    return sum + quantity.units
  }

  #checkAge({ orderId, instrument }: ApprovedOrder, at: number): void {
    const limit = instrument === LINEAR_PERPETUAL ? this.#limits.perpetualAgeMs : this.#limits.optionAgeMs
    const heard = this.#heard.get(instrument) ?? 0
    // without a quote of its own a perpetual is valued at the index
    const age = at - (instrument === LINEAR_PERPETUAL ? Math.max(heard, this.#heard.get('BTC') ?? 0) : heard)
    this.#verdict.check(
      age <= limit,
      'I6',
      () => `order ${orderId} leaves on prices of ${instrument} that are ${age} ms old, limit ${limit}`,
    )
  }

  #checkBrakes(order: ApprovedOrder): void {
    if (isRiskReducing(order)) return
    this.#verdict.check(!this.isHalted, 'I8', () => `order ${order.orderId} adds risk while halted`)
    this.#verdict.check(this.isReconciled, 'I8', () => `order ${order.orderId} adds risk before the books agree with the venue`)
  }

  #checkRate(at: number, attempt: number): void {
    if (attempt > 1) return
    this.#sendsAt = this.#sendsAt.filter((sent) => sent > at - 1_000)
    this.#sendsAt.push(at)
    const { ordersPerSecond } = this.#limits
    this.#verdict.check(this.#sendsAt.length <= 3 * ordersPerSecond, 'I7', () => `${this.#sendsAt.length} orders within a second`)
  }
}
